//! The sign at a room's door says to whoever has opened the guest page where they are, and of a closed room no more than how one
//! gets in; and in the room everybody sees whose it is.

use std::sync::Arc;

use hearth_host::InviteWish;
use hearth_log::{Log, MEMORY_LOG_BYTES, MemoryLog};
use hearth_protocol::{Hello, LogId, Secret};
use hearth_tests::http::get;
use hearth_tests::{RawClient, TestHost, closed, quick};
use serde_json::{Value, json};

async fn sign(host: &TestHost) -> Value {
    let answer = get(&host.addr().to_string(), "/sign").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("cache-control"), Some("no-store"), "it is as it is now");
    serde_json::from_str(&answer.body).expect("JSON")
}

/// Waits until it says so: who has come in is told a moment later.
async fn sign_becomes(host: &TestHost, expected: Value) {
    let mut status = host.status();
    while sign(host).await != expected {
        status.changed().await.expect("the host runs");
    }
}

fn owner(host: &TestHost) -> Hello {
    Hello { secret: Some(host.pass()), ..Hello::new("阿明") }
}

#[tokio::test]
async fn it_says_who_hosts_and_how_many_are_there() {
    let host = TestHost::start().await;
    assert_eq!(
        sign(&host).await,
        json!({ "name": "读书会", "closed": false, "password": false, "online": 0 })
    );
    let (ming, _) = RawClient::enter_as(&host.url(), owner(&host)).await;
    let (li, _) = RawClient::enter(&host.url(), "小李").await;
    let here = |online: u32| json!({ "name": "读书会", "closed": false, "password": false, "owner": "阿明", "online": online });
    sign_becomes(&host, here(2)).await;
    li.leave().await;
    sign_becomes(&host, here(1)).await;
    ming.leave().await;
    sign_becomes(&host, here(0)).await;
}

#[tokio::test]
async fn of_a_closed_room_strangers_learn_its_name_and_no_people() {
    let host = TestHost::with(closed()).await;
    let (_ming, _) = RawClient::enter_as(&host.url(), owner(&host)).await;
    let invitation = host.make_invite(InviteWish::default()).await.expect("an invitation");
    let guest = Hello { secret: Some(invitation.secret), ..Hello::new("小李") };
    let (_li, _) = RawClient::enter_as(&host.url(), guest).await;
    assert_eq!(sign(&host).await, json!({ "name": "读书会", "closed": true, "password": false }));
    host.set_password(Secret::new("炉火").ok()).await.expect("kept");
    let answer = get(&host.addr().to_string(), "/sign").await;
    assert_eq!(answer.body, r#"{"name":"读书会","closed":true,"password":true}"#);
    host.set_access(false).await.expect("opened");
    assert_eq!(sign(&host).await["online"], 2);
}

#[tokio::test]
async fn everybody_in_the_room_sees_whose_it_is_and_nobody_can_take_that() {
    let id = LogId::from_random(7);
    let log: Arc<dyn Log> = Arc::new(MemoryLog::new(id, MEMORY_LOG_BYTES));
    let host = TestHost::over(quick(), Arc::clone(&log)).await;
    let (early, before) = RawClient::enter(&host.url(), "早到的人").await;
    assert_eq!(before.room.owner, None, "whose it is shows when they are there");
    let (ming, own) = RawClient::enter_as(&host.url(), owner(&host)).await;
    assert_eq!(own.room.owner.as_ref(), Some(&own.you.member));
    for claim in [Some(Secret::from_random(1)), None] {
        let hello = Hello { secret: claim, ..Hello::new("房主") };
        let (_thief, welcome) = RawClient::enter_as(&host.url(), hello).await;
        assert_eq!(welcome.room.owner.as_ref(), Some(&own.you.member));
    }
    // The owner's computer was off; whoever is faster than its window sees it all the same.
    drop((early, ming));
    let kept = log.setting("owner").await.expect("read");
    assert_eq!(kept.as_deref(), Some(own.you.member.as_str()));
}
