//! A running host leaves word in the room's folder (a lock file), by which the commands of the owner find it.
//!
//! `control.json` has where the host is and its pass, for this user alone. That it is true is seen by `control.lock`, which the
//! host holds as long as it runs, however it ends: nobody is told the pass, or a password, who only took the port later.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hearth_host::{HostHandle, OWNER_PATH, OwnerAnswer, OwnerRequest};
use hearth_protocol::Secret;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::data_folder::make_folder;
use crate::settings::Settings;

const WORD: &str = "control.json";
const LOCK: &str = "control.lock";

/// How long a host may take to answer: a password takes a moment, and a busy disk may take more.
const ANSWER: Duration = Duration::from_secs(30);

/// The longest answer: a thousand invitations.
const ANSWER_BYTES: u64 = 4 * 1024 * 1024;

/// What the host leaves word of.
#[derive(Debug, Serialize, Deserialize)]
struct Word {
    bound: SocketAddr,
    pass: Secret,
}

/// A host's word. It is gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Offer {
    file: PathBuf,
    _lock: File,
}

/// Why a host could not be asked.
#[derive(Debug, Error)]
pub(crate) enum AskError {
    /// The system's words.
    #[error("the host that serves this room cannot be asked: {0}")]
    System(#[from] io::Error),
    /// It answers something else.
    #[error("the host that serves this room did not understand; is it of another version?")]
    Strange,
}

impl Drop for Offer {
    fn drop(&mut self) {
        // Without its lock nobody believes it.
        let _ = fs::remove_file(&self.file);
    }
}

/// Leaves word of a host. Without it the room is served all the same.
pub(crate) fn offer(settings: &Settings, host: &HostHandle) -> Option<Offer> {
    match try_offer(&settings.data, host) {
        Ok(offer) => Some(offer),
        Err(error) => {
            tracing::warn!(%error, "`hearth-host invite` and its like will not find this host");
            None
        }
    }
}

fn try_offer(folder: &Path, host: &HostHandle) -> io::Result<Offer> {
    make_folder(&folder.join(WORD)).map_err(io::Error::other)?;
    let lock = lock_file(folder)?;
    lock.try_lock().map_err(io::Error::from)?;
    let word = Word { bound: host.addr(), pass: host.pass() };
    let file = folder.join(WORD);
    let mut new = tempfile::Builder::new().prefix(".control-").tempfile_in(folder)?;
    new.write_all(&serde_json::to_vec(&word)?)?;
    new.persist(&file).map_err(|error| error.error)?;
    Ok(Offer { file, _lock: lock })
}

/// Asks the host that serves the room of this folder; `None` when none does.
pub(crate) fn ask(folder: &Path, control: &OwnerRequest) -> Result<Option<OwnerAnswer>, AskError> {
    let Some(word) = word(folder)? else { return Ok(None) };
    let body = serde_json::to_vec(control).map_err(io::Error::from)?;
    let mut address = word.bound;
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let mut tcp = TcpStream::connect_timeout(&address, ANSWER)?;
    tcp.set_read_timeout(Some(ANSWER))?;
    let head = format!(
        "POST {OWNER_PATH} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        address,
        word.pass.reveal(),
        body.len()
    );
    tcp.write_all(&[head.as_bytes(), &body].concat())?;
    let mut answer = String::new();
    tcp.take(ANSWER_BYTES).read_to_string(&mut answer)?;
    let (_, body) = answer
        .split_once("\r\n\r\n")
        .filter(|_| answer.starts_with("HTTP/1.1 200 "))
        .ok_or(AskError::Strange)?;
    serde_json::from_str(body).map(Some).map_err(|_| AskError::Strange)
}

/// Where the host that serves the room of this folder listens.
pub(crate) fn bound(folder: &Path) -> Option<SocketAddr> {
    word(folder).ok().flatten().map(|word| word.bound)
}

fn word(folder: &Path) -> io::Result<Option<Word>> {
    let file = folder.join(WORD);
    if !file.exists() {
        return Ok(None);
    }
    match lock_file(folder)?.try_lock() {
        // Nobody holds it: the host that left this word has ended without taking it back.
        Ok(()) => return Ok(None),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    Ok(Some(serde_json::from_slice(&fs::read(file)?)?))
}

fn lock_file(folder: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))
}
