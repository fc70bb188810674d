//! Reachable from the internet by a port of the router's: a real `miniupnpd`, and others as people have them at home, on computers that
//! are network namespaces, which needs root.

use hearth_host::Cause;
use hearth_tests::headless::Headless;
use hearth_tests::lan::{Router, examined, found, host_on, outcome, program_on};
use hearth_tests::netns::{Computer, Network};
use hearth_tests::{Program, signal};
use serde_json::{Value, json};

/// A host behind a router, and somebody on the internet. The addresses are real ones: a router does not take those of books
/// for any that it could have outside.
struct House {
    hosting: Computer,
    somebody: Computer,
    router: Router,
    /// They go behind the computers in them.
    _networks: [Network; 2],
}

impl House {
    async fn behind(address: &str, settings: &str) -> Self {
        let (inside, internet) = (Network::new(), Network::new());
        let hosting = inside.computer("host", &["192.168.1.23/24"]);
        hosting.route_by("192.168.1.1");
        let router = Router::between((&inside, "192.168.1.1/24"), (&internet, address), settings).await;
        let somebody = internet.computer("somebody", &["5.5.5.9/24"]);
        Self { hosting, somebody, router, _networks: [inside, internet] }
    }
}

const FLAGS: &[&str] = &["--no-announce", "--outside"];

#[tokio::test]
async fn the_router_leads_people_in_for_as_long_as_the_host_runs() {
    // Ports are given for four seconds: a host that did not renew its own would lose it during this test.
    let mut house = House::behind("5.5.5.2/24", "min_lifetime=2\nmax_lifetime=4").await;
    assert!(!house.router.leads_in());
    let mut host = host_on(&house.hosting, FLAGS).await;
    let url = host.program().after("reachable from the internet at ").await;
    let at = url.strip_prefix("ws://").expect("an address").to_owned();
    assert!(at.starts_with("5.5.5.2:"), "{at}");
    assert!(house.router.leads_in());

    let peer = env!("CARGO_BIN_EXE_hearth-peer");
    let mut member = program_on(&house.somebody, peer, &["chat", &url, "", "阿明"]);
    member.after("\"connected\":true").await;
    let report = examined(&house.hosting, &host).await;
    let proof = Ok(("阿明".to_owned(), "5.5.5.9".to_owned()));
    assert_eq!((found(&report, &at), outcome(&report.internet)), (proof.clone(), proof), "{report:?}");
    assert_eq!(found(&report, "192.168.1.23:8080"), Err(Cause::NobodyNear));

    // A browser asks for the page by that address, which is no address of the computer.
    let page = program_on(&house.somebody, peer, &["get", &at]).line().await;
    assert_eq!(page.as_deref(), Some(r#"{"status":200}"#));

    for _ in 0..3 {
        house.router.says("PCP MAP: added mapping").await;
    }
    assert!(house.router.leads_in(), "it is renewed");
    host.program().terminate().await;
    assert_eq!(host.program().ended().await.code(), Some(0));
    assert!(!house.router.leads_in(), "the port is given back before the program has ended");
}

#[tokio::test]
async fn a_router_that_speaks_upnp_alone_leads_people_in() {
    let mut house = House::behind("5.5.5.2/24", "enable_natpmp=no").await;
    let mut host = host_on(&house.hosting, FLAGS).await;
    house.router.says("PortMapping").await;
    let url = host.program().after("reachable from the internet at ").await;
    assert!(url.starts_with("ws://5.5.5.2:"), "{url}");
    assert!(house.router.leads_in());
    let mut member =
        program_on(&house.somebody, env!("CARGO_BIN_EXE_hearth-peer"), &["chat", &url, "", "阿明"]);
    member.after("\"connected\":true").await;
    host.program().terminate().await;
    assert_eq!(host.program().ended().await.code(), Some(0));
    assert!(!house.router.leads_in(), "the port is given back before the program has ended");
}

#[tokio::test]
async fn a_carriers_nat_is_told_with_what_still_works() {
    let (inside, carrier) = (Network::new(), Network::new());
    let hosting = inside.computer("host", &["192.168.1.23/24"]);
    hosting.route_by("192.168.1.1");
    let peer = env!("CARGO_BIN_EXE_hearth-peer");
    let (own, carriers) = ((&inside, "192.168.1.1/24"), (&carrier, "100.64.3.4/10"));
    let _router = Router::that_gives_inner_ports(own, carriers, peer).await;
    let mut host = host_on(&hosting, FLAGS).await;
    let told = host.program().after("not reachable from the internet: ").await;
    assert!(told.contains("carrier NAT") && told.contains("100.64.3.4"), "{told}");
    assert!(told.contains("the local network, a VPN and IPv6 still work"), "{told}");
    let seen = "100.64.3.4".parse().expect("an address");
    assert_eq!(outcome(&examined(&hosting, &host).await.internet), Err(Cause::CarrierNat { seen }));
}

#[tokio::test]
async fn a_router_that_knows_that_it_has_no_address_says_so() {
    let house = House::behind("100.64.3.4/24", "").await;
    let mut host = host_on(&house.hosting, FLAGS).await;
    let told = host.program().after("not reachable from the internet: ").await;
    assert!(told.contains("no address on the internet"), "{told}");
    let report = examined(&house.hosting, &host).await;
    assert_eq!(outcome(&report.internet), Err(Cause::RouterHasNoAddress));
}

#[tokio::test]
async fn without_a_router_the_room_is_served_all_the_same() {
    let lan = Network::new();
    let hosting = lan.computer("host", &["192.168.1.23/24"]);
    let mut host = host_on(&hosting, FLAGS).await;
    let told = host.program().after("not reachable from the internet: ").await;
    assert!(told.contains("no router here maps ports"), "{told}");
    assert_eq!(outcome(&examined(&hosting, &host).await.internet), Err(Cause::NoRouter));
}

/// A host at a router that speaks UPnP alone, and gives ports in its own way.
struct Home {
    hosting: Computer,
    router: Program,
    _at: Computer,
    _network: Network,
}

const OUTER: &str = "5.5.5.2";

impl Home {
    async fn with_a_router_that_gives(what: &str) -> Self {
        let network = Network::new();
        let hosting = network.computer("host", &["192.168.1.23/24"]);
        let at = network.computer("router", &["192.168.1.1/24"]);
        hosting.route_by("192.168.1.1");
        let mut router =
            program_on(&at, env!("CARGO_BIN_EXE_hearth-peer"), &["upnp", "192.168.1.1", OUTER, what]);
        router.after("router_at").await;
        Self { hosting, router, _at: at, _network: network }
    }

    /// What the router is asked next.
    async fn asked(&mut self) -> Value {
        let line = self.router.line().await.expect("it goes on");
        serde_json::from_str(&line).expect("JSON")
    }

    /// It is asked for a port outside for so many seconds.
    async fn is_asked_for(&mut self, lease: &str) -> String {
        let asked = self.asked().await;
        let (inner, client) = ("8080", "192.168.1.23");
        let outer = asked["outer"].as_str().expect("a port").to_owned();
        let expected = json!({ "asked": "add", "outer": outer, "inner": inner, "lease": lease, "for": "Hearth", "client": client });
        assert_eq!(asked, expected);
        outer
    }

    /// It is asked to remove a port.
    async fn is_given_back(&mut self, outer: &str) {
        assert_eq!(self.asked().await, json!({ "asked": "delete", "outer": outer, "protocol": "TCP" }));
    }
}

async fn told_as_open(host: &mut Headless, port: &str) {
    let url = host.program().after("reachable from the internet at ").await;
    assert_eq!(url, format!("ws://{OUTER}:{port}"));
}

async fn ends_by(host: &mut Headless, name: &str) {
    signal(host.program().id(), name).await;
    assert_eq!(host.program().ended().await.code(), Some(0), "{name} is an orderly end");
}

#[tokio::test]
async fn a_router_that_gives_ports_only_until_they_are_removed_is_asked_again_for_such_a_one() {
    for (kind, end) in
        [("forever", "TERM"), ("forever-without-a-word", "HUP"), ("forever-and-calls-times-wrong", "QUIT")]
    {
        let mut home = Home::with_a_router_that_gives(kind).await;
        let mut host = host_on(&home.hosting, FLAGS).await;
        assert_eq!(home.is_asked_for("7200").await, "8080", "first for a time, by {kind}");
        assert_eq!(home.is_asked_for("0").await, "8080");
        told_as_open(&mut host, "8080").await;
        ends_by(&mut host, end).await;
        home.is_given_back("8080").await;
    }
}

#[tokio::test]
async fn a_router_that_gives_ports_only_for_a_time_is_asked_for_nothing_else() {
    let mut home = Home::with_a_router_that_gives("for-a-time").await;
    let mut host = host_on(&home.hosting, FLAGS).await;
    home.is_asked_for("7200").await;
    told_as_open(&mut host, "8080").await;
    ends_by(&mut host, "INT").await;
    home.is_given_back("8080").await;
}

#[tokio::test]
async fn a_port_that_somebody_has_outside_is_another_one_there() {
    let mut home = Home::with_a_router_that_gives("others").await;
    let mut host = host_on(&home.hosting, FLAGS).await;
    assert_eq!(home.is_asked_for("7200").await, "8080");
    let other = home.is_asked_for("7200").await;
    assert!(other.parse::<u16>().is_ok_and(|port| port >= 49152), "{other}");
    told_as_open(&mut host, &other).await;
    ends_by(&mut host, "TERM").await;
    home.is_given_back(&other).await;
}

#[tokio::test]
async fn what_a_router_gives_without_a_word_is_given_back_all_the_same() {
    let mut home = Home::with_a_router_that_gives("in-silence").await;
    let mut host = host_on(&home.hosting, FLAGS).await;
    home.is_asked_for("7200").await;
    let told = host.program().after("not reachable from the internet: ").await;
    assert!(told.contains("the router refuses to map a port"), "{told}");
    ends_by(&mut host, "TERM").await;
    home.is_given_back("8080").await;
}

#[tokio::test]
async fn a_router_that_gives_nothing_is_asked_once_and_told_so() {
    let mut home = Home::with_a_router_that_gives("none").await;
    let mut host = host_on(&home.hosting, FLAGS).await;
    home.is_asked_for("7200").await;
    let told = host.program().after("not reachable from the internet: ").await;
    assert!(told.contains("the router refuses to map a port"), "{told}");
    ends_by(&mut host, "TERM").await;
    home.router.kill().await;
    assert_eq!(home.router.line().await, None, "nothing else was asked");
}
