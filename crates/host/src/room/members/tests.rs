use hearth_protocol::classic::JOIN_TEXT;
use uuid::Uuid;

use super::leaving::Heir;
use super::*;
use crate::base::fresh::Parting;

const GRACE: Duration = Duration::from_secs(10);

fn members() -> Members {
    Members::new(GRACE)
}

fn at(seconds: u64) -> Now {
    Now { clock: Timestamp::UNIX_EPOCH, since_start: Duration::from_secs(seconds) }
}

fn fresh(n: u128) -> Fresh {
    Fresh { member: MemberId::from_random(n), token: MemberToken::from_random(1000 + n) }
}

fn hello(nickname: &str) -> Hello {
    Hello::new(nickname)
}

fn enter(members: &mut Members, n: u64, nickname: &str) -> Option<Draft> {
    members
        .hello(ConnId(n), &hello(nickname), Some(Grant::default()), || fresh(n.into()), at(0))
        .expect("let in")
}

fn back(members: &mut Members, conn: u64, member: u128, nickname: &str, now: Now) -> Option<Draft> {
    let hello = Hello { token: Some(fresh(member).token), ..hello(nickname) };
    members.hello(ConnId(conn), &hello, None, || fresh(u128::from(conn)), now).expect("let in")
}

fn nickname(members: &Members, n: u64) -> String {
    members.you(ConnId(n)).expect("here").0.nickname.to_string()
}

fn joined(dialect: Dialect) -> Body {
    Body::Joined { dialect }
}

fn line(nickname: &str, message: &str) -> ClassicMessage {
    ClassicMessage {
        nickname: nickname.into(),
        message: message.into(),
        time: "10-3 9:4:5".into(),
        status: None,
    }
}

#[test]
fn nicknames_are_made_distinct_and_become_free_again() {
    let mut members = members();
    assert_eq!(enter(&mut members, 1, "阿明").map(|draft| draft.body), Some(joined(Dialect::V1)));
    enter(&mut members, 2, " 阿\u{200b}明 ");
    assert_eq!(nickname(&members, 2), "阿明 2");
    members.gone(ConnId(1), Parting::OnPurpose, at(1));
    enter(&mut members, 3, "阿明");
    assert_eq!(nickname(&members, 3), "阿明");
}

#[test]
fn a_rename_to_a_look_alike_is_made_distinct_and_to_ones_own_is_none() {
    let mut members = members();
    enter(&mut members, 1, "Paul");
    enter(&mut members, 2, "Wei");
    let wish = Nickname::new("Раul").expect("a nickname, in Cyrillic at first");
    let (draft, _) = members.rename(ConnId(2), None, &wish, at(0)).expect("a rename");
    assert_eq!(draft.from.nickname.as_str(), "Раul 2");
    assert_eq!(draft.body, Body::Renamed { old: Nickname::new("Wei").expect("a nickname") });
    assert_eq!(members.rename(ConnId(2), None, &draft.from.nickname, at(0)), None);
    assert_eq!(members.roster.people().1, 2);
}

#[test]
fn who_is_back_within_the_grace_never_left() {
    let mut members = members();
    enter(&mut members, 1, "阿明");
    assert_eq!(members.gone(ConnId(1), Parting::Lost, at(5)), None);
    assert_eq!(members.expire(at(14)), []);
    assert_eq!(back(&mut members, 2, 1, "阿明", at(14)), None, "no second join");
    assert_eq!(members.expire(at(60)), []);
    assert_eq!(nickname(&members, 2), "阿明");

    members.gone(ConnId(2), Parting::Lost, at(60));
    let left = members.expire(at(70));
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].draft.as_ref().map(|draft| &draft.body), Some(&Body::Left));
    assert_eq!(back(&mut members, 3, 1, "阿明", at(80)).map(|draft| draft.body), Some(joined(Dialect::V1)));
}

#[test]
fn a_member_with_two_connections_leaves_with_the_last() {
    let mut members = members();
    enter(&mut members, 1, "阿明");
    assert_eq!(back(&mut members, 2, 1, "阿明", at(0)), None);
    assert_eq!(members.roster.online(), 1);
    assert_eq!(members.gone(ConnId(1), Parting::OnPurpose, at(0)), None);
    assert!(members.gone(ConnId(2), Parting::OnPurpose, at(0)).is_some());
    assert_eq!(members.gone(ConnId(2), Parting::OnPurpose, at(0)), None, "once");
}

#[test]
fn a_foreign_token_is_a_new_member() {
    let mut members = members();
    enter(&mut members, 1, "阿明");
    assert!(back(&mut members, 2, 77, "老王", at(0)).is_some());
    assert_ne!(
        members.you(ConnId(1)).map(|you| you.0.member),
        members.you(ConnId(2)).map(|you| you.0.member)
    );
}

#[test]
fn hello_twice_and_empty_nicknames_are_refused() {
    let mut members = members();
    enter(&mut members, 1, "阿明");
    let again = members.hello(ConnId(1), &hello("x"), None, || fresh(9), at(0));
    assert_eq!(again, Err(RefusalCode::HelloExpected));
    let nameless = members.hello(ConnId(2), &hello("\u{200b}"), None, || fresh(9), at(0));
    assert_eq!(nameless, Err(RefusalCode::NicknameEmpty));
    assert_eq!(members.say(ConnId(2), Some(PostId::new(Uuid::nil())), Body::Left, at(0)), None);
}

#[test]
fn classic_guests_come_talk_rename_and_go() {
    let mut members = members();
    let kinds = |drafts: &[Draft]| drafts.iter().map(|draft| draft.body.clone()).collect::<Vec<_>>();
    assert_eq!(
        kinds(&members.classic(ConnId(1), &line("老王", JOIN_TEXT), || fresh(1), at(0))),
        [joined(Dialect::Classic)]
    );
    let said = Body::Message { text: "大家好".into(), time: Some("10-3 9:4:5".into()) };
    assert_eq!(
        kinds(&members.classic(ConnId(1), &line("老王", "大家好"), || fresh(2), at(0))),
        vec![said.clone()]
    );

    let first_words = members.classic(ConnId(2), &line("老王", "大家好"), || fresh(3), at(0));
    assert_eq!(
        kinds(&first_words),
        [joined(Dialect::Classic), said.clone()],
        "a first line without the join text"
    );
    assert_eq!(first_words[1].from.nickname.as_str(), "老王 2");
    assert_eq!(
        kinds(&members.classic(ConnId(2), &line("老王", "大家好"), || fresh(4), at(0))),
        vec![said.clone()],
        "no rename"
    );

    let renamed = members.classic(ConnId(2), &line("王五", "大家好"), || fresh(5), at(0));
    assert_eq!(kinds(&renamed), [Body::Renamed { old: Nickname::new("老王 2").expect("a nickname") }, said]);

    let left = members.gone(ConnId(1), Parting::Lost, at(0)).expect("at once: no token brings them back");
    assert_eq!(left.last.as_deref(), Some("大家好"));
}

#[test]
fn nameless_blank_and_huge_classic_lines_do_no_harm() {
    let mut members = members();
    let drafts = members.classic(ConnId(1), &line("\u{202e}", "hi"), || fresh(1), at(0));
    assert_eq!(drafts[0].from.nickname.as_str(), NAMELESS);
    assert!(members.classic(ConnId(1), &line("", "  "), || fresh(2), at(0)).is_empty());
    assert!(members.classic(ConnId(1), &line("", &"x".repeat(20_000)), || fresh(2), at(0)).is_empty());
    let long = members.classic(ConnId(2), &line(&"王".repeat(99), "hi"), || fresh(3), at(0));
    assert_eq!(long[0].from.nickname.as_str().chars().count(), 32);
}

#[test]
fn in_a_large_room_only_the_roster_tells() {
    let mut members = members();
    for n in 0..200 {
        assert!(enter(&mut members, n, &format!("p{n}-")).is_some(), "{n}");
    }
    assert!(members.roster.take_change().is_none());
    assert_eq!(enter(&mut members, 200, "late"), None);
    assert_eq!(enter(&mut members, 201, "later"), None);
    members.gone(ConnId(201), Parting::OnPurpose, at(0));
    let departure = members.gone(ConnId(5), Parting::OnPurpose, at(0)).expect("gone");
    assert_eq!(departure.draft, None);
    let change = members.roster.take_change().expect("changes");
    assert_eq!(change.joined.iter().map(|p| p.nickname.as_str()).collect::<Vec<_>>(), ["late"]);
    assert_eq!(change.left, [MemberId::from_random(5)]);
    assert_eq!(change.online, 200);
    assert!(members.roster.take_change().is_none());
    assert!(members.gone(ConnId(6), Parting::OnPurpose, at(0)).expect("gone").draft.is_some());
}

#[test]
fn members_who_are_long_away_are_forgotten_in_the_end() {
    let mut members = members();
    for n in 0..REMEMBERED as u64 + 50 {
        enter(&mut members, n, "x");
        members.gone(ConnId(n), Parting::OnPurpose, at(0));
    }
    assert_eq!((members.by_id.len(), members.tokens.len()), (REMEMBERED, REMEMBERED));
    assert!(members.names.taken() == 0 && members.seats.is_empty());
}

#[test]
fn a_large_rooms_roster_tells_everything_in_the_end() {
    let mut members = members();
    for n in 0..700 {
        enter(&mut members, n, &format!("p{n}-"));
    }
    let mut told = 0;
    while let Some(change) = members.roster.take_change() {
        told += change.joined.len();
    }
    assert_eq!(told, 500, "those who came after the 200th");
    for n in 0..400 {
        members.gone(ConnId(n), Parting::OnPurpose, at(0));
    }
    let mut gone = Vec::new();
    while let Some(change) = members.roster.take_change() {
        gone.extend(change.left);
    }
    assert_eq!(gone.len(), 400);
}

#[test]
fn who_goes_by_an_entry_is_no_ghost_in_the_next_roster() {
    let mut members = members();
    for n in 0..=200 {
        enter(&mut members, n, &format!("p{n}-"));
    }
    members.gone(ConnId(0), Parting::OnPurpose, at(0));
    let last = members.gone(ConnId(200), Parting::OnPurpose, at(0)).expect("gone");
    assert!(last.draft.is_some(), "at 200 a leave is an entry");
    let change = members.roster.take_change().expect("the first leave");
    assert_eq!((change.joined, change.left), (vec![], vec![MemberId::from_random(0)]));
}

#[test]
fn classic_guests_do_not_push_out_who_may_come_back() {
    let mut members = members();
    enter(&mut members, 0, "阿明");
    members.gone(ConnId(0), Parting::OnPurpose, at(0));
    for n in 1..REMEMBERED as u64 + 10 {
        members.classic(ConnId(n), &line("老王", "路过"), || fresh(n.into()), at(0));
        members.gone(ConnId(n), Parting::Lost, at(0));
    }
    assert_eq!(members.by_id.len(), 1);
    back(&mut members, 99_999, 0, "阿明", at(0));
    assert_eq!(members.you(ConnId(99_999)).expect("here").0.member, MemberId::from_random(0));
}

#[test]
fn a_hall_of_namesakes_gets_distinct_names_without_counting_through_all_of_them() {
    let mut members = members();
    for n in 0..3000 {
        enter(&mut members, n, "a");
    }
    assert_eq!(members.names.taken(), 3000);
}

#[test]
fn a_nickname_that_a_ghost_had_is_given_to_who_asked_for_it() {
    let mut members = members();
    enter(&mut members, 1, "小李");
    members.gone(ConnId(1), Parting::Lost, at(0));
    enter(&mut members, 2, "小李");
    enter(&mut members, 3, "小李");
    assert_eq!((nickname(&members, 2).as_str(), nickname(&members, 3).as_str()), ("小李 2", "小李 3"));
    let left = members.expire(at(10)).remove(0);
    let Heir { conns, draft } = left.heir.expect("the first to ask");
    assert_eq!((conns, draft.from.nickname.as_str()), (vec![ConnId(2)], "小李"));
    assert_eq!(draft.body, Body::Renamed { old: Nickname::new("小李 2").expect("a nickname") });
    assert_eq!(nickname(&members, 2), "小李");
    // It is theirs now.
    enter(&mut members, 4, "小李");
    assert_eq!(nickname(&members, 4), "小李 2");
}

#[test]
fn a_classic_ghost_gives_back_at_once_and_a_line_under_the_same_wish_is_no_rename() {
    let mut members = members();
    members.classic(ConnId(1), &line("小李", "大家好"), || fresh(1), at(0));
    let came = members.classic(ConnId(2), &line("小李", JOIN_TEXT), || fresh(2), at(20));
    assert_eq!(came[0].from.nickname.as_str(), "小李 2");
    let left = members.gone(ConnId(1), Parting::Lost, at(60)).expect("noticed");
    assert_eq!(left.heir.expect("an heir").draft.from.nickname.as_str(), "小李");
    let said = members.classic(ConnId(2), &line("小李", "又来了"), || fresh(3), at(61));
    assert_eq!((said.len(), said[0].from.nickname.as_str()), (1, "小李"));
}

#[test]
fn who_was_no_ghost_is_not_inherited_from() {
    // Who leaves on purpose.
    let mut members = members();
    enter(&mut members, 1, "小李");
    enter(&mut members, 2, "小李");
    assert_eq!(members.gone(ConnId(1), Parting::OnPurpose, at(5)).expect("gone").heir, None);
    assert_eq!(nickname(&members, 2), "小李 2");

    // Who is here for long after another has asked.
    let mut members = self::members();
    enter(&mut members, 1, "小李");
    enter(&mut members, 2, "小李");
    members.gone(ConnId(1), Parting::Lost, at(600));
    assert_eq!(members.expire(at(610))[0].heir, None);

    // Who is back in time.
    let mut members = self::members();
    enter(&mut members, 1, "小李");
    members.gone(ConnId(1), Parting::Lost, at(0));
    enter(&mut members, 2, "小李");
    back(&mut members, 3, 1, "小李", at(5));
    assert_eq!(members.expire(at(20)), []);
    assert_eq!((nickname(&members, 3).as_str(), nickname(&members, 2).as_str()), ("小李", "小李 2"));
}

#[test]
fn only_who_still_asks_for_it_and_is_here_inherits() {
    let mut members = members();
    enter(&mut members, 1, "小李");
    members.gone(ConnId(1), Parting::Lost, at(0));
    for n in 2..=4 {
        enter(&mut members, n, "小李");
    }
    // One has taken another name since, and one has lost their link.
    members.rename(ConnId(2), None, &Nickname::new("阿明").expect("a nickname"), at(1));
    members.gone(ConnId(3), Parting::Lost, at(2));
    let heir = members.expire(at(10)).remove(0).heir.expect("the third");
    assert_eq!(heir.conns, [ConnId(4)]);
    assert_eq!(nickname(&members, 2), "阿明");
    // Who comes back in time asks again.
    back(&mut members, 5, 3, "小李", at(11));
    assert_eq!(nickname(&members, 5), "小李 2");
}

#[test]
fn a_name_by_the_first_rule_and_its_look_are_kept_over_a_restart() {
    let known = |n: u128, nickname: &str| KnownMember {
        member: MemberId::from_random(n),
        token: Some(fresh(n).token),
        nickname: Nickname::stored(nickname.to_owned()).expect("a nickname"),
        dialect: Dialect::V1,
        here: true,
        role: Role::Member,
        invite: None,
    };
    // What the first rule made of `ㅋㅋㅋ`; and two that it told apart, which share a look today.
    let stored = vec![known(1, "\u{110f}\u{110f}\u{110f}"), known(2, "Ivan"), known(3, "lvan")];
    let mut members = members();
    members.restore(stored, None, || fresh(99), at(0));
    enter(&mut members, 10, "ㅋㅋㅋ");
    assert_eq!(nickname(&members, 10), "ㅋㅋㅋ 2");
    // Who it was comes back under what they typed then.
    back(&mut members, 11, 1, "ㅋㅋㅋ", at(1));
    assert_eq!(nickname(&members, 11), "ㅋㅋㅋ");
    back(&mut members, 12, 2, "Ivan", at(1));
    members.expire(at(10));
    assert_eq!(nickname(&members, 12), "Ivan");
    enter(&mut members, 13, "lvan");
    assert_eq!(nickname(&members, 13), "lvan 2");
}
