//! Access control of the hosted room: this file carries out what the page asks of it, and says how it stands.

use std::num::NonZeroU32;

use hearth_client::fragment;
use hearth_host::{AccessState, Aftermath, HostHandle, OwnerError};
use hearth_log::LogError;
use hearth_protocol::{InviteId, KeyHash, Rules, Secret};
use jiff::Timestamp;

use crate::api::access::{Invite, InviteWish, PasswordChange};
use crate::api::error::{AppError, system};
use crate::api::hosting::RoomProblem;

/// The invitations as the page lists them, the newest first.
pub(crate) fn listed(access: &AccessState, key: &KeyHash, now: Timestamp) -> Vec<Invite> {
    let shown = |invite: &hearth_host::Invite| Invite {
        id: invite.id.clone(),
        role: invite.role,
        note: invite.note.clone(),
        made_at: invite.made_at.to_string(),
        expires_at: invite.expires_at.map(|at| at.to_string()),
        uses: invite.uses.map(NonZeroU32::get),
        used: u32::try_from(invite.used).unwrap_or(u32::MAX),
        people: access.comers.get(&invite.id).cloned().unwrap_or_default(),
        state: invite.state(now),
        fragment: fragment(Some(&invite.secret), Some(key)),
    };
    access.invites.iter().map(shown).collect()
}

/// What the page asks for.
pub(crate) enum AccessChange {
    /// Close the room or open it, and change its password.
    Access { closed: bool, password: PasswordChange },
    /// Make an invitation.
    Make(InviteWish),
    /// Let members do more, or less.
    Rules(Rules),
    /// Take an invitation back; its people leave, or stay.
    Revoke { id: InviteId, leave: bool },
}

/// Does it. Gives the invitation that was made, if one was.
pub(crate) async fn carry_out(host: &HostHandle, change: AccessChange) -> Result<Option<InviteId>, AppError> {
    match change {
        AccessChange::Access { closed, password } => {
            match password {
                PasswordChange::Keep => {}
                PasswordChange::Remove => host.set_password(None).await.map_err(refused)?,
                PasswordChange::Set { password } => {
                    let password = Secret::new(&password).map_err(|_| AppError::PasswordTooLong)?;
                    host.set_password(Some(password)).await.map_err(refused)?;
                }
            }
            host.set_access(closed).await.map_err(refused)?;
            Ok(None)
        }
        AccessChange::Rules(rules) => {
            host.set_rules(rules).await.map_err(refused)?;
            Ok(None)
        }
        AccessChange::Make(InviteWish { role, note, hours, uses }) => {
            let number = |n: Option<u32>| n.and_then(NonZeroU32::new);
            let wish = hearth_host::InviteWish { role, note, hours: number(hours), uses: number(uses) };
            Ok(Some(host.make_invite(wish).await.map_err(refused)?.id))
        }
        AccessChange::Revoke { id, leave } => {
            let aftermath = if leave { Aftermath::Leave } else { Aftermath::Stay };
            host.revoke_invite(id, aftermath).await.map_err(refused)?;
            Ok(None)
        }
    }
}

fn refused(error: OwnerError) -> AppError {
    match error {
        OwnerError::NotKept(LogError::Full) => AppError::Room { problem: RoomProblem::Full },
        OwnerError::NotKept(error) => system(error),
        OwnerError::Stopped => AppError::UnknownRoom,
        OwnerError::TooMany => AppError::TooManyInvites,
        OwnerError::Unknown => AppError::UnknownInvite,
    }
}
