//! A closed room is not guessed into, neither by a link nor by its password, and whoever tries delays nobody.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hearth_host::InviteWish;
use hearth_protocol::{ClientFrame, Hello, RefusalCode, Role, Secret, ServerFrame};
use hearth_tests::knocking::{by, code, enter, invite, knock, knowing};
use hearth_tests::{RawClient, TestHost, closed, hello, tell};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_guesses_from_an_address_get_five_looks_a_minute_and_delay_nobody() {
    const GUESSES: usize = 10_000;
    const AT_ONCE: usize = 50;
    let host = TestHost::with(closed()).await;
    let url = host.url();
    let good = invite(&host, InviteWish::default()).await;
    let (mut ming, _) = enter(&url, by("阿明", &host.pass())).await;
    let calm = delay(&mut ming, 50).await;
    let started = Instant::now();
    let guessing = tokio::spawn({
        let url = url.clone();
        async move {
            let mut told = BTreeMap::<&str, usize>::new();
            for round in 0..GUESSES / AT_ONCE {
                let guesses = (0..AT_ONCE).map(|n| {
                    let secret = Secret::from_random((round * AT_ONCE + n + 1) as u128);
                    knock(&url, by("猜", &secret))
                });
                for refused in
                    join_all(guesses).await.into_iter().map(|knocked| knocked.expect_err("a guess"))
                {
                    let waits = refused.retry_after_ms.is_some_and(|ms| (1..=60_000).contains(&ms));
                    assert_eq!(waits, refused.code == RefusalCode::TooManyGuesses, "{refused:?}");
                    *told.entry(refused.code.as_str()).or_default() += 1;
                }
            }
            told
        }
    });
    let mut rounds = Vec::new();
    while !guessing.is_finished() {
        rounds.push(delay(&mut ming, 20).await);
    }
    let told = guessing.await.expect("they were all answered");
    let took = started.elapsed();
    rounds.sort();
    let busy = rounds[rounds.len() / 2];
    tell(&format!(
        "{GUESSES} guesses in {took:.1?}: {told:?}; a line takes {calm:.1?}, and meanwhile {busy:.1?}"
    ));
    let minutes = usize::try_from(took.as_secs() / 60 + 1).expect("small");
    let looked_at = told.get("invite_unknown").copied().unwrap_or_default();
    assert!((5..=5 * minutes).contains(&looked_at), "{told:?} in {took:?}");
    assert_eq!(looked_at + told.get("too_many_guesses").copied().unwrap_or_default(), GUESSES);
    assert!(busy < Duration::from_millis(250), "others' delay is unharmed: {busy:?}");

    // From another address, as a proxy on this computer tells it, a good link is as good as ever.
    let elsewhere = knock_from(&url, "203.0.113.9", by("远", &good.secret)).await;
    assert!(matches!(elsewhere, ServerFrame::Welcome(_)), "{elsewhere:?}");
    let here = knock_from(&url, "127.0.0.1", by("近", &Secret::from_random(0))).await;
    assert!(matches!(&here, ServerFrame::Refused(refused) if refused.code == RefusalCode::TooManyGuesses));
}

/// How long a line takes to be stored and heard again, in the middle of so many.
async fn delay(client: &mut RawClient, lines: usize) -> Duration {
    let mut took = Vec::new();
    for _ in 0..lines {
        let started = Instant::now();
        client.post("还好吗").await;
        client.line().await;
        took.push(started.elapsed());
    }
    took.sort();
    took[lines / 2]
}

/// Knocks as if by way of a reverse proxy. Gives the answer.
async fn knock_from(url: &str, address: &str, hello: Hello) -> ServerFrame {
    let mut client = RawClient::forwarded(url, address).await.expect("a connection");
    client.send(&ClientFrame::Hello(hello)).await;
    client.frame().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_as_good_as_a_link_and_is_not_guessed() {
    let host = TestHost::with(closed()).await;
    let url = host.url();
    host.set_password(Secret::new("芝麻开门").ok()).await.expect("set");
    assert_eq!(code(&url, hello("甲")).await, RefusalCode::PasswordNeeded);
    // More than are looked at at once come at once, and all know it.
    let class = join_all((0..12).map(|n| enter_as_pupil(&url, n))).await;
    assert!(class.iter().all(|role| *role == Role::Member));
    let guesses = join_all((0..40).map(|n| {
        let url = url.clone();
        async move { knock_from(&url, &format!("203.0.113.{n}"), knowing("猜", &format!("开门 {n}"))).await }
    }));
    let mut told = BTreeMap::<&str, usize>::new();
    for answer in guesses.await {
        let ServerFrame::Refused(refused) = answer else { panic!("{answer:?}") };
        *told.entry(refused.code.as_str()).or_default() += 1;
    }
    tell(&format!("40 guesses at a password from 40 addresses at once: {told:?}"));
    assert_eq!((told["password_wrong"], told["too_many_guesses"]), (5, 35));
    let link = invite(&host, InviteWish::default()).await;
    enter(&url, by("乙", &link.secret)).await;
    host.set_password(None).await.expect("taken away");
    assert_eq!(code(&url, knowing("甲", "芝麻开门")).await, RefusalCode::InviteNeeded);
}

async fn enter_as_pupil(url: &str, n: usize) -> Role {
    let (client, welcome) = enter(url, knowing(&format!("学生 {n}"), "芝麻开门")).await;
    client.leave().await;
    welcome.role
}
