//! The command line: its flags and commands, which may also stand in `HEARTH_…` variables.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Parser, Subcommand, ValueEnum};
use hearth_log::Format;
use serde::{Deserialize, Serialize};

/// Serves a Hearth chat room without a window.
#[derive(Debug, Parser)]
#[command(name = "hearth-host", version, about, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
    /// Read settings from this TOML file [default: host.toml in the configuration folder, if it is there]
    #[arg(long, global = true, env = "HEARTH_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The folder with the room's history [default: host in the data folder]
    #[arg(long, global = true, env = "HEARTH_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print the settings that result from flags, environment and file, and stop
    #[arg(long, global = true)]
    pub(crate) print_config: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a room (the default)
    Serve(Serve),
    /// Write the room out, also while it is served
    Export {
        /// How
        #[arg(long, value_enum, default_value = "html")]
        format: ExportFormat,
        /// Where to; stdout if it is not said
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Make a room of an export in JSON Lines
    Import {
        /// The export
        file: PathBuf,
    },
    /// Make an invitation, and print its link and a QR code of it
    Invite(InviteArgs),
    /// List the invitations
    Invites,
    /// Take an invitation back
    Revoke {
        /// Its id, or the beginning of it
        id: String,
        /// Those who came by it have to leave
        #[arg(long)]
        leave: bool,
    },
    /// The room's password, which is as good as an invitation while the room is closed
    #[command(subcommand)]
    Password(PasswordCommand),
    /// Say who may pin lines in the room
    Pins {
        /// Who
        #[arg(value_enum)]
        by: PinsBy,
    },
    /// Look through the room's history for anything that is not as it must be
    Verify,
    /// Find out who can get in, and why others cannot
    Doctor {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// An invitation to make.
#[derive(Debug, clap::Args)]
pub(crate) struct InviteArgs {
    /// Whoever comes by it may read only
    #[arg(long)]
    pub(crate) reader: bool,
    /// For how many hours it is good [default: always]
    #[arg(long, value_name = "N")]
    pub(crate) hours: Option<NonZeroU32>,
    /// How many people may come by it [default: any number]
    #[arg(long, value_name = "N")]
    pub(crate) uses: Option<NonZeroU32>,
    /// A note for yourself
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) note: String,
    /// The address by which others reach the host, for the link [default: one of this computer's]
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) at: Option<String>,
    /// Draw the QR code for dark letters on a light ground, where its colours cannot be said: in a file, or with `NO_COLOR`
    #[arg(long)]
    pub(crate) invert: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PasswordCommand {
    /// Set it: asked for, or the first line of what is piped in
    Set,
    /// Take it away
    Remove,
}

/// Who may pin lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PinsBy {
    /// The owner and moderators alone
    Owner,
    /// Members, too
    Members,
}

/// How a room is written out.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A page for any browser, in one file
    Html,
    /// Markdown
    Markdown,
    /// JSON Lines, which can be imported
    Jsonl,
}

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Html => Self::Html,
            ExportFormat::Markdown => Self::Markdown,
            ExportFormat::Jsonl => Self::JsonLines,
        }
    }
}

/// What was given on the command line or in the environment.
#[derive(Debug, Default, clap::Args, Serialize)]
pub(crate) struct Serve {
    /// The room's name [default: Hearth]
    #[arg(long, env = "HEARTH_NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The address to listen on [default: all interfaces]
    #[arg(long, env = "HEARTH_BIND", value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    bind: Option<IpAddr>,
    /// The port; 0 for any that is free [default: 8080]
    #[arg(long, env = "HEARTH_PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    /// Keep nothing: the history ends with the program
    #[arg(long, env = "HEARTH_MEMORY", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<bool>,
    /// Let go of what is older than so many days [default: keep everything]
    #[arg(long, env = "HEARTH_KEEP_DAYS", value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_days: Option<NonZeroU32>,
    /// Let go of the oldest when the history is larger than so many MiB [default: keep everything]
    #[arg(long, env = "HEARTH_KEEP_MIB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_mib: Option<NonZeroU32>,
    /// Let in web pages of this origin, or of all with *; repeatable
    #[arg(long, env = "HEARTH_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_origin: Vec<String>,
    /// A DNS name that this host is reached by; repeatable
    #[arg(long, env = "HEARTH_PUBLIC_NAME", value_name = "NAME", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    public_name: Vec<String>,
    /// The certificate that browsers are shown, in PEM, with those that lead to who signed it; read again when it changes
    #[arg(long, env = "HEARTH_TLS_CERT", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, in PEM
    #[arg(long, env = "HEARTH_TLS_KEY", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_key: Option<PathBuf>,
    /// Let in only who was invited or knows the password [default: as the room was]
    #[arg(long, env = "HEARTH_CLOSED", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<bool>,
    /// Tell the local network of the room [default: unless it listens on this machine only]
    #[arg(long, env = "HEARTH_ANNOUNCE", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip)]
    announce: Option<bool>,
    /// Do not tell the local network of the room
    #[arg(long)]
    #[serde(skip)]
    no_announce: bool,
    /// Be reachable from the internet: ask the router for a port
    #[arg(long, env = "HEARTH_OUTSIDE", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    outside: Option<bool>,
    /// Connections in all [default: 5000]
    #[arg(long, env = "HEARTH_MAX_CLIENTS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_clients: Option<usize>,
    /// Connections from one address, loopback excepted [default: 256]
    #[arg(long, env = "HEARTH_MAX_PER_ADDRESS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_per_address: Option<usize>,
    /// Messages of one connection: `off`, or so many a second such as 20/s [default: 20/s]
    #[arg(long, env = "HEARTH_RATE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<String>,
    /// How logs are written to stderr [default: human]
    #[arg(long, env = "HEARTH_LOG_FORMAT", value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
}

impl Serve {
    /// `--no-announce` is a flag of its own, and wins.
    pub(crate) fn announce(&self) -> Option<bool> {
        if self.no_announce { Some(false) } else { self.announce }
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}
