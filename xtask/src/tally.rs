//! Counting tests from what the test runners print.

use std::ops::AddAssign;

use anyhow::{Context, Result};
use serde::Deserialize;

/// How many tests passed, failed, or were marked not to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Tally {
    pub(crate) const ONE_PASSED: Self = Self { passed: 1, failed: 0, ignored: 0 };
    pub(crate) const ONE_FAILED: Self = Self { passed: 0, failed: 1, ignored: 0 };

    /// At least one failure when the runner itself says that it failed: code that does not compile, or a page test
    /// file that cannot be loaded, has no test that could be counted.
    pub(crate) fn believing(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.ignored += more.ignored;
    }
}

/// Reads the output of `cargo test`, line by line.
#[derive(Default)]
pub(crate) struct CargoTest {
    tally: Tally,
    binaries_started: u64,
    binaries_ended: u64,
}

impl CargoTest {
    pub(crate) fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["running", _, "test" | "tests"] => self.binaries_started += 1,
            ["test", "result:", _, passed, "passed;", failed, "failed;", ignored, "ignored;", ..] => {
                self.binaries_ended += 1;
                self.tally.passed += passed.parse().unwrap_or(0);
                self.tally.failed += failed.parse().unwrap_or(0);
                self.tally.ignored += ignored.parse().unwrap_or(0);
            }
            _ => {}
        }
    }

    /// What was counted. A test binary that began and never gave its result has crashed: that is one failure.
    pub(crate) fn tally(self) -> Tally {
        let crashed = self.binaries_started.saturating_sub(self.binaries_ended);
        Tally { failed: self.tally.failed + crashed, ..self.tally }
    }
}

/// Reads the file that vitest's json reporter writes.
pub(crate) fn vitest(json: &str) -> Result<Tally> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Outcome {
        num_passed_tests: u64,
        num_failed_tests: u64,
        num_pending_tests: u64,
        #[serde(default)]
        num_todo_tests: u64,
        success: bool,
    }
    let outcome: Outcome = serde_json::from_str(json).context("vitest wrote a report that cannot be read")?;
    let tally = Tally {
        passed: outcome.num_passed_tests,
        failed: outcome.num_failed_tests,
        ignored: outcome.num_pending_tests + outcome.num_todo_tests,
    };
    Ok(tally.believing(outcome.success))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally_of(output: &str) -> Tally {
        let mut cargo_test = CargoTest::default();
        output.lines().for_each(|line| cargo_test.line(line));
        cargo_test.tally()
    }

    #[test]
    fn results_of_all_binaries_are_added_up() {
        let output = "\
running 12 tests
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

running 1 test
test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";
        assert_eq!(tally_of(output), Tally { passed: 12, failed: 1, ignored: 1 });
    }

    #[test]
    fn a_binary_that_crashed_counts_as_one_failure() {
        let output = "running 3 tests\ntest a ... ok\n";
        assert_eq!(tally_of(output), Tally::ONE_FAILED);
    }

    #[test]
    fn a_runner_that_failed_without_a_failed_test_counts_as_one() {
        assert_eq!(Tally::default().believing(false), Tally::ONE_FAILED);
        let two_failed = Tally { failed: 2, ..Tally::default() };
        assert_eq!(two_failed.believing(false), two_failed);
    }

    #[test]
    fn vitest_is_counted_from_its_report() {
        let report = r#"{"numTotalTests":4,"numPassedTests":2,"numFailedTests":1,"numPendingTests":1,"success":false}"#;
        assert_eq!(vitest(report).expect("reads"), Tally { passed: 2, failed: 1, ignored: 1 });
        assert!(vitest("").is_err());
    }
}
