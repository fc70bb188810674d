//! Ports that no browser opens: who hosts is told, apps come in all the same, and nobody is given one by chance. On computers that are
//! network namespaces, which needs root.

use hearth_tests::headless::{command_at, run};
use hearth_tests::lan::{examined, examined_in_words, host_on, program_on};
use hearth_tests::netns::Network;

#[tokio::test]
async fn a_port_that_no_browser_opens_is_told_with_its_reason() {
    let lan = Network::new();
    let (hosting, other) =
        (lan.computer("host", &["192.168.1.23/24"]), lan.computer("other", &["192.168.1.5/24"]));
    for port in ["6000", "10080"] {
        let mut host = host_on(&hosting, &["--no-announce", "--port", port]).await;
        let link = host.program().after("join by ").await;
        assert!(link.starts_with(&format!("hearth://192.168.1.23:{port}#p=")), "for the app alone: {link}");
        let told = host.program().line().await.expect("a line");
        assert!(
            told.starts_with(&format!("no browser opens port {port}, ")) && told.contains("--port"),
            "{told}"
        );

        let url = format!("ws://192.168.1.23:{port}");
        let mut app = program_on(&other, env!("CARGO_BIN_EXE_hearth-peer"), &["chat", &url, "", "阿明"]);
        app.after("\"connected\":true").await;
        assert_eq!(
            examined(&hosting, &host).await.refused_by_browsers,
            [port.parse::<u16>().expect("a port")]
        );
        let words = examined_in_words(&hosting, &host).await;
        assert!(words.contains(&format!("no browser opens port {port}, ")), "{words}");
        let invited = run(command_at(&hosting.way(), &host.home()).arg("invite")).await;
        assert!(invited.stdout.starts_with(&format!("hearth://192.168.1.23:{port}#k=")), "{invited:?}");
        assert!(invited.stdout.contains("no browser opens that port"), "{invited:?}");
        host.program().terminate().await;
        host.program().ended().await;
        // Without a host, too.
        let words =
            run(command_at(&hosting.way(), &host.home()).args(["doctor"]).env("HEARTH_PORT", port)).await;
        assert!(words.stdout.contains(&format!("no browser opens port {port}, ")), "{words:?}");
    }
}

#[tokio::test]
async fn any_port_that_is_free_is_one_that_browsers_open() {
    let lan = Network::new();
    let hosting = lan.computer("host", &["192.168.1.23/24"]);
    hosting.give_only_ports(6665..=6670);
    let mut host = host_on(&hosting, &["--no-announce", "--port", "0"]).await;
    assert_eq!(host.address(), "[::]:6670");
    let link = host.program().after("join by ").await;
    assert!(link.starts_with("http://192.168.1.23:6670/#p="), "{link}");
    // Where there is no other, apps have it.
    hosting.give_only_ports(6668..=6669);
    let last = host_on(&hosting, &["--no-announce", "--port", "0"]).await;
    assert!(["[::]:6668", "[::]:6669"].contains(&last.address()), "{}", last.address());
}
