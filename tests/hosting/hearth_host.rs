//! The host without a window, as a program: what it says, how it is set up, how it ends.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_protocol::{ClientFrame, Hello, Secret};
use hearth_tests::headless::{
    Headless, command, command_at, command_without_low_ports, on_a_terminal, outcome, run,
};
use hearth_tests::{Guest, Program, RawClient, hello, http, signal, tell};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What was promised for a stop.
const DRAIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn it_serves_with_no_settings_at_all_and_says_where_first() {
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(command(&home).args(["--port", "0"])).expect("it starts");
    let first = program.line().await;
    let Some(first) = first else { panic!("it ended: {}", program.rest_of_errors().await) };
    let port = first.strip_prefix("listening on ws://[::]:").unwrap_or_else(|| panic!("{first}"));
    let port: u16 = port.parse().expect("the true port");
    assert!(port > 0);
    let second = program.line().await.expect("what becomes of the history");
    let file = second.strip_prefix("history is kept in ").unwrap_or_else(|| panic!("{second}"));
    assert!(file.starts_with(&home.path().display().to_string()), "in the data folder: {file}");
    Guest::join(&format!("ws://127.0.0.1:{port}"), "阿明").await.client().leave().await;
}

#[tokio::test]
async fn it_tells_that_it_is_well() {
    let host = Headless::start(&[]).await;
    let answer = http::get(host.address(), "/healthz").await;
    assert_eq!(answer.status, 200);
    assert_eq!(serde_json::from_str::<Value>(&answer.body).expect("JSON"), json!({"status": "ok"}));
}

#[tokio::test]
async fn what_is_typed_wrong_is_a_matter_of_usage() {
    for flags in
        [&["--prot", "0"][..], &["--port", "65536"], &["--bind", "here"], &["dance"], &["--log-format", "x"]]
    {
        let outcome = outcome(flags).await;
        assert_eq!(outcome.code, Some(2), "{flags:?}: {outcome:?}");
        assert!(!outcome.stderr.is_empty());
    }
    for flags in [&["--help"][..], &["--version"], &["serve", "--help"]] {
        assert_eq!(outcome(flags).await.code, Some(0), "{flags:?}");
    }
}

#[tokio::test]
async fn what_is_set_wrong_is_named() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("room.toml");
    let file = file.to_str().expect("a path");
    for (content, named) in [
        ("prot = 9000", "prot"),
        ("max_clients = \"many\"", "max_clients"),
        ("rate = \"fast\"", "rate"),
        ("allow_origin = [\"here\"]", "allow_origin"),
        ("port = ", "room.toml"),
    ] {
        fs::write(file, content).expect("written");
        let outcome = outcome(&["--port", "0", "--config", file]).await;
        assert_eq!(outcome.code, Some(78), "{content}: {outcome:?}");
        assert!(outcome.stderr.contains(named), "{content}: {}", outcome.stderr);
    }
    let outcome = outcome(&["--config", "/nowhere/room.toml"]).await;
    assert_eq!(outcome.code, Some(78));
    assert!(outcome.stderr.contains("/nowhere/room.toml"), "{}", outcome.stderr);
}

#[tokio::test]
async fn a_port_that_cannot_be_had_is_told_with_its_reason() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let refused = outcome(&["--bind", "127.0.0.1", "--port", &port]).await;
    assert_eq!((refused.code, refused.stderr.contains(&port)), (Some(69), true), "{refused:?}");

    let home = tempfile::tempdir().expect("a folder");
    let refused = run(command_without_low_ports(&home).args(["--port", "81"])).await;
    assert_eq!((refused.code, refused.stderr.contains("81")), (Some(77), true), "{refused:?}");

    // An address that stands in books only (RFC 5737).
    let refused = outcome(&["--bind", "203.0.113.7", "--port", "0"]).await;
    assert_eq!((refused.code, refused.stderr.contains("203.0.113.7")), (Some(73), true), "{refused:?}");
}

#[tokio::test]
async fn asked_to_stop_it_takes_its_leave_of_everybody() {
    let mut host = Headless::start(&[]).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    let mut page = RawClient::classic(host.url()).await.expect("a connection");
    // One who never reads and never answers must not hold it up.
    let _asleep = RawClient::v1_through_a_narrow_socket(host.url()).await.expect("a connection");

    let asked = Instant::now();
    host.program().terminate().await;
    assert_eq!((ming.close_code().await, page.close_code().await), (Some(1001), Some(1001)));
    drop((ming, page));
    let status = host.program().ended().await;
    let took = asked.elapsed();
    assert_eq!(status.code(), Some(0), "an orderly end");
    assert!(took < DRAIN, "{took:?}");
    tell(&format!("stopped in {took:.1?}"));
}

#[tokio::test]
async fn every_way_of_asking_for_an_end_is_an_orderly_one() {
    for name in ["TERM", "INT", "HUP", "QUIT"] {
        let mut host = Headless::start(&["--memory"]).await;
        let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
        let mut page = RawClient::classic(host.url()).await.expect("a connection");
        signal(host.program().id(), name).await;
        assert_eq!((ming.close_code().await, page.close_code().await), (Some(1001), Some(1001)), "{name}");
        drop((ming, page));
        assert_eq!(host.program().ended().await.code(), Some(0), "{name}");
    }
}

#[tokio::test]
async fn a_terminal_that_is_closed_is_no_reason_to_go_without_a_word() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let command = command_at(&on_a_terminal(), &home);
    // The colours of what is logged would stand before the address.
    let mut host =
        Headless::start_as(home, command, &["--bind", "127.0.0.1", "--port", "0", "--memory"]).await;
    let (mut ming, _) = RawClient::enter(host.url().trim_end(), "阿明").await;
    host.program().kill().await;
    assert_eq!(ming.close_code().await, Some(1001));
}

#[tokio::test]
async fn who_has_hangups_ignored_goes_on_when_the_terminal_is_closed() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let command = command_at(&["nohup".to_owned()], &home);
    let mut host =
        Headless::start_as(home, command, &["--bind", "127.0.0.1", "--port", "0", "--memory"]).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    signal(host.program().id(), "HUP").await;
    // Had it begun to stop, nobody else would come in.
    let (mut hong, _) = RawClient::enter(host.url(), "小红").await;
    hong.post("还在").await;
    ming.hear("还在").await;
    host.program().terminate().await;
    assert_eq!((ming.close_code().await, hong.close_code().await), (Some(1001), Some(1001)));
    drop((ming, hong));
    assert_eq!(host.program().ended().await.code(), Some(0));
}

/// What it logs and says until it has stopped, in a home and by a way of its own, with these variables.
async fn all_it_writes(way: &[String], variables: &[(&str, &str)]) -> String {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = if way.is_empty() { command(&home) } else { command_at(way, &home) };
    command.env_remove("NO_COLOR").env("TERM", "xterm").envs(variables.iter().copied());
    let mut program =
        Program::start(command.args(["--bind", "127.0.0.1", "--port", "0", "--memory"])).expect("it starts");
    let mut written = String::new();
    while !written.contains("listening on ") {
        written.push_str(&program.line().await.expect("it serves"));
    }
    program.terminate().await;
    while let Some(line) = program.line().await {
        written.push_str(&line);
    }
    written + &program.rest_of_errors().await
}

#[tokio::test]
async fn escape_codes_stand_on_a_terminal_alone() {
    const ESCAPE: char = '\u{1b}';
    for variables in
        [&[][..], &[("HEARTH_LOG", "trace")], &[("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")]]
    {
        let written = all_it_writes(&[], variables).await;
        assert!(written.contains("stopping") && !written.contains(ESCAPE), "{written}");
    }
    for variables in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let written = all_it_writes(&on_a_terminal(), &[variables]).await;
        assert!(!written.contains(ESCAPE), "{variables:?}: {written}");
    }
}

#[tokio::test]
async fn what_is_logged_has_colours_on_a_terminal_and_a_code_says_its_own() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let mut on_terminal = command_at(&on_a_terminal(), &home);
    on_terminal.env_remove("NO_COLOR").env("TERM", "xterm");
    on_terminal.args(["--bind", "127.0.0.1", "--port", "0", "--closed"]);
    let mut program = Program::start(&mut on_terminal).expect("it starts");
    program.after("\u{1b}[").await;
    program.after("listening on ").await;

    let invite = |way: &[String], flag: &'static str| {
        let mut invite = if way.is_empty() { command(&home) } else { command_at(way, &home) };
        invite.env_remove("NO_COLOR").env("TERM", "xterm").args(["invite", flag]);
        async move { run(&mut invite).await.stdout }
    };
    let squares =
        |text: &str| text.lines().filter(|line| line.contains('\u{2588}')).collect::<Vec<_>>().join("\n");
    let shown = squares(&invite(&on_a_terminal(), "--reader").await);
    let black_on_white =
        |line: &str| line.starts_with("\u{1b}[38;5;16;48;5;231m") && line.trim_end().ends_with("\u{1b}[0m");
    assert!(!shown.is_empty() && shown.lines().all(black_on_white), "{shown:?}");
    let (dark, light) = (squares(&invite(&[], "--reader").await), squares(&invite(&[], "--invert").await));
    assert!(!dark.contains('\u{1b}') && !light.contains('\u{1b}'));
    // The margin has the letters' colour on a dark ground, and the ground's on a light one.
    assert!(
        dark.starts_with("\u{2588}\u{2588}\u{2588}\u{2588}") && !light.starts_with('\u{2588}'),
        "{dark}\n{light}"
    );
}

/// The settings that result, by their names.
async fn settings(command: &mut tokio::process::Command) -> BTreeMap<String, String> {
    let outcome = run(command.arg("--print-config")).await;
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let lines = outcome.stdout.lines().filter_map(|line| line.split_once(" = "));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn flags_win_over_variables_over_the_file_over_what_is_usual() {
    let home: TempDir = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("hearth");
    fs::create_dir_all(&folder).expect("a folder");
    let usual = settings(&mut command(&home)).await;
    assert_eq!((usual.get("name"), usual["port"].as_str()), (None, "8080"), "a room keeps its name");

    fs::write(folder.join("host.toml"), "name = \"书房\"\nport = 9001\nmax_clients = 7\n").expect("written");
    let by_file = settings(&mut command(&home)).await;
    assert_eq!((by_file["name"].as_str(), by_file["port"].as_str()), ("\"书房\"", "9001"));

    let mut with_variables = command(&home);
    with_variables
        .env("HEARTH_PORT", "9002")
        .env("HEARTH_RATE", "3/s")
        .env("HEARTH_ALLOW_ORIGIN", "null,https://a.example");
    let by_variables = settings(&mut with_variables).await;
    assert_eq!((by_variables["port"].as_str(), by_variables["rate"].as_str()), ("9002", "\"3/s\""));
    assert_eq!(by_variables["max_clients"], "7", "what no variable says stays as it is in the file");

    let mut with_flags = command(&home);
    with_flags.env("HEARTH_PORT", "9002").env("HEARTH_NAME", "客厅").args(["--port", "9003"]);
    let by_flags = settings(&mut with_flags).await;
    assert_eq!((by_flags["port"].as_str(), by_flags["name"].as_str()), ("9003", "\"客厅\""));
}

#[tokio::test]
async fn keeping_nothing_can_be_asked_for_in_every_way() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("room.toml");
    fs::write(&file, "memory = true\n").expect("written");
    let by_file = settings(command(&home).arg("--config").arg(&file)).await;
    assert_eq!(by_file["memory"], "true");
    for yes in ["1", "true", "yes", "on"] {
        assert_eq!(settings(command(&home).env("HEARTH_MEMORY", yes)).await["memory"], "true", "{yes}");
    }
    let no = settings(command(&home).env("HEARTH_MEMORY", "0").arg("--config").arg(&file)).await;
    assert_eq!(no["memory"], "false", "a variable wins over the file");
    assert_eq!(settings(command(&home).env("HEARTH_MEMORY", "0").arg("--memory")).await["memory"], "true");
    let wrong = run(command(&home).env("HEARTH_MEMORY", "perhaps")).await;
    assert_eq!(
        (wrong.code, wrong.stderr.contains("HEARTH_MEMORY") || wrong.stderr.contains("memory")),
        (Some(2), true)
    );
}

#[tokio::test]
async fn what_is_printed_sets_it_up_the_same_way() {
    let home = tempfile::tempdir().expect("a folder");
    let mut given = command(&home);
    given.args([
        "--name",
        "书房 \"A\"",
        "--port",
        "9004",
        "--keep-days",
        "30",
        "--allow-origin",
        "null",
        "--rate",
        "off",
        "--print-config",
    ]);
    let printed = run(&mut given).await.stdout;
    let file = home.path().join("printed.toml");
    fs::write(&file, &printed).expect("written");
    let again = run(command(&home).arg("--config").arg(&file).arg("--print-config")).await;
    assert_eq!(again.stdout, printed);
}

#[tokio::test]
async fn logs_hold_neither_talk_nor_secrets() {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = command(&home);
    command.env("HEARTH_LOG", "trace").args(["--bind", "127.0.0.1", "--port", "0", "--log-format", "json"]);
    let mut program = Program::start(&mut command).expect("it starts");
    let url = program.after("listening on ").await;

    let secret = Some(Secret::new("口令-SESAME").expect("a secret"));
    let (mut ming, welcome) = RawClient::enter_as(&url, Hello { secret, ..hello("阿明-NICKNAME") }).await;
    ming.post("悄悄话-WHISPER").await;
    ming.line().await;
    ming.send_text(r#"{"type":"post","text":"半句-HALF"}"#).await;
    ming.send_text("胡话-NONSENSE").await;
    let again = ClientFrame::Hello(Hello { token: Some(welcome.token.clone()), ..hello("阿明-NICKNAME") });
    ming.send(&again).await;
    let mut page = RawClient::classic(&url).await.expect("a connection");
    page.send_text("裸话-BARE").await;
    page.send_text(json!({"nickname": "网页-PAGE", "message": "纸条-NOTE", "time": "1-2 3:4:5"}).to_string())
        .await;
    page.send_text(
        json!({"nickname": "网页-PAGE", "message": ["错-WRONG"], "time": "1-2 3:4:5"}).to_string(),
    )
    .await;
    ming.hear("纸条-NOTE").await;
    page.leave().await;
    ming.leave().await;

    program.terminate().await;
    let (mut lines, mut said) = (0, String::new());
    while let Some(line) = program.error_line().await {
        let log: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(log["level"].is_string() && log["timestamp"].is_string(), "{line}");
        lines += 1;
        said.push_str(&line);
    }
    assert_eq!(program.ended().await.code(), Some(0));
    assert!(lines > 0, "it does log");
    let token = String::from(welcome.token);
    for kept in ["SESAME", "WHISPER", "HALF", "NONSENSE", "BARE", "NOTE", "WRONG", "NICKNAME", "PAGE", &token]
    {
        assert!(!said.contains(kept), "{kept} stands in the logs");
    }
    tell(&format!("{lines} lines of logs at the finest level"));
}

#[tokio::test]
async fn a_name_that_shows_nothing_is_none_and_the_rest_of_one_is_its_name() {
    for (given, shown) in
        [("\u{200b}\u{3164} \u{2800}", "Hearth"), (" 三\u{202e}班\n", "三班"), ("", "Hearth")]
    {
        let host = Headless::start(&["--name", given]).await;
        let (_, welcome) = RawClient::enter(host.url(), "阿明").await;
        assert_eq!(welcome.room.name, shown, "{given:?}");
    }
}
