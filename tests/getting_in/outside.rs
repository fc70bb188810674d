//! Reachable from the internet by a port of the router's: a real `miniupnpd`, on computers that are network namespaces,
//! which needs root.

use hearth_host::Cause;
use hearth_tests::lan::{Router, examined, found, host_on, outcome, program_on};
use hearth_tests::netns::{Computer, Network};

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
    assert!(told.contains("no router that gives ports"), "{told}");
    assert_eq!(outcome(&examined(&hosting, &host).await.internet), Err(Cause::NoRouter));
}
