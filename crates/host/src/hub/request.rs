//! What the hub is asked for: by connections, by the owner, and by the doctor.

use std::sync::Arc;

use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{Act, MemberId, MemberToken, Nickname};
use tokio::sync::oneshot;

use crate::access::invites::Invite;
use crate::access::policy::{AccessChange, OwnerError};
use crate::base::conn_id::ConnId;
use crate::base::fresh::Parting;
use crate::fanout::outbound::Outbound;
use crate::room::batch::{JoinRequest, PasswordChecked};

/// What a connection asks for.
#[derive(Debug)]
pub(crate) enum Request {
    /// A v1 client wants to come in.
    Hello { outbound: Arc<Outbound>, join: JoinRequest },
    /// A password was checked.
    PasswordChecked(PasswordChecked),
    /// The owner wants something.
    Owner { change: AccessChange, reply: OwnerReply },
    /// A classic guest says something; the first time, they come in.
    Classic { outbound: Arc<Outbound>, message: ClassicMessage },
    /// A member does something that was checked ([`Act::check`]).
    Act { conn: ConnId, act: Act },
    /// A member is writing.
    Typing { conn: ConnId },
    /// A reader lagged so far that it may have missed changes of the roster.
    Roster { conn: ConnId },
    /// Who is in the room by v1, to be asked by which way they come.
    Seated { answer: oneshot::Sender<Vec<Witness>> },
    /// Who has this token, if anybody does who may come in by it.
    Bearer { token: MemberToken, answer: oneshot::Sender<Option<MemberId>> },
    /// A connection is gone.
    Gone { conn: ConnId, parting: Parting },
}

/// To the owner, who may have given up waiting.
pub(crate) type OwnerReply = oneshot::Sender<Result<Option<Invite>, OwnerError>>;

/// Somebody who can be asked.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    pub(crate) outbound: Arc<Outbound>,
    pub(crate) nickname: Nickname,
}
