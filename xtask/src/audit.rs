//! `cargo xtask audit`: the supply chain. Whose licences, from which sources and with which known weaknesses (advisories) are the
//! packages that Hearth is built from?
//!
//! Licences, bans and sources stand in `deny.toml` and need no network. Advisories are asked for on the network: where it does
//! not answer, that is said, and is no failure.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::check::{PAGE_PACKAGES, page_set_up};
use crate::command::{Run, cmd};
use crate::report::{Outcome, Report};
use crate::setup;

/// The whole of it, with the tool that it needs.
pub(crate) fn audit() -> ExitCode {
    let mut report = Report::new();
    report.check("cargo-deny", &[], setup::cargo_deny);
    page_set_up(&mut report);
    steps(&mut report);
    report.finish()
}

/// The steps of it, also a part of `cargo xtask test`, which does not spend the minutes that cargo-deny takes to build.
pub(crate) fn steps(report: &mut Report) {
    report.attempt("licences, bans and sources of crates", &[], || {
        with_cargo_deny(|deny| {
            cmd(deny, ["--workspace", "check", "licenses", "bans", "sources"]).run()?;
            Ok(Outcome::Done)
        })
    });
    report.attempt("advisories on crates", &[], || with_cargo_deny(advisories_on_crates));
    report.attempt("advisories on the page's packages", &[PAGE_PACKAGES], || {
        let mut audit = cmd("npm", ["audit", "--json"]);
        let output = audit.current_dir("ui").output().context("cannot start `npm audit`")?;
        of_npm(&String::from_utf8_lossy(&output.stdout))
    });
}

fn with_cargo_deny(work: impl FnOnce(&Path) -> Result<Outcome>) -> Result<Outcome> {
    match setup::find_cargo_deny() {
        Some(deny) => work(&deny),
        None => Ok(Outcome::NotDone("cargo-deny is not here; `cargo xtask audit` installs it".to_owned())),
    }
}

fn advisories_on_crates(deny: &Path) -> Result<Outcome> {
    let fetched = cmd(deny, ["fetch", "db"]).output().context("cannot start cargo-deny")?;
    if !fetched.status.success() {
        return Ok(Outcome::NotDone(
            "the database of advisories could not be fetched from the network".to_owned(),
        ));
    }
    cmd(deny, ["--workspace", "check", "advisories"]).run()?;
    Ok(Outcome::Done)
}

/// The report of `npm audit --json`, whose exit code is the same for a weakness and for a registry that gave no answer.
#[derive(Deserialize)]
struct NpmAudit {
    vulnerabilities: Option<BTreeMap<String, Vulnerability>>,
}

#[derive(Deserialize)]
struct Vulnerability {
    severity: String,
}

/// An error that names the packages with a weakness. What is of low severity, or news only, is left to renovate.
fn of_npm(report: &str) -> Result<Outcome> {
    let audit: NpmAudit =
        serde_json::from_str(report).context("`npm audit` wrote a report that cannot be read")?;
    let Some(vulnerabilities) = audit.vulnerabilities else {
        return Ok(Outcome::NotDone("the registry does not answer `npm audit`".to_owned()));
    };
    println!("npm audit: {} packages with a weakness", vulnerabilities.len());
    let grave =
        vulnerabilities.iter().filter(|(_, found)| !["info", "low"].contains(&found.severity.as_str()));
    let grave: Vec<String> =
        grave.map(|(package, found)| format!("{package} ({})", found.severity)).collect();
    if grave.is_empty() {
        return Ok(Outcome::Done);
    }
    bail!("{}; `npm audit` in ui/ says more", grave.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_weaknesses_or_with_slight_ones_passes() {
        for report in [
            r#"{"auditReportVersion":2,"vulnerabilities":{},"metadata":{}}"#,
            r#"{"vulnerabilities":{"a":{"name":"a","severity":"low","via":[]}}}"#,
        ] {
            assert!(matches!(of_npm(report), Ok(Outcome::Done)), "{report}");
        }
    }

    #[test]
    fn a_weakness_is_named() {
        let report = r#"{"vulnerabilities":{"a":{"severity":"low"},"b":{"severity":"moderate"},"c":{"severity":"critical"}}}"#;
        let Err(error) = of_npm(report) else { panic!("it has weaknesses") };
        assert_eq!(error.to_string(), "b (moderate), c (critical); `npm audit` in ui/ says more");
    }

    #[test]
    fn a_registry_that_does_not_answer_is_no_failure_and_no_success() {
        let report =
            r#"{"message":"405 Method Not Allowed","statusCode":405,"error":{"summary":"","detail":""}}"#;
        assert!(matches!(of_npm(report), Ok(Outcome::NotDone(_))));
        assert!(of_npm("").is_err(), "no report at all is a failure");
    }
}
