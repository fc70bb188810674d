//! Versions that meet: what a version of before acts about lines said, kept and showed holds with this one, and the other way round.
//!
//! `tests/vectors/old/` has what programs of that version left behind: the frames of a session, a room, and an app's copy of a room that a
//! host of today served. What needs such a program itself is run with `HEARTH_OLD_HOST_BIN`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearth_client::{
    ActState, Credentials, Failure, Invitation, RoomClient, RoomCommand, RoomOptions, RoomSnapshot,
    RoomUpdate,
};
use hearth_host::HostConfig;
use hearth_log::{Format, Language, Log, SqliteLog, export, verify};
use hearth_protocol::{
    Act, Body, ClientFrame, Emoji, Entry, Hello, HistoryRequest, LinesRequest, LogId, MemberToken, Mention,
    Mentions, Nickname, PostId, RefusalCode, Role, SearchRequest, Secret, Seq, ServerFrame, Verb,
};
use hearth_tests::headless::{Headless, old_command, run};
use hearth_tests::knocking::code;
use hearth_tests::proxy::{Plan, Proxy};
use hearth_tests::{
    Chromium, Guest, GuestPage, PATIENCE, RawClient, TestHost, eager, found_in, free_port, hello,
    log_in_file, quick,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

fn left_behind(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/old").join(name)
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let text = fs::read_to_string(left_behind(name)).expect("it is there");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A copy of something that was left behind, under this name in a folder of its own.
fn copy_of(name: &str, file: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(file);
    fs::copy(left_behind(name), &file).expect("copied");
    (folder, file)
}

fn act(what: Verb) -> Act {
    Act { what, id: Some(PostId::new(Uuid::now_v7())) }
}

fn edit(about: Seq, text: &str) -> Verb {
    Verb::Edit { about, text: text.to_owned(), mentions: Mentions::default() }
}

fn react(about: Seq) -> Verb {
    Verb::React { about, emoji: Emoji::new("👍").expect("an emoji"), on: true }
}

fn reply(to: Seq, text: &str) -> Verb {
    Verb::Post { text: text.to_owned(), reply: Some(to), mentions: Mentions::default() }
}

/// Does something, and waits until it is in the log.
async fn does(client: &mut RawClient, what: Verb) -> Seq {
    let act = act(what);
    client.send(&ClientFrame::Act(act.clone())).await;
    loop {
        match client.frame().await {
            ServerFrame::Ack(ack) if Some(ack.id) == act.id => return ack.seq,
            ServerFrame::Refused(refused) => panic!("{act:?}: {refused:?}"),
            _ => {}
        }
    }
}

/// A step of a session that an app had with a host, both of before acts about lines.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// Somebody else says a line.
    Ming(String),
    /// The app connects.
    Opens,
    /// Its connection breaks.
    Cut,
    /// It says this.
    Up(Value),
    /// It hears these, in any order. `$name` stands for what each session has of its own, and `$` for anything.
    Down(Vec<Value>),
}

/// What stands for the names in this session.
type Known = HashMap<String, Value>;

/// Whether a host says what it was known to say, and no less: fields may have come to it.
fn says(told: &Value, expected: &Value, known: &mut Known) -> bool {
    match (expected, told) {
        (Value::String(name), _) if name == "$" => true,
        (Value::String(name), _) if name.starts_with('$') => {
            known.entry(name.clone()).or_insert_with(|| told.clone()) == told
        }
        (Value::Object(expected), Value::Object(told)) => {
            expected.iter().all(|(name, value)| told.get(name).is_some_and(|told| says(told, value, known)))
        }
        (Value::Array(expected), Value::Array(told)) => {
            expected.len() == told.len()
                && expected.iter().zip(told).all(|(one, told)| says(told, one, known))
        }
        _ => expected == told,
    }
}

fn filled(frame: &Value, known: &Known) -> Value {
    match frame {
        Value::String(name) => known.get(name).unwrap_or(frame).clone(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), filled(value, known))).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(|value| filled(value, known)).collect()),
        _ => frame.clone(),
    }
}

#[tokio::test]
async fn what_an_old_app_says_is_answered_as_it_was() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let mut known = Known::new();
    let mut app: Option<RawClient> = None;
    for step in read::<Vec<Step>>("session.json") {
        match step {
            Step::Ming(text) => {
                ming.post(&text).await;
                ming.hear(&text).await;
            }
            Step::Opens => app = Some(RawClient::v1(&host.url()).await.expect("a connection")),
            Step::Cut => app = None,
            Step::Up(frame) => {
                app.as_mut().expect("a connection").send_text(filled(&frame, &known).to_string()).await;
            }
            Step::Down(mut expected) => {
                while !expected.is_empty() {
                    let text = app.as_mut().expect("a connection").text().await;
                    let told: Value = serde_json::from_str(&text).expect("JSON");
                    let found = expected.iter().position(|one| {
                        let mut anew = known.clone();
                        let says = says(&told, one, &mut anew);
                        if says {
                            known = anew;
                        }
                        says
                    });
                    let found = found.unwrap_or_else(|| panic!("{told:#}\nis none of {expected:#?}"));
                    expected.swap_remove(found);
                }
            }
        }
    }
}

/// Who was in the room that an old host kept, and by what they come again.
#[derive(Deserialize)]
struct Facts {
    log: LogId,
    key: String,
    ming: Person,
    li: Person,
    wei: Person,
    secret: String,
    reading: String,
}

#[derive(Deserialize)]
struct Person {
    member: String,
    token: MemberToken,
    role: Option<Role>,
}

fn exported(file: &Path) -> Vec<Value> {
    let mut out = Vec::new();
    export(file, Format::JsonLines, Language::English, &TimeZone::UTC, Timestamp::UNIX_EPOCH, &mut out)
        .expect("exported");
    let text = String::from_utf8(out).expect("text");
    entries_of(&text)
}

/// The entries of an export.
fn entries_of(export: &str) -> Vec<Value> {
    let lines = export.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["seq"].is_u64()).collect()
}

/// Everything from the beginning of the log up to what there is now.
async fn all(client: &mut RawClient, head: Seq) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    while entries.last().is_none_or(|entry| entry.seq < head) {
        entries.push(client.entry().await);
    }
    entries
}

#[tokio::test]
async fn a_room_that_an_old_host_kept_is_all_there_and_goes_on() {
    let (_folder, file) = copy_of("room-v8.db", "room.db");
    let facts: Facts = read("room-v8.json");
    let before = entries_of(&fs::read_to_string(left_behind("room-v8.jsonl")).expect("it is there"));
    assert_eq!(exported(&file), before, "for who looks at it before it is served");

    let host = TestHost::over(
        HostConfig { name: String::new(), ..quick() },
        Arc::new(SqliteLog::open(&file).expect("a log")),
    )
    .await;
    assert_eq!(host.key().to_string(), facts.key);
    let come = |person: &Person| Hello {
        token: Some(person.token.clone()),
        log: Some(facts.log.clone()),
        after: Some(Seq::ZERO),
        ..hello("别的名字")
    };
    let mut ming = RawClient::v1(&host.url()).await.expect("a connection");
    let welcome = ming.greet(come(&facts.ming)).await;
    assert_eq!(
        (welcome.log.clone(), welcome.you.member.as_str(), welcome.role),
        (facts.log.clone(), &*facts.ming.member, Role::Member)
    );
    let entries = all(&mut ming, welcome.head).await;
    let told: Vec<Value> = entries.iter().map(|entry| serde_json::to_value(entry).expect("JSON")).collect();
    assert_eq!(told[..before.len()], before[..]);
    let (mut li, welcome) = RawClient::enter_as(&host.url(), come(&facts.li)).await;
    assert_eq!(
        (welcome.you.member.as_str(), welcome.role),
        (&*facts.li.member, facts.li.role.unwrap_or_default())
    );
    let (_wei, welcome) = RawClient::enter_as(&host.url(), come(&facts.wei)).await;
    assert_eq!((welcome.you.member.as_str(), welcome.role), (&*facts.wei.member, Role::Reader));
    assert_eq!(facts.wei.role, Some(Role::Reader));
    // It was closed, and who may come in by what is as it was.
    assert_eq!(code(&host.url(), hello("路人")).await, RefusalCode::InviteNeeded);
    for (secret, role) in [(&facts.secret, Role::Member), (&facts.reading, Role::Reader)] {
        let secret = Secret::of_invitation(secret).expect("a secret");
        let (_, welcome) =
            RawClient::enter_as(&host.url(), Hello { secret: Some(secret), ..hello("新来的") }).await;
        assert_eq!(welcome.role, role);
    }

    // What came later can be done to what was said before.
    let said = |text: &str| {
        let is = |entry: &&Entry| matches!(&entry.body, Body::Message { text: said, .. } if said == text);
        entries.iter().find(is).expect("it was said").seq
    };
    let (hello_all, plan) = (said("大家好 😅"), said("今晚部署"));
    does(&mut li, edit(plan, "明天上线")).await;
    let answer = does(&mut li, reply(hello_all, "你好")).await;
    let end = does(&mut li, react(hello_all)).await;
    ming.send(&ClientFrame::Search(SearchRequest { query: "上线".to_owned(), before: None, limit: 5 })).await;
    let found = loop {
        if let ServerFrame::Found(found) = ming.frame().await {
            break found;
        }
    };
    assert_eq!(found.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [plan]);
    let log = Arc::clone(host.log());
    host.stop().await;
    log.close().await;
    drop(log);
    let after = exported(&file);
    assert_eq!(after[..before.len()], before[..]);
    let about: Vec<_> =
        after.iter().filter(|entry| entry["about"].is_u64()).map(|entry| entry["kind"].clone()).collect();
    assert_eq!(about, ["edited", "addressed", "reacted"], "{answer} to {end}");
    assert_eq!(verify(&file).expect("looked at").problems, [""; 0]);
}

/// The app in a room that it keeps.
struct App {
    client: RoomClient,
    updates: mpsc::Receiver<Vec<RoomUpdate>>,
}

impl App {
    async fn start(url: &str, keep: Option<&Path>) -> Self {
        let options = RoomOptions {
            address: Invitation::parse(url).expect("an address").address,
            nickname: Nickname::new("老陈").expect("a nickname"),
            token: None,
            key: None,
            credentials: Credentials::default(),
            keep_trying: true,
            keep: keep.map(Path::to_owned),
            only_lines: false,
        };
        let client = RoomClient::join_with(options, eager());
        let updates = client.subscribe(None).await;
        Self { client, updates }
    }

    async fn find<T>(&mut self, mut pick: impl FnMut(&RoomUpdate) -> Option<T>) -> T {
        loop {
            let batch = timeout(PATIENCE, self.updates.recv()).await.expect("in time").expect("it goes on");
            if let Some(found) = batch.iter().find_map(&mut pick) {
                return found;
            }
        }
    }

    async fn snapshot(&mut self) -> RoomSnapshot {
        self.find(|update| match update {
            RoomUpdate::Snapshot { room } => Some(RoomSnapshot::clone(room)),
            _ => None,
        })
        .await
    }

    async fn finds(&mut self, query: &str) -> Vec<Seq> {
        let request = SearchRequest { query: query.to_owned(), before: None, limit: 10 };
        self.client.send(RoomCommand::Search(request)).await;
        self.find(|update| match update {
            RoomUpdate::Found { found, .. } => Some(found.entries.iter().map(|entry| entry.seq).collect()),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn what_an_old_app_kept_of_a_room_of_today_counts_after_its_update() {
    const GONE: [&str; 2] = ["qzx绝密的原话jk", "qzy机密的改口jk"];
    let (folder, file) = copy_of("copy-v5.db", "room.db");
    assert!(
        GONE.iter().all(|text| found_in(folder.path(), text).is_some()),
        "the old app knew of no removal"
    );
    let mut app = App::start(&format!("ws://127.0.0.1:{}", free_port()), Some(&file)).await;
    let room = app.snapshot().await;
    let at = |text: &str| {
        let is = |entry: &&Entry| matches!(&entry.body, Body::Message { text: said, .. } if said == text);
        room.entries.iter().find(is).unwrap_or_else(|| panic!("{text} is there")).seq
    };
    let (plan, other, answer) = (at("今晚部署"), at("别的"), at("@阿明 好"));
    let about: Vec<_> =
        room.entries.iter().filter(|entry| entry.body.about().is_some()).map(|entry| &entry.body).collect();
    let [
        Body::Removed { about: gone },
        Body::Edited { about: changed, text, .. },
        Body::Reacted { about: liked, .. },
        Body::Addressed { about: answering, reply, .. },
    ] = about[..]
    else {
        panic!("{about:?}");
    };
    assert_eq!(
        (*changed, &**text, *liked, *answering, *reply),
        (plan, "明天上线", plan, answer, Some(other))
    );
    let erased: Vec<_> =
        room.entries.iter().filter(|entry| entry.body == Body::Erased).map(|entry| entry.seq).collect();
    assert_eq!((erased.len(), erased[0]), (2, *gone), "the line, and what was said about it");
    assert!(!room.entries.iter().any(|entry| matches!(entry.body, Body::Unknown(_))), "{:?}", room.entries);
    // What was not sent waits, and what was typed is there.
    let own: Vec<_> = room.own.iter().map(|act| (act.what.text(), &act.state)).collect();
    assert_eq!(own, [(Some("没有送到的"), &ActState::Queued)]);
    assert_eq!(room.draft, "写到一半");
    for (query, found) in
        [("qzx", vec![]), ("qzy", vec![]), ("部署", vec![]), ("上线", vec![plan]), ("别的", vec![other])]
    {
        assert_eq!(app.finds(query).await, found, "{query}");
    }
    for text in GONE {
        assert_eq!(found_in(folder.path(), text), None, "{text} is still there");
    }
    app.client.leave().await;
}

/// How an act of one's own is told of, once it is more than on its way: why it failed, or that it is there.
async fn came_of(guest: &mut Guest, what: Verb) -> Result<(), RefusalCode> {
    let act = act(what);
    let id = act.id.expect("an id");
    guest.client().send(RoomCommand::Act(act)).await;
    guest
        .find(|update| match update {
            RoomUpdate::Own { act } if act.id == id => match &act.state {
                ActState::Failed { reason: Failure::Refused { reason } } => Some(Err(*reason)),
                ActState::Failed { reason } => panic!("{reason:?}"),
                ActState::Queued | ActState::Sent => None,
            },
            RoomUpdate::Entries { entries } if entries[0].id == Some(id) => Some(Ok(())),
            RoomUpdate::Dropped { id: gone } => panic!("{gone} is gone without a word"),
            _ => None,
        })
        .await
}

#[tokio::test]
#[ignore = "needs an old host: see CONTRIBUTING.md"]
async fn in_the_room_of_an_old_host_nothing_is_lost_and_what_it_does_not_know_is_said() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let flags = ["--bind", "127.0.0.1", "--port", "0", "--name", "读书会", "--rate", "off"];
    let host = Headless::start_as(Arc::clone(&home), old_command(&home), &flags).await;
    let proxy = Proxy::start(host.address().parse().expect("an address"), |_| Plan::default()).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    for n in 1..=120 {
        ming.post(&format!("第 {n} 行")).await;
        ming.hear(&format!("第 {n} 行")).await;
    }
    let mut wei = Guest::join(&proxy.url(), "Wei").await;
    wei.hear("第 120 行").await;
    ming.post("今晚部署").await;
    let line = wei
        .find(|update| match update {
            RoomUpdate::Entries { entries } if entries[0].body.text() == Some("今晚部署") => {
                Some(entries[0].clone())
            }
            _ => None,
        })
        .await;

    // The window of acts under way is far smaller than these are: none of them stays in it.
    let about = line.seq;
    for _ in 0..20 {
        for what in [
            edit(about, "x"),
            react(about),
            Verb::Pin { about, on: true },
            Verb::Remove { about },
            reply(about, "八点"),
        ] {
            assert_eq!(came_of(&mut wei, what.clone()).await, Err(RefusalCode::UnknownType), "{what:?}");
        }
        wei.client().send(RoomCommand::Typing).await;
    }
    let meant = Mention { member: line.from.member.clone(), nickname: line.from.nickname.clone() };
    let mentions = Mentions { members: vec![meant], everyone: false };
    let named = Verb::Post { text: "@阿明 在吗".to_owned(), reply: None, mentions };
    assert_eq!(came_of(&mut wei, named).await, Ok(()));
    ming.hear("@阿明 在吗").await;
    assert_eq!(came_of(&mut wei, Verb::post("今晚见")).await, Ok(()));
    ming.hear("今晚见").await;

    wei.client().send(RoomCommand::Lines(LinesRequest { lines: vec![about], pinned: false })).await;
    wei.find(|update| matches!(update, RoomUpdate::Lines { .. }).then_some(())).await;
    wei.client().send(RoomCommand::History(HistoryRequest { before: about, after: None, limit: 100 })).await;
    let page = wei
        .find(|update| match update {
            RoomUpdate::Older { page, .. } => Some(page.clone()),
            _ => None,
        })
        .await;
    assert_eq!(page.entries.last().map(|entry| entry.seq), Some(line.prev));
    assert!(page.entries.len() > 20 && page.more, "{page:?}");
    wei.client()
        .send(RoomCommand::Search(SearchRequest { query: "部署".to_owned(), before: None, limit: 5 }))
        .await;
    let found = wei
        .find(|update| match update {
            RoomUpdate::Found { found, whole } => Some((found.entries.len(), *whole)),
            _ => None,
        })
        .await;
    assert_eq!(found, (1, true));

    proxy.cut_all().await;
    ming.post("你不在时说的").await;
    let back = wei.post("回来了").await;
    wei.hear("你不在时说的").await;
    ming.hear("回来了").await;
    wei.find(|update| match update {
        RoomUpdate::Entries { entries } if entries[0].id == Some(back) => Some(()),
        _ => None,
    })
    .await;
}

/// Leads a browser to the page of one host and to the room of another: the page is of before the room's host.
struct PageOfAnother {
    url: String,
    rooms: Arc<std::sync::Mutex<JoinSet<()>>>,
    _task: JoinSet<()>,
}

impl PageOfAnother {
    async fn start(page: String, room: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://localhost:{}/", listener.local_addr().expect("an address").port());
        let rooms = Arc::new(std::sync::Mutex::new(JoinSet::new()));
        let mut task = JoinSet::new();
        let visits = Arc::clone(&rooms);
        task.spawn(async move {
            let mut pages = JoinSet::new();
            while let Ok((mut browser, _)) = listener.accept().await {
                let mut head = vec![0; 4096];
                // Browsers open connections on which they never ask for anything: these wait beside the others.
                let (page, room, visits) = (page.clone(), room.clone(), Arc::clone(&visits));
                pages.spawn(async move {
                    let read = browser.peek(&mut head).await.unwrap_or_default();
                    let is_room =
                        String::from_utf8_lossy(&head[..read]).to_lowercase().contains("upgrade: websocket");
                    let Ok(mut host) = TcpStream::connect(if is_room { room } else { page }).await else {
                        return;
                    };
                    let carry = async move {
                        let _ = copy_bidirectional(&mut browser, &mut host).await;
                    };
                    if is_room {
                        visits.lock().expect("nobody panics").spawn(carry);
                    } else {
                        carry.await;
                    }
                });
            }
        });
        Self { url, rooms, _task: task }
    }

    /// Cuts every connection to the room.
    fn cut(&self) {
        self.rooms.lock().expect("nobody panics").abort_all();
    }
}

/// The lines that the page has in sight, and whatever went wrong in it.
const SHOWN: &str = "return { lines: $$('text').map((one) => one.innerText), wrong: window.wrong }";

/// Notes what goes wrong in a page.
const NOTES: &str = "window.wrong = [];
    addEventListener('error', ({ message }) => message.startsWith('ResizeObserver loop') || wrong.push(message));
    addEventListener('unhandledrejection', (event) => wrong.push(String(event.reason)));
    const { error } = console;
    console.error = (...words) => { wrong.push(words.join(' ')); error(...words); };";

/// All that can be said about a line, and some of it taken back.
async fn about(ming: &mut RawClient, line: Seq) {
    does(ming, edit(line, "不该看见的改口")).await;
    does(ming, react(line)).await;
    does(ming, Verb::Pin { about: line, on: true }).await;
    does(ming, Verb::Pin { about: line, on: false }).await;
    let gone = does(ming, Verb::post("要收回的")).await;
    does(ming, react(gone)).await;
    does(ming, Verb::Remove { about: gone }).await;
}

#[tokio::test]
#[ignore = "needs an old host: see CONTRIBUTING.md"]
async fn a_page_of_an_old_host_shows_the_lines_of_a_room_of_today_each_once() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    // Under this name both are known whatever the port is, since both are behind the same one here.
    let flags = ["--bind", "127.0.0.1", "--port", "0", "--public-name", "localhost"];
    let old = Headless::start_as(Arc::clone(&home), old_command(&home), &flags).await;
    let host = TestHost::with(HostConfig { public_names: vec!["localhost".to_owned()], ..quick() }).await;
    let between = PageOfAnother::start(old.address().to_owned(), host.addr().to_string()).await;
    let (mut ming, _) =
        RawClient::enter_as(&host.url(), Hello { secret: Some(host.pass()), ..hello("阿明") }).await;
    let say = async |ming: &mut RawClient, n: usize| does(ming, Verb::post(format!("第{n}行。"))).await;
    for n in 1..=150 {
        let line = say(&mut ming, n).await;
        if n % 10 == 0 {
            about(&mut ming, line).await;
        }
    }

    let browser = Chromium::start().await;
    browser.run_before_pages(NOTES).await;
    let page = GuestPage::open_in(browser, &between.url, [1100, 760]).await;
    page.enter_as("小红").await;
    page.sees("第150行。").await;
    // Live, with an answer and a mention.
    let line = say(&mut ming, 151).await;
    about(&mut ming, line).await;
    does(&mut ming, reply(line, "第152行。")).await;
    ming.send(&ClientFrame::Typing).await;
    page.sees("第152行。").await;
    page.say("我用旧的页面").await;
    ming.hear("我用旧的页面").await;
    page.sees("我用旧的页面").await;
    // By resuming.
    between.cut();
    page.until("it is back", "return $('status')?.dataset.state === 'connected'", &[]).await;
    between.cut();
    let line = say(&mut ming, 153).await;
    about(&mut ming, line).await;
    say(&mut ming, 154).await;
    page.sees("第154行。").await;
    page.say("还在").await;
    ming.hear("还在").await;

    // In pages of the past, and counted while one reads there.
    let mut seen: Vec<String> = Vec::new();
    loop {
        let shown = page.until("lines", SHOWN, &[]).await;
        assert_eq!(shown["wrong"], Value::Array(Vec::new()));
        let now: Vec<String> = serde_json::from_value(shown["lines"].clone()).expect("texts");
        let mut twice = now.clone();
        twice.sort();
        twice.dedup();
        assert_eq!(twice.len(), now.len(), "{now:?}");
        seen.extend(now);
        if seen.iter().any(|line| line == "第1行。") {
            break;
        }
        scroll_up(&page).await;
    }
    for n in 1..=154 {
        let line = format!("第{n}行。");
        assert!(seen.contains(&line), "{line}");
    }
    assert!(!seen.iter().any(|line| line.contains("不该看见的改口")), "an edit is no line");
    for n in 155..=157 {
        let line = say(&mut ming, n).await;
        does(&mut ming, react(line)).await;
        does(&mut ming, edit(line, "不该看见的改口")).await;
    }
    page.until("three are counted", "return $('new-messages')?.dataset.unread === '3'", &[]).await;
    page.shot("old-page").await;
    page.click("new-messages").await;
    page.sees("第157行。").await;
    let shown = page.until("nothing went wrong", SHOWN, &[]).await;
    assert_eq!(shown["wrong"], Value::Array(Vec::new()));
    // Loaded again, what was taken back is nothing any more.
    page.refresh().await;
    page.sees("第157行。").await;
    let shown = page.until("lines", SHOWN, &[]).await;
    assert!(!shown["lines"].to_string().contains("要收回的"), "{shown}");
    assert_eq!(shown["wrong"], Value::Array(Vec::new()));
}

/// Scrolls the conversation up by some of it, as a hand does, and waits until it shows something else.
async fn scroll_up(page: &GuestPage) {
    let first = page.until("a line", "return $$('text')[0]?.innerText", &[]).await;
    let scroll = "let at = $$('text')[0]; while (at && at.scrollHeight <= at.clientHeight + 1) at = at.parentElement;
        if ($$('text')[0]?.innerText !== arguments[0]) return true;
        at.dispatchEvent(new WheelEvent('wheel', { deltaY: -300, bubbles: true })); at.scrollTop -= 300; return false";
    page.until("it moves", scroll, &[first]).await;
}

#[tokio::test]
#[ignore = "needs an old host: see CONTRIBUTING.md"]
async fn an_old_host_leaves_a_room_of_today_as_it_is_and_says_why() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let file = hearth_tests::headless::room_file(&home);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    let log: Arc<dyn Log> = Arc::new(log_in_file(&file, &LogId::from_random(1)));
    let host = TestHost::over(quick(), Arc::clone(&log)).await;
    let (mut ming, welcome) = RawClient::enter(&host.url(), "阿明").await;
    let line = does(&mut ming, Verb::post("今晚部署")).await;
    let gone = does(&mut ming, Verb::post("不该说的")).await;
    for what in [edit(line, "明天上线"), react(line), reply(line, "好"), Verb::Remove { about: gone }] {
        does(&mut ming, what).await;
    }
    host.stop().await;
    log.close().await;
    drop(log);
    let (before, bytes) = (exported(&file), fs::read(&file).expect("its bytes"));

    let old = run(old_command(&home).args(["--bind", "127.0.0.1", "--port", "0"])).await;
    assert!(
        old.code == Some(65) && old.stderr.contains("was written by a newer version of Hearth"),
        "{old:?}"
    );
    assert_eq!(fs::read(&file).expect("its bytes"), bytes);

    let host = TestHost::over(quick(), Arc::new(log_in_file(&file, &LogId::from_random(2)))).await;
    let back =
        Hello {
            token: Some(welcome.token), log: Some(welcome.log), after: Some(Seq::ZERO), ..hello("阿明")
        };
    let (mut ming, again) = RawClient::enter_as(&host.url(), back).await;
    assert_eq!(again.you, welcome.you);
    let told = all(&mut ming, again.head).await;
    let told: Vec<Value> = told.iter().map(|entry| serde_json::to_value(entry).expect("JSON")).collect();
    assert_eq!(told[..before.len()], before[..]);
    does(&mut ming, react(line)).await;
}
