//! Permissions: which role may do what. One table, and the only place that asks for a role (authorisation, moderation).

use hearth_protocol::{RefusalCode, Role, Rules, Verb};

/// Whether somebody in this role may do it, by what the owner lets members do; `mine`: to a line of their own, where it is
/// about one.
pub(super) fn may(role: Role, rules: Rules, what: &Verb, mine: bool) -> Result<(), RefusalCode> {
    use RefusalCode::{NotYours, OwnersOnly, ReadOnly};
    let leads = matches!(role, Role::Owner | Role::Moderator);
    match what {
        Verb::Rename { .. } => Ok(()),
        Verb::Remove { .. } if mine || leads => Ok(()),
        Verb::Remove { .. } => Err(NotYours),
        _ if role == Role::Reader => Err(ReadOnly),
        Verb::Edit { .. } if !mine => Err(NotYours),
        Verb::Pin { .. } if !leads && !rules.members_pin => Err(OwnersOnly),
        Verb::Post { mentions, .. } | Verb::Edit { mentions, .. } if mentions.everyone && !leads => {
            Err(OwnersOnly)
        }
        Verb::Post { .. } | Verb::Edit { .. } | Verb::React { .. } | Verb::Pin { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Emoji, Mentions};

    use super::*;

    #[test]
    fn the_table() {
        use RefusalCode::{NotYours, OwnersOnly, ReadOnly};
        use Role::{Member, Moderator, Owner, Reader};
        let about = hearth_protocol::Seq::ZERO;
        let all = || Mentions { members: Vec::new(), everyone: true };
        let post = Verb::post("大家好");
        let to_all = Verb::Post { text: "@所有人".to_owned(), reply: None, mentions: all() };
        let rename = Verb::Rename { nickname: "阿明".to_owned() };
        let edit = Verb::Edit { about, text: "好".to_owned(), mentions: Mentions::default() };
        let edit_to_all = Verb::Edit { about, text: "好".to_owned(), mentions: all() };
        let remove = Verb::Remove { about };
        let react = Verb::React { about, emoji: Emoji::new("👍").expect("an emoji"), on: true };
        let pin = Verb::Pin { about, on: true };
        let ok = Ok(());
        // Of each verb: what is done to a line of one's own, and to that of another.
        let table = [
            (
                &post,
                [
                    (Owner, ok, ok),
                    (Moderator, ok, ok),
                    (Member, ok, ok),
                    (Reader, Err(ReadOnly), Err(ReadOnly)),
                ],
            ),
            (
                &to_all,
                [
                    (Owner, ok, ok),
                    (Moderator, ok, ok),
                    (Member, Err(OwnersOnly), Err(OwnersOnly)),
                    (Reader, Err(ReadOnly), Err(ReadOnly)),
                ],
            ),
            (&rename, [(Owner, ok, ok), (Moderator, ok, ok), (Member, ok, ok), (Reader, ok, ok)]),
            (
                &edit,
                [
                    (Owner, ok, Err(NotYours)),
                    (Moderator, ok, Err(NotYours)),
                    (Member, ok, Err(NotYours)),
                    (Reader, Err(ReadOnly), Err(ReadOnly)),
                ],
            ),
            (
                &edit_to_all,
                [
                    (Owner, ok, Err(NotYours)),
                    (Moderator, ok, Err(NotYours)),
                    (Member, Err(OwnersOnly), Err(NotYours)),
                    (Reader, Err(ReadOnly), Err(ReadOnly)),
                ],
            ),
            (
                &remove,
                [
                    (Owner, ok, ok),
                    (Moderator, ok, ok),
                    (Member, ok, Err(NotYours)),
                    (Reader, ok, Err(NotYours)),
                ],
            ),
            (
                &react,
                [
                    (Owner, ok, ok),
                    (Moderator, ok, ok),
                    (Member, ok, ok),
                    (Reader, Err(ReadOnly), Err(ReadOnly)),
                ],
            ),
            (
                &pin,
                [
                    (Owner, ok, ok),
                    (Moderator, ok, ok),
                    (Member, Err(OwnersOnly), Err(OwnersOnly)),
                    (Reader, Err(ReadOnly), Err(ReadOnly)),
                ],
            ),
        ];
        for (what, rows) in table {
            for (role, mine, others) in rows {
                let rules = Rules::default();
                assert_eq!(may(role, rules, what, true), mine, "{role:?} {what:?}");
                assert_eq!(may(role, rules, what, false), others, "{role:?} {what:?}");
                // Where members pin, that is all that is different, and to them alone.
                let rules = Rules { members_pin: true };
                let members_pin = role == Member && what == &pin;
                assert_eq!(
                    may(role, rules, what, true),
                    if members_pin { ok } else { mine },
                    "{role:?} {what:?}"
                );
                let then = if members_pin { ok } else { others };
                assert_eq!(may(role, rules, what, false), then, "{role:?} {what:?}");
            }
        }
    }
}
