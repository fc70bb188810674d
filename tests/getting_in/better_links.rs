//! Another link to a room is used at once: by whoever is shut out, by whoever is in it with fewer rights, and where its host has
//! moved. And a room is known by its key before anything is said to it.

use std::sync::Arc;
use std::time::Duration;

use hearth_client::{ConnectError, Credentials, Invitation, JoinAddress, Status, key_at};
use hearth_host::{Aftermath, InviteWish};
use hearth_log::Log;
use hearth_protocol::{InviteRole, KeyHash, LogId, RefusalCode, Role, Secret};
use hearth_tests::{Guest, PATIENCE, RawClient, TestHost, closed, log_in_file, quick};
use tokio::time::timeout;

async fn invite(host: &TestHost, role: InviteRole) -> (hearth_protocol::InviteId, Secret) {
    let made = host.make_invite(InviteWish { role, ..InviteWish::default() }).await.expect("an invitation");
    (made.id, made.secret)
}

fn link(host: &TestHost, secret: &Secret) -> String {
    let address = JoinAddress::parse(&host.url()).expect("an address");
    Invitation { address, key: Some(host.key()), secret: Some(secret.clone()) }.web_link()
}

/// Enters by another link, as the app does where its room is in the list.
async fn enter(guest: &Guest, link: &str) -> Result<(), ConnectError> {
    let Invitation { address, key, secret } = Invitation::parse(link).expect("a link");
    let entering = guest.client().enter(address, key, Credentials { secret, password: None });
    timeout(PATIENCE, entering).await.expect("an outcome in time")
}

async fn role(guest: &Guest) -> Role {
    let mut updates = guest.client().subscribe(None).await;
    match updates.recv().await.expect("a snapshot").remove(0) {
        hearth_client::RoomUpdate::Snapshot { room } => room.role,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_was_shut_out_comes_in_by_a_new_link() {
    let host = TestHost::with(closed()).await;
    let (first, secret) = invite(&host, InviteRole::Member).await;
    let guest = Guest::join(&link(&host, &secret), "小李").await;
    host.revoke_invite(first, Aftermath::Leave).await.expect("taken back");
    let mut status = guest.client().status();
    let shut = |status: &Status| matches!(status, Status::Disconnected { .. });
    timeout(PATIENCE, status.wait_for(shut)).await.expect("in time").expect("it lives");

    let wrong = enter(&guest, &link(&host, &Secret::from_random(7))).await;
    assert_eq!(wrong, Err(ConnectError::HelloRefused { reason: RefusalCode::InviteUnknown }));
    let (_, secret) = invite(&host, InviteRole::Member).await;
    assert_eq!(enter(&guest, &link(&host, &secret)).await, Ok(()));
    assert_eq!(enter(&guest, &link(&host, &secret)).await, Ok(()), "who is in stays in");
    assert_eq!(host.online(), 1);
}

#[tokio::test]
async fn a_reader_writes_from_the_moment_on_that_they_have_a_members_link() {
    let host = TestHost::with(closed()).await;
    let (_, reading) = invite(&host, InviteRole::Reader).await;
    let (_, writing) = invite(&host, InviteRole::Member).await;
    let mut guest = Guest::join(&link(&host, &reading), "小李").await;
    assert_eq!(role(&guest).await, Role::Reader);
    assert_eq!(enter(&guest, &link(&host, &writing)).await, Ok(()));
    assert_eq!(role(&guest).await, Role::Member);
    guest.post("现在可以说了").await;
    assert_eq!(guest.line().await, ("小李".to_owned(), "现在可以说了".to_owned()));
    assert_eq!(host.online(), 1, "it is the same one");
}

#[tokio::test]
async fn a_host_that_has_moved_is_found_by_a_link_with_its_new_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let log =
        || -> Arc<dyn Log> { Arc::new(log_in_file(&folder.path().join("room.db"), &LogId::from_random(7))) };
    let host = TestHost::over(quick(), log()).await;
    let (_, secret) = invite(&host, InviteRole::Member).await;
    let guest = Guest::join(&link(&host, &secret), "小李").await;
    host.stop().await;
    let host = TestHost::over(quick(), log()).await;
    let there = link(&host, &secret);
    assert_eq!(enter(&guest, &there).await, Ok(()));
    let now = guest.client().address_now().borrow().to_string();
    assert_eq!(now, Invitation::parse(&there).expect("a link").address.to_string(), "it is kept and shown");
}

#[tokio::test]
async fn a_room_that_was_joined_in_the_open_is_entered_by_its_key_once_a_link_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let log =
        || -> Arc<dyn Log> { Arc::new(log_in_file(&folder.path().join("room.db"), &LogId::from_random(7))) };
    let host = TestHost::over(quick(), log()).await;
    let guest = Guest::join(&host.url(), "小李").await;
    assert_eq!(guest.client().key(), Some(host.key()), "its host has told it");
    host.stop().await;
    let host = TestHost::over(quick(), log()).await;
    let address = JoinAddress::parse(&host.url()).expect("an address");
    let there = Invitation { address, key: Some(host.key()), secret: None };
    assert_eq!(enter(&guest, &there.web_link()).await, Ok(()));
    let now = guest.client().address_now().borrow().to_string();
    assert_eq!(now, format!("wss://{}", host.addr()), "by TLS from now on");
}

#[tokio::test]
async fn a_host_proves_its_key_before_anything_is_said_to_it() {
    const SOON: Duration = Duration::from_secs(5);
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let at = |url: String| async move { key_at(&JoinAddress::parse(&url).expect("an address"), SOON).await };
    assert_eq!(at(host.url()).await, Some(host.key()), "by whatever scheme");
    assert_ne!(at(host.url()).await, Some(KeyHash::of_sha256(&[7; 32])));
    li.post("没有别人来过").await;
    assert_eq!(li.line().await.1, "没有别人来过");
    assert_eq!(host.online(), 1, "whoever looks at a key does not come in");
    let nobody = hearth_tests::free_port();
    assert_eq!(at(format!("127.0.0.1:{nobody}")).await, None);
}
