//! The host is killed while lines are taken back: of what it said is gone, nothing is in its files once it runs again.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_protocol::{Act, ClientFrame, Emoji, Mentions, PostId, Seq, ServerFrame, Verb};
use hearth_tests::headless::{Headless, command};
use hearth_tests::{PATIENCE, RawClient, found_in, seed, share, tell};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::sleep;
use uuid::Uuid;

/// Does something, and waits until the host says that it is stored.
async fn does(client: &mut RawClient, what: Verb) -> Seq {
    let id = PostId::new(Uuid::now_v7());
    client.send(&ClientFrame::Act(Act { what, id: Some(id) })).await;
    loop {
        match client.frame().await {
            ServerFrame::Ack(ack) if ack.id == id => return ack.seq,
            ServerFrame::Refused(refused) => panic!("{refused:?}"),
            _ => {}
        }
    }
}

/// Waits until a text is in no file of the folder.
async fn goes(folder: &Path, text: &str) {
    let deadline = Instant::now() + PATIENCE;
    while let Some(file) = found_in(folder, text) {
        assert!(Instant::now() < deadline, "{text} is still in {}", file.display());
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_back_is_gone_however_often_the_host_is_killed_over_it() {
    let kills = share(10, 100);
    let seed = seed();
    let mut dice = StdRng::seed_from_u64(seed);
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let flags = ["--bind", "127.0.0.1", "--port", "0", "--rate", "off"];
    let start = || Headless::start_as(Arc::clone(&home), command(&home), &flags);
    let mut taken = Vec::new();
    let mut left = 0;
    for round in 0..kills {
        let mut host = start().await;
        let (mut client, _) = RawClient::enter(host.url(), "阿明").await;
        let texts = [format!("qzx绝密的原话{round}jk"), format!("qzy机密的改口{round}jk")];
        does(&mut client, Verb::post(format!("第 {round} 行"))).await;
        let about = does(&mut client, Verb::post(&texts[0])).await;
        does(&mut client, Verb::Edit { about, text: texts[1].clone(), mentions: Mentions::default() }).await;
        let emoji = Emoji::new("👍").expect("an emoji");
        does(&mut client, Verb::React { about, emoji, on: true }).await;
        for text in &texts {
            assert!(found_in(home.path(), text).is_some(), "{text} is there before");
        }
        does(&mut client, Verb::Remove { about }).await;
        // A random moment of the clean-up, not a wait for something.
        sleep(Duration::from_micros(dice.random_range(0..8000))).await;
        host.program().kill().await;
        left += usize::from(texts.iter().any(|text| found_in(home.path(), text).is_some()));
        taken.extend(texts);
    }
    let mut host = start().await;
    for text in &taken {
        goes(home.path(), text).await;
    }
    host.program().terminate().await;
    host.program().ended().await;
    for text in &taken {
        assert_eq!(found_in(home.path(), text), None, "{text} is there again");
    }
    tell(&format!("seed {seed}: {kills} kills, {left} of them before the files were clean"));
}
