//! What cannot be stored has not happened: its sender is told, and nobody sees it. What is stored stays readable.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use hearth_log::{Appended, Draft, Log, LogError, MEMORY_LOG_BYTES, MemoryLog, Slice};
use hearth_protocol::{
    Body, ClientFrame, Entry, HistoryRequest, LogId, MemberId, PostId, RefusalCode, Rename, Seq, ServerFrame,
};
use hearth_tests::{RawClient, TestHost, quick};
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

    fn append(&self, drafts: Vec<Draft>) -> BoxFuture<'_, Result<Vec<Appended>, LogError>> {
        if self.full.load(Ordering::SeqCst) {
            return ready(Err(LogError::Full)).boxed();
        }
        self.log.append(drafts)
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
    ming.send(&ClientFrame::Rename(Rename { nickname: "明明".into() })).await;
    assert_eq!(refused(&mut ming).await, (None, RefusalCode::Storage));
    let you = loop {
        if let ServerFrame::You(you) = ming.frame().await {
            break you;
        }
    };
    assert_eq!(you.nickname.as_str(), "阿明", "a change that is not stored is none");
    ming.send(&ClientFrame::History(HistoryRequest { before: Seq::MAX, limit: 10 })).await;
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
async fn who_leaves_while_the_disk_is_full_is_seen_to_be_gone() {
    let log = Fillable::new();
    let host = TestHost::over(quick(), Arc::clone(&log) as Arc<dyn Log>).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let (li, welcome) = RawClient::enter(&host.url(), "小李").await;
    log.set_full(true);
    li.leave().await;
    let change = loop {
        match ming.frame().await {
            ServerFrame::Roster(change) => break change,
            ServerFrame::Entry(entry) => assert_ne!(entry.body, Body::Left, "nothing can be stored"),
            _ => {}
        }
    };
    assert_eq!((change.left, change.online), (vec![welcome.you.member], 1));
}
