//! Acts: what members do in a room, each decided on in its place. A verb that is new gets its arm here, and its row in
//! `permissions.rs`.

use hearth_protocol::{Act, Body, Nickname, RefusalCode, Refused, ServerFrame, Verb};

use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::room::batch::{Acted, AfterCommit, Batch, Renaming, Reply};
use crate::room::permissions::may;
use crate::room::room::Room;

impl Room {
    /// A member does something, if they may. The act was checked ([`Act::check`]); from whoever is not in the room nothing
    /// follows.
    pub fn act(&mut self, conn: ConnId, act: Act, now: Now, batch: &mut Batch) {
        let Some(role) = self.members.role(conn) else { return };
        let acted = Acted::by(conn, &act);
        if let Err(code) = may(role, &act.what) {
            batch.replies.push((conn, acted.refusal(code, "your role does not allow this".to_owned())));
            return;
        }
        match act.what {
            Verb::Post { text } => {
                let body = Body::Message { text, time: None };
                let draft = self.members.say(conn, act.id, body, now);
                batch.drafts.extend(draft.map(|draft| (draft, AfterCommit::Acted(acted))));
            }
            Verb::Rename { nickname } => {
                let Ok(wish) = Nickname::new(&nickname) else { return };
                let renamed = self.members.rename(conn, act.id, &wish, now);
                // One that changes nothing is no entry. It is answered with the others all the same, since they may be undone.
                let unchanged = if renamed.is_none() { Some(acted.clone()) } else { None };
                batch.renames.push(Renaming { conn, unchanged });
                batch.drafts.extend(
                    renamed.map(|(draft, undo)| {
                        (draft, AfterCommit::Acted(Acted { undo: Some(undo), ..acted }))
                    }),
                );
            }
        }
    }
}

impl Acted {
    fn by(conn: ConnId, act: &Act) -> Self {
        Self { conn, id: act.id, of: act.asked(), undo: None }
    }

    /// The refusal of it. Whose act has no name is told by the end of their connection.
    pub(super) fn refusal(&self, code: RefusalCode, message: String) -> Reply {
        match (self.id, self.of) {
            (None, None) => Reply::TurnedAway,
            (id, of) => {
                Reply::Frame(ServerFrame::Refused(Refused { id, of, code, message, retry_after_ms: None }))
            }
        }
    }
}
