use std::net::IpAddr;

use hearth_protocol::Nickname;

use super::*;

const LAN: &str = "192.168.1.23:8080";
const VPN: &str = "10.8.0.1:8080";
const OUTSIDE: &str = "84.23.5.6:49152";

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn nickname(name: &str) -> Nickname {
    Nickname::new(name).expect("a nickname")
}

/// A host on a network, with another address in a tunnel; the filter is open, and one member was asked and answered.
fn facts(tries: &[Try]) -> Facts {
    let own = |address: &str, interface: &str| Candidate {
        address: at(address),
        interface: Some(interface.to_owned()),
    };
    Facts {
        at: Timestamp::UNIX_EPOCH,
        port: 8080,
        only_here: false,
        candidates: vec![own(LAN, "eth0"), own(VPN, "tun0")],
        outside: Outside::Off,
        rules: Rules::Read(Vec::new()),
        witnesses: Witnesses { present: 1, asked: 1, answered: 1 },
        tries: tries.to_vec(),
    }
}

fn tried(candidate: &str, reported: ProbeOutcome) -> Try {
    Try {
        candidate: at(candidate),
        by: nickname("阿明"),
        at: Timestamp::UNIX_EPOCH,
        round: 1,
        seen_from: None,
        reported: Some(reported),
        near: true,
    }
}

fn seen(candidate: &str, from: &str) -> Try {
    Try { seen_from: from.parse().ok(), ..tried(candidate, ProbeOutcome::Reached) }
}

fn mapped(tries: &[Try]) -> Facts {
    let mut facts = facts(tries);
    facts.outside = Outside::Mapped { address: at(OUTSIDE) };
    facts.candidates.push(Candidate { address: at(OUTSIDE), interface: None });
    facts
}

fn cause(facts: &Facts, address: &str) -> Cause {
    let report = diagnose(facts);
    let checked = report.addresses.iter().find(|checked| checked.address == at(address));
    match &checked.expect("it is looked at").verdict {
        Verdict::NotProven { cause } => cause.clone(),
        proven @ Verdict::Proven { .. } => panic!("{proven:?}"),
    }
}

fn internet(facts: &Facts) -> Cause {
    match diagnose(facts).internet {
        Verdict::NotProven { cause } => cause,
        proven @ Verdict::Proven { .. } => panic!("{proven:?}"),
    }
}

fn by() -> Nickname {
    nickname("阿明")
}

#[test]
fn only_what_was_seen_is_proven() {
    let report = diagnose(&facts(&[seen(LAN, "192.168.1.5"), tried(VPN, ProbeOutcome::Reached)]));
    let proven = Verdict::Proven {
        by: by(),
        at: Timestamp::UNIX_EPOCH,
        from: "192.168.1.5".parse().expect("an address"),
    };
    assert_eq!(report.addresses[0].verdict, proven);
    let claimed = Verdict::NotProven { cause: Cause::NotSeen { by: by() } };
    assert_eq!(report.addresses[1].verdict, claimed, "whoever only says so proves nothing");
}

#[test]
fn what_somebody_finds_near_has_its_cause() {
    use ProbeOutcome as Outcome;
    for (reported, expected) in [
        (Outcome::TimedOut, Cause::KeptApart { by: by() }),
        (Outcome::Unreachable, Cause::KeptApart { by: by() }),
        (Outcome::Refused, Cause::Refused { by: by() }),
        (Outcome::OtherHost, Cause::OtherHost { by: by() }),
    ] {
        assert_eq!(cause(&facts(&[tried(LAN, reported)]), LAN), expected, "{reported:?}");
        let mut unread = facts(&[tried(LAN, reported)]);
        for rules in [Rules::Unreadable, Rules::AsksOwner] {
            unread.rules = rules;
            let expected = match &expected {
                Cause::KeptApart { .. } => Cause::FirewallOrKeptApart { by: by() },
                same => same.clone(),
            };
            assert_eq!(cause(&unread, LAN), expected, "{reported:?}");
        }
    }
}

#[test]
fn who_is_far_away_says_nothing_of_an_inner_network() {
    let far = Try { near: false, ..tried(LAN, ProbeOutcome::TimedOut) };
    assert_eq!(cause(&facts(std::slice::from_ref(&far)), LAN), Cause::NobodyNear);
    let near = tried(LAN, ProbeOutcome::TimedOut);
    assert_eq!(cause(&facts(&[far.clone(), near.clone()]), LAN), Cause::KeptApart { by: by() });
    assert_eq!(cause(&facts(&[near, far]), LAN), Cause::KeptApart { by: by() }, "whoever was asked first");
}

#[test]
fn a_filter_that_keeps_out_newcomers_is_the_likeliest_cause() {
    let drops = r#"{"nftables": [{"chain": {"family": "inet", "table": "filter", "name": "input", "type": "filter", "hook": "input", "policy": "drop"}}]}"#;
    let rules = Rules::Read(crate::reach::firewall::of_nft(drops));
    let rule = "inet filter input".to_owned();
    let mut tried_in_vain = facts(&[tried(LAN, ProbeOutcome::TimedOut)]);
    tried_in_vain.rules = rules.clone();
    assert_eq!(cause(&tried_in_vain, LAN), Cause::Firewall { rule: rule.clone(), by: Some(by()) });
    assert_eq!(cause(&tried_in_vain, VPN), Cause::Firewall { rule, by: None }, "also where nobody tried");
    let mut came_all_the_same = facts(&[seen(LAN, "192.168.1.5")]);
    came_all_the_same.rules = rules;
    let report = diagnose(&came_all_the_same);
    assert!(matches!(report.addresses[0].verdict, Verdict::Proven { .. }), "a proof is a proof");
}

#[test]
fn without_anybody_nothing_is_proven() {
    let mut alone = facts(&[]);
    alone.witnesses = Witnesses::default();
    assert_eq!(cause(&alone, LAN), Cause::NobodyToAsk);
    alone.witnesses = Witnesses { present: 2, asked: 0, answered: 0 };
    assert_eq!(cause(&alone, LAN), Cause::AskedJustNow);
    alone.witnesses.asked = 2;
    assert_eq!(cause(&alone, LAN), Cause::NobodyAnswers);
    alone.witnesses.answered = 1;
    assert_eq!(cause(&alone, LAN), Cause::NobodyNear, "they answered, and have tried others");
}

#[test]
fn the_newest_examination_counts() {
    let closed_since = Try { round: 2, ..tried(LAN, ProbeOutcome::TimedOut) };
    assert_eq!(cause(&facts(&[seen(LAN, "192.168.1.5"), closed_since]), LAN), Cause::KeptApart { by: by() });
    let opened_since = Try { round: 2, ..seen(LAN, "192.168.1.5") };
    let report = diagnose(&facts(&[tried(LAN, ProbeOutcome::TimedOut), opened_since]));
    assert!(matches!(report.addresses[0].verdict, Verdict::Proven { .. }));
}

#[test]
fn what_stands_before_the_internet_is_named() {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    for (outside, expected) in [
        (Outside::Off, Cause::OutsideIsOff),
        (Outside::Looking, Cause::RouterIsAsked),
        (Outside::NoAddress, Cause::RouterHasNoAddress),
        (Outside::NoRouter, Cause::NoRouter),
        (Outside::Refused, Cause::RouterRefuses),
        (Outside::CarrierNat { seen: ip("100.64.3.4") }, Cause::CarrierNat { seen: ip("100.64.3.4") }),
        (Outside::SecondRouter { seen: ip("192.168.0.7") }, Cause::SecondRouter { seen: ip("192.168.0.7") }),
    ] {
        let mut facts = facts(&[seen(LAN, "192.168.1.5")]);
        facts.outside = outside;
        assert_eq!(internet(&facts), expected);
    }
    let mut here = facts(&[]);
    here.only_here = true;
    assert_eq!(internet(&here), Cause::OnlyHere);
}

#[test]
fn a_port_of_the_routers_is_proven_from_outside_alone() {
    let far = |tried: Try| Try { near: false, ..tried };
    let report = diagnose(&mapped(&[far(seen(OUTSIDE, "91.2.3.4"))]));
    assert!(matches!(report.internet, Verdict::Proven { .. }), "{report:?}");
    let from_within = mapped(&[far(seen(OUTSIDE, "192.168.1.1"))]);
    assert_eq!(internet(&from_within), Cause::OnlyFromWithin);
    let not_led = mapped(&[far(tried(OUTSIDE, ProbeOutcome::TimedOut))]);
    assert_eq!(internet(&not_led), Cause::RouterDoesNotLead { by: by() });
    let mut alone = mapped(&[]);
    alone.witnesses = Witnesses::default();
    assert_eq!(internet(&alone), Cause::NobodyToAsk);
}

#[test]
fn an_address_of_the_internets_needs_no_router() {
    let mut own = facts(&[Try { near: false, ..seen("[2a01:db8::5]:8080", "2a02:123::1") }]);
    own.candidates.push(Candidate { address: at("[2a01:db8::5]:8080"), interface: Some("eth0".to_owned()) });
    assert!(matches!(diagnose(&own).internet, Verdict::Proven { .. }));
    own.tries[0].near = true;
    assert_eq!(internet(&own), Cause::OutsideIsOff, "a neighbour is not the internet");
}

#[test]
fn ports_that_no_browser_opens_are_named() {
    assert_eq!(diagnose(&facts(&[])).refused_by_browsers, [0_u16; 0]);
    let mut own = facts(&[]);
    own.port = 6666;
    own.candidates.iter_mut().for_each(|candidate| candidate.address.set_port(6666));
    assert_eq!(diagnose(&own).refused_by_browsers, [6666]);
    let mut routers = mapped(&[]);
    routers.candidates.last_mut().expect("the router's").address.set_port(10080);
    assert_eq!(diagnose(&routers).refused_by_browsers, [10080], "a port that the router has chosen");
}

#[test]
fn a_report_is_written_and_read() {
    let report = diagnose(&mapped(&[seen(LAN, "192.168.1.5"), tried(VPN, ProbeOutcome::TimedOut)]));
    let text = serde_json::to_string(&report).expect("JSON");
    assert!(text.contains(r#"{"result":"not_proven","cause":"kept_apart","by":"阿明"}"#), "{text}");
    assert_eq!(serde_json::from_str::<Report>(&text).expect("a report"), report);
}
