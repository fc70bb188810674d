//! The configuration: flags, environment and file, and what they add up to. Flags win over `HEARTH_…` variables, those
//! over the file, and that over the defaults.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use directories::ProjectDirs;
use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use hearth_host::{Certificate, CertificateError, HostConfig, Limits};
use hearth_log::Retention;
use hearth_protocol::DEFAULT_PORT;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cli::{Cli, Command, LogFormat};

/// The settings in force.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) name: Option<String>,
    pub(crate) data: PathBuf,
    pub(crate) memory: bool,
    pub(crate) outside: bool,
    keep_days: Option<NonZeroU32>,
    keep_mib: Option<NonZeroU32>,
    pub(crate) bind: IpAddr,
    pub(crate) port: u16,
    allow_origin: Vec<String>,
    public_name: Vec<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    closed: Option<bool>,
    announce: Option<bool>,
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
    #[error("the settings file {} is not there; --config or HEARTH_CONFIG names another one", .0.display())]
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
    /// The certificate for browsers is of no use.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A certificate without its key, or the other way around.
    #[error("tls_cert and tls_key go together: set both, or neither")]
    HalfOfACertificate,
    /// The settings cannot be written as TOML.
    #[error("the settings cannot be printed: {0}")]
    Unprintable(#[from] toml::ser::Error),
}

impl Default for Settings {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            name: None,
            data: folders()
                .map_or_else(|| PathBuf::from("hearth"), |folders| folders.data_dir().join("host")),
            memory: false,
            outside: false,
            keep_days: None,
            keep_mib: None,
            bind: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            port: DEFAULT_PORT,
            allow_origin: Vec::new(),
            public_name: Vec::new(),
            tls_cert: None,
            tls_key: None,
            closed: None,
            announce: None,
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
        } else if let Some(folders) = folders() {
            let file = folders.config_dir().join("host.toml");
            if file.exists() {
                figment = figment.merge(Toml::file_exact(file));
            }
        }
        if let Some(data) = &cli.data {
            figment = figment.merge(Serialized::default("data", data));
        }
        let serve = match &cli.command {
            Some(Command::Serve(serve)) => serve,
            _ => &cli.serve,
        };
        if let Some(announce) = serve.announce() {
            figment = figment.merge(Serialized::default("announce", announce));
        }
        figment.merge(Serialized::defaults(serve)).extract().map_err(|error| Box::new(error).into())
    }

    /// The room's file.
    pub(crate) fn room_file(&self) -> PathBuf {
        self.data.join("room.db")
    }

    /// Where the host listens.
    pub(crate) fn listening(&self) -> SocketAddr {
        SocketAddr::new(self.bind, self.port)
    }

    /// How much of the history is kept.
    pub(crate) fn retention(&self) -> Retention {
        let bytes = |mib: NonZeroU32| u64::from(mib.get()) * 1024 * 1024;
        Retention { days: self.keep_days.map(NonZeroU32::get), bytes: self.keep_mib.map(bytes) }
    }

    /// What the host of the room of this name is started with.
    pub(crate) fn host_config(&self, name: &str) -> Result<HostConfig, ConfigError> {
        let rate = match self.rate.as_str() {
            "off" => None,
            rate => Some(value("rate", rate)?),
        };
        Ok(HostConfig {
            name: name.to_owned(),
            bind: self.bind,
            port: self.port,
            allow_origins: self
                .allow_origin
                .iter()
                .map(|o| value("allow_origin", o))
                .collect::<Result<_, _>>()?,
            public_names: self.public_name.clone(),
            certificate: self.certificate()?,
            closed: self.closed,
            announce: self.announce.unwrap_or(!self.bind.is_loopback()),
            limits: Limits {
                max_clients: self.max_clients,
                max_per_address: self.max_per_address,
                ..Limits::default().at_rate(rate)
            },
        })
    }

    fn certificate(&self) -> Result<Option<Certificate>, ConfigError> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Ok(Some(Certificate::read(cert.clone(), key.clone())?)),
            (None, None) => Ok(None),
            (Some(_), None) | (None, Some(_)) => Err(ConfigError::HalfOfACertificate),
        }
    }

    /// The same as a settings file.
    pub(crate) fn to_toml(&self) -> Result<String, ConfigError> {
        Ok(toml::to_string_pretty(self)?)
    }
}

fn folders() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "hearth")
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
    use clap::Parser;

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
        assert_eq!((settings.name.as_deref(), settings.port, settings.max_clients), (Some("书房"), 0, 5000));
        let config = settings.host_config("x").expect("a configuration");
        assert_eq!(config.limits.rate.map(|rate| rate.per_second), Some(5.0));
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
    fn keeping_nothing_can_be_said_in_each_of_the_three_ways() {
        assert!(!load(&[]).expect("settings").memory);
        assert!(load(&["--memory"]).expect("settings").memory);
        assert!(!load(&["--memory=off"]).expect("settings").memory);
        let memory = toml::from_str::<toml::Table>("memory = true").expect("TOML");
        let figment =
            Figment::from(Serialized::defaults(Settings::default())).merge(Serialized::defaults(memory));
        assert!(figment.extract::<Settings>().expect("settings").memory);
    }

    #[test]
    fn the_network_is_told_of_a_room_that_others_can_reach_unless_somebody_says_otherwise() {
        let announced = |flags: &[&str]| {
            load(flags).expect("settings").host_config("x").expect("a configuration").announce
        };
        assert!(announced(&[]));
        assert!(announced(&["--bind", "192.168.1.5"]));
        assert!(!announced(&["--bind", "127.0.0.1"]));
        assert!(!announced(&["--no-announce"]));
        assert!(!announced(&["--announce=off"]));
        assert!(!announced(&["--announce", "--no-announce"]));
        assert!(announced(&["--announce", "--bind", "::1"]), "as a proxy may pass it on");
    }

    #[test]
    fn everything_is_kept_unless_somebody_says_otherwise() {
        assert_eq!(load(&[]).expect("settings").retention(), Retention::default());
        let bounded = load(&["--keep-days", "30", "--keep-mib", "2"]).expect("settings").retention();
        assert_eq!(bounded, Retention { days: Some(30), bytes: Some(2 * 1024 * 1024) });
        assert!(Cli::try_parse_from(["hearth-host", "--keep-days", "0"]).is_err(), "nothing is --memory");
    }

    #[test]
    fn wrong_values_are_named() {
        let error = load(&["--rate", "fast"]).expect("read").host_config("x").expect_err("no rate");
        assert!(error.to_string().contains("rate = \"fast\""), "{error}");
        let error = load(&["--allow-origin", "here"]).expect("read").host_config("x").expect_err("no origin");
        assert!(error.to_string().contains("allow_origin"), "{error}");
    }

    #[test]
    fn a_certificate_comes_with_its_key_and_is_read_before_anything_is_served() {
        let error = load(&["--tls-cert", "a.pem"]).expect("read").host_config("x").expect_err("no key");
        assert!(matches!(error, ConfigError::HalfOfACertificate), "{error}");
        let files = ["--tls-cert", "/nowhere/a.pem", "--tls-key", "/nowhere/b.pem"];
        let error = load(&files).expect("read").host_config("x").expect_err("no files");
        assert!(error.to_string().starts_with("/nowhere/a.pem cannot be read"), "{error}");
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
