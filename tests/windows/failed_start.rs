//! A start that fails says so in a window, and names the folder: whoever has clicked on an icon sees no terminal.

use std::fs;
use std::path::PathBuf;

use hearth_tests::{Desktop, Home, Look, PlainApp, Tmpfs};

#[tokio::test]
async fn what_stands_in_the_way_is_named_in_a_window() {
    // Something else is where the folder should be.
    let home = Home::new(Look::ZH);
    let file = home.path().join("data");
    fs::write(&file, "").expect("written");
    fails(home, &[], &file, "围炉无法启动", "failed-start-file-zh").await;

    // Nobody may write there.
    let home = Home::new(Look::EN);
    let more = [("XDG_STATE_HOME", "/sys".to_owned())];
    fails(home, &more, &PathBuf::from("/sys"), "Hearth cannot start", "failed-start-forbidden-en").await;

    // The language is the one that was chosen, even if the system has another.
    for (language, title) in [("zh-CN", "围炉无法启动"), ("zh-TW", "無法啟動圍爐")] {
        let home = Home::new(Look::EN_DARK);
        home.write_settings(&format!("language = \"{language}\"\n"));
        let file = home.path().join("data");
        fs::create_dir_all(&file).expect("a folder");
        let file = file.join("hearth");
        fs::write(&file, "").expect("written");
        fails(home, &[], &file, title, &format!("failed-start-chosen-{language}")).await;
    }
}

#[tokio::test]
async fn a_full_disk_is_named_in_a_window() {
    let disk = Tmpfs::mount_full().expect("a disk, which needs root");
    let home = Home::new(Look::ZH);
    let more = [("XDG_DATA_HOME", disk.path().display().to_string())];
    fails(home, &more, disk.path(), "围炉无法启动", "failed-start-full-zh").await;
}

/// Starts the app, and sees how it fails: in a window of this title, on the terminal with this path, and to whoever has started
/// it.
async fn fails(home: Home, more: &[(&str, String)], path: &std::path::Path, title: &str, picture: &str) {
    let mut app = PlainApp::start(home, &[], more);
    let window = app.window().await;
    assert_eq!(Desktop::title(&window), title);
    let why = app.error_after(&format!("cannot be used: {}: ", path.display())).await;
    assert!(why.contains("os error"), "{why}");
    Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
    Desktop::shot(&window, picture);
    // Its one button has the focus.
    Desktop::press(&["Return"]);
    assert_eq!(app.ended().await.code(), Some(69));
}
