//! Both ends of our connections hold to RFC 6455: all cases of the Autobahn suite but those about compression, which it does
//! not speak.

use hearth_client::{JoinAddress, testing::echo::echo};
use hearth_host::{HostConfig, Limits};
use hearth_tests::kosoku::{CaseServer, Verdicts, test_server};
use hearth_tests::{quick, tell};

/// Framing, pings, reserved bits, opcodes, fragments, UTF-8, closing, and many messages at once.
const BEHAVIOUR: [&str; 8] = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"];

/// Sizes up to 16 MiB, and speed.
const SIZES: [&str; 1] = ["9.*"];

const SIXTEEN_MIB: usize = 16 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_behaves_within_its_usual_limits() {
    let host = hearth_host::echo::start(HostConfig { limits: Limits::default(), ..quick() })
        .await
        .expect("the echo host starts");
    let verdicts = test_server(&format!("ws://{}/", host.addr()), &BEHAVIOUR).await;
    all_pass("host, groups 1 to 7 and 10", &verdicts, 247);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_takes_large_messages_when_its_limits_are_lifted() {
    let limits = Limits { message_bytes: SIXTEEN_MIB, ..Limits::default().at_rate(None) };
    let host =
        hearth_host::echo::start(HostConfig { limits, ..quick() }).await.expect("the echo host starts");
    let verdicts = test_server(&format!("ws://{}/", host.addr()), &SIZES).await;
    all_pass("host, group 9", &verdicts, 54);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_behaves_within_its_usual_limits() {
    let verdicts = test_client(&BEHAVIOUR, 1024 * 1024).await;
    all_pass("client, groups 1 to 7 and 10", &verdicts, 247);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_takes_large_messages_when_its_limits_are_lifted() {
    let verdicts = test_client(&SIZES, SIXTEEN_MIB).await;
    all_pass("client, group 9", &verdicts, 54);
}

async fn test_client(groups: &[&str], max_message: usize) -> Verdicts {
    let server = CaseServer::start(groups).await;
    let visit = |url: String| async move {
        let address = JoinAddress::parse(&url).expect("an address");
        echo(address, max_message).await.expect("a connection")
    };
    let counted = visit(server.count_url()).await;
    let cases: usize =
        counted.first().and_then(|count| count.parse().ok()).expect("how many cases there are");
    for case in 1..=cases {
        visit(server.case_url(case)).await;
    }
    visit(server.end_url()).await;
    server.verdicts().await
}

fn all_pass(what: &str, verdicts: &Verdicts, cases: usize) {
    tell(&format!("{what}: {} cases, {:?}", verdicts.cases(), verdicts.counts));
    assert_eq!(verdicts.failed, Vec::<String>::new());
    assert_eq!(verdicts.cases(), cases, "none is left out");
}
