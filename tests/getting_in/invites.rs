//! A closed room: who was invited comes in, as often as the owner said and as long as they want it.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::join_all;
use hearth_client::ConnectError;
use hearth_host::{Aftermath, InviteWish};
use hearth_log::Log;
use hearth_protocol::{
    Act, Body, ClientFrame, Hello, HistoryRequest, InviteRole, LogId, RefusalCode, Role, Secret, Seq,
    ServerFrame,
};
use hearth_tests::knocking::{by, code, enter, invite, knowing, times};
use hearth_tests::{Guest, RawClient, TestHost, Tmpfs, closed, eager, hello, log_in_file, quick, tell};
use tokio_tungstenite::tungstenite;

#[tokio::test]
async fn a_bad_link_says_which_way_it_is_bad() {
    let host = TestHost::with(closed()).await;
    let url = host.url();
    let once = invite(&host, times(1)).await;
    assert_eq!(code(&url, hello("甲")).await, RefusalCode::InviteNeeded);
    assert_eq!(code(&url, knowing("甲", "x")).await, RefusalCode::InviteNeeded, "it has no password");
    assert_eq!(code(&url, by("甲", &Secret::from_random(1))).await, RefusalCode::InviteUnknown);
    let cut = Secret::new(&once.secret.reveal()[..21]).expect("a text");
    assert_eq!(code(&url, by("甲", &cut)).await, RefusalCode::InviteUnknown);

    let (client, welcome) = enter(&url, by("甲", &once.secret)).await;
    assert_eq!(welcome.role, Role::Member);
    assert_eq!(code(&url, by("乙", &once.secret)).await, RefusalCode::InviteUsedUp);
    client.leave().await;
    let token = Some(welcome.token);
    enter(&url, Hello { token: token.clone(), ..hello("甲") }).await;
    enter(&url, Hello { token, ..by("甲", &once.secret) }).await;
    assert_eq!(host.invites()[0].used, 1, "members come back without");
    let nameless = code(&url, by("\u{200b}", &invite(&host, times(1)).await.secret)).await;
    assert_eq!((nameless, host.invites()[0].used), (RefusalCode::NicknameEmpty, 0), "nobody came");
}

#[tokio::test]
async fn an_expired_link_says_so() {
    // Kept as if it had been made long ago: nobody waits an hour.
    let folder = tempfile::tempdir().expect("a folder");
    let log = log_in(folder.path());
    let host = TestHost::over(closed(), Arc::clone(&log)).await;
    let made = invite(&host, InviteWish { hours: NonZeroU32::new(1), ..InviteWish::default() }).await;
    enter(&host.url(), by("甲", &made.secret)).await;
    host.stop().await;
    let log = log_in(folder.path());
    let kept = log.setting("invites").await.expect("read").expect("kept");
    let end = made.expires_at.expect("an end").to_string();
    assert!(kept.contains(&end), "{end}");
    log.set_setting("invites", kept.replace(&end, "2020-01-01T00:00:00Z")).await.expect("set");
    let host = TestHost::over(quick(), log).await;
    assert_eq!(code(&host.url(), by("乙", &made.secret)).await, RefusalCode::InviteExpired);
}

fn log_in(folder: &Path) -> Arc<dyn Log> {
    let id = LogId::from_random(7);
    Arc::new(log_in_file(&folder.join("room.db"), &id))
}

#[tokio::test]
async fn whose_invitation_is_taken_back_leaves_or_stays_as_the_owner_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = TestHost::over(closed(), log_in(folder.path())).await;
    let url = host.url();
    let (leaves, stays) = (invite(&host, times(9)).await, invite(&host, times(9)).await);
    let pass = host.pass();
    let (mut owner, _) = enter(&url, by("房主", &pass)).await;
    let (mut leaving, welcome) = enter(&url, by("走", &leaves.secret)).await;
    let (mut staying, stayer) = enter(&url, by("留", &stays.secret)).await;
    assert_eq!(owner.entry().await.from.nickname.as_str(), "房主");

    host.revoke_invite(stays.id, Aftermath::Stay).await.expect("taken back");
    host.revoke_invite(leaves.id.clone(), Aftermath::Leave).await.expect("taken back");
    let refused = loop {
        match leaving.frame().await {
            ServerFrame::Refused(refused) => break refused,
            ServerFrame::Entry(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused.code, RefusalCode::InviteRevoked);
    assert_eq!(leaving.close_code().await, Some(4002));
    let left = loop {
        let entry = owner.entry().await;
        if entry.body == Body::Left {
            break entry.from.nickname;
        }
    };
    assert_eq!(left.as_str(), "走", "at once, and not only when they do not come back");
    staying.post("我还在").await;
    assert_eq!(owner.line().await.1, "我还在");

    let gone = Hello { token: Some(welcome.token), ..hello("走") };
    let back = Hello { token: Some(stayer.token), ..hello("留") };
    for _ in 0..2 {
        assert_eq!(code(&url, gone.clone()).await, RefusalCode::InviteRevoked);
        assert_eq!(code(&url, by("新", &leaves.secret)).await, RefusalCode::InviteRevoked);
    }
    enter(&url, back.clone()).await;
    host.stop().await;
    let host = TestHost::over(quick(), log_in(folder.path())).await;
    assert!(host.access().closed, "after a restart it is as it was");
    assert_eq!(code(&host.url(), gone).await, RefusalCode::InviteRevoked);
    enter(&host.url(), back).await;
    assert_eq!(
        code(&host.url(), by("房主", &pass)).await,
        RefusalCode::InviteUnknown,
        "each start has its own"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_use_is_won_by_exactly_one() {
    const RIVALS: usize = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let host = TestHost::over(closed(), log_in(folder.path())).await;
    let once = invite(&host, times(1)).await;
    let mut waiting = Vec::new();
    for _ in 0..RIVALS {
        waiting.push(RawClient::v1(&host.url()).await.expect("a connection"));
    }
    let race = waiting.into_iter().enumerate().map(|(n, mut client)| {
        let hello = by(&format!("客 {n}"), &once.secret);
        async move {
            client.send(&ClientFrame::Hello(hello)).await;
            match client.frame().await {
                ServerFrame::Welcome(_) => Ok(client),
                ServerFrame::Refused(refused) => Err(refused.code),
                other => panic!("{other:?}"),
            }
        }
    });
    let outcomes = join_all(race).await;
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let late = outcomes.iter().filter(|outcome| matches!(outcome, Err(RefusalCode::InviteUsedUp))).count();
    tell(&format!("{RIVALS} at once for the last place: {won} in, {late} told that it is used up"));
    assert_eq!((won, late), (1, RIVALS - 1));
    drop(outcomes);
    host.stop().await;
    let host = TestHost::over(quick(), log_in(folder.path())).await;
    assert_eq!(host.invites()[0].used, 1, "and it stays used");
    assert_eq!(code(&host.url(), by("再", &once.secret)).await, RefusalCode::InviteUsedUp);
}

#[tokio::test]
async fn a_reader_reads_searches_and_is_renamed_but_does_not_write() {
    let host = TestHost::with(closed()).await;
    let url = host.url();
    let wish = InviteWish { role: InviteRole::Reader, ..InviteWish::default() };
    let link = invite(&host, wish).await;
    let (mut reader, welcome) = enter(&url, by("读者", &link.secret)).await;
    assert_eq!(welcome.role, Role::Reader);
    let id = reader.post("我也想说").await;
    let refused = loop {
        if let ServerFrame::Refused(refused) = reader.frame().await {
            break refused;
        }
    };
    assert_eq!((refused.code, refused.id), (RefusalCode::ReadOnly, Some(id)));
    reader.send(&ClientFrame::Act(Act::rename(None, "新读者"))).await;
    reader.send(&ClientFrame::History(HistoryRequest { before: Seq::MAX, after: None, limit: 9 })).await;
    let mut entries = loop {
        if let ServerFrame::Page(page) = reader.frame().await {
            break page.entries;
        }
    };
    assert!(matches!(entries.pop().expect("one").body, Body::Renamed { .. } | Body::Joined { .. }));
    let token = Some(welcome.token);
    reader.leave().await;
    let (_, again) = enter(&url, Hello { token, ..hello("读者") }).await;
    assert_eq!(again.role, Role::Reader, "and so it stays");
}

#[tokio::test]
async fn a_room_that_closes_keeps_its_people_and_classic_clients_hear_why_not() {
    let host = TestHost::start().await;
    let url = host.url();
    let (mut ming, _) = RawClient::enter(&url, "阿明").await;
    let mut talking = RawClient::classic(&url).await.expect("a connection");
    talking.send_text(r#"{"nickname":"网页","message":"你好","time":""}"#).await;
    assert_eq!(ming.line().await.1, "你好");
    let mut listening = RawClient::classic(&url).await.expect("a connection");
    host.set_access(true).await.expect("closed");
    assert_eq!(listening.close_code().await, Some(4002), "who never said a word is no member");
    talking.send_text(r#"{"nickname":"网页","message":"还在","time":""}"#).await;
    assert_eq!(ming.line().await.1, "还在");

    let Err(tungstenite::Error::Http(answer)) = RawClient::classic(&url).await else { panic!("let in") };
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.headers()["hearth-refusal"], "invite_needed");
    let words = String::from_utf8_lossy(answer.body().as_ref().expect("words")).into_owned();
    assert!(words.contains("邀请") && words.contains("invitation"), "{words}");
    host.set_access(false).await.expect("opened");
    RawClient::classic(&url).await.expect("open to all again");
}

#[tokio::test]
async fn our_own_client_hears_that_its_invitation_was_taken_back() {
    let host = TestHost::with(closed()).await;
    let link = invite(&host, InviteWish::default()).await;
    let address = host.url().replace("ws://", "");
    let guest = Guest::join(&format!("http://{address}/#k={}", link.secret.reveal()), "阿明").await;
    let refused = Guest::refused(&host.url(), eager()).await;
    assert_eq!(refused, ConnectError::HelloRefused { reason: RefusalCode::InviteNeeded });
    host.revoke_invite(link.id, Aftermath::Leave).await.expect("taken back");
    let mut status = guest.client().status();
    let over = status.wait_for(|status| match status {
        hearth_client::Status::Disconnected { error } => {
            *error == Some(ConnectError::HelloRefused { reason: RefusalCode::InviteRevoked })
        }
        _ => false,
    });
    tokio::time::timeout(hearth_tests::PATIENCE, over).await.expect("in time").expect("the session is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_takes_no_use_and_changes_nothing() {
    const DISK: usize = 1024 * 1024;
    // Only root mounts a disk, and CI is root; elsewhere the pure half of it is in the room's tests.
    let Some(disk) = Tmpfs::mount(DISK) else {
        tell("no right to mount a small disk here");
        return;
    };
    let host = TestHost::over(closed(), log_in(disk.path())).await;
    let once = invite(&host, times(1)).await;
    let (mut owner, _) = enter(&host.url(), by("房主", &host.pass())).await;
    let rest = disk.path().join("rest");
    fill(&rest);
    // Until nothing fits any more, however often it is tried.
    let mut in_a_row = 0;
    while in_a_row < 50 {
        let id = owner.post(&"长".repeat(300)).await;
        in_a_row = loop {
            match owner.frame().await {
                ServerFrame::Ack(ack) if ack.id == id => break 0,
                ServerFrame::Refused(refused) => break in_a_row + usize::from(refused.id == Some(id)),
                _ => {}
            }
        };
    }
    let before = host.invites();
    assert_eq!(code(&host.url(), by("甲", &once.secret)).await, RefusalCode::Storage);
    // A small change may find a place that a line does not. What is told is what is in force, either way.
    let opened = host.set_access(false).await;
    assert_eq!(host.access().closed, opened.is_err(), "{opened:?}");
    let made = host.make_invite(InviteWish { note: "长".repeat(200), ..times(1) }).await;
    assert_eq!(host.invites().len(), before.len() + usize::from(made.is_ok()), "{made:?}");
    assert_eq!(host.invites().last(), before.last(), "nobody has come by the first one");
    fs::remove_file(&rest).expect("somebody cleans up");
    host.set_access(true).await.expect("closed");
    let (_, welcome) = enter(&host.url(), by("甲", &once.secret)).await;
    assert_eq!(welcome.role, Role::Member, "the use was taken back");
    assert_eq!(code(&host.url(), by("乙", &once.secret)).await, RefusalCode::InviteUsedUp);
}

fn fill(file: &Path) {
    use std::io::Write;
    let mut rest = fs::File::create(file).expect("a file");
    for size in [4096, 512, 16] {
        while rest.write_all(&vec![7; size]).is_ok() {}
    }
}

#[tokio::test]
async fn a_reader_who_comes_back_with_a_members_link_writes_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = TestHost::over(closed(), log_in(folder.path())).await;
    let url = host.url();
    let reading = invite(&host, InviteWish { role: InviteRole::Reader, ..InviteWish::default() }).await;
    let writing = invite(&host, times(1)).await;
    let (reader, welcome) = enter(&url, by("读者", &reading.secret)).await;
    let back = |secret: &Secret| Hello { token: Some(welcome.token.clone()), ..by("读者", secret) };
    reader.leave().await;
    let (reader, again) = enter(&url, back(&reading.secret)).await;
    assert_eq!(again.role, Role::Reader, "the link that they came by gives nothing new");
    reader.leave().await;

    let (mut writer, raised) = enter(&url, back(&writing.secret)).await;
    assert_eq!(
        (raised.role, &raised.you.member),
        (Role::Member, &welcome.you.member),
        "the same one may write"
    );
    writer.post("现在可以说了").await;
    assert_eq!(writer.line().await.1, "现在可以说了");
    let used = |host: &TestHost, id: &hearth_protocol::InviteId| {
        host.invites().iter().find(|invite| invite.id == *id).map(|invite| invite.used)
    };
    assert_eq!((used(&host, &reading.id), used(&host, &writing.id)), (Some(1), Some(1)));
    assert_eq!(code(&url, by("别人", &writing.secret)).await, RefusalCode::InviteUsedUp, "it was good once");
    // A link that gives less takes nothing away, and none is needed.
    for hello in [back(&reading.secret), Hello { secret: None, ..back(&reading.secret) }] {
        assert_eq!(enter(&url, hello).await.1.role, Role::Member);
    }
    drop(writer);
    host.stop().await;
    let host = TestHost::over(quick(), log_in(folder.path())).await;
    let (_, later) = enter(&host.url(), Hello { secret: None, ..back(&reading.secret) }).await;
    assert_eq!(later.role, Role::Member, "and so it stays");
    assert_eq!(used(&host, &writing.id), Some(1));
    host.revoke_invite(writing.id, Aftermath::Leave).await.expect("taken back");
    let told = code(&host.url(), Hello { secret: None, ..back(&reading.secret) }).await;
    assert_eq!(told, RefusalCode::InviteRevoked, "what gave it takes it away");
}
