//! Who writes a message of several rows sees the newest line all the while, and what comes meanwhile.

use fantoccini::key::Key;
use hearth_tests::headless::Headless;
use hearth_tests::{App, Home, Look, RawClient};
use serde_json::json;

/// The newest line says this, is wholly in sight, and nothing leads to it.
const IS_IN_SIGHT: &str = "const list = document.querySelector('.scroller').getBoundingClientRect();
     const newest = $$('text').at(-1);
     const box = newest.getBoundingClientRect();
     return newest.textContent === arguments[0] && box.top >= list.top && box.bottom <= list.bottom + 1 && !$('new-messages')";

#[tokio::test]
async fn the_newest_line_stays_in_sight_while_one_writes_below_it() {
    let host = Headless::start(&["--name", "读书会", "--rate", "off"]).await;
    let (mut li, _) = RawClient::enter(host.url(), "小李").await;
    for n in 1..=60 {
        li.post(&format!("第 {n} 行")).await;
    }
    li.hear("第 60 行").await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(host.url()).await;
    let sees = async |line: u32, when: &str| {
        let what = format!("line {line} is in sight {when}");
        app.until_with(&what, IS_IN_SIGHT, &[json!(format!("第 {line} 行"))]).await;
    };
    sees(60, "at first").await;

    app.click("composer").await;
    let break_line = [Key::Shift, Key::Enter, Key::Null].map(char::from).iter().collect::<String>();
    for row in 2..=6 {
        app.keys(&break_line).await;
        sees(60, &format!("above {row} rows")).await;
    }
    for letter in "abcdefghij".chars() {
        app.keys(&letter.to_string()).await;
        sees(60, &format!("behind {letter}")).await;
    }
    for n in 61..=63 {
        li.post(&format!("第 {n} 行")).await;
    }
    sees(63, "when three lines came").await;
    app.shot("writing-rows-zh-light").await;
    let higher = "return $('composer').clientHeight >= 6 * 24 && $('composer').clientHeight >= $('composer').scrollHeight - 1";
    app.until("the box is as high as its text", higher).await;

    let all = [Key::Control.into(), 'a', Key::Null.into(), Key::Delete.into()].iter().collect::<String>();
    app.keys(&all).await;
    app.until(
        "the box is empty, and one row high",
        "return $('composer').value === '' && $('composer').clientHeight < 30",
    )
    .await;
    sees(63, "when all was deleted").await;
    li.post("第 64 行").await;
    sees(64, "when a line came").await;
}
