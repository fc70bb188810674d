//! Why one does not get into a room, or cannot host one: from a real cause each, in words of one's own language, with
//! the names and numbers that one needs.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};

use hearth_host::{HostConfig, Limits};
use hearth_tests::netns::Network;
use hearth_tests::{App, Authority, Home, Look, RawClient, Strange, TestHost, free_port, place, quick};
use serde_json::Value;

#[tokio::test]
async fn every_failure_to_join_is_told_in_both_languages() {
    let causes = Causes::prepare().await;
    tokio::join!(causes.tell_all(Look::ZH), causes.tell_all(Look::EN_DARK));
}

#[tokio::test]
async fn an_attempt_to_join_can_be_called_off() {
    let silent = Strange::silent().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH_DARK)).await;
    app.write("join-address", &silent.address()).await;
    app.click("join-button").await;
    app.see_status("connecting", "正在连接").await;
    app.see_text("status", &silent.address()).await;
    app.see("join-cancel").await;
    app.shot("errors-connecting-zh-dark").await;
    app.click("join-cancel").await;
    app.gone("join-cancel").await;
    app.see_status("disconnected", "还没有连接任何房间").await;
    app.gone("join-error").await;

    let host = TestHost::start().await;
    app.join(&host.url()).await;
}

#[tokio::test]
async fn a_taken_port_gives_the_next_one_and_a_wrong_one_is_told_in_both_languages() {
    tokio::join!(move_from_a_taken_port(Look::EN), move_from_a_taken_port(Look::ZH_DARK));
}

async fn move_from_a_taken_port(look: Look) {
    let taken = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).expect("a port");
    let asked = taken.local_addr().expect("an address").port();
    let app = App::start_for(look.tag(), Home::of("阿明", look)).await;
    for wrong in ["99999", "-1", "http"] {
        app.write_port(wrong).await;
        app.click("host-start").await;
        app.see_text("host-error", &words(look, "host_port_wrong", &[])).await;
    }
    app.shot(&format!("errors-host-port-{}", look.tag())).await;

    let url = app.host(asked).await;
    let port: u16 = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    assert_ne!(port, asked);
    let moved = words(look, "host_port_moved", &[("asked", &asked), ("port", &port)]);
    app.until_with(
        "it says that the port is another one",
        "return document.body.innerText.includes(arguments[0])",
        &[moved.into()],
    )
    .await;
    RawClient::enter(&format!("ws://127.0.0.1:{port}"), "小李").await;
    app.see_text("system-line", "小李").await;
    app.shot(&format!("errors-host-port-moved-{}", look.tag())).await;
}

#[tokio::test]
async fn a_port_for_the_system_alone_is_told_in_both_languages() {
    let tell = async |look: Look| {
        let app = App::start_for("阿明", Home::of("阿明", look).without_low_ports()).await;
        app.write_port("81").await;
        app.click("host-start").await;
        app.see_text("host-error", &words(look, "start_port_forbidden", &[("port", &81)])).await;
        app.until("the port is marked", "return $('host-port').ariaInvalid === 'true'").await;
        app.shot(&format!("errors-host-forbidden-{}", look.tag())).await;
    };
    tokio::join!(tell(Look::ZH), tell(Look::EN_DARK));
}

#[tokio::test]
async fn a_port_that_no_browser_opens_is_told_in_both_languages() {
    let tell = async |look: Look| {
        let app = App::start_for("阿明", Home::of("阿明", look)).await;
        app.write_port("6666").await;
        app.click("host-start").await;
        let expected = words(look, "start_port_refused_by_browsers", &[("port", &6666)]);
        app.see_text("host-error", &expected).await;
        app.until("the port is marked", "return $('host-port').ariaInvalid === 'true'").await;
        app.shot(&format!("errors-host-refused-by-browsers-{}", look.tag())).await;
        app.host(free_port()).await;
    };
    tokio::join!(tell(Look::ZH), tell(Look::EN_DARK));
}

#[tokio::test]
async fn a_computer_without_a_free_port_is_told_in_both_languages() {
    let lan = Network::new();
    let computer = lan.computer("full", &["10.77.0.1/24"]);
    computer.enter();
    // They are held by connections, not by listeners: others can still connect to elsewhere from them.
    let ports = 20_000..=20_063;
    computer.give_only_ports(ports.clone());
    let listener = TcpListener::bind((Ipv4Addr::new(10, 77, 0, 1), 9)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let _held: Vec<_> = ports.map(|_| TcpStream::connect(address).expect("a connection")).collect();
    for look in [Look::ZH_DARK, Look::EN] {
        let app = App::start_for("阿明", Home::of("阿明", look)).await;
        app.write_port("20007").await;
        app.click("host-start").await;
        app.see_text("host-error", &words(look, "start_port_taken", &[("port", &20_007)])).await;
        app.shot(&format!("errors-host-taken-{}", look.tag())).await;
    }
}

#[tokio::test]
async fn an_address_that_is_not_this_computers_is_told_in_both_languages() {
    let lan = Network::new();
    for look in [Look::ZH, Look::EN_DARK] {
        let computer = lan.computer(look.tag(), &[]);
        computer.enter();
        let app = App::start_for("阿明", Home::of("阿明", look)).await;
        computer.disown_loopback();
        app.click("host-reach-computer").await;
        app.click("host-start").await;
        let expected = words(look, "start_address_not_local", &[("address", &Ipv4Addr::LOCALHOST)]);
        app.see_text("host-error", &expected).await;
        app.until("it is not for the port", "return $('host-port').ariaInvalid === 'false'").await;
        app.shot(&format!("errors-host-not-local-{}", look.tag())).await;
    }
}

/// What is in the way, each with what one types and what one is told.
struct Causes {
    cases: Vec<Case>,
    authority: Authority,
    _servers: Vec<Strange>,
    _hosts: (TestHost, TestHost, RawClient),
}

struct Case {
    typed: String,
    message: &'static str,
    values: Vec<(&'static str, String)>,
}

fn case(typed: impl Into<String>, message: &'static str, values: &[(&'static str, &dyn ToString)]) -> Case {
    let values = values.iter().map(|(name, value)| (*name, value.to_string())).collect();
    Case { typed: typed.into(), message, values }
}

impl Causes {
    async fn prepare() -> Self {
        let host = "127.0.0.1";
        let mut cases = vec![
            case("", "address_empty", &[]),
            case("ftp://192.168.1.23", "address_scheme", &[("scheme", &"ftp")]),
            case("192.168.1.23:99999", "address_port", &[]),
            case("a..b:8080", "address_host", &[]),
            case("你好，世界", "address_no_link", &[]),
            case("http://192.168.1.23:8080/ 或 http://192.168.1.24:8080/", "address_several", &[]),
            case("[fe80::1%nolink]:8080", "connect_no_zone", &[("zone", &"nolink")]),
            case("nosuch.invalid", "connect_name_not_found", &[("host", &"nosuch.invalid")]),
            case("255.255.255.255:8080", "connect_unreachable", &[("host", &"255.255.255.255")]),
        ];
        let port = free_port();
        cases.push(case(format!("{host}:{port}"), "connect_refused", &[("host", &host), ("port", &port)]));

        let mut servers = Vec::new();
        let mut meet = |server: Strange, message, values: &[(&'static str, &dyn ToString)]| {
            cases.push(case(server.address(), message, values));
            servers.push(server);
        };
        let server = Strange::web("404 Not Found", "").await;
        let port = server.port();
        let values: &[(_, &dyn ToString)] = &[("host", &host), ("port", &port), ("status", &404)];
        meet(server, "connect_not_web_socket_status", values);
        let server = Strange::saying("SSH-2.0-OpenSSH_9.2\r\n").await;
        let port = server.port();
        meet(server, "connect_not_web_socket", &[("host", &host), ("port", &port)]);
        meet(Strange::curt().await, "connect_link_broken", &[]);
        let values: &[(_, &dyn ToString)] = &[("host", &host), ("version", &2)];
        meet(Strange::of_version("2").await, "connect_wrong_version", values);
        meet(Strange::talking_nonsense().await, "connect_wrong_dialect", &[("host", &host)]);
        let usual = TestHost::with(HostConfig { limits: Limits::default(), ..quick() }).await;
        let addr = usual.addr();
        meet(Strange::through_a_foreign_page(addr).await, "connect_origin_refused", &[]);
        meet(Strange::through_a_flood(addr).await, "connect_rate_refused", &[]);
        meet(Strange::refusing("429 Too Many Requests", "address_limit").await, "connect_address_limit", &[]);
        meet(
            Strange::refusing("421 Misdirected Request", "host_name").await,
            "connect_host_name",
            &[("host", &host)],
        );
        let server = Strange::silent().await;
        let port = server.port();
        let values: &[(_, &dyn ToString)] = &[("host", &host), ("port", &port), ("seconds", &10)];
        meet(server, "connect_timed_out", values);

        let authority = Authority::new();
        for (config, message) in [
            (Authority::new().certify(host, 2100), "connect_certificate_unknown_issuer"),
            (authority.certify(host, 2021), "connect_certificate_expired"),
            (authority.certify("elsewhere.example", 2100), "connect_certificate_wrong_name"),
        ] {
            let server = Strange::certified(config).await;
            cases.push(case(format!("wss://{}", server.address()), message, &[("host", &host)]));
            servers.push(server);
        }

        let limits = Limits { max_clients: 1, ..quick().limits };
        let full = TestHost::with(HostConfig { limits, ..quick() }).await;
        let (only, _) = RawClient::enter(&full.url(), "小李").await;
        cases.push(case(full.url(), "connect_room_full", &[]));
        Self { cases, authority, _servers: servers, _hosts: (usual, full, only) }
    }

    async fn tell_all(&self, look: Look) {
        let app = App::start_for(look.tag(), Home::of("阿明", look).trusting(self.authority.pem())).await;
        for Case { typed, message, values } in &self.cases {
            app.write("join-address", typed).await;
            app.gone("join-error").await;
            app.click("join-button").await;
            let values: Vec<_> = values.iter().map(|(name, value)| (*name, value as &dyn ToString)).collect();
            let expected = words(look, message, &values);
            app.see_text("join-error", &expected).await;
            assert_eq!(app.text("join-error").await, expected, "{typed}");
            let chinese = expected.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert_eq!(chinese, look.chinese, "the right language: {expected}");
            app.see_status("disconnected", look.words("还没有连接任何房间", "Not connected to any room"))
                .await;
            app.shot(&format!("errors-{}-{}", message.replace('_', "-"), look.tag())).await;
        }
    }
}

/// A sentence of the page in a language, with these values in it.
fn words(look: Look, message: &str, values: &[(&str, &dyn ToString)]) -> String {
    let file = place("HEARTH_MESSAGES", "ui/messages").join(look.words("zh-CN.json", "en.json"));
    let text = fs::read_to_string(file).expect("the page's words");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let sentence = all[message].as_str().unwrap_or_else(|| panic!("there is no {message}")).to_owned();
    let told = values.iter().fold(sentence, |text, (name, value)| {
        let place = format!("{{{name}}}");
        assert!(text.contains(&place), "{message} names the {name}");
        text.replace(&place, &value.to_string())
    });
    assert!(!told.contains('{'), "{message} has all its values: {told}");
    told
}
