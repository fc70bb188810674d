//! What an input method composes stands in the box, underlined at the caret; its keys are its own, and the one that ends Korean
//! text sends it. Under `WebDriver` the web view uses no input method, so the app is started plainly here, worked by keys, and
//! seen by what another in the room hears, and by pictures.

use std::time::Duration;

use hearth_tests::{Desktop, Home, InputMethod, LETTERS, Look, PATIENCE, PlainApp, RawClient, TestHost};
use tokio::time::{Instant, sleep, timeout};

/// The ways by which GTK finds an input method. That of X wants a language that is installed.
pub(crate) const WAYS: [&[(&str, &str)]; 3] = [
    &[("GTK_IM_MODULE", "ibus")],
    &[],
    &[("GTK_IM_MODULE", "xim"), ("XMODIFIERS", "@im=ibus"), ("LC_ALL", "C.UTF-8")],
];

/// So long a line, in pixels, is no part of a letter.
const LINE: usize = 24;

#[tokio::test]
async fn pinyin_stands_in_the_box_while_it_is_composed() {
    for way in WAYS {
        let host = TestHost::start().await;
        let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
        let home = Home::of("阿明", Look::ZH);
        let method = InputMethod::start(&home);
        let (app, window) = in_the_room(home, way, &method, &host, &mut li).await;

        method.choose("libpinyin").await;
        let before = Desktop::picture(&window);
        Desktop::press(&["n", "i", "h", "a", "o"]);
        let deadline = Instant::now() + PATIENCE;
        while !is_underlined(&before, &Desktop::picture(&window)) {
            if Instant::now() > deadline {
                Desktop::shot(&window, "failed-composing");
                panic!("{way:?}: what is composed is underlined in the box");
            }
            sleep(Duration::from_millis(100)).await;
        }
        Desktop::shot(&window, &format!("composing-{}", way.first().map_or("default", |(_, name)| name)));

        // Enter takes the letters as they are, and sends nothing; the blank takes the first candidate.
        Desktop::press(&["Return"]);
        Desktop::press(&["n", "i", "h", "a", "o", "space"]);
        method.choose(LETTERS).await;
        Desktop::press(&["Return"]);
        assert_eq!(heard(&mut li, &window, way).await, "nihao你好", "{way:?}");
        drop(app);
    }
}

#[tokio::test]
async fn the_enter_that_ends_hangul_sends_it() {
    for way in WAYS {
        let host = TestHost::start().await;
        let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
        let home = Home::of("阿明", Look::EN);
        let method = InputMethod::start(&home);
        let (app, window) = in_the_room(home, way, &method, &host, &mut li).await;

        method.choose("hangul").await;
        for _ in 0..2 {
            Desktop::press(&["d", "k", "s", "s", "u", "d"]);
            Desktop::shot(&window, "composing-hangul");
            Desktop::press(&["Return"]);
            assert_eq!(heard(&mut li, &window, way).await, "안녕", "{way:?}");
        }
        // Nothing has stayed in the box, no line break either.
        method.choose(LETTERS).await;
        Desktop::press(&["q", "Return"]);
        assert_eq!(heard(&mut li, &window, way).await, "q", "{way:?}");
        drop(app);
    }
}

/// Starts the app, and enters the room by a link and the keyboard alone.
async fn in_the_room(
    home: Home,
    way: &[(&str, &str)],
    method: &InputMethod,
    host: &TestHost,
    li: &mut RawClient,
) -> (PlainApp, String) {
    method.choose(LETTERS).await;
    let way: Vec<_> = way.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let app = PlainApp::start(home, &[&format!("hearth://{}", host.addr())], &way);
    let window = app.window().await;
    Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
    let deadline = Instant::now() + PATIENCE;
    // Whether the page asks already cannot be seen; in an empty box the key does nothing.
    while host.online() < 2 {
        assert!(Instant::now() < deadline, "it enters the room");
        Desktop::press(&["Return"]);
        sleep(Duration::from_millis(100)).await;
    }
    for letter in ["a", "b", "c", "d", "e"] {
        Desktop::press(&[letter, "Return"]);
        // The first may come before the box has the focus. What was typed last is heard last.
        let typed = async { while !li.line().await.1.ends_with(letter) {} };
        if timeout(PATIENCE / 5, typed).await.is_ok() {
            return (app, window);
        }
    }
    panic!("what is typed is sent");
}

/// What the other hears next. The client has a patience of its own, which is longer.
async fn heard(li: &mut RawClient, window: &str, way: &[(&str, &str)]) -> String {
    let Ok((_, text)) = timeout(PATIENCE / 2, li.line()).await else {
        Desktop::shot(window, "failed-composing");
        panic!("{way:?}: a line is heard in time");
    };
    text
}

/// Whether there is a thin horizontal line in the second picture that was not in the first.
fn is_underlined((before, width): &(Vec<u8>, usize), (after, now): &(Vec<u8>, usize)) -> bool {
    if before.len() != after.len() || width != now || *width == 0 {
        return false;
    }
    let changed: Vec<bool> =
        before.iter().zip(after).map(|(before, after)| before.abs_diff(*after) > 40).collect();
    let rows: Vec<&[bool]> = changed.chunks(*width).collect();
    let runs = |row: &[bool]| -> Vec<(usize, usize)> {
        let mut runs = Vec::new();
        let mut at = 0;
        while let Some(start) = row[at..].iter().position(|changed| *changed).map(|start| at + start) {
            let length = row[start..].iter().take_while(|changed| **changed).count();
            if length >= LINE {
                runs.push((start, length));
            }
            at = start + length;
        }
        runs
    };
    // What is as wide above and below is an area, such as a button that can be pressed now.
    let is_line = |(y, (start, length)): (usize, (usize, usize))| {
        let whole = |y: Option<usize>| {
            let row = y.and_then(|y| rows.get(y));
            row.is_some_and(|row| row[start..start + length].iter().all(|changed| *changed))
        };
        !whole(y.checked_sub(4)) && !whole(y.checked_add(4))
    };
    rows.iter().enumerate().flat_map(|(y, row)| runs(row).into_iter().map(move |run| (y, run))).any(is_line)
}
