//! The marks stay with their log, and how the room is shown with the room.

use super::*;

fn marks(name: &str) -> Marks {
    Marks {
        log: log(name),
        read: Some(seq(7)),
        draft: "写到一半".to_owned(),
        strip: Some(Strip::Edit { seq: seq(3), text: "换句话说".to_owned() }),
        joins: JoinsShown::Gathered,
    }
}

async fn at_start(file: &Path, only_lines: bool, records: Vec<Record>) -> Kept {
    let opened = open(file, only_lines);
    let before = opened.file.expect("a file");
    write(&before, records).await;
    before.close().await;
    let opened = open(file, only_lines);
    opened.file.expect("a file").close().await;
    opened.kept
}

#[tokio::test]
async fn marks_outlive_a_start_and_the_log_that_begins_again_but_no_other() {
    for only_lines in [false, true] {
        let (_folder, file) = place();
        let kept = at_start(&file, only_lines, vec![begun("a", 5), Record::Marks(marks("a"))]).await;
        assert_eq!(kept.marks, Some(marks("a")));
        assert_eq!(kept.log.is_none(), only_lines);
        // As where no entries are kept: the log is a new one to every session.
        let kept = at_start(&file, only_lines, vec![begun("a", 9), me()]).await;
        assert_eq!(kept.marks, Some(marks("a")));
        let whole = Kept { marks: Some(Marks { read: None, ..marks("a") }), ..Kept::default() };
        let whole = Record::Whole { kept: Box::new(whole), anew: true };
        let kept = at_start(&file, only_lines, vec![whole]).await;
        assert_eq!(kept.marks, Some(Marks { read: None, ..marks("a") }));
        assert_eq!(at_start(&file, only_lines, vec![begun("b", 0)]).await.marks, None);
    }
}

#[tokio::test]
async fn how_the_room_is_shown_outlives_its_log() {
    for joins in [JoinsShown::All, JoinsShown::None] {
        let (_folder, file) = place();
        let chosen = Marks { joins, ..marks("a") };
        let kept = at_start(&file, false, vec![begun("a", 5), Record::Marks(chosen.clone())]).await;
        assert_eq!(kept.marks, Some(chosen));
        let kept = at_start(&file, false, vec![begun("b", 0)]).await;
        assert_eq!(kept.marks, Some(Marks { joins, ..Marks::new(log("b")) }));
    }
}

#[tokio::test]
async fn how_a_room_at_rest_is_shown_is_kept_with_all_else() {
    let (_folder, file) = place();
    assert_eq!(joins_shown_at_rest(&file), JoinsShown::Gathered);
    assert!(!file.exists(), "looking makes no file");
    let choose = |name, joins| keep_joins_shown_at_rest(file.clone(), log(name), joins);
    choose("a", JoinsShown::None).await.expect("kept");
    assert_eq!(joins_shown_at_rest(&file), JoinsShown::None);

    at_start(&file, true, vec![Record::Marks(marks("a"))]).await;
    choose("a", JoinsShown::All).await.expect("kept");
    let kept = at_start(&file, true, Vec::new()).await.marks;
    assert_eq!(kept, Some(Marks { joins: JoinsShown::All, ..marks("a") }), "the draft is there");
    choose("b", JoinsShown::None).await.expect("kept");
    let kept = at_start(&file, true, Vec::new()).await.marks;
    assert_eq!(kept, Some(Marks { joins: JoinsShown::None, ..Marks::new(log("b")) }), "of another log");
}

#[tokio::test]
async fn a_draft_is_rescued_from_a_damaged_file() {
    let (_folder, file) = place();
    at_start(&file, false, vec![begun("a", 5), Record::Marks(marks("a"))]).await;
    let db = Connection::open(&file).expect("a database");
    db.execute("UPDATE meta SET value = 'rubbish' WHERE key = 'dialect'", []).expect("damaged");
    drop(db);
    let Opened { file: opened, kept, trouble } = open(&file, false);
    assert_eq!((trouble, kept.marks), (Some(KeepTrouble::SetAside), Some(marks("a"))));
    opened.expect("a new file").close().await;
}
