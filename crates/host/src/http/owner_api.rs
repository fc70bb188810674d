//! The owner's API of a host that runs without a window: `POST /control`, from this computer and with the pass of this start.
//! `hearth-host` keeps the pass in a file that only its user may read. What it asks for a host that does not run can be done
//! with the room's log alone.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::Log;
use hearth_protocol::{InviteId, KeyHash, Secret};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tokio::time::timeout;

use crate::access::invites::{Aftermath, Invite, InviteWish};
use crate::access::password::PasswordHash;
use crate::access::policy::{Access, AccessChange, AccessState, OwnerError};
use crate::base::random::random;
use crate::http::answer::{self, Answer};
use crate::http::door::Door;
use crate::http::origin;
use crate::http::own_names::OwnNames;
use crate::hub::policy_store;
use crate::net::room_key::RoomKey;
use crate::reach::doctor::{self, Report};

/// Where it is.
pub const OWNER_PATH: &str = "/control";

/// The longest thing that is asked for: a note, a password.
const QUESTION_BYTES: usize = 16 * 1024;

/// How long a question may take to arrive.
const ARRIVES: Duration = Duration::from_secs(5);

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

/// Whether a request is for the owner: from this computer itself, and not by way of a proxy. What comes in on an address from
/// that same address has not left the computer.
pub(crate) fn is_for_owner<B>(request: &Request<B>, peer: IpAddr, reached_at: IpAddr) -> bool {
    request.uri().path() == OWNER_PATH
        && *request.method() == Method::POST
        && (peer.to_canonical().is_loopback() || peer == reached_at)
        && !origin::is_forwarded(request.headers())
}

/// Answers the owner.
pub(crate) async fn answer(request: Request<Incoming>, names: OwnNames, door: Arc<Door>) -> Response<Answer> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    if let Err(code) = origin::check_host(host, false, || names) {
        return answer::refused(StatusCode::MISDIRECTED_REQUEST, code);
    }
    if !bears(request.headers(), door.context.hub.pass()) {
        return answer::plain(StatusCode::UNAUTHORIZED, "401");
    }
    let body = timeout(ARRIVES, Limited::new(request.into_body(), QUESTION_BYTES).collect()).await;
    let Ok(Ok(body)) = body else { return answer::plain(StatusCode::BAD_REQUEST, "400") };
    let Ok(asked) = serde_json::from_slice::<OwnerRequest>(&body.to_bytes()) else {
        return answer::plain(StatusCode::BAD_REQUEST, "400");
    };
    let done = asked.by_host(&door).await;
    answer::json(serde_json::to_string(&done).unwrap_or_default())
}

fn bears(headers: &HeaderMap, pass: &Secret) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    given.is_some_and(|given| given.ct_eq(pass.reveal().as_bytes()).into())
}
