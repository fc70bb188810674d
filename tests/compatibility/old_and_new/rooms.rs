//! A room that a host of before acts about lines kept is all there, and goes on.

use super::*;

/// Who was in the room that an old host kept, and by what they come again.
#[derive(Deserialize)]
struct Facts {
    log: LogId,
    key: String,
    ming: Person,
    li: Person,
    wei: Person,
    secret: String,
    reading: String,
}

#[derive(Deserialize)]
struct Person {
    member: String,
    token: MemberToken,
    role: Option<Role>,
}

#[tokio::test]
async fn a_room_that_an_old_host_kept_is_all_there_and_goes_on() {
    let (_folder, file) = copy_of("room-v8.db", "room.db");
    let facts: Facts = read("room-v8.json");
    let before = entries_of(&fs::read_to_string(left_behind("room-v8.jsonl")).expect("it is there"));
    assert_eq!(exported(&file), before, "for who looks at it before it is served");

    let host = TestHost::over(
        HostConfig { name: String::new(), ..quick() },
        Arc::new(SqliteLog::open(&file).expect("a log")),
    )
    .await;
    assert_eq!(host.key().to_string(), facts.key);
    let come = |person: &Person| Hello {
        token: Some(person.token.clone()),
        log: Some(facts.log.clone()),
        after: Some(Seq::ZERO),
        ..hello("别的名字")
    };
    let mut ming = RawClient::v1(&host.url()).await.expect("a connection");
    let welcome = ming.greet(come(&facts.ming)).await;
    assert_eq!(
        (welcome.log.clone(), welcome.you.member.as_str(), welcome.role),
        (facts.log.clone(), &*facts.ming.member, Role::Member)
    );
    let entries = all(&mut ming, welcome.head).await;
    let told: Vec<Value> = entries.iter().map(|entry| serde_json::to_value(entry).expect("JSON")).collect();
    assert_eq!(told[..before.len()], before[..]);
    let (mut li, welcome) = RawClient::enter_as(&host.url(), come(&facts.li)).await;
    assert_eq!(
        (welcome.you.member.as_str(), welcome.role),
        (&*facts.li.member, facts.li.role.unwrap_or_default())
    );
    let (_wei, welcome) = RawClient::enter_as(&host.url(), come(&facts.wei)).await;
    assert_eq!((welcome.you.member.as_str(), welcome.role), (&*facts.wei.member, Role::Reader));
    assert_eq!(facts.wei.role, Some(Role::Reader));
    // It was closed, and who may come in by what is as it was.
    assert_eq!(code(&host.url(), hello("路人")).await, RefusalCode::InviteNeeded);
    for (secret, role) in [(&facts.secret, Role::Member), (&facts.reading, Role::Reader)] {
        let secret = Secret::of_invitation(secret).expect("a secret");
        let (_, welcome) =
            RawClient::enter_as(&host.url(), Hello { secret: Some(secret), ..hello("新来的") }).await;
        assert_eq!(welcome.role, role);
    }

    // What came later can be done to what was said before.
    let said = |text: &str| {
        let is = |entry: &&Entry| matches!(&entry.body, Body::Message { text: said, .. } if said == text);
        entries.iter().find(is).expect("it was said").seq
    };
    let (hello_all, plan) = (said("大家好 😅"), said("今晚部署"));
    does(&mut li, edit(plan, "明天上线")).await;
    let answer = does(&mut li, reply(hello_all, "你好")).await;
    let end = does(&mut li, react(hello_all)).await;
    ming.send(&ClientFrame::Search(SearchRequest { query: "上线".to_owned(), before: None, limit: 5 })).await;
    let found = loop {
        if let ServerFrame::Found(found) = ming.frame().await {
            break found;
        }
    };
    assert_eq!(found.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [plan]);
    let log = Arc::clone(host.log());
    host.stop().await;
    log.close().await;
    drop(log);
    let after = exported(&file);
    assert_eq!(after[..before.len()], before[..]);
    let about: Vec<_> =
        after.iter().filter(|entry| entry["about"].is_u64()).map(|entry| entry["kind"].clone()).collect();
    assert_eq!(about, ["edited", "addressed", "reacted"], "{answer} to {end}");
    assert_eq!(verify(&file).expect("looked at").problems, [""; 0]);
}
