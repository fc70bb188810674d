//! The message box: letters, Enter, and what is pasted.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::figures::{Samples, Spread, judge, tell};
use super::window::{Key, Window};

/// Presses, and the time between them: two that fall together would be painted together.
const LETTERS: usize = 150;
const ENTERS: usize = 60;
const PACE: Duration = Duration::from_millis(45);

/// What stands in the box while letters come to it: it has all that the style knows.
const WRITTEN: &str = "这一段**很重要**：`cargo xtask bench` 之后 @陈老师 看一下\n> 上次说到第三章\n~~不读了~~ 接着读，*一起*读\n```rust\nfn main() {}\n```\n还有一句";

/// Milliseconds.
const FRAME: f64 = 16.0;
const TWO_FRAMES: f64 = 33.0;
const STANDSTILL: f64 = 50.0;

/// Bytes that are pasted.
const PASTED: usize = 64 * 1024;

/// How long a paste is watched.
const WATCHED: Duration = Duration::from_secs(2);

/// A press of a letter until it is painted, with the Markdown style, beside a bare field.
pub(crate) async fn letters(window: &Window) {
    let bare = letters_in_bare(window, WRITTEN, LETTERS).await;
    window.run("probe.write(arguments[0])", &[json!(WRITTEN)]).await;
    let styled = press(window, LETTERS).await;
    window.tell("write('')").await;
    tell("letter: a bare field, to painted", &bare.told());
    tell("letter: a bare field, its work", &bare.work().to_string());
    tell("letter: the box with the Markdown style, to painted", &presented(&styled));
    let work = styled.work();
    judge("letter: the box, its work", &work.to_string(), work.p99, FRAME, "ms (p99)");
}

fn presented(samples: &Samples) -> String {
    if samples.presented.is_empty() {
        return samples.told();
    }
    // Those that are not told of were painted within a frame.
    let quick = samples.taken.len().saturating_sub(samples.presented.len());
    let all = samples.presented.iter().copied().chain(std::iter::repeat_n(FRAME, quick));
    let told = Spread::of(all);
    format!("{}; to the display by Event Timing p50 {:.0}, p99 {:.0}", samples.told(), told.p50, told.p99)
}

async fn press(window: &Window, times: usize) -> Samples {
    let typing = async {
        for _ in 0..times {
            window.press(Key::Letter).await;
            sleep(PACE).await;
        }
        sleep(PACE * 4).await;
    };
    window.watch("letter", typing).await
}

async fn letters_in_bare(window: &Window, text: &str, times: usize) -> Samples {
    window.run("probe.bare(arguments[0])", &[json!(text)]).await;
    let samples = press(window, times).await;
    window.tell("endBare()").await;
    samples
}

/// Enter until the line is painted in the list, where it waits for the host.
pub(crate) async fn enters(window: &Window) {
    let mut all = Samples::none();
    for n in 0..ENTERS {
        window.run("probe.write(arguments[0])", &[json!(format!("第 {n} 句，**马上**就到"))]).await;
        sleep(PACE * 2).await;
        let entering = async {
            window.press(Key::Enter).await;
            sleep(PACE * 4).await;
        };
        all.add(window.watch("enter", entering).await);
    }
    let whole = all.whole();
    judge("Enter to the pending line painted", &presented(&all), whole.p99, TWO_FRAMES, "ms (p99)");
    tell("Enter: of it the page's work", &all.work().to_string());
}

/// More than a message is, from the clipboard; then as much of it as one can be, and letters after it.
pub(crate) async fn pastes(window: &Window) {
    let text = "围炉而坐，随时开聊：**聊天室**就在你的电脑上。\n".repeat(PASTED / 66 + 1);
    let text: String = text
        .chars()
        .scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= PASTED).then_some(c)
        })
        .collect();
    window.run("probe.bare(arguments[0]); document.activeElement.select()", &[json!(text)]).await;
    window.press(Key::Copy).await;
    window.run("document.activeElement.value = ''", &[]).await;
    let bare = paste(window).await;
    window.tell("endBare()").await;
    let whole = paste(window).await;
    window
        .until("it is too much", "return document.querySelector('[data-testid=too-much-keep]') !== null", &[])
        .await;
    window.tell("countFrames()").await;
    window.click("[data-testid=too-much-keep]").await;
    sleep(WATCHED).await;
    let kept = Spread::of(window.probe::<Vec<f64>>("frames()").await);
    let written = window.run("return document.querySelector('[data-testid=composer]').value", &[]).await;
    let written = written.as_str().unwrap_or_default();
    assert!(written.len() > 1000, "the beginning of what was pasted is in the box: {written:?}");
    let after = press(window, LETTERS / 5).await;
    window.tell("write('')").await;
    let bare_after = letters_in_bare(window, written, LETTERS / 5).await;
    tell("64 KiB pasted into a bare field: frames", &bare.to_string());
    judge("64 KiB pasted into the box: frames", &whole.to_string(), whole.worst, STANDSTILL, "ms (worst)");
    let what = "its first 16 KiB, a whole message, put in: frames";
    judge(what, &kept.to_string(), kept.worst, STANDSTILL, "ms (worst)");
    tell("letter after 16 KiB: a bare field, to painted", &bare_after.told());
    let what = "letter after 16 KiB, to painted";
    judge(what, &after.told(), after.whole().worst, STANDSTILL, "ms (worst)");
}

async fn paste(window: &Window) -> Spread {
    sleep(PACE).await;
    window.tell("countFrames()").await;
    window.press(Key::Paste).await;
    sleep(WATCHED).await;
    Spread::of(window.probe::<Vec<f64>>("frames()").await)
}
