//! Permissions: which role may do what. One table, and the only place that asks for a role (authorisation, moderation).

use hearth_protocol::{RefusalCode, Role, Verb};

/// Whether somebody in this role may do it.
pub(super) fn may(role: Role, what: &Verb) -> Result<(), RefusalCode> {
    match (what, role) {
        (Verb::Post { .. }, Role::Reader) => Err(RefusalCode::ReadOnly),
        (Verb::Post { .. }, Role::Owner | Role::Moderator | Role::Member) | (Verb::Rename { .. }, _) => {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        use RefusalCode::ReadOnly;
        let post = || Verb::Post { text: "大家好".to_owned() };
        let rename = || Verb::Rename { nickname: "阿明".to_owned() };
        let table = [
            (Role::Owner, post(), Ok(())),
            (Role::Owner, rename(), Ok(())),
            (Role::Moderator, post(), Ok(())),
            (Role::Moderator, rename(), Ok(())),
            (Role::Member, post(), Ok(())),
            (Role::Member, rename(), Ok(())),
            (Role::Reader, post(), Err(ReadOnly)),
            (Role::Reader, rename(), Ok(())),
        ];
        for (role, what, allowed) in table {
            assert_eq!(may(role, &what), allowed, "{role:?} {what:?}");
        }
    }
}
