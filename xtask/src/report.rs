//! The steps of a long command: a heading when one starts, its time when it ends, and the closing line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::tally::Tally;

/// What a step came to that needs the world outside of this machine.
pub(crate) enum Outcome {
    Done,
    /// Why it could not be done, which is no failure.
    NotDone(String),
}

/// What the steps came to. A step that fails does not end the run: those that do not need it go on.
pub(crate) struct Report {
    started: Instant,
    steps: Vec<Step>,
}

struct Step {
    name: &'static str,
    time: Duration,
    /// Whether it counts tests, or is a single check.
    counts: bool,
    tally: Tally,
    /// Why it failed; `None` when it passed.
    trouble: Option<String>,
    /// Why it was not done: it has neither passed nor failed.
    not_done: Option<String>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), steps: Vec::new() }
    }

    /// A step that either holds or not: it counts as one.
    pub(crate) fn check(&mut self, name: &'static str, needs: &[&str], work: impl FnOnce() -> Result<()>) {
        self.step(name, needs, false, || work().map(|()| (Tally::ONE_PASSED, None)));
    }

    /// A step that either holds or not, where it can be done at all. Where it cannot, that is said, and counts as nothing.
    pub(crate) fn attempt(
        &mut self,
        name: &'static str,
        needs: &[&str],
        work: impl FnOnce() -> Result<Outcome>,
    ) {
        self.step(name, needs, false, || {
            Ok(match work()? {
                Outcome::Done => (Tally::ONE_PASSED, None),
                Outcome::NotDone(why) => (Tally::default(), Some(why)),
            })
        });
    }

    /// A step that counts tests. None at all is a failure: a runner that finds nothing to run has gone wrong.
    pub(crate) fn tests(&mut self, name: &'static str, needs: &[&str], work: impl FnOnce() -> Result<Tally>) {
        self.step(name, needs, true, || work().map(|tally| (tally, None)));
    }

    /// Prints what each step came to, and `N passed, N failed` as the last line.
    pub(crate) fn finish(self) -> ExitCode {
        println!("\n==> in all, after {}", readable(self.started.elapsed()));
        for step in &self.steps {
            println!("    {step}");
        }
        let total = |count: fn(&Tally) -> u64| self.steps.iter().map(|step| count(&step.tally)).sum::<u64>();
        let (passed, failed) = (total(|tally| tally.passed), total(|tally| tally.failed));
        println!("{passed} passed, {failed} failed");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn step(
        &mut self,
        name: &'static str,
        needs: &[&str],
        counts: bool,
        work: impl FnOnce() -> Result<(Tally, Option<String>)>,
    ) {
        println!("\n==> {name}");
        let started = Instant::now();
        let result = match needs.iter().find(|need| !self.passed(need)) {
            Some(need) => Err(anyhow::anyhow!("not run, since it needs `{need}`")),
            None => work(),
        };
        let (tally, trouble, not_done) = match result {
            Err(error) => (Tally::ONE_FAILED, Some(format!("{error:#}")), None),
            Ok((tally, Some(why))) => (tally, None, Some(why)),
            Ok((tally, None)) if tally.failed > 0 => (tally, Some(format!("{} failed", tally.failed)), None),
            Ok((tally, None)) if tally.passed == 0 => {
                (Tally::ONE_FAILED, Some("no test was run".to_owned()), None)
            }
            Ok((tally, None)) => (tally, None, None),
        };
        let step = Step { name, time: started.elapsed(), counts, tally, trouble, not_done };
        println!("<== {step}");
        self.steps.push(step);
    }

    fn passed(&self, name: &str) -> bool {
        let has_passed = |step: &Step| step.trouble.is_none() && step.not_done.is_none();
        self.steps.iter().any(|step| step.name == name && has_passed(step))
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, time, counts, tally, trouble, not_done } = self;
        match (trouble, not_done) {
            (None, None) => write!(f, "ok      {name}")?,
            (None, Some(_)) => write!(f, "not run {name}")?,
            (Some(_), _) => write!(f, "FAILED  {name}")?,
        }
        write!(f, ", {}", readable(*time))?;
        if *counts {
            write!(f, ", {} passed", tally.passed)?;
        }
        if tally.ignored > 0 {
            write!(f, ", {} marked not to run", tally.ignored)?;
        }
        trouble.as_ref().or(not_done.as_ref()).map_or(Ok(()), |why| write!(f, ": {why}"))
    }
}

fn readable(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn totals(report: &Report) -> (u64, u64) {
        report.steps.iter().fold((0, 0), |(p, f), step| (p + step.tally.passed, f + step.tally.failed))
    }

    #[test]
    fn tests_and_checks_add_up() {
        let mut report = Report::new();
        report.check("format", &[], || Ok(()));
        report.check("lints", &[], || bail!("ended with exit code 101"));
        report.tests("tests", &["format"], || Ok(Tally { passed: 40, failed: 2, ignored: 0 }));
        assert_eq!(totals(&report), (41, 3));
        assert_eq!(report.finish(), ExitCode::FAILURE);
    }

    #[test]
    fn what_needs_a_failed_step_is_not_run_and_counts_as_failed() {
        let mut report = Report::new();
        report.check("build", &[], || bail!("does not compile"));
        report.tests("tests", &["build"], || unreachable!("must not run"));
        report.check("windows", &["tests"], || unreachable!("must not run"));
        assert_eq!(totals(&report), (0, 3));
    }

    #[test]
    fn a_step_in_which_no_test_ran_has_failed() {
        let mut report = Report::new();
        report.tests("tests", &[], || Ok(Tally::default()));
        assert_eq!(totals(&report), (0, 1));
    }

    #[test]
    fn what_could_not_be_done_is_said_and_has_neither_passed_nor_failed() {
        let mut report = Report::new();
        report.attempt("advisories", &[], || Ok(Outcome::NotDone("nobody answers".to_owned())));
        report.attempt("licences", &[], || Ok(Outcome::Done));
        report.attempt("sources", &[], || bail!("one is not ours"));
        report.check("release", &["advisories"], || unreachable!("must not run"));
        assert_eq!(totals(&report), (1, 2));
        let step = report.steps[0].to_string();
        assert!(step.starts_with("not run advisories") && step.ends_with("nobody answers"), "{step}");
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(readable(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(readable(Duration::from_secs(125)), "2 min 05 s");
    }
}
