//! The window comes back as it was: where it stood, how large, and maximised, however the app was ended.

use std::sync::Arc;

use hearth_tests::{App, Desktop, Home, Look, RawClient, free_port};

/// Where the window is put: x, y, width and height.
const PLACE: [i32; 4] = [300, 200, 900, 600];

#[tokio::test]
async fn a_window_that_was_maximised_while_hosting_is_so_again_and_knows_its_place() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let placed = place(&app).await;
    let url = app.host(free_port()).await;
    let (_li, _) = RawClient::enter(&url, "小李").await;
    maximise(&app).await;
    app.close_window().await;
    app.see("close-dialog").await;
    app.click_and_go("close-stop").await;
    let home = app.ended().await;

    let app = maximised_again(home, placed).await;
    app.close_window().await;
    let home = app.ended().await;

    // And so on: it neither grows nor wanders.
    let app = started(home).await;
    is_at(&app, placed).await;
    maximise(&app).await;
    app.close_window().await;
    let home = app.ended().await;
    maximised_again(home, placed).await;
}

#[tokio::test]
async fn a_window_that_is_minimised_to_go_on_hosting_keeps_its_place() {
    let app = App::start_for("阿明", Home::of("阿明", Look::EN)).await;
    let placed = place(&app).await;
    app.host(free_port()).await;
    maximise(&app).await;
    app.close_window().await;
    app.click_and_go("close-keep").await;
    app.wait("the window is out of sight", || app.windows().is_empty()).await;
    let process = app.process().expect("it runs");
    hearth_tests::signal(process, "TERM").await;
    let home = app.ended().await;
    maximised_again(home, placed).await;
}

#[tokio::test]
async fn a_kill_takes_no_more_than_the_last_moment() {
    let app = App::start_for("阿明", Home::of("阿明", Look::EN)).await;
    let placed = place(&app).await;
    let home = Arc::clone(app.home());
    let file = home.path().join("data/hearth/window.json");
    let kept = || std::fs::read_to_string(&file).is_ok_and(|kept| kept.contains("\"width\": 900"));
    app.wait("its place is kept", kept).await;
    drop(app);
    let app = started(home).await;
    is_at(&app, placed).await;
}

async fn started(home: Arc<Home>) -> App {
    App::start_for("阿明", home).await
}

/// Starts the app, which is maximised again, and at its place when it is so no more.
async fn maximised_again(home: Arc<Home>, placed: [i32; 4]) -> App {
    let app = started(home).await;
    let window = app.window().await;
    app.wait("it is maximised again", || Desktop::is_maximised(&window)).await;
    unmaximise(&app, placed).await;
    app
}

/// Puts the window at a place of its own. Gives where it has come to stand.
async fn place(app: &App) -> [i32; 4] {
    let window = app.window().await;
    let [x, y, width, height] = PLACE.map(|number| number.to_string());
    Desktop::xdotool(&["windowsize", "--sync", &window, &width, &height]).expect("it can be resized");
    Desktop::xdotool(&["windowmove", "--sync", &window, &x, &y]).expect("it can be moved");
    app.wait("it has its size", || Desktop::area(&window)[2..] == PLACE[2..]).await;
    Desktop::area(&window)
}

async fn is_at(app: &App, place: [i32; 4]) {
    let window = app.window().await;
    let here = || Desktop::area(&window) == place && !Desktop::is_maximised(&window);
    app.wait(&format!("it is at {place:?}"), here).await;
}

/// How far above what xdotool takes for the content the middle of the title bar is: it counts the frame twice.
const TITLE_BAR: i32 = 30;

/// By a double click on the title bar.
async fn toggle(app: &App) {
    let window = app.window().await;
    let [x, y, width, _] = Desktop::area(&window);
    let (x, y) = ((x + width / 2).to_string(), (y - TITLE_BAR).to_string());
    Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
    let clicked = ["mousemove", "--sync", &x, &y, "click", "--repeat", "2", "--delay", "40", "1"];
    Desktop::xdotool(&clicked).expect("it can be clicked");
}

async fn maximise(app: &App) {
    toggle(app).await;
    let window = app.window().await;
    app.wait("it is maximised", || Desktop::is_maximised(&window)).await;
}

async fn unmaximise(app: &App, place: [i32; 4]) {
    toggle(app).await;
    is_at(app, place).await;
}
