use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn refused_port() -> ConnectError {
    ConnectError::Refused { host: "host".to_owned(), port: 8080 }
}

#[test]
fn joining_goes_from_connecting_over_the_hello_to_the_room() {
    let mut rig = Rig::new(false);
    let effects = rig.event(Event::Begin);
    assert_eq!(effects[0], Effect::Connect);
    assert_eq!(rig.status(), Status::Connecting);
    let effects = rig.event(Event::LinkUp(Dialect::V1));
    let [ClientFrame::Hello(hello)] = &sent(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(
        (hello.nickname.as_str(), &hello.token, &hello.log, hello.after),
        ("阿明", &None, &None, None)
    );
    assert_eq!(rig.status(), Status::Connecting, "not yet in the room");
    let updates = told(&rig.frame(&welcome("a", 4, 10)));
    assert!(matches!(&updates[0], RoomUpdate::Welcomed { name: Some(name), .. } if name == "围炉"));
    assert!(
        matches!(&updates[1], RoomUpdate::People { people, online: 2, at } if people.len() == 2 && *at == Some(seq(10)))
    );
    assert_eq!(updates[2], RoomUpdate::Status { status: Status::Connected { dialect: Dialect::V1 } });
    assert_eq!(rig.session.token().map(MemberToken::as_str), Some("secret"));
    assert_eq!(rig.session.cursor().expect("a cursor").seq, seq(4));
}

#[test]
fn the_first_failure_ends_the_session_unless_it_is_to_keep_trying() {
    let mut rig = Rig::new(false);
    rig.event(Event::Begin);
    rig.event(Event::LinkLost(refused_port()));
    assert_eq!(rig.status(), Status::Disconnected { error: Some(refused_port()) });
    assert_eq!(rig.session.deadline(), None);

    let mut rig = Rig::new(true);
    rig.event(Event::Begin);
    rig.event(Event::LinkLost(refused_port()));
    assert!(
        matches!(rig.status(), Status::Reconnecting { attempt: 1, error, .. } if error == refused_port())
    );
    assert!(rig.wait_due().contains(&Effect::Connect));
}

#[test]
fn a_lost_link_is_sought_again_and_says_when() {
    let mut rig = Rig::in_room();
    let updates = told(&rig.event(Event::LinkLost(ConnectError::LinkBroken)));
    let [RoomUpdate::Status { status }] = &updates[..] else { panic!("{updates:?}") };
    let Status::Reconnecting { in_ms, attempt: 1, error: ConnectError::LinkBroken } = *status else {
        panic!("{status:?}")
    };
    assert!((100..=500).contains(&in_ms));
    rig.now += Duration::from_millis(60);
    assert!(matches!(rig.status(), Status::Reconnecting { in_ms: left, .. } if left == in_ms - 60));
    for attempt in 1..8 {
        assert!(rig.wait_due().contains(&Effect::Connect));
        let now = Status::Reconnecting {
            in_ms: 0,
            attempt,
            error: if attempt == 1 { ConnectError::LinkBroken } else { refused_port() },
        };
        assert_eq!(rig.status(), now, "under way");
        rig.event(Event::LinkLost(refused_port()));
    }
    assert!(matches!(rig.status(), Status::Reconnecting { attempt: 8, .. }));
    rig.wait_due();
    let hello = rig.event(Event::LinkUp(Dialect::V1));
    let [ClientFrame::Hello(hello)] = &sent(&hello)[..] else { panic!("{hello:?}") };
    assert_eq!(hello.token.as_ref().map(MemberToken::as_str), Some("secret"));
    assert_eq!((hello.log.as_ref().map(LogId::as_str), hello.after), (Some("a"), Some(seq(10))));
    rig.frame(&welcome("a", 10, 10));
    assert_eq!(rig.status(), Status::Connected { dialect: Dialect::V1 });
}

#[test]
fn a_host_that_greets_and_drops_is_not_tried_in_a_tight_loop() {
    let mut rig = Rig::in_room();
    for _ in 0..12 {
        rig.bounce();
        rig.frame(&welcome("a", 10, 10));
    }
    let mut longest = Duration::ZERO;
    for _ in 0..12 {
        let before = rig.now;
        rig.bounce();
        rig.frame(&welcome("a", 10, 10));
        longest = longest.max(rig.now.saturating_sub(before));
    }
    assert!(longest > SECOND * 5, "{longest:?}");
    rig.now += SECOND * 10;
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    assert!(rig.session.deadline().expect("a time") <= rig.now + SECOND / 2, "a good link starts over");
}

#[test]
fn what_only_a_person_can_change_ends_the_session_even_after_joining() {
    for error in [
        ConnectError::Certificate {
            host: "host".to_owned(),
            problem: crate::error::CertificateProblem::Expired,
        },
        ConnectError::OriginRefused,
        ConnectError::HelloRefused { reason: RefusalCode::Malformed },
        ConnectError::WrongVersion { host: "host".to_owned(), version: "2".to_owned() },
        ConnectError::WrongDialect { host: "host".to_owned() },
    ] {
        let mut rig = Rig::in_room();
        rig.event(Event::LinkLost(error.clone()));
        assert_eq!(rig.status(), Status::Disconnected { error: Some(error) });
    }
    for error in [
        ConnectError::RoomFull,
        ConnectError::AddressLimit,
        ConnectError::RateRefused,
        ConnectError::HostStopped,
        ConnectError::NotWebSocket { host: "host".to_owned(), port: 1, status: Some(502) },
        ConnectError::NameNotFound { host: "host".to_owned() },
    ] {
        let mut rig = Rig::in_room();
        rig.event(Event::LinkLost(error));
        assert!(matches!(rig.status(), Status::Reconnecting { .. }));
    }
}

#[test]
fn the_user_need_not_wait_and_may_start_again() {
    let mut rig = Rig::in_room();
    assert_eq!(rig.event(Event::Command(RoomCommand::Reconnect)), [], "all is well");
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    assert!(rig.event(Event::Command(RoomCommand::Reconnect)).contains(&Effect::Connect));
    assert_eq!(rig.event(Event::Command(RoomCommand::Reconnect)), [], "it is under way");

    let mut rig = Rig::new(false);
    rig.event(Event::Begin);
    rig.event(Event::LinkLost(refused_port()));
    assert!(rig.event(Event::Command(RoomCommand::Reconnect)).contains(&Effect::Connect));
    assert_eq!(rig.status(), Status::Connecting);
}

#[test]
fn leaving_is_the_end_from_everywhere() {
    let connecting = Rig::new(false);
    let mut waiting = Rig::in_room();
    waiting.event(Event::LinkLost(ConnectError::LinkBroken));
    for mut rig in [connecting, waiting, Rig::in_room()] {
        let effects = rig.event(Event::Leave);
        assert!(effects.contains(&Effect::HangUp(CloseCode::Normal)));
        assert_eq!(rig.status(), Status::Disconnected { error: None });
        assert!(rig.session.has_left() && rig.session.deadline().is_none());
        for event in [
            Event::Command(RoomCommand::Reconnect),
            Event::LinkUp(Dialect::V1),
            Event::LinkLost(refused_port()),
            Event::Leave,
        ] {
            assert_eq!(rig.event(event), []);
        }
    }
}

#[test]
fn a_quiet_link_is_asked_and_a_dead_one_noticed_within_35_seconds() {
    let mut rig = Rig::in_room();
    assert_eq!(rig.session.deadline(), Some(SECOND * 15));
    assert_eq!(rig.wait(SECOND * 15), [Effect::Ping]);
    let pong = rig.now + SECOND / 10;
    rig.event(Event::Heard(pong));
    assert_eq!(rig.session.deadline(), Some(pong + SECOND * 15), "it was answered");
    let asked = rig.wait_due();
    assert_eq!(asked, [Effect::Ping]);
    let effects = rig.wait_due();
    assert!(hangs_up(&effects));
    assert_eq!(rig.now, pong + SECOND * 30);
    assert!(matches!(rig.status(), Status::Reconnecting { error: ConnectError::Silent { seconds: 30 }, .. }));
}

#[test]
fn after_a_sleep_a_link_must_answer_at_once() {
    let mut rig = Rig::in_room();
    rig.now += SECOND;
    assert_eq!(rig.event(Event::Woke), [Effect::Ping]);
    let effects = rig.wait_due();
    assert!(hangs_up(&effects), "{effects:?}");
    assert_eq!(rig.now, SECOND * 3);
    assert!(rig.session.deadline().expect("a time") <= rig.now + SECOND / 2, "and it is sought at once");

    let mut rig = Rig::in_room();
    rig.now += SECOND * 5;
    rig.event(Event::Woke);
    rig.event(Event::Heard(SECOND));
    assert_eq!(rig.session.deadline(), Some(SECOND * 7), "what came before does not count");
    rig.event(Event::Heard(SECOND * 5));
    assert_eq!(rig.session.deadline(), Some(SECOND * 20), "it has answered, and all is as it was");
}

#[test]
fn after_a_sleep_nobody_waits_for_the_next_attempt() {
    let mut rig = Rig::in_room();
    for _ in 0..12 {
        rig.event(Event::LinkLost(refused_port()));
        rig.wait_due();
    }
    // One that is under way may go out by a way that there is no more.
    let effects = rig.event(Event::Woke);
    assert_eq!(effects[..2], [Effect::HangUp(CloseCode::GoingAway), Effect::Connect]);
    rig.event(Event::LinkLost(refused_port()));
    assert!(rig.event(Event::Woke).contains(&Effect::Connect));
    rig.event(Event::LinkLost(refused_port()));
    assert!(rig.session.deadline().expect("a time") <= rig.now + SECOND / 2, "the delays are short again");

    let mut rig = Rig::new(false);
    rig.event(Event::Begin);
    rig.event(Event::LinkLost(refused_port()));
    assert_eq!(rig.event(Event::Woke), [], "what has ended stays ended");
}

#[test]
fn a_host_that_is_seen_elsewhere_is_tried_there_at_once() {
    let mut rig = Rig::in_room();
    rig.now += SECOND;
    assert_eq!(rig.event(Event::Sighted), [Effect::Ping]);
    rig.now += SECOND;
    assert_eq!(rig.event(Event::Sighted), [], "it is being asked already");
    let effects = rig.wait_due();
    assert!(hangs_up(&effects), "{effects:?}");
    assert_eq!(rig.now, SECOND * 3, "and got no more time by that");
    assert!(rig.event(Event::Sighted).contains(&Effect::Connect));
    let effects = rig.event(Event::Sighted);
    assert_eq!(
        effects[..2],
        [Effect::HangUp(CloseCode::GoingAway), Effect::Connect],
        "the attempt knew nothing of it"
    );
    // Somebody else has got its address meanwhile.
    rig.event(Event::LinkLost(ConnectError::WrongKey { host: "host".to_owned() }));
    assert_eq!(rig.session.deadline(), None);
    assert!(rig.event(Event::Sighted).contains(&Effect::Connect));
    rig.event(Event::LinkLost(ConnectError::OriginRefused));
    assert_eq!(rig.event(Event::Sighted), [], "it was the host that did not want us");
}

#[test]
fn a_host_that_is_not_there_is_looked_for_often() {
    let host = || "host".to_owned();
    for absent in [
        ConnectError::Unreachable { host: host() },
        ConnectError::TimedOut { host: host(), port: 8080, seconds: 10 },
        ConnectError::NameNotFound { host: host() },
    ] {
        let mut rig = Rig::in_room();
        for _ in 0..200 {
            rig.event(Event::LinkLost(absent.clone()));
            let due = rig.session.deadline().expect("a time");
            assert!(due <= rig.now + SECOND * 2, "{absent}: {:?}", due.saturating_sub(rig.now));
            rig.wait_due();
        }
    }
}

#[test]
fn talk_is_a_sign_of_life() {
    let mut rig = Rig::in_room();
    for n in 0..10 {
        rig.now += SECOND * 14;
        rig.frame(&ServerFrame::Entry(message(10 + n, 11 + n)));
        assert_eq!(rig.event(Event::Tick), []);
    }
}

#[test]
fn a_host_that_does_not_greet_is_given_up() {
    let mut rig = Rig::new(false);
    rig.event(Event::Begin);
    rig.now += SECOND * 7;
    rig.event(Event::LinkUp(Dialect::V1));
    assert!(hangs_up(&rig.wait(SECOND * 3)), "the time is one for the connection and the welcome");
    let error = ConnectError::TimedOut { host: "host".to_owned(), port: 8080, seconds: 10 };
    assert_eq!(rig.status(), Status::Disconnected { error: Some(error) });
}

#[test]
fn a_refused_hello_says_why() {
    for (code, error) in [
        (RefusalCode::RoomFull, ConnectError::RoomFull),
        (RefusalCode::RateLimited, ConnectError::RateRefused),
        (RefusalCode::NicknameEmpty, ConnectError::HelloRefused { reason: RefusalCode::NicknameEmpty }),
    ] {
        let mut rig = Rig::new(false);
        rig.event(Event::Begin);
        rig.event(Event::LinkUp(Dialect::V1));
        assert!(hangs_up(&rig.frame(&refused(None, code, None))));
        assert_eq!(rig.status(), Status::Disconnected { error: Some(error) });
    }
}

#[test]
fn who_has_stopped_has_still_stopped_when_nobody_listens_there() {
    let mut rig = Rig::in_room();
    rig.event(Event::LinkLost(ConnectError::HostStopped));
    rig.wait_due();
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.wait_due();
    rig.event(Event::LinkLost(refused_port()));
    let error = |rig: &Rig| match rig.status() {
        Status::Reconnecting { error, .. } => error,
        status => panic!("{status:?}"),
    };
    assert_eq!(error(&rig), ConnectError::HostStopped, "that nobody listens follows from it");
    rig.wait_due();
    let unreachable = ConnectError::Unreachable { host: "host".to_owned() };
    rig.event(Event::LinkLost(unreachable.clone()));
    assert_eq!(error(&rig), unreachable, "this is something else");
    rig.wait_due();
    rig.event(Event::LinkLost(refused_port()));
    assert_eq!(error(&rig), refused_port());
}

#[test]
fn nonsense_instead_of_a_welcome_is_the_wrong_dialect() {
    for answer in ["", "hello", "{}", r#"{"type":"welcome"}"#, r#"{"nickname":"a","message":"b"}"#] {
        let mut rig = Rig::new(false);
        rig.event(Event::Begin);
        rig.event(Event::LinkUp(Dialect::V1));
        assert!(hangs_up(&rig.text(answer)));
        let status = rig.status();
        assert!(
            matches!(&status, Status::Disconnected { error: Some(ConnectError::WrongDialect { .. }) }),
            "{answer}: {status:?}"
        );
    }
}
