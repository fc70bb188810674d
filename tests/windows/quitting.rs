//! A quit that waits for others does not eat the next start: who wants the app meanwhile has a window when it is over.

use std::process::Command;

use hearth_tests::{App, Desktop, Home, Look, RawClient, Tray, app_program, free_port};

#[tokio::test]
async fn who_starts_the_app_while_it_quits_has_a_window_afterwards() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH).alone()).await;
    let url = app.host(free_port()).await;
    // She does not answer the farewell, so that it is waited for.
    let (_silent, _) = RawClient::enter(&url, "小李").await;
    app.close_window().await;
    app.click_and_go("close-stop").await;
    app.wait("the window is gone", || app.windows().is_empty()).await;
    let first = app.process().expect("it still says goodbye");

    // At once again, by a link; and once more, by the icon: the link is not forgotten.
    let link = "hearth://192.168.1.23:8080";
    for arguments in [&[link][..], &[]] {
        app.start_again(arguments).await;
    }
    assert_eq!(app.process(), Some(first), "the first one is not done yet");
    assert!(app.windows().is_empty(), "what quits does not come back");

    let mut started = Started(None);
    app.wait("a window is opened", || {
        let found = Desktop::processes_of(&app_program(), link);
        started.0 =
            found.into_iter().find(|&process| process != first && !Desktop::windows(process).is_empty());
        started.0.is_some()
    })
    .await;
    app.wait("the first one has ended", || app.process() != Some(first)).await;
}

#[tokio::test]
async fn who_quits_and_wants_nothing_more_is_left_alone() {
    let tray = Tray::begin().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::EN).alone()).await;
    app.host(free_port()).await;
    app.close_window().await;
    app.click_and_go("close-keep").await;
    tray.choose("Quit").await;
    let home = app.ended().await;
    // The next one is the first again.
    let app = App::start_for("阿明", home).await;
    app.see("host-start").await;
}

/// A process that is nobody's child here. It is ended with the test.
struct Started(Option<u32>);

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(process) = self.0 {
            let _ = Command::new("kill").arg("-KILL").arg(process.to_string()).status();
        }
    }
}
