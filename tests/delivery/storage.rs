//! What cannot be stored has not happened: its sender is told, and nobody sees it. What is stored stays readable.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use hearth_client::{ConnectError, Credentials, JoinAddress, RoomClient, RoomOptions, RoomUpdate};
use hearth_host::pure::{
    Batch, ConnId, Fresh, Gate, JoinRequest, Now, Parting, Replies, Reply, Room, commit, reads_on,
};
use hearth_log::{
    Appended, Draft, Enrolment, Hits, KnownMember, Log, LogError, MEMORY_LOG_BYTES, MemoryLog, Query, Slice,
};
use hearth_protocol::{
    Act, Body, ClientFrame, Entry, Hello, HistoryRequest, InviteId, JOIN_LINES_UP_TO, LogId, MemberId,
    MemberToken, Nickname, PostId, RefusalCode, RoomInfo, Rules, Secret, Seq, ServerFrame, Welcome,
};
use hearth_tests::{Guest, RawClient, TestHost, quick};
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::watch;

/// A log whose disk is full while the test says so.
#[derive(Debug)]
struct Fillable {
    log: MemoryLog,
    full: AtomicBool,
}

impl Fillable {
    fn new() -> Arc<Self> {
        let log = MemoryLog::new(LogId::from_random(7), MEMORY_LOG_BYTES);
        Arc::new(Self { log, full: AtomicBool::new(false) })
    }

    fn set_full(&self, full: bool) {
        self.full.store(full, Ordering::SeqCst);
    }
}

impl Log for Fillable {
    fn id(&self) -> LogId {
        self.log.id()
    }

    fn append(
        &self,
        drafts: Vec<Draft>,
        enrolled: Vec<Enrolment>,
    ) -> BoxFuture<'_, Result<Vec<Appended>, LogError>> {
        if self.full.load(Ordering::SeqCst) {
            return ready(Err(LogError::Full)).boxed();
        }
        self.log.append(drafts, enrolled)
    }

    fn members(&self, limit: usize) -> BoxFuture<'_, Result<Vec<KnownMember>, LogError>> {
        self.log.members(limit)
    }

    fn admitted(&self) -> BoxFuture<'_, Result<Vec<(InviteId, u64)>, LogError>> {
        self.log.admitted()
    }

    fn lines(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        self.log.lines(seqs)
    }

    fn about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        self.log.about(seqs)
    }

    fn said_about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<(Seq, usize)>, LogError>> {
        self.log.said_about(seqs)
    }

    fn pins(&self) -> BoxFuture<'_, Result<Vec<Seq>, LogError>> {
        self.log.pins()
    }

    fn erase(&self, seq: Seq) -> BoxFuture<'_, Result<bool, LogError>> {
        self.log.erase(seq)
    }

    fn search(&self, query: Query, before: Seq, limit: usize) -> BoxFuture<'_, Result<Hits, LogError>> {
        self.log.search(query, before, limit)
    }

    fn setting(&self, name: &'static str) -> BoxFuture<'_, Result<Option<String>, LogError>> {
        self.log.setting(name)
    }

    fn set_setting(&self, name: &'static str, value: String) -> BoxFuture<'_, Result<(), LogError>> {
        if self.full.load(Ordering::SeqCst) {
            return ready(Err(LogError::Full)).boxed();
        }
        self.log.set_setting(name, value)
    }

    fn tidy(&self, now: Timestamp) -> BoxFuture<'_, Result<(), LogError>> {
        self.log.tidy(now)
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.log.close()
    }

    fn find(&self, member: MemberId, id: PostId) -> BoxFuture<'_, Result<Option<Arc<Entry>>, LogError>> {
        self.log.find(member, id)
    }

    fn read_after(&self, after: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        self.log.read_after(after, limit)
    }

    fn read_before(&self, before: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        self.log.read_before(before, limit)
    }

    fn head(&self) -> watch::Receiver<Seq> {
        self.log.head()
    }
}

/// The next refusal; other frames are passed over.
async fn refused(client: &mut RawClient) -> (Option<PostId>, RefusalCode) {
    loop {
        if let ServerFrame::Refused(refused) = client.frame().await {
            return (refused.id, refused.code);
        }
    }
}

#[tokio::test]
async fn a_room_that_cannot_keep_its_key_is_served_all_the_same() {
    let log = Fillable::new();
    log.set_full(true);
    let host = TestHost::over(quick(), Arc::clone(&log) as Arc<dyn Log>).await;
    // It cannot take anybody in as long as it cannot store that; but it says so, by TLS too.
    let refused = Guest::refused_by_key(&host.url(), &host.key()).await;
    assert_eq!(refused, ConnectError::HelloRefused { reason: RefusalCode::Storage });
    let first = host.key();
    host.stop().await;

    log.set_full(false);
    let second = TestHost::over(quick(), Arc::clone(&log) as Arc<dyn Log>).await.key();
    assert_ne!(first, second, "it ended with the host");
    let third = TestHost::over(quick(), Arc::clone(&log) as Arc<dyn Log>).await.key();
    assert_eq!(second, third, "and is kept once there is room");
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_that_is_stored_is_lost() {
    let log = Fillable::new();
    let host = TestHost::over(quick(), Arc::clone(&log) as Arc<dyn Log>).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    ming.post("先说的").await;
    assert_eq!(li.line().await.1, "先说的");

    log.set_full(true);
    let lost = ming.post("没有地方了").await;
    assert_eq!(refused(&mut ming).await, (Some(lost), RefusalCode::Storage));
    ming.send(&ClientFrame::Act(Act::rename(None, "明明"))).await;
    assert_eq!(refused(&mut ming).await, (None, RefusalCode::Storage));
    let you = loop {
        if let ServerFrame::You(you) = ming.frame().await {
            break you;
        }
    };
    assert_eq!(you.nickname.as_str(), "阿明", "a change that is not stored is none");
    ming.send(&ClientFrame::History(HistoryRequest { before: Seq::MAX, after: None, limit: 10 })).await;
    let page = loop {
        if let ServerFrame::Page(page) = ming.frame().await {
            break page;
        }
    };
    let newest = page.entries.last().map(|entry| entry.body.clone());
    assert_eq!(
        newest,
        Some(Body::Message { text: "先说的".into(), time: None }),
        "what is stored is readable"
    );

    let mut wang = RawClient::v1(&host.url()).await.expect("a connection");
    wang.send(&ClientFrame::Hello(hearth_tests::hello("小王"))).await;
    assert_eq!(refused(&mut wang).await, (None, RefusalCode::Storage));
    assert_eq!(wang.close_code().await, Some(4002));
    // Who cannot be told in words sees the end of the connection.
    let mut page = RawClient::classic(&host.url()).await.expect("a connection");
    page.send_text(json!({"nickname": "网页", "message": "有人吗", "time": ""}).to_string()).await;
    assert_eq!(page.close_code().await, Some(1011));

    log.set_full(false);
    ming.post("又有地方了").await;
    let entry = li.entry().await;
    let said = Body::Message { text: "又有地方了".into(), time: None };
    assert_eq!((entry.from.nickname.as_str(), entry.body), ("阿明", said), "and nothing came in between");
    let (_wang, welcome) = RawClient::enter(&host.url(), "小王").await;
    assert_eq!(welcome.you.nickname.as_str(), "小王", "who never came in holds no nickname");
    assert_eq!(welcome.online, 3);
}

#[tokio::test]
async fn who_leaves_while_nothing_can_be_stored_is_seen_to_be_gone_at_once() {
    let log = Fillable::new();
    let host = TestHost::over(quick(), Arc::clone(&log) as Arc<dyn Log>).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let (li, welcome) = RawClient::enter(&host.url(), "小李").await;
    while ming.entry().await.from.nickname.as_str() != "小李" {}

    log.set_full(true);
    li.leave().await;
    let change = loop {
        if let ServerFrame::Roster(change) = ming.frame().await {
            break change;
        }
    };
    assert_eq!((change.left, change.online), (vec![welcome.you.member], 1), "nobody talks to a ghost");

    ming.post("还是没有地方").await;
    assert_eq!(refused(&mut ming).await.1, RefusalCode::Storage);
    log.set_full(false);
    ming.post("又有地方了").await;
    let left = ming.entry().await;
    assert_eq!((left.from.nickname.as_str(), left.body), ("小李", Body::Left), "the line of it comes later");
    assert!(matches!(ming.entry().await.body, Body::Message { .. }), "and only then what was said later");
}

/// A room without sockets, in which it can be said what comes together.
struct Table {
    room: Room,
    log: Arc<Fillable>,
    members: u128,
}

impl Table {
    fn new() -> Self {
        let gate = Gate::open(Secret::from_random(0), Rules::default());
        let info = RoomInfo { name: "读书会".to_owned(), key: None, owner: None };
        let grace = Duration::from_secs(10);
        let room = Room::new(info, grace, gate, Vec::new(), None, || fresh(0), now());
        Self { room, log: Fillable::new(), members: 0 }
    }

    async fn hello(&mut self, conn: u64, token: Option<&MemberToken>, batch: &mut Batch) {
        self.members += 1;
        let members = self.members;
        let hello = Hello { token: token.cloned(), ..hearth_tests::hello("阿明") };
        let after = reads_on(&hello, &*self.log).await;
        let from = Ipv4Addr::LOCALHOST.into();
        let join = JoinRequest { conn: ConnId(conn), hello: Box::new(hello), after, from };
        self.room.hello(join, || fresh(members), now(), batch);
    }

    async fn commit(&mut self, batch: Batch) -> Replies {
        commit(&mut self.room, batch, &*self.log, now).await.replies
    }

    fn welcome(&self, conn: u64) -> Option<Welcome> {
        let head = *self.log.head().borrow();
        self.room.welcome(ConnId(conn), Seq::ZERO, self.log.id(), head).map(|welcome| *welcome)
    }
}

fn fresh(n: u128) -> Fresh {
    Fresh { member: MemberId::from_random(n), token: MemberToken::from_random(n) }
}

fn now() -> Now {
    Now { clock: Timestamp::UNIX_EPOCH, since_start: Duration::ZERO }
}

#[tokio::test]
async fn who_comes_while_nothing_can_be_stored_comes_by_no_link_and_stands_in_no_list() {
    let mut table = Table::new();
    let mut batch = Batch::default();
    table.hello(1, None, &mut batch).await;
    table.commit(batch).await;
    let token = table.welcome(1).expect("a welcome").token;
    let mut batch = Batch::default();
    table.room.gone(ConnId(1), Parting::OnPurpose, now(), &mut batch);
    table.commit(batch).await;

    table.log.set_full(true);
    let mut batch = Batch::default();
    table.hello(2, Some(&token), &mut batch).await;
    table.hello(3, Some(&token), &mut batch).await;
    batch.rosters.push(ConnId(9));
    let replies = table.commit(batch).await;
    let away =
        |conn| replies.iter().any(|(id, reply)| *id == ConnId(conn) && matches!(reply, Reply::TurnedAway));
    assert!(away(2) && away(3), "one member, two links: {replies:?}");
    assert!(table.welcome(2).is_none() && table.welcome(3).is_none());
    let listed = replies.iter().find_map(|(_, reply)| match reply {
        Reply::Frame(ServerFrame::People(people)) => Some(people.online),
        _ => None,
    });
    assert_eq!(listed, Some(0), "whoever is turned away is not told of: {replies:?}");

    // They come, and their link breaks, at once.
    for parting in [Parting::Lost, Parting::OnPurpose] {
        let mut batch = Batch::default();
        table.hello(4, Some(&token), &mut batch).await;
        table.room.gone(ConnId(4), parting, now(), &mut batch);
        table.commit(batch).await;
        assert_eq!((table.room.online(), table.room.next_due()), (0, None));
    }

    table.log.set_full(false);
    let mut batch = Batch::default();
    table.hello(5, Some(&token), &mut batch).await;
    table.commit(batch).await;
    let entries = table.log.read_after(Seq::ZERO, 10).await.expect("entries").entries;
    let joins = entries.iter().map(|entry| matches!(entry.body, Body::Joined { .. }));
    assert_eq!(joins.collect::<Vec<_>>(), [true, false, true], "came, left, came: {entries:?}");
}

#[tokio::test]
async fn in_a_large_room_nobody_new_is_let_in_whom_the_log_would_not_know_again() {
    let mut table = Table::new();
    let mut batch = Batch::default();
    let full_room = u64::try_from(JOIN_LINES_UP_TO).expect("few");
    for conn in 1..=full_room + 1 {
        table.hello(conn, None, &mut batch).await;
    }
    table.commit(batch).await;
    let known = table.welcome(full_room + 1).expect("a welcome").token;
    let here = table.room.online();

    table.log.set_full(true);
    let mut batch = Batch::default();
    table.hello(1001, None, &mut batch).await;
    table.hello(1002, Some(&known), &mut batch).await;
    let replies = table.commit(batch).await;
    let away =
        |conn| replies.iter().any(|(id, reply)| *id == ConnId(conn) && matches!(reply, Reply::TurnedAway));
    assert!(away(1001) && !away(1002), "no entry tells of either: {replies:?}");
    assert!(table.welcome(1001).is_none(), "no token that a restart would forget");
    assert_eq!(table.welcome(1002).expect("a welcome").token, known);
    assert_eq!(table.room.online(), here);

    table.log.set_full(false);
    let mut batch = Batch::default();
    table.hello(1003, None, &mut batch).await;
    table.commit(batch).await;
    assert!(table.welcome(1003).is_some(), "there is room again");
}

#[tokio::test]
async fn a_room_that_is_kept_can_be_exported() {
    const LINES: u64 = 300;
    let host = TestHost::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    let room = RoomClient::join(RoomOptions {
        address: JoinAddress::parse(&host.url()).expect("an address"),
        nickname: Nickname::new("阿明").expect("a nickname"),
        token: None,
        key: None,
        credentials: Credentials::default(),
        keep_trying: false,
        keep: Some(file.clone()),
        only_lines: false,
    });
    let mut updates = room.subscribe(None).await;
    for n in 0..LINES {
        room.post(PostId::new(uuid::Uuid::from_u128(n.into())), format!("line {n}")).await;
    }
    let mut said = 0;
    while said < LINES {
        let batch = tokio::time::timeout(Duration::from_secs(20), updates.recv()).await.expect("in time");
        for update in batch.expect("the session goes on") {
            if let RoomUpdate::Entries { entries } = update {
                said += entries.iter().filter(|entry| entry.body.text().is_some()).count() as u64;
            }
        }
    }
    room.leave().await;
    let mut out = Vec::new();
    let zone = jiff::tz::TimeZone::UTC;
    let (format, language) = (hearth_log::Format::Markdown, hearth_log::Language::Chinese);
    let exported = hearth_log::export(&file, format, language, &zone, Timestamp::UNIX_EPOCH, &mut out);
    assert_eq!(exported.expect("an export").entries, LINES + 1, "the lines, and that somebody came");
    assert!(String::from_utf8(out).expect("text").contains("读书会"));
}

#[tokio::test]
async fn a_text_that_was_erased_reaches_nobody_any_more() {
    let host = TestHost::start().await;
    let (mut ming, welcome) = RawClient::enter(&host.url(), "阿明").await;
    for text in ["先说的", "说漏了的", "后说的"] {
        ming.post(text).await;
        assert_eq!(ming.line().await.1, text);
    }
    let all = host.log().read_after(Seq::ZERO, 10).await.expect("read").entries;
    let slip = all.iter().find(|entry| entry.body.text() == Some("说漏了的")).expect("it is there").seq;
    assert!(host.erase(slip).await.expect("erased"));
    assert!(!host.erase(slip).await.expect("nothing to erase"), "once is enough");

    // A newcomer reads it from the log, and whoever resumes before it would otherwise read it from the tape.
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let mut back = RawClient::v1(&host.url()).await.expect("a connection");
    let resume = Hello {
        token: Some(welcome.token.clone()),
        log: Some(welcome.log.clone()),
        after: Some(welcome.head),
        ..hearth_tests::hello("阿明")
    };
    back.send(&ClientFrame::Hello(resume)).await;
    for reader in [&mut li, &mut back] {
        let mut lines = Vec::new();
        while lines.last().map(String::as_str) != Some("后说的") {
            lines.push(reader.line().await.1);
        }
        assert_eq!(lines, ["先说的", "后说的"]);
    }
}
