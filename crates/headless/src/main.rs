//! `hearth-host`: the program that hosts a room without a window (a headless server).

mod archive;
mod cli;
mod data_folder;
mod doctor_words;
mod exit;
mod owner_commands;
mod running_host;
mod settings;

use std::process::ExitCode;

use clap::Parser;
use hearth_host::{AddressKind, Host, HostAddress, HostStatus, StartError};
use hearth_protocol::KeyHash;
use tokio::sync::watch;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use cli::{Cli, Command, LogFormat};
use exit::{fail, open_failed, say};
use settings::Settings;

/// So many links are told: the best ones. Whoever needs another address knows their network.
const LINKS: usize = 3;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = match Settings::load(&cli) {
        Ok(settings) => settings,
        Err(error) => return fail(exit::CONFIG, &error),
    };
    if cli.print_config {
        return match settings.to_toml() {
            Ok(toml) => say(&toml),
            Err(error) => fail(exit::CONFIG, &error),
        };
    }
    start_logging(settings.log_format);
    match &cli.command {
        Some(Command::Export { format, output }) => {
            return archive::export(&settings.room_file(), (*format).into(), output.as_deref());
        }
        Some(Command::Import { file }) => return archive::import(file, &settings.room_file()),
        Some(Command::Invite(args)) => return owner_commands::invite(&settings, args),
        Some(Command::Invites) => return owner_commands::invites(&settings),
        Some(Command::Revoke { id, leave }) => return owner_commands::revoke(&settings, id, *leave),
        Some(Command::Password(command)) => return owner_commands::password(&settings, command),
        Some(Command::Verify) => return archive::verify(&settings.room_file()),
        Some(Command::Serve(_) | Command::Doctor { .. }) | None => {}
    }
    // Every connection is a file descriptor, and the soft limit is often only 1,024.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(exit::CANNOT_CREATE, &error),
    };
    if let Some(Command::Doctor { json }) = cli.command {
        return runtime.block_on(doctor_words::run(&settings, json));
    }
    runtime.block_on(serve(settings))
}

async fn serve(settings: Settings) -> ExitCode {
    let (name, log, kept) = match archive::open(&settings).await {
        Ok(room) => room,
        Err(error) => return fail(open_failed(&error), &error),
    };
    let config = match settings.host_config(&name) {
        Ok(config) => config,
        Err(error) => return fail(exit::CONFIG, &error),
    };
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => return fail(exit::CANNOT_CREATE, &error),
    };
    let host = match Host::start(config, log).await {
        Ok(host) => host,
        Err(error) => {
            let code = match error {
                StartError::PortTaken { .. } => exit::UNAVAILABLE,
                StartError::PortForbidden { .. } => exit::PERMISSION,
                StartError::AddressNotLocal { .. } | StartError::System { .. } => exit::CANNOT_CREATE,
                StartError::Unreadable { .. } => exit::DATA,
            };
            return fail(code, &error);
        }
    };
    // Gone when the host stops.
    let _control = running_host::offer(&settings, &host);
    let mut status = host.status();
    let mut first = vec![format!("listening on ws://{}", host.addr()), kept];
    let key = host.key();
    let told = status.borrow_and_update().clone();
    first.extend(links(&told.addresses, &key).iter().map(|link| format!("join by {link}")));
    host.set_outside(settings.outside);
    let said = say(&(first.join("\n") + "\n"));
    tokio::select! {
        () = signals.wait() => {}
        () = tell_changes(status, told, key) => {}
    }
    tracing::info!("stopping");
    host.stop().await;
    said
}

/// The links that others can use, the best one first. Apps know the host by its key; browsers do not look at it.
fn links(addresses: &[HostAddress], key: &KeyHash) -> Vec<String> {
    let others = addresses.iter().filter(|address| address.kind < AddressKind::Virtual);
    others.take(LINKS).map(|address| format!("{}#p={key}", address.page())).collect()
}

/// Tells by which links the room is joined, and whether it is reachable from the internet, when that has changed. Never ends.
async fn tell_changes(mut status: watch::Receiver<HostStatus>, mut told: HostStatus, key: KeyHash) {
    while status.changed().await.is_ok() {
        let now = status.borrow_and_update().clone();
        if now.addresses != told.addresses {
            let links = links(&now.addresses, &key);
            tracing::info!(
                "now join by {}",
                if links.is_empty() { "nothing: no network".to_owned() } else { links.join(" or ") }
            );
        }
        if now.outside != told.outside
            && let Some(words) = doctor_words::outside(now.outside)
        {
            say(&format!("{words}\n"));
        }
        told = now;
    }
    std::future::pending::<()>().await;
}

/// SIGINT and SIGTERM; on Windows, Ctrl+C.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

fn start_logging(format: LogFormat) {
    let asked = std::env::var("HEARTH_LOG").ok().filter(|targets| !targets.is_empty());
    let parsed = asked.as_deref().map(str::parse::<Targets>).transpose();
    let targets = match &parsed {
        Ok(Some(targets)) => targets.clone(),
        _ => Targets::new().with_default(LevelFilter::INFO),
    };
    let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let logs = match format {
        LogFormat::Human => logs.boxed(),
        LogFormat::Json => logs.json().boxed(),
    };
    tracing_subscriber::registry().with(targets).with(logs).init();
    if let Err(error) = parsed {
        tracing::warn!(%error, "HEARTH_LOG is not understood; it is such as debug or hearth_host=trace");
    }
}
