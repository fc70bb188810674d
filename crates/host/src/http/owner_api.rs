//! The owner's API of a host that runs without a window: `POST /control`, from this computer and with the pass of this start.
//! `hearth-host` keeps the pass in a file that only its user may read. What it asks for a host that does not run can be done
//! with the room's log alone.

use hearth_log::Log;
use hearth_protocol::{InviteId, KeyHash, Rules, Secret};
use http::{Response, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::invites::{Aftermath, Invite, InviteWish};
use crate::access::password::PasswordHash;
use crate::access::policy::{Access, AccessChange, AccessState, OwnerError};
use crate::base::random::random;
use crate::http::answer::{self, Answer};
use crate::http::body::{BodyError, Bounds, Paced};
use crate::http::door::Door;
use crate::http::routing_table::Asked;
use crate::hub::policy_store;
use crate::net::room_key::RoomKey;
use crate::reach::doctor::{self, Report};

/// Where it is.
pub const OWNER_PATH: &str = "/control";

/// The longest thing that is asked for is a note, or a password.
pub(crate) const QUESTION: Bounds = Bounds { at_most: 16 * 1024, floor: Bounds::FLOOR };

/// What the owner asks for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum OwnerRequest {
    /// Make an invitation.
    Invite(InviteWish),
    /// Say who may come in.
    #[serde(rename = "doors")]
    Access,
    /// Take an invitation back.
    Revoke {
        /// Which.
        id: InviteId,
        /// What becomes of its people.
        aftermath: Aftermath,
    },
    /// Another password, or none.
    Password {
        /// It.
        password: Option<Secret>,
    },
    /// Let members do more, or less.
    Rules(Rules),
    /// Find out who can get in.
    Examine,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "snake_case")]
pub enum OwnerAnswer {
    /// An invitation was made.
    Invited {
        /// It.
        invite: Box<Invite>,
        /// The key by which those who have its link know the room.
        key: Option<KeyHash>,
    },
    /// Who may come in.
    #[serde(rename = "doors")]
    Access {
        /// Whether the room is open.
        access: Access,
        /// The invitations, the newest first.
        invites: Vec<Invite>,
    },
    /// What was found out.
    Examined {
        /// It.
        report: Box<Report>,
    },
    /// It is done.
    Done,
    /// It is not.
    Failed {
        /// Why.
        message: String,
    },
}

impl OwnerRequest {
    /// Does it with a room that no host serves.
    pub async fn by_log(self, log: &dyn Log) -> OwnerAnswer {
        let mut policy = match policy_store::load(log).await {
            Ok(policy) => policy,
            Err(error) => return OwnerAnswer::Failed { message: error.to_string() },
        };
        let change = match self {
            Self::Access => return OwnerAnswer::access(&policy.state()),
            // Nobody can be asked.
            Self::Examine => return OwnerAnswer::Failed { message: "no host serves the room".to_owned() },
            Self::Invite(wish) => AccessChange::Make(wish),
            Self::Rules(rules) => AccessChange::Rules(rules),
            Self::Revoke { id, aftermath } => AccessChange::Revoke(id, aftermath),
            Self::Password { password } => {
                AccessChange::Password(password.map(|password| PasswordHash::of(&password, random())))
            }
        };
        let done = policy_store::change(&mut policy, change, log, Timestamp::now(), random).await;
        let key = RoomKey::of(log).await.ok().map(|room_key| room_key.hash);
        OwnerAnswer::of(done, key)
    }

    async fn by_host(self, door: &Door) -> OwnerAnswer {
        let hub = &door.context.hub;
        match self {
            Self::Examine => {
                let report = doctor::examine(&door.context.reach, hub).await;
                OwnerAnswer::Examined { report: Box::new(report) }
            }
            Self::Access => OwnerAnswer::access(&hub.access().borrow()),
            Self::Invite(wish) => {
                let made = hub.change_access(AccessChange::Make(wish)).await;
                OwnerAnswer::of(made, Some(door.room_key.hash.clone()))
            }
            Self::Revoke { id, aftermath } => {
                OwnerAnswer::of(hub.change_access(AccessChange::Revoke(id, aftermath)).await, None)
            }
            Self::Rules(rules) => OwnerAnswer::of(hub.change_access(AccessChange::Rules(rules)).await, None),
            Self::Password { password } => {
                OwnerAnswer::of(hub.set_password(password).await.map(|()| None), None)
            }
        }
    }
}

impl OwnerAnswer {
    fn of(done: Result<Option<Invite>, OwnerError>, key: Option<KeyHash>) -> Self {
        match done {
            Ok(Some(invite)) => Self::Invited { invite: Box::new(invite), key },
            Ok(None) => Self::Done,
            Err(error) => Self::Failed { message: error.to_string() },
        }
    }

    fn access(state: &AccessState) -> Self {
        Self::Access { access: state.access, invites: state.invites.clone() }
    }
}

/// Answers the owner.
pub(crate) async fn answer(asked: Asked, body: Paced) -> Result<Response<Answer>, BodyError> {
    let question = body.whole().await?;
    let Ok(request) = serde_json::from_slice::<OwnerRequest>(&question) else {
        return Ok(answer::status(StatusCode::BAD_REQUEST));
    };
    let done = request.by_host(&asked.door).await;
    Ok(answer::json(serde_json::to_string(&done).unwrap_or_default()))
}
