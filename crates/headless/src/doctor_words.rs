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
        let _ = writeln!(text, "something listens on port {port} of this computer");
    } else {
        let _ = writeln!(text, "nothing listens on port {port} of this computer: no host runs there");
    }
    text.push_str(&words(&report));
    text.push_str(
        "This was found by looking at this computer alone: no host was asked, so nobody has tried to get in, and nothing \
         of it is proven.\n",
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
        text.push_str("the room is served to this computer alone (--bind): nobody else can get in\n");
    }
    if !report.only_here && report.addresses.is_empty() {
        text.push_str(
            "this computer is in no network: nobody else can get in; plug in a cable or connect to Wi-Fi\n",
        );
    }
    for port in &report.refused_by_browsers {
        let _ = writeln!(
            text,
            "no browser opens port {port}, which belongs to another protocol: by it only the Hearth app comes in; choose another \
             one (--port), such as 8080"
        );
    }
    for Checked { address, outside, verdict } in &report.addresses {
        let whose = if *outside { " (the router's)" } else { "" };
        let _ = writeln!(text, "{address}{whose}: {}", verdict_in_words(verdict));
    }
    let _ = writeln!(text, "from the internet: {}", verdict_in_words(&report.internet));
    let _ = writeln!(text, "the firewall of this computer: {}", firewall(&report.firewall));
    let Witnesses { present, asked, answered } = report.witnesses;
    let _ = writeln!(text, "members on other computers: {present} here, {asked} asked, {answered} answered");
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
        Cause::OnlyHere => "the room is served to this computer alone".to_owned(),
        Cause::NobodyToAsk => {
            "nobody is in the room by the Hearth app on another computer, who could try".to_owned()
        }
        Cause::AskedJustNow => {
            "everybody who could try was asked within the last minute, and answers once a minute".to_owned()
        }
        Cause::NobodyAnswers => {
            "nobody who was asked can try: they are in a browser, or have an older app".to_owned()
        }
        Cause::NobodyNear => "nobody who is in that network has tried".to_owned(),
        Cause::Firewall { rule, by: Some(by) } => {
            format!("the firewall of this computer turns newcomers away ({rule}); {by} has tried in vain")
        }
        Cause::Firewall { rule, by: None } => {
            format!("the firewall of this computer turns newcomers away ({rule})")
        }
        Cause::KeptApart { by } => format!(
            "the network keeps its devices apart (\"client isolation\", a guest network): {by} is in the same one and \
             does not get through, while the firewall of this computer lets newcomers in"
        ),
        Cause::FirewallOrKeptApart { by } => format!(
            "the firewall of this computer, or a network that keeps its devices apart: {by} is in the same one and does \
             not get through"
        ),
        Cause::Refused { by } => format!("a computer answers there that turns down the connection, says {by}"),
        Cause::OtherHost { by } => format!("another program answers there, says {by}"),
        Cause::NotSeen { by } => format!("{by} says to have come there, and was not seen here"),
        Cause::NoWay { by } => format!("no way leads there from where {by} is"),
        Cause::RouterDoesNotLead { by } => {
            format!("the router does not lead in what comes to the port that it gave; {by} has tried")
        }
        Cause::OnlyFromWithin => "it was tried only from within the router's own network".to_owned(),
        Cause::OutsideIsOff => {
            "that is switched off (--outside); a port that you have forwarded by hand is not seen from here"
                .to_owned()
        }
        Cause::RouterIsAsked => "the router is still being asked".to_owned(),
        Cause::NoRouter => "there is no router that gives ports (PCP, NAT-PMP, UPnP)".to_owned(),
        Cause::RouterRefuses => "the router gives no port".to_owned(),
        Cause::RouterHasNoAddress => {
            "the router says that it has no address on the internet: it stands behind a carrier's NAT or a second router, or \
             its line is down; the local network, a VPN and IPv6 still work"
                .to_owned()
        }
        Cause::CarrierNat { seen } => format!(
            "the carrier has no address of its own for this connection (carrier NAT: the router's is {seen}); the local \
             network, a VPN and IPv6 still work"
        ),
        Cause::SecondRouter { seen } => format!(
            "a second router stands before this one (double NAT: the first one's address is {seen}); lead the port on \
             there too, or make one of them a plain access point"
        ),
    }
}

fn firewall(firewall: &Firewall) -> String {
    match firewall {
        Firewall::Open => "lets newcomers in".to_owned(),
        Firewall::Closed { rule } => format!("turns newcomers away ({rule})"),
        Firewall::Unclear => {
            "its rules do not say for all alike who comes in (`nft list ruleset` shows them)".to_owned()
        }
        Firewall::Unreadable => {
            "cannot be looked at: run `hearth-host doctor` with the administrator's rights".to_owned()
        }
        Firewall::AsksOwner if cfg!(windows) => {
            "cannot be looked at: see Windows Security, \"Allow an app through firewall\", and that the network is a \
             private one"
                .to_owned()
        }
        Firewall::AsksOwner => {
            "cannot be looked at: see System Settings, Network, Firewall, and Privacy & Security, Local Network"
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
