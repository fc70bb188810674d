//! The system's firewall rules, as far as this program may read them.

use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::{Rules, iptables, nft};

/// Longer than listing even thousands of rules takes.
const PATIENCE: Duration = Duration::from_secs(3);

/// The tables of the older filter, which `nft` does not see. Only root may read it.
const LEGACY: [(&str, &str, bool); 2] =
    [("/proc/net/ip_tables_names", "iptables", false), ("/proc/net/ip6_tables_names", "ip6tables", true)];

/// Reads the rules that stand, as far as this program may.
pub(crate) async fn read() -> Rules {
    if cfg!(any(windows, target_os = "macos")) {
        return Rules::AsksOwner;
    }
    let listed = run("nft", &["--json", "list", "ruleset"]).await;
    let mut filters = match listed.as_deref() {
        // What iptables has put there is better read in its own words.
        Some(json) if json.contains(r#""xt""#) => Vec::new(),
        Some(json) => nft::parse(json).unwrap_or_default(),
        None => Vec::new(),
    };
    let mut known = listed.as_deref().is_some_and(|json| !json.contains(r#""xt""#));
    for (names, program, v6) in LEGACY {
        let is_legacy = std::fs::read_to_string(names).is_ok_and(|names| names.contains("filter"));
        if !known || is_legacy {
            let listing = run(program, &["-S"]).await;
            if let Some(filter) = listing.and_then(|listing| iptables::parse(&listing, v6)) {
                filters.push(filter);
                known = true;
            }
        }
    }
    if known { Rules::Read(filters) } else { Rules::Unreadable }
}

async fn run(program: &str, arguments: &[&str]) -> Option<String> {
    // Where the administrator's programs stand may not be where others look for theirs.
    for folder in ["", "/usr/sbin/", "/sbin/"] {
        let mut command = Command::new(format!("{folder}{program}"));
        command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        if let Ok(Ok(Output { status, stdout, .. })) = timeout(PATIENCE, command.output()).await {
            return status.success().then(|| String::from_utf8_lossy(&stdout).into_owned());
        }
    }
    None
}
