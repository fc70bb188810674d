//! The commands by which the owner says who may come in (access control) and what members may do. They work while the host runs and while it
//! does not.

use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use hearth_host::{
    AddressKind, Aftermath, HostAddress, Invite, InviteState, InviteWish, OwnerAnswer, OwnerRequest,
};
use hearth_log::{Log, SqliteLog};
use hearth_protocol::{InviteId, InviteRole, Rules, Secret};
use jiff::Timestamp;
use thiserror::Error;

use crate::cli::{InviteArgs, PasswordCommand, PinsBy};
use crate::exit::{self, fail, open_failed, say};
use crate::links::{limits_in_words, link};
use crate::running_host::{self, AskError};
use crate::settings::Settings;
use crate::terminal::{self, Ground};

/// Why a command did nothing.
#[derive(Debug, Error)]
enum OwnerError {
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Open(#[from] hearth_log::OpenError),
    #[error("there is no room in {0} yet; start the host first")]
    NoRoom(String),
    #[error("{0}")]
    Failed(String),
    #[error("no invitation has an id that begins with {0:?}; `hearth-host invites` lists them")]
    NoInvite(String),
    #[error(
        "more than one invitation has an id that begins with {0:?}; write more of it, `hearth-host invites` lists them"
    )]
    Unclear(String),
    #[error("a password has 1 to 256 bytes; nothing was changed, choose another one")]
    NoPassword,
    #[error("the two passwords are not the same; nothing was changed, try again")]
    NotTheSame,
    #[error(
        "there is no address for the link: this computer is in no network; plug in a cable or connect to Wi-Fi, or say with --at \
         HOST:PORT where others reach the host"
    )]
    NoNetwork,
    #[error(
        "the port is not known while no host runs; start it first, or say with --at HOST:PORT where others reach it"
    )]
    NoPort,
    #[error("the password cannot be read: {0}; type it in a terminal, or pipe it in")]
    Unreadable(#[from] io::Error),
}

impl OwnerError {
    fn told(&self) -> ExitCode {
        let code = match self {
            Self::Ask(_) | Self::NoNetwork | Self::NoPort => exit::UNAVAILABLE,
            Self::Open(error) => open_failed(error),
            Self::Unreadable(_) => exit::CANNOT_CREATE,
            _ => exit::DATA,
        };
        fail(code, self)
    }
}

/// Makes an invitation.
pub(crate) fn invite(settings: &Settings, args: &InviteArgs) -> ExitCode {
    let InviteArgs { reader, hours, uses, note, at, invert } = args;
    let role = if *reader { InviteRole::Reader } else { InviteRole::Member };
    let wish = InviteWish { role, note: note.clone(), hours: *hours, uses: *uses };
    // Before it is made, since then the host may stop.
    let at = match at.clone().map_or_else(|| usual_address(settings), Ok) {
        Ok(at) => at,
        Err(error) => return error.told(),
    };
    match ask(settings, OwnerRequest::Invite(wish)) {
        Ok(OwnerAnswer::Invited { invite, key }) => {
            let link = link(&at, Some(&invite.secret), key.as_ref());
            let ground = match (terminal::takes_escape_codes(&io::stdout()), invert) {
                (true, _) => Ground::Said,
                (false, false) => Ground::Dark,
                (false, true) => Ground::Light,
            };
            let code = terminal::qr(&link, ground).unwrap_or_default();
            say(&format!("{link}\n\n{code}\n{}", limits_in_words(&at)))
        }
        Ok(said) => unexpected(&said).told(),
        Err(error) => error.told(),
    }
}

/// Lists the invitations.
pub(crate) fn invites(settings: &Settings) -> ExitCode {
    match ask(settings, OwnerRequest::Access) {
        Ok(OwnerAnswer::Access { access, invites }) => {
            let door = match (access.closed, access.password) {
                (false, false) => "the room is open: everybody who reaches it comes in",
                (false, true) => "the room is open, and its password does not count while it is",
                (true, false) => "the room is closed: by invitation only",
                (true, true) => "the room is closed: by invitation or by its password",
            };
            say(&format!("{door}\n{}", table(&invites, Timestamp::now())))
        }
        Ok(said) => unexpected(&said).told(),
        Err(error) => error.told(),
    }
}

/// Takes an invitation back.
pub(crate) fn revoke(settings: &Settings, begins: &str, leave: bool) -> ExitCode {
    let aftermath = if leave { Aftermath::Leave } else { Aftermath::Stay };
    let revoked = find(settings, begins)
        .and_then(|id| ask(settings, OwnerRequest::Revoke { id, aftermath }))
        .and_then(|said| done(&said));
    told(
        revoked,
        if leave { "it is taken back, and its people had to leave\n" } else { "it is taken back\n" },
    )
}

/// Sets the password, or takes it away.
pub(crate) fn password(settings: &Settings, command: &PasswordCommand) -> ExitCode {
    let password = match command {
        PasswordCommand::Set => typed().map(Some),
        PasswordCommand::Remove => Ok(None),
    };
    let word = if matches!(command, PasswordCommand::Set) { "set" } else { "taken away" };
    let changed = password
        .and_then(|password| ask(settings, OwnerRequest::Password { password }))
        .and_then(|said| done(&said));
    told(changed, &format!("the password is {word}\n"))
}

/// Says who may pin lines.
pub(crate) fn pins(settings: &Settings, by: PinsBy) -> ExitCode {
    let rules = Rules { members_pin: by == PinsBy::Members };
    let changed = ask(settings, OwnerRequest::Rules(rules)).and_then(|said| done(&said));
    let words = if rules.members_pin {
        "members may pin lines
"
    } else {
        "the owner and moderators pin lines
"
    };
    told(changed, words)
}

fn told(done: Result<(), OwnerError>, words: &str) -> ExitCode {
    match done {
        Ok(()) => say(words),
        Err(error) => error.told(),
    }
}

fn done(said: &OwnerAnswer) -> Result<(), OwnerError> {
    if matches!(said, OwnerAnswer::Done) { Ok(()) } else { Err(unexpected(said)) }
}

fn unexpected(said: &OwnerAnswer) -> OwnerError {
    match said {
        OwnerAnswer::Failed { message } => OwnerError::Failed(message.clone()),
        _ => AskError::Strange.into(),
    }
}

/// Asks the host that serves the room, or does it with the room's file.
fn ask(settings: &Settings, control: OwnerRequest) -> Result<OwnerAnswer, OwnerError> {
    if let Some(said) = running_host::ask(&settings.data, &control)? {
        return Ok(said);
    }
    let file = settings.room_file();
    if !file.exists() {
        return Err(OwnerError::NoRoom(settings.data.display().to_string()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let log = SqliteLog::open(&file)?;
        let said = control.by_log(&log).await;
        log.close().await;
        Ok(said)
    })
}

fn find(settings: &Settings, begins: &str) -> Result<InviteId, OwnerError> {
    let invites = match ask(settings, OwnerRequest::Access)? {
        OwnerAnswer::Access { invites, .. } => invites,
        said => return Err(unexpected(&said)),
    };
    let mut found = invites.into_iter().filter(|invite| invite.id.as_str().starts_with(begins));
    match (found.next(), found.next()) {
        (Some(invite), None) => Ok(invite.id),
        (None, _) => Err(OwnerError::NoInvite(begins.to_owned())),
        (Some(_), Some(_)) => Err(OwnerError::Unclear(begins.to_owned())),
    }
}

fn typed() -> Result<Secret, OwnerError> {
    let text = if io::stdin().is_terminal() {
        let text = rpassword::prompt_password("Password: ")?;
        if text != rpassword::prompt_password("Again: ")? {
            return Err(OwnerError::NotTheSame);
        }
        text
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    Secret::new(&text).map_err(|_| OwnerError::NoPassword)
}

/// Where others most likely reach the host.
fn usual_address(settings: &Settings) -> Result<String, OwnerError> {
    let bound = running_host::bound(&settings.data).unwrap_or_else(|| settings.listening());
    if bound.port() == 0 {
        return Err(OwnerError::NoPort);
    }
    let best = HostAddress::of_host(bound).into_iter().next();
    let best = best.filter(|best| best.kind != AddressKind::Virtual).ok_or(OwnerError::NoNetwork)?;
    Ok(best.at.to_string())
}

/// The invitations, one a line. Their secrets are not among it.
fn table(invites: &[Invite], now: Timestamp) -> String {
    let mut table = format!("{:<34}{:<10}{:<8}{:<10}{:<22}NOTE\n", "ID", "STATE", "ROLE", "USED", "UNTIL");
    for invite in invites {
        let state = match invite.state(now) {
            InviteState::Good => "good",
            InviteState::Expired => "expired",
            InviteState::UsedUp => "used up",
            InviteState::Revoked => "revoked",
        };
        let role = if invite.role == InviteRole::Reader { "reader" } else { "member" };
        let used = match invite.uses {
            Some(uses) => format!("{} / {uses}", invite.used),
            None => invite.used.to_string(),
        };
        let until = invite.expires_at.map_or("always".to_owned(), |end| format!("{end:.0}"));
        let _ = writeln!(
            table,
            "{:<34}{state:<10}{role:<8}{used:<10}{until:<22}{}",
            invite.id.as_str(),
            invite.note
        );
    }
    table
}
