//! What the doctor found, in words.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use hearth_host::{Cause, Checked, Firewall, Outside, OwnerAnswer, OwnerRequest, Report, Verdict, Witnesses};

use crate::exit::{self, fail, say};
use crate::running_host::{self, AskError};
use crate::settings::Settings;

/// On the same computer an answer takes no time at all.
const ANSWER: Duration = Duration::from_secs(1);

/// Asks the host that serves the room. Without one, looks at this computer alone.
pub(crate) async fn run(settings: &Settings, as_json: bool) -> ExitCode {
    let asked = running_host::ask(&settings.data, &OwnerRequest::Examine);
    let (report, text) = match asked {
        Ok(Some(OwnerAnswer::Examined { report })) => {
            let text = words(&report);
            (*report, text)
        }
        Ok(Some(_)) => return fail(exit::UNAVAILABLE, &AskError::Strange),
        Ok(None) => by_looking_around(settings.listening()).await,
        Err(error) => return fail(exit::UNAVAILABLE, &error),
    };
    if !as_json {
        return say(&text);
    }
    match serde_json::to_string(&report) {
        Ok(json) => say(&format!("{json}\n")),
        Err(error) => fail(exit::UNAVAILABLE, &error),
    }
}

/// Looks at this computer alone, for a host that listens at this address.
async fn by_looking_around(listening: SocketAddr) -> (Report, String) {
    let report = hearth_host::look_around(listening).await;
    let runs = TcpStream::connect_timeout(&this_computer(listening), ANSWER).is_ok();
    let mut text = String::new();
    let port = report.port;
    if runs {
        let _ = writeln!(text, "something is listening on port {port} of this computer");
    } else {
        let _ = writeln!(text, "nothing listens on port {port} of this computer: no host is running");
    }
    text.push_str(&words(&report));
    text.push_str(
        "These findings come from this computer only: no host was asked, so nobody has tried to connect, and none of \
         them is proven.\n",
    );
    (report, text)
}

/// Where a host that listens there is reached from here.
fn this_computer(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

/// A report in words.
fn words(report: &Report) -> String {
    let mut text = String::new();
    if report.only_here {
        text.push_str("the room is open to this computer only (--bind): nobody else can join\n");
    }
    if !report.only_here && report.addresses.is_empty() {
        text.push_str(
            "this computer is in no network: nobody else can join; plug in a cable or connect to Wi-Fi\n",
        );
    }
    for port in &report.refused_by_browsers {
        let _ = writeln!(
            text,
            "no browser opens port {port}, which is reserved for another protocol: only the Hearth app can join there; choose \
             another port (--port), such as 8080"
        );
    }
    for Checked { address, outside, verdict } in &report.addresses {
        let whose = if *outside { " (the router's)" } else { "" };
        let _ = writeln!(text, "{address}{whose}: {}", verdict_in_words(verdict));
    }
    let _ = writeln!(text, "from the internet: {}", verdict_in_words(&report.internet));
    let _ = writeln!(text, "the firewall of this computer: {}", firewall(&report.firewall));
    let Witnesses { present, asked, answered } = report.witnesses;
    let _ = writeln!(
        text,
        "members on other computers: {present} in the room, {asked} asked to try, {answered} answered"
    );
    text
}

fn verdict_in_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Proven { by, at, from } => {
            let at = at.strftime("%H:%M UTC on %Y-%m-%d");
            format!("proven by {by} at {at}, from {from}")
        }
        Verdict::NotProven { cause } => format!("not proven, most likely because {}", cause_in_words(cause)),
    }
}

fn cause_in_words(cause: &Cause) -> String {
    match cause {
        Cause::OnlyHere => "the room is open to this computer only".to_owned(),
        Cause::NobodyToAsk => {
            "nobody in the room uses the Hearth app on another computer, so nobody could try".to_owned()
        }
        Cause::AskedJustNow => {
            "everybody who could try was asked less than a minute ago, and each is asked at most once a minute".to_owned()
        }
        Cause::NobodyAnswers => {
            "nobody who was asked can try: they use a browser or an older app".to_owned()
        }
        Cause::NobodyNear => "nobody in that network has tried".to_owned(),
        Cause::Firewall { rule, by: Some(by) } => {
            format!("the firewall of this computer blocks new connections ({rule}); {by} tried and did not get through")
        }
        Cause::Firewall { rule, by: None } => {
            format!("the firewall of this computer blocks new connections ({rule})")
        }
        Cause::KeptApart { by } => format!(
            "the network keeps its devices apart (\"client isolation\", as in guest networks): {by} is in the same network and \
             does not get through, although the firewall of this computer allows it"
        ),
        Cause::FirewallOrKeptApart { by } => format!(
            "either the firewall of this computer blocks new connections or the network keeps its devices apart: {by} is in the \
             same network and does not get through"
        ),
        Cause::Refused { by } => format!("according to {by}, a computer there refuses the connection"),
        Cause::OtherHost { by } => format!("according to {by}, another program answers there"),
        Cause::NotSeen { by } => format!("{by} reports having connected there, but no connection arrived here"),
        Cause::NoWay { by } => format!("there is no route to it from {by}'s computer"),
        Cause::RouterDoesNotLead { by } => {
            format!("the router does not forward the port that it mapped; {by} tried and did not get through")
        }
        Cause::OnlyFromWithin => "it was only tried from inside the router's own network".to_owned(),
        Cause::OutsideIsOff => {
            "it is switched off (--outside turns it on); a port that you forwarded by hand cannot be seen from here"
                .to_owned()
        }
        Cause::RouterIsAsked => "the router has not answered yet".to_owned(),
        Cause::NoRouter => "no router here maps ports (PCP, NAT-PMP, UPnP)".to_owned(),
        Cause::RouterRefuses => "the router refuses to map a port".to_owned(),
        Cause::RouterHasNoAddress => {
            "the router reports no address on the internet: it is behind the carrier's NAT or a second router, or its line is \
             down; the local network, a VPN and IPv6 still work"
                .to_owned()
        }
        Cause::CarrierNat { seen } => format!(
            "the carrier shares one address among many customers (carrier NAT: the router's address is {seen}); the local \
             network, a VPN and IPv6 still work"
        ),
        Cause::SecondRouter { seen } => format!(
            "there is a second router in front of this one (double NAT: this router's address is {seen}); forward the port there \
             too, or turn one of them into a plain access point"
        ),
    }
}

fn firewall(firewall: &Firewall) -> String {
    match firewall {
        Firewall::Open => "allows new connections".to_owned(),
        Firewall::Closed { rule } => format!("blocks new connections ({rule})"),
        Firewall::Unclear => {
            "its rules treat addresses differently, so it is unclear who gets through (`nft list ruleset` shows them)".to_owned()
        }
        Firewall::Unreadable => {
            "unknown: run `hearth-host doctor` as administrator to have it checked".to_owned()
        }
        Firewall::AsksOwner if cfg!(windows) => {
            "unknown: check \"Allow an app through firewall\" in Windows Security, and that the network is set to private"
                .to_owned()
        }
        Firewall::AsksOwner => {
            "unknown: check System Settings, Network, Firewall, and Privacy & Security, Local Network"
                .to_owned()
        }
    }
}

/// What has come of the wish to be reachable from the internet; `None` while there is nothing to say.
pub(crate) fn outside(outside: Outside) -> Option<String> {
    match outside {
        Outside::Mapped { address } => Some(format!("reachable from the internet at ws://{address}")),
        none => {
            let why = Cause::of(none)?;
            Some(format!("not reachable from the internet: {}", cause_in_words(&why)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_the_router_is_told_in_a_line() {
        let of = |outside: Outside| super::outside(outside).unwrap_or_default();
        assert_eq!(of(Outside::Looking), "");
        let address = "84.23.5.6:49152".parse().expect("an address");
        assert_eq!(of(Outside::Mapped { address }), "reachable from the internet at ws://84.23.5.6:49152");
        let carrier = of(Outside::CarrierNat { seen: "100.64.3.4".parse().expect("an address") });
        assert!(carrier.contains("carrier NAT") && carrier.contains("IPv6 still work"), "{carrier}");
        let double = of(Outside::SecondRouter { seen: "192.168.0.7".parse().expect("an address") });
        assert!(double.contains("double NAT") && double.contains("192.168.0.7"), "{double}");
        assert!(!of(Outside::NoRouter).contains('\n'));
    }
}
