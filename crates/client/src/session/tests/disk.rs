//! A disk that takes its time, and fails now and then.

use std::collections::HashSet;

use super::*;
use crate::cache::{testing::Paper, write_ahead::WriteAhead};

/// A client's disk: what has reached it, and what is on its way.
pub(super) struct Disk {
    pub(super) ahead: WriteAhead,
    pub(super) paper: Paper,
    pub(super) under_way: Option<Vec<Record>>,
    /// Lines that were written before what is under way was taken whole: each is in it, or is no line any more.
    pub(super) in_whole: Vec<PostId>,
    /// Lines of which the disk has ever known.
    pub(super) known: HashSet<PostId>,
    pub(super) has_failed: bool,
}

impl Disk {
    pub(super) fn new(paper: Paper) -> Self {
        let ahead = WriteAhead::new(true, Duration::from_secs(1));
        Self { ahead, paper, under_way: None, in_whole: Vec::new(), known: HashSet::new(), has_failed: false }
    }

    pub(super) fn write(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            match &record {
                Record::Act(line) => self.known.extend([line.own.id]),
                Record::Whole { .. } => self.known.extend(self.in_whole.drain(..)),
                _ => {}
            }
            self.paper.write(record);
        }
    }
}
