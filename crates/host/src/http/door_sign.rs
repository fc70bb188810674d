//! The sign at a room's door: what a browser that has opened the guest page may know before it has come in. Of a closed room
//! strangers learn its name, and how one gets in; who is inside is nobody's business.

use hearth_protocol::Nickname;
use http::Response;
use serde::Serialize;
use ts_rs::TS;

use crate::access::policy::Access;
use crate::http::answer::{self, Answer};
use crate::http::routing_table::Asked;

/// Where it is.
pub(crate) const SIGN_PATH: &str = "/sign";

/// What stands on it.
#[derive(Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub(crate) struct DoorSign {
    /// The room's name.
    name: String,
    /// Whether it takes an invitation, or the password if there is one.
    closed: bool,
    /// Whether a password opens it too.
    password: bool,
    /// Who hosts it, in an open room, once they have been in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    owner: Option<Nickname>,
    /// How many people are in it, where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    online: Option<usize>,
}

impl DoorSign {
    fn of(name: &str, access: Access, owner: Option<Nickname>, online: usize) -> Self {
        let Access { closed, password } = access;
        Self {
            name: name.to_owned(),
            closed,
            password: closed && password,
            owner: owner.filter(|_| !closed),
            online: (!closed).then_some(online),
        }
    }
}

/// Shows it to anybody.
pub(crate) fn shown(asked: &Asked) -> Response<Answer> {
    let hub = &asked.door.context.hub;
    let (access, online) = (hub.access().borrow().access, *hub.online().borrow());
    let sign = DoorSign::of(&asked.door.room, access, hub.owner(), online);
    answer::json(serde_json::to_string(&sign).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_learn_nothing_of_the_people_in_a_closed_room() {
        let owner = || Nickname::new("阿明").ok();
        let sign = |closed, password, owner| {
            serde_json::to_value(DoorSign::of("读书会", Access { closed, password }, owner, 3)).expect("JSON")
        };
        assert_eq!(
            sign(false, true, owner()),
            serde_json::json!({ "name": "读书会", "closed": false, "password": false, "owner": "阿明", "online": 3 }),
            "a password counts while it is closed"
        );
        assert_eq!(
            sign(false, false, None),
            serde_json::json!({ "name": "读书会", "closed": false, "password": false, "online": 3 })
        );
        for password in [true, false] {
            assert_eq!(
                sign(true, password, owner()),
                serde_json::json!({ "name": "读书会", "closed": true, "password": password })
            );
        }
    }
}
