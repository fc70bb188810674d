//! `hearth-host`: the program that hosts a room without a window (a headless server).

mod archive;
mod cli;
mod data_folder;
mod doctor_words;
mod exit;
mod links;
mod owner_commands;
mod running_host;
mod settings;
mod terminal;

use std::convert::Infallible;
use std::process::ExitCode;

use clap::Parser;
use hearth_host::{EndSignals, Host, HostStatus, Outside, StartError};
use hearth_protocol::KeyHash;
use tokio::sync::watch;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use cli::{Cli, Command, LogFormat};
use exit::{fail, open_failed, say};
use settings::Settings;

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
        Some(Command::Pins { by }) => return owner_commands::pins(&settings, *by),
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
    let mut signals = match EndSignals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(exit::CANNOT_CREATE, &error),
    };
    let host = match Host::start(config, log).await {
        Ok(host) => host,
        Err(error) => {
            let code = match error {
                StartError::PortTaken { .. } => exit::UNAVAILABLE,
                StartError::PortForbidden { .. } => exit::PERMISSION,
                StartError::PortRefusedByBrowsers { .. } => exit::CONFIG,
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
    let links = links::for_others(&status.borrow_and_update().addresses, &host.key());
    first.extend(links::in_words(host.addr(), &links));
    host.set_outside(settings.outside);
    let said = say(&(first.join("\n") + "\n"));
    let signal = tokio::select! {
        signal = signals.wait() => signal,
        never = tell_changes(status, host.key(), links) => match never {},
    };
    tracing::info!(signal, "stopping");
    host.stop().await;
    said
}

/// Tells by which links the room is joined, and what has come of the wish to be reachable from the internet, when that has changed.
async fn tell_changes(
    mut status: watch::Receiver<HostStatus>,
    key: KeyHash,
    mut links: Vec<String>,
) -> Infallible {
    let mut outside = Outside::Off;
    loop {
        let HostStatus { addresses, outside: outside_now, .. } = status.borrow_and_update().clone();
        let now = links::for_others(&addresses, &key);
        if now != links {
            let words = if now.is_empty() {
                links::NO_NETWORK.to_owned()
            } else {
                format!("now join by {}", now.join(" or "))
            };
            tracing::info!("{words}");
            links = now;
        }
        if outside_now != outside {
            outside = outside_now;
            if let Some(words) = doctor_words::outside(outside) {
                say(&format!("{words}\n"));
            }
        }
        if status.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

fn start_logging(format: LogFormat) {
    let asked = std::env::var("HEARTH_LOG").ok().filter(|targets| !targets.is_empty());
    let parsed = asked.as_deref().map(str::parse::<Targets>).transpose();
    let targets = match &parsed {
        Ok(Some(targets)) => targets.clone(),
        _ => Targets::new().with_default(LevelFilter::INFO),
    };
    // A terminal that is closed takes no more, which is no reason not to stop in order.
    let logs = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(terminal::takes_escape_codes(&std::io::stderr()))
        .log_internal_errors(false);
    let logs = match format {
        LogFormat::Human => logs.boxed(),
        LogFormat::Json => logs.json().boxed(),
    };
    tracing_subscriber::registry().with(targets).with(logs).init();
    if let Err(error) = parsed {
        tracing::warn!(%error, "HEARTH_LOG is not understood; it is such as debug or hearth_host=trace");
    }
}
