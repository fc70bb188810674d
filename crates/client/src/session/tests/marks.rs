//! The marks: what a session takes, keeps, and tells with their log.

use super::*;
use crate::{
    joins_shown::JoinsShown,
    record::{KeptLog, Marks},
    session::testing::log,
    strip::Strip,
};

impl Rig {
    fn reads(&mut self, name: &str, at: u64) -> Vec<Effect> {
        self.event(Event::Command(RoomCommand::SetReadMark { log: log(name), seq: seq(at) }))
    }

    fn types(&mut self, name: &str, text: &str) -> Vec<Effect> {
        self.event(Event::Command(RoomCommand::SetDraft {
            log: log(name),
            text: text.to_owned(),
            strip: None,
        }))
    }

    /// The marks in a snapshot.
    fn marked(&self) -> (Option<u64>, String) {
        let room = self.session.snapshot(None, self.now);
        (room.read.map(Seq::get), room.draft)
    }

    /// In the room again, with what it is told of the marks.
    fn enters(&mut self, name: &str, head: u64) -> (Option<u64>, String) {
        self.event(Event::LinkUp(Dialect::V1));
        let updates = told(&self.frame(&welcome(name, head, head)));
        let Some(RoomUpdate::Welcomed { read, draft, .. }) = updates.first().cloned() else {
            panic!("{updates:?}")
        };
        assert_eq!(self.marked(), (read.map(Seq::get), draft.clone()));
        (read.map(Seq::get), draft)
    }
}

fn begun(kept: Kept) -> Rig {
    let mut rig = Rig::of(Setup { kept: Some(kept), ..setup(true) });
    rig.event(Event::Begin);
    rig
}

fn marks(read: Option<u64>, draft: &str) -> Marks {
    Marks {
        log: log("a"),
        read: read.map(seq),
        draft: draft.to_owned(),
        strip: None,
        joins: JoinsShown::Gathered,
    }
}

#[test]
fn a_mark_goes_on_and_a_draft_is_the_newest() {
    let mut rig = begun(Kept::default());
    assert_eq!(rig.enters("a", 10), (None, String::new()));
    assert_eq!(rig.reads("a", 8), [Effect::Keep(Record::Marks(marks(Some(8), "")))]);
    assert_eq!(rig.reads("a", 7), [], "it never goes back");
    assert_eq!(rig.types("a", "半"), [Effect::Keep(Record::Marks(marks(Some(8), "半")))]);
    rig.types("a", "半句");
    assert_eq!(rig.types("a", "半句"), []);
    assert_eq!(rig.marked(), (Some(8), "半句".to_owned()));
    assert_eq!((rig.reads("b", 9), rig.types("b", "x")), (vec![], vec![]), "of another log");
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.wait_due();
    assert_eq!(rig.enters("a", 10), (Some(8), "半句".to_owned()));
    rig.types("a", "");
    assert_eq!(rig.marked(), (Some(8), String::new()), "a line was sent");
}

#[test]
fn marks_are_those_of_before_the_start_and_another_log_begins_with_none() {
    let kept_log = KeptLog { id: log("a"), dialect: Dialect::V1, cursor: seq(10), base: seq(10) };
    // Where the room is hosted here, no log is kept.
    for kept_log in [Some(kept_log), None] {
        let kept =
            || Kept { log: kept_log.clone(), marks: Some(marks(Some(8), "半句")), ..Kept::default() };
        let rig = begun(kept());
        let told = if kept_log.is_some() { (Some(8), "半句".to_owned()) } else { (None, String::new()) };
        assert_eq!(rig.marked(), told, "they are told with their log");
        assert_eq!(rig.session.read_mark(), Some(seq(8)));
        assert_eq!(rig.session.to_keep().marks, kept().marks);
        assert_eq!(begun(kept()).enters("a", 12), (Some(8), "半句".to_owned()));
        assert_eq!(begun(kept()).enters("b", 12), (None, String::new()));
        let mut typed = begun(kept());
        typed.types("a", "一句");
        assert_eq!(typed.enters("a", 12), (Some(8), "一句".to_owned()), "typed before the welcome");
    }
}

#[test]
fn what_is_new_in_a_log_that_has_lost_its_end_does_not_pass_for_read() {
    let mut rig = begun(Kept::default());
    rig.enters("a", 10);
    rig.reads("a", 10);
    rig.types("a", "半句");
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.wait_due();
    rig.event(Event::LinkUp(Dialect::V1));
    let effects = rig.frame(&welcome("a", 7, 7));
    assert!(effects.contains(&Effect::Keep(Record::Marks(marks(None, "半句")))), "{effects:?}");
    rig.wait_due();
    assert_eq!(rig.enters("a", 7), (None, "半句".to_owned()));
}

#[test]
fn how_the_room_is_shown_is_kept_and_goes_on_in_another_log() {
    let chooses = |rig: &mut Rig, name: &str, joins| {
        rig.event(Event::Command(RoomCommand::SetJoinsShown { log: log(name), joins }))
    };
    let shown = |rig: &Rig| rig.session.snapshot(None, rig.now).joins;
    let mut rig = begun(Kept::default());
    rig.enters("a", 10);
    rig.reads("a", 8);
    assert_eq!(shown(&rig), JoinsShown::Gathered);
    let chosen = Marks { joins: JoinsShown::None, ..marks(Some(8), "") };
    assert_eq!(chooses(&mut rig, "a", JoinsShown::None), [Effect::Keep(Record::Marks(chosen))]);
    assert_eq!(chooses(&mut rig, "b", JoinsShown::All), [], "of another log");
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.wait_due();
    assert_eq!(rig.enters("b", 3), (None, String::new()), "the host began anew");
    assert_eq!(shown(&rig), JoinsShown::None);
    rig.reads("b", 2);
    assert_eq!(shown(&begun(rig.session.to_keep())), JoinsShown::None, "at the next start");
}

#[test]
fn what_a_draft_is_to_be_is_kept_with_it_and_only_for_its_log() {
    let writes = |rig: &mut Rig, name: &str, strip: Option<Strip>| {
        let text = "一半".to_owned();
        rig.event(Event::Command(RoomCommand::SetDraft { log: log(name), text, strip }))
    };
    let stands = |rig: &Rig| rig.session.snapshot(None, rig.now).strip;
    let answer = Some(Strip::Reply { seq: seq(7) });
    let edit = Some(Strip::Edit { seq: seq(3), text: "换句话说".to_owned() });
    let mut rig = begun(Kept::default());
    rig.enters("a", 10);
    for strip in [&answer, &edit, &None, &edit] {
        let kept = Marks { strip: strip.clone(), ..marks(None, "一半") };
        assert_eq!(writes(&mut rig, "a", strip.clone()), [Effect::Keep(Record::Marks(kept))]);
        assert_eq!(&stands(&rig), strip);
        assert_eq!(writes(&mut rig, "b", answer.clone()), [], "of another log");
    }
    let mut again = begun(rig.session.to_keep());
    again.enters("a", 10);
    assert_eq!(stands(&again), edit, "at the next start");
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.wait_due();
    rig.enters("b", 3);
    assert_eq!(stands(&rig), None, "the line is none of this log");
}
