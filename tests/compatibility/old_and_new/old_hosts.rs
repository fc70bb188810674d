//! What meets an old host itself, which `HEARTH_OLD_HOST_BIN` names.

use super::*;

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
