//! Another link to a room, or its password: used at once, whatever goes on.

use hearth_protocol::{Hello, Secret};

use super::*;

fn by(secret: u128) -> Event<'static> {
    Event::Enter(Credentials { secret: Some(Secret::from_random(secret)), password: None })
}

/// The hello that an attempt leads to.
fn hello(rig: &mut Rig) -> Hello {
    match sent(&rig.event(Event::LinkUp(Dialect::V1))).remove(0) {
        ClientFrame::Hello(hello) => hello,
        other => panic!("{other:?}"),
    }
}

fn connects(effects: &[Effect]) -> bool {
    effects.contains(&Effect::Connect)
}

fn invited(keep_trying: bool) -> Rig {
    let credentials = Credentials { secret: Some(Secret::from_random(1)), password: None };
    let mut rig = Rig::of(Setup { credentials, ..setup(keep_trying) });
    rig.event(Event::Begin);
    rig
}

fn as_role(role: Role) -> ServerFrame {
    match welcome("a", 10, 10) {
        ServerFrame::Welcome(welcome) => ServerFrame::Welcome(Box::new(Welcome { role, ..*welcome })),
        other => other,
    }
}

#[test]
fn a_shut_door_is_tried_again_at_once_and_with_the_newest_link_from_then_on() {
    let mut rig = invited(true);
    assert_eq!(hello(&mut rig).secret, Some(Secret::from_random(1)));
    rig.frame(&refused(None, RefusalCode::InviteRevoked, None));
    assert!(matches!(rig.status(), Status::Disconnected { .. }));
    let effects = rig.event(by(2));
    assert!(connects(&effects) && rig.status() == Status::Connecting, "{effects:?}");
    assert_eq!(hello(&mut rig).secret, Some(Secret::from_random(2)));
    rig.frame(&refused(None, RefusalCode::InviteExpired, None));
    rig.event(Event::Command(RoomCommand::Reconnect));
    assert_eq!(hello(&mut rig).secret, Some(Secret::from_random(2)));
    // A link without a secret takes nothing away.
    rig.event(Event::Enter(Credentials::default()));
    assert_eq!(hello(&mut rig).secret, Some(Secret::from_random(2)));
}

#[test]
fn a_password_is_tried_beside_the_link() {
    let mut rig = invited(true);
    hello(&mut rig);
    rig.frame(&refused(None, RefusalCode::PasswordNeeded, None));
    let password = Secret::new("芝麻开门").ok();
    rig.event(Event::Enter(Credentials { secret: None, password: password.clone() }));
    let said = hello(&mut rig);
    assert_eq!((said.secret, said.password), (Some(Secret::from_random(1)), password));
}

#[test]
fn whoever_waits_or_tries_does_so_with_the_new_link() {
    let mut rig = invited(true);
    let effects = rig.event(by(2));
    assert!(hangs_up(&effects) && connects(&effects), "the attempt under way knows nothing of it");
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    let effects = rig.event(by(3));
    assert!(!hangs_up(&effects) && connects(&effects), "nobody waits for the next attempt");
    rig.event(Event::LinkUp(Dialect::V1));
    let effects = rig.event(by(4));
    assert!(hangs_up(&effects) && connects(&effects));
    assert_eq!(hello(&mut rig).secret, Some(Secret::from_random(4)));
}

#[test]
fn a_reader_comes_back_as_the_same_one_with_more_rights_and_their_lines() {
    let mut rig = invited(true);
    hello(&mut rig);
    rig.frame(&as_role(Role::Reader));
    assert_eq!(rig.event(by(1)), [], "it is the one that they came by");
    rig.post(7);
    let effects = rig.event(by(2));
    assert!(hangs_up(&effects) && connects(&effects));
    let said = hello(&mut rig);
    assert_eq!((said.secret, said.token), (Some(Secret::from_random(2)), MemberToken::new("secret").ok()));
    let effects = rig.frame(&as_role(Role::Member));
    assert!(matches!(rig.status(), Status::Connected { .. }));
    assert_eq!(posts(&effects), [post_id(7)], "what was on its way goes again");
    assert_eq!(rig.session.snapshot(None, rig.now).role, Role::Member);
}

#[test]
fn nobody_who_may_write_is_disturbed_and_whoever_left_stays_away() {
    for role in [Role::Owner, Role::Moderator, Role::Member] {
        let mut rig = invited(true);
        hello(&mut rig);
        rig.frame(&as_role(role));
        assert_eq!(rig.event(by(2)), [], "{role:?}");
        rig.event(Event::LinkLost(ConnectError::LinkBroken));
        rig.wait_due();
        assert_eq!(hello(&mut rig).secret, Some(Secret::from_random(2)), "the next hello says it");
    }
    let mut rig = invited(true);
    rig.event(Event::Leave);
    assert_eq!(rig.event(by(2)), []);
}
