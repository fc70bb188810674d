//! What stands on the computers of a network: hosts and their doctor, members, and routers that give ports.

use std::fs;
use std::sync::Arc;

use hearth_host::{Cause, Report, Verdict};
use tempfile::TempDir;
use tokio::process::Command;

use crate::Program;
use crate::headless::{Headless, command_at, run};
use crate::netns::{Computer, Network};

/// Starts a host on a computer.
pub async fn host_on(computer: &Computer, flags: &[&str]) -> Headless {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let command = command_at(&computer.way(), &home);
    Headless::start_as(home, command, flags).await
}

/// What the doctor of the host on a computer finds.
pub async fn examined(computer: &Computer, host: &Headless) -> Report {
    let mut command = command_at(&computer.way(), &host.home());
    let found = run(command.args(["doctor", "--json"])).await;
    assert_eq!(found.code, Some(0), "{found:?}");
    serde_json::from_str(&found.stdout).expect("a report")
}

/// The same in words. Members do not answer twice in a minute: asked behind [`examined`], it words what was found then.
pub async fn examined_in_words(computer: &Computer, host: &Headless) -> String {
    let mut command = command_at(&computer.way(), &host.home());
    run(command.arg("doctor")).await.stdout
}

/// What a report says of an address: who has proven it from where, or why it is not.
pub fn found(report: &Report, address: &str) -> Result<(String, String), Cause> {
    let of = |checked: &&hearth_host::Checked| checked.address.to_string() == address;
    let checked = report.addresses.iter().find(of).unwrap_or_else(|| panic!("{address}: {report:?}"));
    outcome(&checked.verdict)
}

/// The same of a verdict.
pub fn outcome(verdict: &Verdict) -> Result<(String, String), Cause> {
    match verdict {
        Verdict::Proven { by, from, .. } => Ok((by.to_string(), from.to_string())),
        Verdict::NotProven { cause } => Err(cause.clone()),
    }
}

/// Starts a program on a computer.
pub fn program_on(computer: &Computer, program: &str, arguments: &[&str]) -> Program {
    let way = computer.way();
    let mut command = Command::new(&way[0]);
    command.args(&way[1..]).arg(program).args(arguments);
    Program::start(&mut command).expect("it starts")
}

/// A router between a network inside and one outside, with `miniupnpd`, which gives ports by PCP, NAT-PMP and `UPnP`.
#[derive(Debug)]
pub struct Router {
    computer: Computer,
    daemon: Program,
    _folder: TempDir,
}

/// Chains that `miniupnpd` writes into, and what makes a router of a computer.
const CHAINS: &str = "\
table inet filter {
    chain forward { type filter hook forward priority 0; policy accept; jump miniupnpd; }
    chain miniupnpd { }
}
table inet nat {
    chain prerouting { type nat hook prerouting priority -100; jump prerouting_miniupnpd; }
    chain postrouting { type nat hook postrouting priority 100; oifname \"wan0\" masquerade; }
    chain prerouting_miniupnpd { }
    chain postrouting_miniupnpd { }
}
";

impl Router {
    /// Starts one with these addresses inside and outside, and waits until it answers. `settings` are more lines for its
    /// configuration.
    pub async fn between(inside: (&Network, &str), outside: (&Network, &str), settings: &str) -> Self {
        let computer = Self::computer(inside, outside);
        let folder = tempfile::tempdir().expect("a folder");
        let [config, pid] = ["miniupnpd.conf", "pid"].map(|name| folder.path().join(name));
        // What was said once cannot be taken back further down in its file.
        let upnp_alone = settings.contains("enable_natpmp=no");
        let natpmp = if upnp_alone { "" } else { "enable_natpmp=yes\n" };
        let text = format!(
            "ext_ifname=wan0\nlistening_ip=eth0\n{natpmp}enable_upnp=yes\nport=5000\n\
             uuid=00000000-0000-4000-8000-000000000001\nupnp_table_name=filter\nupnp_nat_table_name=nat\n\
             upnp_forward_chain=miniupnpd\nupnp_nat_chain=prerouting_miniupnpd\n\
             upnp_nat_postrouting_chain=postrouting_miniupnpd\n{settings}\n\
             allow 1024-65535 0.0.0.0/0 1024-65535\n"
        );
        fs::write(&config, text).expect("written");
        let [config, pid] = [config, pid].map(|path| path.to_string_lossy().into_owned());
        let mut daemon = program_on(&computer, "miniupnpd", &["-d", "-f", &config, "-P", &pid]);
        let ready = if upnp_alone { "HTTP listening on port" } else { "Listening for NAT-PMP/PCP traffic" };
        daemon.error_after(ready).await;
        Self { computer, daemon, _folder: folder }
    }

    /// Another kind, which gives ports although its own address outside is an inner one. `peer` is our program for that.
    pub async fn that_gives_inner_ports(
        inside: (&Network, &str),
        outside: (&Network, &str),
        peer: &str,
    ) -> Self {
        let computer = Self::computer(inside, outside);
        let (address, _) = outside.1.split_once('/').expect("a prefix");
        let mut daemon = program_on(&computer, peer, &["give-ports", address]);
        daemon.after("gives_ports_at").await;
        Self { computer, daemon, _folder: tempfile::tempdir().expect("a folder") }
    }

    /// A computer that passes on what goes outside, under its own address there.
    fn computer(inside: (&Network, &str), outside: (&Network, &str)) -> Computer {
        let computer = inside.0.computer("router", &[inside.1]);
        computer.plug(outside.0, "wan0", &[outside.1]);
        computer.pass_on();
        computer.filter(CHAINS);
        computer
    }

    /// What is for nobody that it knows goes by way of this router.
    pub fn route_by(&self, router: &str) {
        self.computer.route_by(router);
    }

    /// Waits until it says this.
    pub async fn says(&mut self, what: &str) {
        self.daemon.error_after(what).await;
    }

    /// Whether it leads anything in.
    pub fn leads_in(&self) -> bool {
        self.computer.rules().contains("dnat")
    }
}
