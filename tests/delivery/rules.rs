//! What members may do is the owner's to say: the host decides by it, tells everybody, and keeps it with the room.

use std::sync::Arc;

use hearth_log::Log;
use hearth_protocol::{Hello, LogId, RefusalCode, Rules, Seq, ServerFrame, Verb};
use hearth_tests::{TestHost, hello, log_in_file, quick};

use crate::guest::{Guest, act};

const MEMBERS_PIN: Rules = Rules { members_pin: true };

fn pin(about: Seq, on: bool) -> Verb {
    Verb::Pin { about, on }
}

/// The next word of what members may do.
async fn told(guest: &mut Guest) -> Rules {
    loop {
        if let ServerFrame::Rules(rules) = guest.frame().await {
            return rules;
        }
    }
}

#[tokio::test]
async fn members_pin_where_the_owner_lets_them_and_everybody_is_told() {
    let host = TestHost::start().await;
    let mut ming = Guest::owner(&host, "阿明").await;
    let mut wei = Guest::enter(&host, "Wei").await;
    assert!(wei.welcome.rules.is_usual() && ming.welcome.rules.is_usual());
    let line = ming.does(Verb::post("周五七点")).await;
    let other = wei.does(Verb::post("带书")).await;
    assert_eq!(wei.sends(&act(pin(line, true))).await, Err(RefusalCode::OwnersOnly));

    host.set_rules(MEMBERS_PIN).await.expect("kept");
    for guest in [&mut ming, &mut wei] {
        assert_eq!(told(guest).await, MEMBERS_PIN);
    }
    wei.does(pin(line, true)).await;
    wei.does(pin(other, true)).await;
    assert_eq!(Guest::enter(&host, "新来的").await.welcome.rules, MEMBERS_PIN);

    // What stays as it was is not told again.
    host.set_rules(MEMBERS_PIN).await.expect("kept");
    host.set_rules(Rules::default()).await.expect("kept");
    assert!(told(&mut wei).await.is_usual());
    assert_eq!(
        wei.sends(&act(pin(line, false))).await,
        Err(RefusalCode::OwnersOnly),
        "also what they put up"
    );
    ming.does(pin(line, false)).await;
    assert_eq!(host.log().pins().await, Ok(vec![other]));
}

#[tokio::test]
async fn what_members_may_do_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let log =
        || -> Arc<dyn Log> { Arc::new(log_in_file(&folder.path().join("room.db"), &LogId::from_random(1))) };
    let host = TestHost::over(quick(), log()).await;
    let mut wei = Guest::enter(&host, "Wei").await;
    let line = wei.does(Verb::post("周五七点")).await;
    host.set_rules(MEMBERS_PIN).await.expect("kept");
    let token = wei.welcome.token.clone();
    host.stop().await;

    let host = TestHost::over(quick(), log()).await;
    assert_eq!(host.status().borrow().access.rules, MEMBERS_PIN, "the owner sees it");
    let mut wei = Guest::enter_as(&host, Hello { token: Some(token), ..hello("Wei") }).await;
    assert_eq!(wei.welcome.rules, MEMBERS_PIN);
    wei.does(pin(line, true)).await;
}
