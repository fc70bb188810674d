//! An open room is a room of this window, with the client that is in it and the tasks that run for it.

use std::path::PathBuf;
use std::time::Duration;

use hearth_client::{Invitation, JoinAddress, RoomClient};
use hearth_protocol::{KeyHash, MemberToken, Secret};
use tauri::async_runtime::JoinHandle;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use crate::api::rooms::RoomKey;
use crate::state::remembered::RememberedRoom;

/// How long saying goodbye to a room may take; after that the link is dropped.
const FAREWELL: Duration = Duration::from_secs(2);

/// A room of this window, with what drives it.
pub(crate) struct OpenRoom {
    pub(crate) key: RoomKey,
    /// Where the link goes.
    pub(crate) address: JoinAddress,
    /// The key that the host must have, as the link said or as it was found again by.
    pub(crate) pin: Option<KeyHash>,
    /// The secret of the invitation that the user came by.
    pub(crate) secret: Option<Secret>,
    /// The address that is best for others, as it was known last, for the room that is hosted here.
    pub(crate) best: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) hosted: bool,
    /// Where what is said in it is kept on this computer.
    pub(crate) file: Option<PathBuf>,
    /// The name of that file, for a room that the user has joined.
    pub(crate) kept: Option<Uuid>,
    pub(crate) token: Option<MemberToken>,
    pub(crate) client: RoomClient,
    /// Writes down who the user is to the room.
    pub(crate) watcher: JoinHandle<()>,
    /// Passes the room's updates to the page.
    pub(crate) forwarder: Option<JoinHandle<()>>,
}

impl OpenRoom {
    /// The address to show.
    pub(crate) fn url(&self) -> String {
        self.best.clone().unwrap_or_else(|| self.address.to_string())
    }

    /// The link to pass on: where the room is and by which key one knows its host, and nothing that opens its door.
    pub(crate) fn link(&self) -> String {
        let JoinAddress { secure, .. } = self.address;
        match &self.pin {
            // A name that somebody vouches for is a web page like others.
            None if secure => self.address.to_string().replacen("wss", "https", 1),
            key => Invitation { address: self.address.clone(), key: key.clone(), secret: None }.web_link(),
        }
    }

    /// Takes over where the room is now, if its host was found elsewhere by its key. Whether it was.
    pub(crate) fn follow(&mut self) -> bool {
        let now = self.client.address_now().borrow().clone();
        let moved = now != self.address;
        if moved {
            self.address = now;
            self.pin = self.client.key();
        }
        moved
    }

    /// The key by which its host is known, as a link said or the host told.
    pub(crate) fn known_key(&self) -> Option<KeyHash> {
        self.pin.clone().or_else(|| self.client.key())
    }

    /// Takes over what a link has brought by which the room was entered. Whether it is news.
    pub(crate) fn learn(&mut self, key: Option<KeyHash>, secret: Option<Secret>) -> bool {
        let before = (self.pin.clone(), self.secret.clone());
        self.pin = self.pin.take().or(key);
        self.secret = secret.or(self.secret.take());
        (&self.pin, &self.secret) != (&before.0, &before.1)
    }

    /// What is remembered of it.
    pub(crate) fn remembered(&self) -> RememberedRoom {
        RememberedRoom {
            url: self.url(),
            name: self.name.clone(),
            token: self.token.clone(),
            key: self.pin.clone(),
            secret: self.secret.clone(),
            kept: self.kept,
        }
    }

    /// Leaves the room: what was asked for before is still carried out, then the link is closed.
    pub(crate) async fn leave(self) {
        if timeout(FAREWELL, self.client.leave()).await.is_err() {
            tracing::warn!(room = %self.key.0, "the farewell took too long");
        }
        // They hold the room's client, which would stay in it for as long.
        self.watcher.abort();
        if let Some(forwarder) = self.forwarder {
            forwarder.abort();
        }
    }
}

/// An attempt to join that has not been decided.
pub(crate) struct Attempt {
    pub(crate) number: u64,
    pub(crate) attempted: Attempted,
}

/// What is attempted.
pub(crate) enum Attempted {
    /// To enter a room that is new.
    New(RoomClient),
    /// To learn whose room is at an address, or to enter one that is open by another link. When this is dropped, nobody waits
    /// any more.
    Other(#[expect(dead_code, reason = "its end is what is waited for")] oneshot::Sender<()>),
}
