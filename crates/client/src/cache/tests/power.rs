//! The power fails: what was not synced is there in part, or not at all.

use std::fs;

use super::*;
use crate::cache::testing::Paper;

/// Bytes between two places at which the log of changes is cut: no divisor of its frames, so that all parts of them are
/// cut. `HEARTH_CUT` sets another number.
const STEP: usize = 19_997;

#[tokio::test]
async fn what_is_left_is_some_beginning_of_what_was_kept() {
    let step = std::env::var("HEARTH_CUT").map_or(STEP, |step| step.parse().expect("a number"));
    let (folder, file) = place();
    let (room, _) = opened(&file);
    let mut records = vec![me(), begun("a", 0)];
    for n in 0..30 {
        let id = u128::from(n + 1);
        records.push(Record::Act(line(id, ActState::Queued, None)));
        records.push(Record::Act(line(id, ActState::Sent, Some(Dialect::V1))));
        let mut entry = message(n, n + 1);
        entry.id = (n % 3 > 0).then(|| post_id(id));
        records.push(Record::Entry(entry));
    }
    let mut paper = Paper::default();
    let mut states = vec![paper.at_start()];
    for record in records {
        paper.write(record.clone());
        states.push(paper.at_start());
        write(&room, vec![record]).await;
    }
    let whole = fs::read(&file).expect("the file");
    let changes = fs::read(beside(&file, "-wal")).expect("the log of changes");
    let cut = folder.path().join("cut.db");
    let mut newest = 0;
    for length in (0..=changes.len()).step_by(step).chain([changes.len()]) {
        fs::write(&cut, &whole).expect("written");
        fs::write(beside(&cut, "-wal"), &changes[..length]).expect("written");
        let (room, kept) = opened(&cut);
        room.close().await;
        let state = states.iter().rposition(|state| *state == kept).expect("a beginning");
        assert!(state >= newest, "more of the log is not less of the room");
        newest = state;
    }
    assert_eq!(newest, states.len() - 1, "all of it is all of it");
    room.close().await;
}
