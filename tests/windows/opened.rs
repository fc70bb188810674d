//! `hearth://` links, as a desktop opens them: with the app closed, open, and in the middle of a talk. Nothing is entered
//! before the user says so.

use std::fs;
use std::process::Command;

use hearth_client::fragment;
use hearth_host::InviteWish;
use hearth_tests::{App, Desktop, Home, Look, Program, RawClient, TestHost, app_program, closed};
use tokio::process::Command as Started;

/// The entry that the packages bring, as `src-tauri/hearth.desktop.hbs` has it.
const TEMPLATE: &str = include_str!("../../src-tauri/hearth.desktop.hbs");

#[tokio::test]
async fn a_link_opens_the_app_wherever_it_is_and_it_asks_first() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let link = format!("hearth://{}", host.addr());
    let home = Home::of("阿明", Look::ZH).alone().logging_everything();
    install_handler(&home);

    // Closed: the desktop starts it.
    let mut opener = xdg_open(&home, &link);
    let process = started_by(&link).await;
    assert!(host.online() == 1, "nobody has come in");
    Command::new("kill").arg(process.to_string()).status().expect("kill runs");
    opener.ended().await;

    // The same in a window that can be looked into.
    let app = App::start_opening("阿明", home, &link).await;
    app.see_text("opened-address", &host.addr().to_string()).await;
    app.shot("opened-at-start-zh-light").await;
    assert_eq!(host.online(), 1, "it asks first");
    app.click_and_go("opened-no").await;
    app.gone("opened-dialog").await;

    // Open, and in no room.
    xdg_open(app.home(), &link).ended().await;
    app.see_text("opened-address", &host.addr().to_string()).await;
    app.shot("opened-while-open-zh-light").await;
    app.click_and_go("opened-join").await;
    app.see_status("connected", "服务已连接").await;
    app.say("从链接来的 🔥").await;
    li.hear("从链接来的 🔥").await;

    // In the middle of a talk: what is being written stays.
    app.write("composer", "写到一半").await;
    let other = TestHost::with(closed()).await;
    let invitation = other.make_invite(InviteWish::default()).await.expect("an invitation");
    let secret = invitation.secret.reveal();
    let link =
        format!("hearth://{}#{}", other.addr(), fragment(Some(&invitation.secret), Some(&other.key())));
    assert!(link.contains(secret), "{link}");
    xdg_open(app.home(), &link).ended().await;
    app.see_text("opened-address", &other.addr().to_string()).await;
    app.shot("opened-mid-talk-zh-light").await;
    app.click_and_go("opened-no").await;
    app.gone("opened-dialog").await;
    assert_eq!(other.online(), 0, "no is no");
    app.until("what was being written is still there", "return $('composer').value === '写到一半'").await;

    // And yes is yes: it is what lets one into a closed room.
    xdg_open(app.home(), &link).ended().await;
    app.click_and_go("opened-join").await;
    app.see_text("status", &format!("wss://{}", other.addr())).await;
    app.see_status("connected", "服务已连接").await;
    let shown = app.page().source().await.expect("the page");
    assert!(!shown.contains(secret) && !app.home().logs().contains(secret), "it is shown and logged nowhere");

    // A link that is none says so.
    xdg_open(app.home(), "hearth://192.168.1.23:8080#k=AAEC").ended().await;
    app.see_text("opened-problem", "链接").await;
    app.shot("opened-problem-zh-light").await;
    app.click_and_go("opened-no").await;
}

/// Makes the app this user's program for such links, as installing a package does.
fn install_handler(home: &Home) {
    let entry = TEMPLATE.replace("{{exec}}", &app_program().to_string_lossy()).replace("{{icon}}", "hearth");
    assert!(entry.contains("MimeType=x-scheme-handler/hearth;") && entry.contains(" %u\n"), "{entry}");
    let folder = home.path().join("data/applications");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("hearth.desktop"), entry).expect("written");
    let default = ["default", "hearth.desktop", "x-scheme-handler/hearth"];
    let set = Command::new("xdg-mime").args(default).envs(home.environment()).status();
    assert!(set.expect("xdg-mime runs").success());
}

fn xdg_open(home: &Home, link: &str) -> Program {
    let mut command = Started::new("xdg-open");
    command.arg(link).envs(home.environment()).env_remove("HEARTH_MULTI_INSTANCE");
    // What a desktop session would tell is not there: the entries are looked through by xdg-open itself.
    command.env("XDG_DATA_DIRS", home.path().join("data"));
    Program::start(&mut command).expect("xdg-open runs")
}

/// The process that was started with this link, once its window is to be seen.
async fn started_by(link: &str) -> u32 {
    let program = app_program();
    let deadline = tokio::time::Instant::now() + hearth_tests::PATIENCE;
    loop {
        let found = Desktop::processes_of(&program, link);
        if let Some(&process) = found.iter().find(|&&process| !Desktop::windows(process).is_empty()) {
            return process;
        }
        assert!(tokio::time::Instant::now() < deadline, "a window is opened by {link}: {found:?}");
        tokio::task::yield_now().await;
    }
}
