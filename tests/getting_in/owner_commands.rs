//! The owner's commands to a host without a window: they work while it runs and while it does not, and nothing of a secret is
//! written anywhere.

use std::fs;
use std::sync::Arc;

use hearth_protocol::{Hello, RefusalCode, Role, Secret};
use hearth_tests::headless::{Headless, Outcome, command, run};
use hearth_tests::knocking::{by, code, enter, knowing};
use hearth_tests::{hello, http, tell};
use tempfile::TempDir;

async fn at(home: &TempDir, args: &[&str]) -> Outcome {
    run(command(home).args(args)).await
}

fn secret_of(link: &str) -> Secret {
    let (_, secret) = link.lines().next().expect("a link").split_once("#k=").expect("a secret");
    Secret::of_invitation(secret.split('&').next().expect("it")).expect("a secret")
}

#[tokio::test]
async fn commands_work_while_the_host_runs_and_while_it_does_not_and_no_log_has_a_secret() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let none = at(&home, &["invite"]).await;
    assert_eq!(none.code, Some(65), "{none:?}");
    assert!(none.stderr.contains("start the host first"), "{none:?}");

    let mut loud = command(&home);
    loud.env("HEARTH_LOG", "trace");
    let mut host =
        Headless::start_as(Arc::clone(&home), loud, &["--bind", "127.0.0.1", "--port", "0", "--closed"])
            .await;
    let url = host.url().to_owned();
    let made = at(&home, &["invite", "--reader", "--uses", "2", "--hours", "5", "--note", "给阿明"]).await;
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
    assert!(made.stdout.starts_with(&format!("http://{}/#k=", host.address())), "{}", made.stdout);
    assert!(made.stdout.contains('▀'), "and a picture of it");
    let secret = secret_of(&made.stdout);
    let (reader, welcome) = enter(&url, by("阿明", &secret)).await;
    assert_eq!(welcome.role, Role::Reader);
    reader.leave().await;
    let list = at(&home, &["invites"]).await;
    assert!(list.stdout.contains("1 / 2") && list.stdout.contains("给阿明"), "{list:?}");
    assert!(!list.stdout.contains(secret.reveal()), "a list is shown to others");
    let wrong = Secret::from_random(12_345);
    assert_eq!(code(&url, by("猜", &wrong)).await, RefusalCode::InviteUnknown);
    set_password(&home, "芝麻开门吧").await;
    enter(&url, knowing("小红", "芝麻开门吧")).await;
    assert_eq!(code(&url, knowing("猜", "不是这个吧")).await, RefusalCode::PasswordWrong);

    let file = fs::read_to_string(home.path().join("hearth/host/control.json")).expect("its word");
    let word: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    let pass = word["pass"].as_str().expect("a pass").to_owned();
    let ask = |bearer: &str| {
        let body = r#"{"do":"doors"}"#;
        let (address, length) = (host.address(), body.len());
        format!(
            "POST /control HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {bearer}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        )
    };
    let answer = http::exchange(host.address(), ask(&pass).as_bytes()).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for (bad, status) in [
        (ask("x"), "401"),
        (ask(&pass[..21]), "401"),
        (ask(&pass).replace("Authorization", "X"), "401"),
        (ask(&pass).replace("Content-Length", "X-Forwarded-For: 192.0.2.1\r\nContent-Length"), "405"),
        (ask(&pass).replace(host.address(), "evil.example"), "421"),
        (ask(&pass).replace("doors", "dance"), "400"),
    ] {
        let answer = http::exchange(host.address(), bad.as_bytes()).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{bad}: {answer}");
        assert!(!answer.contains(secret.reveal()) && !answer.contains(&pass));
    }
    let health = http::get(host.address(), "/healthz").await;
    host.program().terminate().await;
    host.program().ended().await;
    let logs = host.program().rest_of_errors().await + &health.body;
    assert!(logs.contains("TRACE") || logs.contains("DEBUG"), "it was loud");
    for secret in [secret.reveal(), wrong.reveal(), &pass, "芝麻开门吧", "不是这个吧", welcome.token.as_str()]
    {
        assert!(!logs.contains(secret), "a secret is in the log");
    }
    tell(&format!("{} bytes of log at its loudest, and none of 6 secrets", logs.len()));

    assert!(!home.path().join("hearth/host/control.json").exists(), "its word is taken back");
    let made = at(&home, &["invite", "--at", "chat.example.org:9000"]).await;
    assert!(made.stdout.starts_with("http://chat.example.org:9000/#k="), "{made:?}");
    let second = secret_of(&made.stdout);
    let list = at(&home, &["invites"]).await;
    let id = list.stdout.lines().find(|line| line.contains("给阿明")).expect("it is there");
    let id = id.split_whitespace().next().expect("its id");
    let taken = at(&home, &["revoke", &id[..8], "--leave"]).await;
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert_eq!(at(&home, &["revoke", "zz"]).await.code, Some(65));
    assert_eq!(at(&home, &["password", "remove"]).await.code, Some(0));

    let host =
        Headless::start_as(Arc::clone(&home), command(&home), &["--bind", "127.0.0.1", "--port", "0"]).await;
    let back = Hello { token: Some(welcome.token), ..hello("阿明") };
    assert_eq!(code(host.url(), back).await, RefusalCode::InviteRevoked);
    assert_eq!(code(host.url(), knowing("小红", "芝麻开门吧")).await, RefusalCode::InviteNeeded);
    enter(host.url(), by("乙", &second)).await;
}

#[tokio::test]
async fn who_may_pin_is_said_while_the_host_runs_and_while_it_does_not() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    assert_eq!(at(&home, &["pins", "members"]).await.code, Some(65), "there is no room yet");
    let flags = ["--bind", "127.0.0.1", "--port", "0"];
    let start = || Headless::start_as(Arc::clone(&home), command(&home), &flags);
    let mut host = start().await;
    let may = async |url: &str| enter(url, hello("阿明")).await.1.rules.members_pin;
    assert!(!may(host.url()).await);
    let said = at(&home, &["pins", "members"]).await;
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "members may pin lines\n"));
    assert!(may(host.url()).await);
    host.program().terminate().await;
    host.program().ended().await;
    assert_eq!(at(&home, &["pins", "owner"]).await.code, Some(0));
    assert_eq!(at(&home, &["pins", "everybody"]).await.code, Some(2), "there is no such thing");
    assert!(!may(start().await.url()).await);
}

#[tokio::test]
async fn a_host_that_was_killed_leaves_a_word_that_nobody_believes() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let flags = ["--bind", "127.0.0.1", "--port", "0", "--closed"];
    let mut host = Headless::start_as(Arc::clone(&home), command(&home), &flags).await;
    host.program().kill().await;
    assert!(home.path().join("hearth/host/control.json").exists());
    let made = at(&home, &["invite", "--at", "h:1"]).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    let host = Headless::start_as(Arc::clone(&home), command(&home), &flags).await;
    enter(host.url(), by("甲", &secret_of(&made.stdout))).await;
}

async fn set_password(home: &TempDir, password: &str) {
    use tokio::io::AsyncWriteExt;
    let mut child = command(home)
        .args(["password", "set"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(format!("{password}\n").as_bytes()).await.expect("typed");
    drop(stdin);
    assert!(child.wait().await.expect("it ends").success());
}
