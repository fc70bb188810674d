//! The Autobahn cases, run by `kosoku`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::Command;

use crate::program::{Program, place};

/// Groups 12 and 13 are about compression, which nobody here speaks.
const WITHOUT_COMPRESSION: [&str; 4] = ["-x", "12.*", "-x", "13.*"];

/// How often a case may count as passed, beside `OK` (Autobahn's own reckoning): `NON-STRICT` is within the standard,
/// and `INFORMATIONAL` says that the standard leaves it open.
const PASSED: [&str; 3] = ["OK", "NON-STRICT", "INFORMATIONAL"];

/// What came of the cases.
#[derive(Debug)]
pub struct Verdicts {
    /// How many cases of each behaviour.
    pub counts: BTreeMap<String, usize>,
    /// The cases that did not pass, with how they behaved before and while closing.
    pub failed: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Case {
    behavior: String,
    #[serde(rename = "behaviorClose")]
    behavior_close: String,
}

impl Verdicts {
    /// How many cases were run.
    pub fn cases(&self) -> usize {
        self.counts.values().sum()
    }

    fn read(folder: &Path) -> Self {
        let index = std::fs::read_to_string(folder.join("index.json")).expect("a report");
        let agents: BTreeMap<String, BTreeMap<String, Case>> =
            serde_json::from_str(&index).expect("Autobahn's index");
        let mut verdicts = Self { counts: BTreeMap::new(), failed: Vec::new() };
        for (id, Case { behavior, behavior_close }) in agents.into_values().flatten() {
            if ![&behavior, &behavior_close].iter().all(|verdict| PASSED.contains(&verdict.as_str())) {
                verdicts.failed.push(format!("{id} {behavior}, closing {behavior_close}"));
            }
            *verdicts.counts.entry(behavior).or_default() += 1;
        }
        verdicts
    }
}

/// Runs the cases that match one of `groups` (such as `9.*`) against a server.
pub async fn test_server(url: &str, groups: &[&str]) -> Verdicts {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kosoku = Program::start(command(&folder, groups).args([url, "-p", "4"])).expect("kosoku starts");
    let status = kosoku.ended().await;
    assert!(folder.path().join("index.json").exists(), "{status}: {}", kosoku.rest_of_errors().await);
    Verdicts::read(folder.path())
}

/// The same for a client: the server of the suite, which has a case behind each number.
#[derive(Debug)]
pub struct CaseServer {
    kosoku: Program,
    folder: TempDir,
    url: String,
}

impl CaseServer {
    /// Starts the server on a free port.
    pub async fn start(groups: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = command(&folder, groups);
        command.args(["-m", "fuzzingserver", "127.0.0.1:0"]);
        let mut kosoku = Program::start(&mut command).expect("kosoku starts");
        let url = kosoku.error_after("listening on ").await;
        Self { kosoku, folder, url }
    }

    /// Where to ask how many cases there are.
    pub fn count_url(&self) -> String {
        format!("{}/getCaseCount", self.url)
    }

    /// Where a case is, counted from 1. Whatever it says is to be said back.
    pub fn case_url(&self, case: usize) -> String {
        format!("{}/runCase?case={case}&agent=hearth", self.url)
    }

    /// Where to say that all cases are done.
    pub fn end_url(&self) -> String {
        format!("{}/updateReports?agent=hearth", self.url)
    }

    /// What came of it, once it was told the end.
    pub async fn verdicts(mut self) -> Verdicts {
        self.kosoku.ended().await;
        Verdicts::read(self.folder.path())
    }
}

fn command(folder: &TempDir, groups: &[&str]) -> Command {
    let mut command = Command::new(place("HEARTH_KOSOKU", ".tools/python/bin/kosoku"));
    command.args(WITHOUT_COMPRESSION).arg("-o").arg(folder.path());
    for group in groups {
        command.args(["-i", group]);
    }
    command
}
