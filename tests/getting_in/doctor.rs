//! Who can get in: what is proven is, and what stands in the way is named. Between computers that are network namespaces,
//! with real filters and switches, which needs root.

use hearth_host::{Cause, Firewall, Outside};
use hearth_protocol::Nickname;
use hearth_tests::Program;
use hearth_tests::headless::Headless;
use hearth_tests::lan::{Router, examined, examined_in_words, found, host_on, outcome, program_on};
use hearth_tests::netns::{Computer, Network};

const LAN: &str = "192.168.1.23:8080";
const VPN: &str = "10.8.0.1:8080";

fn nickname(name: &str) -> Nickname {
    Nickname::new(name).expect("a nickname")
}

/// By whom, and from where.
fn proof(by: &str, from: &str) -> (String, String) {
    (by.to_owned(), from.to_owned())
}

/// Somebody joins from a computer, and is in the room.
async fn member(computer: &Computer, at: &str, nickname: &str) -> Program {
    let url = format!("ws://{at}");
    let mut member = program_on(computer, env!("CARGO_BIN_EXE_hearth-peer"), &["chat", &url, "", nickname]);
    member.after("\"connected\":true").await;
    member
}

async fn host(computer: &Computer) -> Headless {
    host_on(computer, &["--no-announce"]).await
}

#[tokio::test]
async fn who_is_asked_and_arrives_is_the_proof() {
    let lan = Network::new();
    let (hosting, other) =
        (lan.computer("host", &["192.168.1.23/24"]), lan.computer("other", &["192.168.1.5/24"]));
    let host = host(&hosting).await;
    let alone = examined(&hosting, &host).await;
    assert_eq!(found(&alone, LAN), Err(Cause::NobodyToAsk));
    // On the same computer nothing is proven by coming.
    let _own = member(&hosting, "127.0.0.1:8080", "房主").await;
    let own = examined(&hosting, &host).await;
    assert_eq!((found(&own, LAN), own.witnesses.present), (Err(Cause::NobodyToAsk), 0));

    let _ming = member(&other, LAN, "阿明").await;
    let report = examined(&hosting, &host).await;
    assert_eq!(found(&report, LAN), Ok(proof("阿明", "192.168.1.5")), "{report:?}");
    assert_eq!((report.firewall, report.outside), (Firewall::Open, Outside::Off));
    assert_eq!(outcome(&report.internet), Err(Cause::OutsideIsOff));
    let words = examined_in_words(&hosting, &host).await;
    assert!(words.contains("192.168.1.23:8080: proven by 阿明 at "), "{words}");
}

#[tokio::test]
async fn a_filter_that_drops_newcomers_is_named() {
    let lan = Network::new();
    let (hosting, other) =
        (lan.computer("host", &["192.168.1.23/24"]), lan.computer("other", &["192.168.1.5/24"]));
    let host = host(&hosting).await;
    let _ming = member(&other, LAN, "阿明").await;
    let chain = |rule: &str| {
        format!(
            "table inet filter {{ chain input {{ type filter hook input priority 0; policy drop; iif lo accept; \
             ct state established,related accept; tcp dport 22 accept; {rule} }}\n}}\n"
        )
    };
    hosting.filter(&chain(""));
    let report = examined(&hosting, &host).await;
    let rule = "inet filter input".to_owned();
    assert_eq!(report.firewall, Firewall::Closed { rule: rule.clone() });
    assert_eq!(found(&report, LAN), Err(Cause::Firewall { rule, by: Some(nickname("阿明")) }));
    let words = examined_in_words(&hosting, &host).await;
    assert!(words.contains("not proven, most likely because the firewall"), "{words}");

    hosting.filter("add rule inet filter input tcp dport 8080 accept\n");
    let _wei = member(&other, LAN, "小伟").await;
    let report = examined(&hosting, &host).await;
    assert_eq!((found(&report, LAN), report.firewall), (Ok(proof("小伟", "192.168.1.5")), Firewall::Open));
}

#[tokio::test]
async fn a_switch_that_keeps_computers_apart_is_named() {
    let (lan, vpn) = (Network::new(), Network::new());
    let (hosting, other) =
        (lan.computer("host", &["192.168.1.23/24"]), lan.computer("other", &["192.168.1.5/24"]));
    hosting.plug(&vpn, "wg0", &["10.8.0.1/24"]);
    other.plug(&vpn, "wg0", &["10.8.0.2/24"]);
    let far = vpn.computer("far", &["10.8.0.3/24"]);
    for computer in [&hosting, &other] {
        computer.keep_apart(true);
    }
    let host = host(&hosting).await;
    // Who is in the tunnel alone can say nothing of the local network.
    let far = member(&far, VPN, "远客").await;
    let report = examined(&hosting, &host).await;
    assert_eq!(found(&report, VPN), Ok(proof("远客", "10.8.0.3")));
    assert_eq!(found(&report, LAN), Err(Cause::NobodyNear));
    drop(far);

    let _ming = member(&other, VPN, "阿明").await;
    let report = examined(&hosting, &host).await;
    assert_eq!(found(&report, LAN), Err(Cause::KeptApart { by: nickname("阿明") }), "{report:?}");
    let words = examined_in_words(&hosting, &host).await;
    assert!(words.contains("the network keeps its devices apart"), "{words}");
}

/// A host behind two routers, of which the one that is nearer to it is this.
enum Near {
    /// It gives ports and tells its own address outside, which is an inner one. Many do so.
    GivesInnerPorts,
    /// It tells that it has none on the internet, as `miniupnpd` does.
    KnowsBetter,
}

#[tokio::test]
async fn two_routers_in_a_row_are_named() {
    let peer = env!("CARGO_BIN_EXE_hearth-peer");
    let second = Cause::SecondRouter { seen: "192.168.0.7".parse().expect("an address") };
    for (near, words, cause) in [
        (Near::GivesInnerPorts, "double NAT", second),
        (Near::KnowsBetter, "no address on the internet", Cause::RouterHasNoAddress),
    ] {
        let (inside, between, internet) = (Network::new(), Network::new(), Network::new());
        let hosting = inside.computer("host", &["192.168.1.23/24"]);
        hosting.route_by("192.168.1.1");
        let far = Router::between((&between, "192.168.0.1/24"), (&internet, "5.5.5.2/24"), "").await;
        let sides = ((&inside, "192.168.1.1/24"), (&between, "192.168.0.7/24"));
        let near = match near {
            Near::GivesInnerPorts => Router::that_gives_inner_ports(sides.0, sides.1, peer).await,
            Near::KnowsBetter => Router::between(sides.0, sides.1, "").await,
        };
        near.route_by("192.168.0.1");
        let somebody = internet.computer("somebody", &["5.5.5.9/24"]);
        let _theirs = host_on(&somebody, &["--no-announce"]).await;
        let page = program_on(&hosting, peer, &["get", "5.5.5.9:8080"]).line().await;
        assert_eq!(page.as_deref(), Some(r#"{"status":200}"#), "the way out leads through both");

        let mut host = host_on(&hosting, &["--no-announce", "--outside"]).await;
        let told = host.program().after("not reachable from the internet: ").await;
        assert!(told.contains(words), "{told}");
        let report = examined(&hosting, &host).await;
        assert_eq!(outcome(&report.internet), Err(cause));
        assert_eq!(found(&report, LAN), Err(Cause::NobodyToAsk), "the local network is another matter");
        let way_in = program_on(&somebody, peer, &["get", "5.5.5.2:8080"]).line().await;
        assert_eq!((way_in, far.leads_in()), (None, false), "no way leads in");
    }
}

#[tokio::test]
async fn without_a_host_only_this_computer_is_looked_at() {
    let lan = Network::new();
    let computer = lan.computer("host", &["192.168.1.23/24"]);
    let home = tempfile::tempdir().expect("a folder");
    let mut command = hearth_tests::headless::command_at(&computer.way(), &home);
    let found = hearth_tests::headless::run(command.arg("doctor")).await;
    assert_eq!(found.code, Some(0), "{found:?}");
    assert!(found.stdout.contains("nothing listens on port 8080"), "{}", found.stdout);
    assert!(found.stdout.contains("no host was asked"), "{}", found.stdout);
}
