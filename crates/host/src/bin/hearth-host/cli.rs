//! Flags, environment and file, and what they add up to. Flags win over `HEARTH_…` variables, those over the file,
//! and that over the defaults.

use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Parser, Subcommand, ValueEnum};
use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use hearth_host::{HostConfig, Limits};
use hearth_protocol::DEFAULT_PORT;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Serves a Hearth chat room without a window.
#[derive(Debug, Parser)]
#[command(name = "hearth-host", version, about, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
    /// Read settings from this TOML file [default: host.toml in the configuration folder, if it is there]
    #[arg(long, global = true, env = "HEARTH_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the settings that result from flags, environment and file, and stop
    #[arg(long, global = true)]
    pub(crate) print_config: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a room (the default)
    Serve(Serve),
}

/// What was given on the command line or in the environment.
#[derive(Debug, Default, clap::Args, Serialize)]
struct Serve {
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
    /// Keep nothing: the history ends with the program. So far there is no other way
    #[arg(long, env = "HEARTH_MEMORY", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<bool>,
    /// Let in web pages of this origin, or of all with *; repeatable
    #[arg(long, env = "HEARTH_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_origin: Vec<String>,
    /// A DNS name that this host is reached by; repeatable
    #[arg(long, env = "HEARTH_PUBLIC_NAME", value_name = "NAME", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    public_name: Vec<String>,
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

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// The settings in force.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    name: String,
    bind: IpAddr,
    port: u16,
    /// Nothing is to be kept, whatever is usual.
    memory: bool,
    allow_origin: Vec<String>,
    public_name: Vec<String>,
    max_clients: usize,
    max_per_address: usize,
    rate: String,
    pub(crate) log_format: LogFormat,
}

/// Why the settings cannot be used.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// A file, or a value of a wrong kind.
    #[error("the settings cannot be read: {0}")]
    Unreadable(#[from] Box<figment::Error>),
    /// The file that was named is not there.
    #[error("the settings file {} is not there", .0.display())]
    Missing(PathBuf),
    /// A value that is none.
    #[error("{setting} = {value:?}: {reason}")]
    Value {
        /// The setting.
        setting: &'static str,
        /// What stands there.
        value: String,
        /// Why it is none.
        reason: String,
    },
    /// The settings cannot be written as TOML.
    #[error("the settings cannot be printed: {0}")]
    Unprintable(#[from] toml::ser::Error),
}

impl Default for Settings {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            name: "Hearth".to_owned(),
            bind: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            port: DEFAULT_PORT,
            memory: false,
            allow_origin: Vec::new(),
            public_name: Vec::new(),
            max_clients: limits.max_clients,
            max_per_address: limits.max_per_address,
            rate: "20/s".to_owned(),
            log_format: LogFormat::Human,
        }
    }
}

impl Settings {
    /// Puts flags, environment, file and defaults together.
    pub(crate) fn load(cli: &Cli) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = &cli.config {
            if !file.exists() {
                return Err(ConfigError::Missing(file.clone()));
            }
            figment = figment.merge(Toml::file_exact(file));
        } else if let Some(folders) = directories::ProjectDirs::from("", "", "hearth") {
            let file = folders.config_dir().join("host.toml");
            if file.exists() {
                figment = figment.merge(Toml::file_exact(file));
            }
        }
        let serve = match &cli.command {
            Some(Command::Serve(serve)) => serve,
            None => &cli.serve,
        };
        figment.merge(Serialized::defaults(serve)).extract().map_err(|error| Box::new(error).into())
    }

    /// What the host is started with.
    pub(crate) fn host_config(&self) -> Result<HostConfig, ConfigError> {
        let rate = match self.rate.as_str() {
            "off" => None,
            rate => Some(value("rate", rate)?),
        };
        Ok(HostConfig {
            name: self.name.clone(),
            bind: self.bind,
            port: self.port,
            allow_origins: self
                .allow_origin
                .iter()
                .map(|o| value("allow_origin", o))
                .collect::<Result<_, _>>()?,
            public_names: self.public_name.clone(),
            limits: Limits {
                max_clients: self.max_clients,
                max_per_address: self.max_per_address,
                ..Limits::default().at_rate(rate)
            },
        })
    }

    /// The same as a settings file.
    pub(crate) fn to_toml(&self) -> Result<String, ConfigError> {
        Ok(toml::to_string_pretty(self)?)
    }
}

fn value<T>(setting: &'static str, text: &str) -> Result<T, ConfigError>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    text.parse().map_err(|error: T::Err| ConfigError::Value {
        setting,
        value: text.to_owned(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(args: &[&str]) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("host.toml");
        std::fs::write(&file, "name = \"书房\"\nport = 9000\nrate = \"5/s\"\n").expect("written");
        let file = file.to_str().expect("a path");
        let args = [&["hearth-host", "--config", file], args].concat();
        Settings::load(&Cli::try_parse_from(args).expect("flags"))
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let settings = load(&["--port", "0"]).expect("settings");
        assert_eq!((settings.name.as_str(), settings.port, settings.max_clients), ("书房", 0, 5000));
        let config = settings.host_config().expect("a configuration");
        assert_eq!(config.limits.rate.map(|rate| rate.per_second), Some(5.0));
    }

    #[test]
    fn memory_is_asked_for_by_a_flag_or_by_what_means_yes() {
        let memory = |args: &[&str]| load(args).expect("settings").memory;
        assert!(!memory(&[]), "nobody asked");
        assert!(memory(&["--memory"]) && memory(&["--memory=1"]) && memory(&["--memory=yes"]));
        assert!(!memory(&["--memory=0"]));
        assert!(Cli::try_parse_from(["hearth-host", "--memory=perhaps"]).is_err());
    }

    #[test]
    fn what_is_printed_can_be_read_again() {
        let settings =
            load(&["--allow-origin", "null", "--allow-origin", "https://a.example"]).expect("settings");
        let toml = settings.to_toml().expect("printed");
        assert_eq!(toml::from_str::<Settings>(&toml).expect("read"), settings);
        assert_eq!(settings.allow_origin, ["null", "https://a.example"]);
    }

    #[test]
    fn wrong_values_are_named() {
        let error = load(&["--rate", "fast"]).expect("read").host_config().expect_err("no rate");
        assert!(error.to_string().contains("rate = \"fast\""), "{error}");
        let error = load(&["--allow-origin", "here"]).expect("read").host_config().expect_err("no origin");
        assert!(error.to_string().contains("allow_origin"), "{error}");
    }

    #[test]
    fn unknown_keys_and_missing_files_are_errors() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("host.toml");
        std::fs::write(&file, "prot = 9000\n").expect("written");
        let cli = Cli::try_parse_from(["hearth-host".into(), "--config".into(), file.into_os_string()])
            .expect("flags");
        assert!(Settings::load(&cli).expect_err("a typing error").to_string().contains("prot"));
        let cli = Cli::try_parse_from(["hearth-host", "--config", "/nowhere/host.toml"]).expect("flags");
        assert!(matches!(Settings::load(&cli), Err(ConfigError::Missing(_))));
    }
}
