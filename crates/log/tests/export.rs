//! A room goes out and comes in again, and what is said of it is true.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_log::{
    Draft, Exported, Format, ImportError, Imported, Language, Log, Retention, SqliteLog, Summary, export,
    import, verify,
};
use hearth_protocol::{Author, Body, Dialect, LogId, MemberId, Nickname, PostId, Seq};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Bytes of a page of the file.
const PAGE: usize = 4096;

fn log_id(id: &str) -> LogId {
    LogId::new(id).expect("an id")
}

fn draft(n: u128, who: &str, body: Body) -> Draft {
    let member = MemberId::new(&format!("m-{}", who.len())).expect("an id");
    let from = Author { member, nickname: Nickname::new(who).expect("a nickname") };
    let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(i64::try_from(n).expect("small"));
    Draft { at, from, id: Some(PostId::new(Uuid::from_u128(n))), body }
}

fn line(n: u128, text: &str) -> Draft {
    draft(n, "阿明", Body::Message { text: text.to_owned(), time: None })
}

/// A room with all kinds of entries, and some that were let go of.
async fn room(folder: &Path) -> PathBuf {
    let file = folder.join("room.db");
    let log = SqliteLog::open_or_create(&file, &log_id("first"), "读书会 <1>").expect("a log");
    let mut drafts: Vec<_> = (0..1500).map(|n| line(n, "旧的")).collect();
    drafts.push(draft(1500, "Wei", Body::Joined { dialect: Dialect::Classic }));
    drafts.push(line(1501, "<script>alert(1)</script> **粗** https://example.org/?a=1&b=2\n第二行"));
    drafts.push(draft(1502, "Wei", Body::Renamed { old: Nickname::new("W").expect("a nickname") }));
    drafts.push(draft(1503, "Wei", Body::Left));
    log.append(drafts, Vec::new()).await.expect("stored");
    log.set_retention(Retention { days: Some(21), bytes: None }).await.expect("set");
    log.tidy(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1504)).await.expect("tidied");
    log.close().await;
    file
}

fn written(file: &Path, format: Format) -> (String, Exported) {
    written_in(file, format, Language::Chinese)
}

fn written_in(file: &Path, format: Format, language: Language) -> (String, Exported) {
    let mut out = Vec::new();
    let exported =
        export(file, format, language, &TimeZone::UTC, Timestamp::UNIX_EPOCH, &mut out).expect("exported");
    (String::from_utf8(out).expect("text"), exported)
}

#[tokio::test]
async fn json_lines_come_back_as_the_room_that_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = room(folder.path()).await;
    let (lines, exported) = written(&file, Format::JsonLines);
    assert_eq!(exported.unreadable, 0);
    assert_eq!(lines.lines().count() as u64, exported.entries + 2);
    let last = format!(r#"{{"hearth_export_end":{{"entries":{},"unreadable":0}}}}"#, exported.entries);
    assert_eq!(lines.lines().last(), Some(&*last));

    let copy = folder.path().join("copy.db");
    let imported = import(lines.as_bytes(), &copy, &log_id("second")).expect("imported");
    assert_eq!(imported, Imported { entries: exported.entries, holes: 0, unreadable: Some(0) });
    assert_eq!(Summary::of(&copy).expect("a log").name, "读书会 <1>");
    assert_eq!(verify(&copy).expect("looked at").problems, [""; 0]);
    let (again, _) = written(&copy, Format::JsonLines);
    let entries_of = |lines: &str| lines.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(entries_of(&again), entries_of(&lines));

    let [a, b] = [&file, &copy].map(|file| SqliteLog::open(file).expect("a log"));
    assert_eq!(b.id(), log_id("second"), "what is said from here on is said elsewhere");
    let [a, b] = [a.read_after(Seq::ZERO, 5000).await, b.read_after(Seq::ZERO, 5000).await];
    assert!(a.as_ref().is_ok_and(|slice| slice.trimmed_to.is_some()));
    assert_eq!(a, b, "and what was let go of is told here too");
}

#[tokio::test]
async fn pages_hold_texts_as_texts() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = room(folder.path()).await;
    let (html, _) = written(&file, Format::Html);
    assert!(
        html.contains("读书会 &lt;1&gt;") && html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{html}"
    );
    assert!(!html.contains("<script") && !html.contains("src="), "it needs nothing else");
    assert!(html.contains(r#"<a href="https://example.org/?a=1&amp;b=2" rel="noreferrer noopener">"#));
    assert!(html.contains("1970-03-04") && html.contains("<bdi>W</bdi> 改名为 <bdi>Wei</bdi>"));
    let (markdown, _) = written(&file, Format::Markdown);
    assert!(markdown.starts_with("# 读书会 \\<1>"), "{markdown}");
    assert!(markdown.contains(r"\<script>alert(1)\</script> **粗**"), "{markdown}");
    assert!(html.contains("<strong>粗</strong>"), "{html}");
}

#[tokio::test]
async fn comings_and_goings_are_told_in_one_language_and_in_the_words_of_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = room(folder.path()).await;
    let catalogue = |language: &str| -> serde_json::Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../ui/messages/{language}.json"));
        serde_json::from_str(&fs::read_to_string(path).expect("the catalogue")).expect("JSON")
    };
    for (language, tag, other) in [
        (Language::Chinese, "zh-CN", "joined"),
        (Language::TraditionalChinese, "zh-TW", "joined"),
        (Language::English, "en", "加入"),
    ] {
        let words = catalogue(tag);
        for (message, old, nickname) in [("joined", "", "Wei"), ("left", "", "Wei"), ("renamed", "W", "Wei")]
        {
            let told = words[message].as_str().expect("words").replace("{nickname}", nickname);
            let (html, _) = written_in(&file, Format::Html, language);
            let (markdown, _) = written_in(&file, Format::Markdown, language);
            assert!(markdown.contains(&format!("*{} · ", told.replace("{old}", old))), "{told}: {markdown}");
            let plain = html.replace("<bdi>", "").replace("</bdi>", "");
            assert!(plain.contains(&format!("{} · ", told.replace("{old}", old))), "{told}: {plain}");
            assert!(html.contains(&format!("<html lang=\"{tag}\">")) && !html.contains(other), "{html}");
        }
    }
}

#[test]
fn the_language_is_that_of_a_systems_tag() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/language-tags.json");
    let cases = fs::read_to_string(vectors).expect("the cases");
    let cases: Vec<serde_json::Value> = serde_json::from_str(&cases).expect("JSON");
    for case in cases {
        let language = match case["language"].as_str() {
            Some("zh-CN") => Language::Chinese,
            Some("zh-TW") => Language::TraditionalChinese,
            _ => Language::English,
        };
        let tag = case["tag"].as_str().expect("a tag");
        assert_eq!(Language::of_tag(tag), language, "{tag}");
    }
}

#[tokio::test]
async fn what_is_no_export_makes_no_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = room(folder.path()).await;
    let (lines, _) = written(&file, Format::JsonLines);
    let lines: Vec<&str> = lines.lines().collect();
    let to = folder.path().join("new.db");
    let attempt =
        |content: &[&str]| import(content.join("\n").as_bytes(), &to, &log_id("x")).expect_err("refused");
    assert!(matches!(attempt(&[]), ImportError::NoExport));
    assert!(matches!(attempt(&["hello"]), ImportError::NoExport));
    assert!(matches!(attempt(&[&lines[0].replace(":2,", ":9,")]), ImportError::TooNew));
    assert!(matches!(attempt(&[lines[0], lines[1], "{}"]), ImportError::Line { line: 3, .. }));
    assert!(matches!(attempt(&[lines[0], lines[2], lines[1]]), ImportError::Line { line: 3, .. }), "order");
    let twice = lines[2].replace(
        &lines[2][lines[2].find("\"id\"").expect("an id")..][..46],
        &lines[1][lines[1].find("\"id\"").expect("an id")..][..46],
    );
    let error = attempt(&[lines[0], lines[1], &twice]);
    assert!(error.to_string().contains("twice"), "{error}");
    assert!(
        !to.exists()
            && fs::read_dir(folder.path()).expect("there").all(|file| {
                !file.expect("a file").file_name().to_string_lossy().starts_with("new.db.new")
            }),
        "nothing is left"
    );
    assert!(import(&b""[..], &file, &log_id("x")).is_err(), "and a room that is there stays as it is");
}

#[tokio::test]
async fn a_damaged_room_is_exported_as_far_as_it_can_be_read_and_verify_tells() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = room(folder.path()).await;
    let sound = verify(&file).expect("looked at");
    assert_eq!((sound.count, sound.entries), (0, written(&file, Format::JsonLines).1.entries));
    let bytes = fs::read(&file).expect("the file");
    let needle = "旧的".as_bytes();
    let at = (0..bytes.len()).rev().find(|&at| bytes[at..].starts_with(needle)).expect("a line in the file");
    let mut damaged = bytes.clone();
    damaged[at] ^= 1;
    fs::write(&file, damaged).expect("written");
    let (lines, exported) = written(&file, Format::JsonLines);
    assert_eq!(exported, Exported { entries: sound.entries - 1, unreadable: 1 });
    let report = verify(&file).expect("looked at");
    assert_eq!((report.count, report.entries), (1, sound.entries - 1), "a row is one problem: {report:?}");
    assert!(report.problems[0].contains("entry"), "{report:?}");
    let copy = folder.path().join("copy.db");
    let imported = import(lines.as_bytes(), &copy, &log_id("y")).expect("imported");
    assert_eq!(
        imported,
        Imported { entries: sound.entries - 1, holes: 1, unreadable: Some(1) },
        "it is told"
    );
    assert_eq!(verify(&copy).expect("looked at").count, 0, "what could be saved is whole again");
}

#[tokio::test]
async fn a_room_whose_end_is_damaged_is_exported_up_to_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = room(folder.path()).await;
    let log = SqliteLog::open(&file).expect("a log");
    log.append((2000..3000).map(|n| line(n, "那一行")).collect(), Vec::new()).await.expect("stored");
    log.append(vec![line(3000, "最后一行")], Vec::new()).await.expect("stored");
    log.close().await;
    let all = verify(&file).expect("looked at").entries;
    let sound = fs::read(&file).expect("the file");
    let needle = "最后一行".as_bytes();
    let at = sound.windows(needle.len()).position(|part| part == needle).expect("the last line in the file");

    let mut damaged = sound.clone();
    damaged[at] ^= 1;
    fs::write(&file, &damaged).expect("written");
    let summary = Summary::of(&file).expect("what can be read of it");
    assert_eq!((summary.name.as_str(), summary.last_at), ("读书会 <1>", None));
    assert_eq!(written(&file, Format::JsonLines).1, Exported { entries: all - 1, unreadable: 1 });
    assert_eq!(verify(&file).expect("looked at").count, 1);

    // The kind of a page stands in its first byte: none has this one.
    let mut damaged = sound.clone();
    damaged[at / PAGE * PAGE] = 0xff;
    fs::write(&file, &damaged).expect("written");
    let exported = written(&file, Format::Markdown).1;
    assert_eq!(exported.entries + exported.unreadable, all, "{exported:?}");
    assert!((2..200).contains(&exported.unreadable), "a page of them: {exported:?}");
    let report = verify(&file).expect("looked at");
    assert_eq!(report.entries, exported.entries);
    assert!(report.count > exported.unreadable, "{report:?}");
}

#[tokio::test]
async fn an_export_that_was_cut_is_told_from_one_that_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = room(folder.path()).await;
    let (text, exported) = written(&file, Format::JsonLines);
    let lines: Vec<&str> = text.lines().collect();
    let to = folder.path().join("new.db");
    let attempt = |content: &[&str]| import(content.join("\n").as_bytes(), &to, &log_id("x"));
    let end = lines[lines.len() - 1];

    let cut = attempt(&lines[..lines.len() - 1]).expect_err("its end is missing");
    assert!(matches!(cut, ImportError::Cut { entries } if entries == exported.entries), "{cut}");
    let fewer = [&lines[..5], &[end][..]].concat();
    assert!(
        matches!(attempt(&fewer), Err(ImportError::Line { line: 6, .. })),
        "some are missing above its end"
    );
    let longer = [&lines[..], &[lines[1]][..]].concat();
    assert!(matches!(attempt(&longer), Err(ImportError::Line { .. })), "nothing comes after the end");
    assert!(!to.exists() && !to.with_file_name("new.db.lock").exists(), "nothing is left");

    // As the first version wrote them.
    let first = lines[0].replace(":2,", ":1,");
    let before: Vec<&str> = [&[&*first][..], &lines[1..4], &lines[5..lines.len() - 1]].concat();
    let imported = attempt(&before).expect("imported");
    assert_eq!(imported, Imported { entries: exported.entries - 1, holes: 1, unreadable: None });
}

#[tokio::test]
async fn what_no_host_would_have_stored_is_not_imported() {
    let folder = tempfile::tempdir().expect("a folder");
    let attempt = |to: &str, room: &str, seq: u64, text: &str, time: &str| {
        let content = format!(
            "{{\"hearth_export\":1,\"room\":{room:?},\"log\":\"a\",\"at\":\"\"}}\n\
             {{\"seq\":{seq},\"prev\":0,\"at\":\"1970-01-01T00:00:00Z\",\"from\":{{\"member\":\"m\",\"nickname\":\"w\"}},\
             \"kind\":\"message\",\"text\":{text:?},\"time\":{time:?}}}\n"
        );
        import(content.as_bytes(), &folder.path().join(to), &log_id("x"))
    };
    let refused = |imported| matches!(imported, Err(ImportError::Line { line: 2, .. }));
    assert!(refused(attempt("a.db", "a", 1, &"长".repeat(6000), "")), "longer than any text");
    assert!(refused(attempt("a.db", "a", 1, " \n", "")), "blank");
    assert!(refused(attempt("a.db", "a", Seq::MAX.get(), "x", "")), "no number is left");

    attempt("b.db", &"名".repeat(5000), 7, "a\rb", &"1".repeat(500)).expect("imported");
    let log = SqliteLog::open(&folder.path().join("b.db")).expect("a log");
    assert_eq!(log.name().await.expect("read"), "名".repeat(200));
    let entries = log.read_after(Seq::ZERO, 10).await.expect("read").entries;
    let body = Body::Message { text: "a\nb".to_owned(), time: Some("1".repeat(64)) };
    assert_eq!(entries[0].body, body, "as a host would have stored it");
    let next = log.append(vec![line(8, "后来")], Vec::new()).await.expect("stored");
    assert_eq!(next[0].seq().get(), 8);
}

#[tokio::test]
async fn what_a_later_version_says_goes_out_and_comes_in_byte_for_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, second] = ["a.db", "b.db"].map(|name| folder.path().join(name));
    let entry = |seq: u64, body: &str| {
        format!(
            "{{\"seq\":{seq},\"prev\":{},\"at\":\"1970-01-01T00:00:00Z\",\
             \"from\":{{\"member\":\"m\",\"nickname\":\"w\"}},{body}}}\n",
            seq - 1
        )
    };
    let entries = [
        entry(1, r#""kind":"message","text":"a""#),
        entry(2, r#""kind":"edited","z":1.0e5,"a":[ 1E400 , -0,{"b" :"\u56f4\/", "a":null} ],"about":1"#),
        entry(3, r#""x":"  ","kind":"pinned","n":123456789012345678901234567890.10"#),
        entry(4, r#""kind":"erased""#),
    ]
    .concat();
    let head = "{\"hearth_export\":2,\"room\":\"a\",\"log\":\"a\",\"at\":\"\"}\n";
    let end = "{\"hearth_export_end\":{\"entries\":4,\"unreadable\":0}}\n";
    let export = [head, &entries, end].concat();
    import(export.as_bytes(), &first, &log_id("a")).expect("imported");
    let (again, _) = written(&first, Format::JsonLines);
    assert!(again.contains(&entries), "{again}");
    import(again.as_bytes(), &second, &log_id("b")).expect("imported");
    assert!(written(&second, Format::JsonLines).0.contains(&entries));
    for format in [Format::Html, Format::Markdown] {
        let (page, exported) = written(&second, format);
        assert!(exported.entries == 4 && !page.contains("edited") && !page.contains("1.0e5"), "{page}");
    }
    assert_eq!(verify(&second).expect("looked at").problems, [""; 0]);

    let long = entry(1, &format!(r#""kind":"later","x":"{}""#, "x".repeat(70_000)));
    let error = import([head, &long].concat().as_bytes(), &folder.path().join("c.db"), &log_id("c"));
    assert!(matches!(error, Err(ImportError::Line { line: 2, .. })), "it would fit in no frame");
}
