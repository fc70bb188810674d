//! An integrity check: it looks through a log for anything that its promises rule out.

use std::path::Path;

use hearth_store::error::LogError;
use hearth_store::open;
use rusqlite::Connection;

use crate::sqlite::entries::Entries;
use crate::sqlite::error::OpenError;
use crate::sqlite::meta::trimmed_to;
use crate::sqlite::open::Summary;

/// Problems named one by one; of more only the number is told.
const NAMED: usize = 20;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Entries looked at.
    pub entries: u64,
    /// What is wrong, the first few in words.
    pub problems: Vec<String>,
    /// How many problems there are in all.
    pub count: u64,
}

impl VerifyReport {
    fn add(&mut self, problem: String) {
        self.count += 1;
        if self.problems.len() < NAMED {
            self.problems.push(problem);
        }
    }
}

/// Checks a log, which may be in use: the file's own structure, that every entry adds up, that each follows on the one
/// before it, and that nobody's post is there twice.
pub fn verify(file: &Path) -> Result<VerifyReport, OpenError> {
    Summary::of(file)?;
    let failed = |error| OpenError::of(file, error);
    let db = open::reader_of(file).map_err(failed)?;
    let mut report = VerifyReport::default();
    check(&db, &mut report).map_err(failed)?;
    Ok(report)
}

fn check(db: &Connection, report: &mut VerifyReport) -> Result<(), LogError> {
    let moment = db.unchecked_transaction()?;
    check_structure(&moment, report);
    // What must stand before the next entry; unknown after something that cannot be read.
    let mut before = trimmed_to(&moment).map_err(|error| report.add(error.to_string())).ok();
    for read in Entries::of(&moment) {
        match read {
            Ok(entry) => {
                report.entries += 1;
                if let Some(before) = before
                    && entry.prev != before
                {
                    report.add(format!(
                        "entry {} follows on {}, and {before} stands before it",
                        entry.seq, entry.prev
                    ));
                }
                before = Some(entry.seq);
            }
            Err(error) => {
                report.add(error.to_string());
                before = None;
            }
        }
    }
    check_uniqueness(&moment, report);
    Ok(())
}

fn check_structure(db: &Connection, report: &mut VerifyReport) {
    let check = || -> rusqlite::Result<Vec<String>> {
        let mut statement = db.prepare("PRAGMA integrity_check(20)")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect()
    };
    match check() {
        Ok(lines) => lines.into_iter().filter(|line| line != "ok").for_each(|line| report.add(line)),
        Err(error) => report.add(error.to_string()),
    }
}

/// Not by the index that is to keep it so, which may be what is damaged.
fn check_uniqueness(db: &Connection, report: &mut VerifyReport) {
    let twice = db.query_row(
        "SELECT count(*) - count(DISTINCT hex(post) || member) FROM entry NOT INDEXED WHERE post IS NOT NULL",
        [],
        |row| row.get::<_, i64>(0),
    );
    match twice {
        Ok(0) => {}
        Ok(twice) => report.add(format!("{twice} posts are there twice")),
        Err(error) => report.add(error.to_string()),
    }
}
