//! The doctor makes a diagnosis of who can get in. Pure: facts in, findings out. What was seen to arrive is a proof;
//! everything else is a cause that is likely, with what speaks for it, and is never told as more than that.

mod examine;
mod report;

use std::net::SocketAddr;

use hearth_protocol::{ProbeOutcome, is_refused_by_browsers};
use jiff::Timestamp;

use crate::reach::firewall::{Firewall, Newcomer, Rules};
use crate::reach::outside::{Outside, is_inner};
use crate::reach::tries::Try;

pub(crate) use examine::examine;
pub use examine::look_around;
pub use report::{Cause, Checked, Report, Verdict, Witnesses};

/// All that is known.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) at: Timestamp,
    pub(crate) port: u16,
    /// The room is served to this computer alone.
    pub(crate) only_here: bool,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) outside: Outside,
    pub(crate) rules: Rules,
    pub(crate) witnesses: Witnesses,
    /// What came of probes, the newest last.
    pub(crate) tries: Vec<Try>,
}

/// An address by which others may reach the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) address: SocketAddr,
    /// The interface that has it; `None` for the router's.
    pub(crate) interface: Option<String>,
}

/// What the facts come to.
pub(crate) fn diagnose(facts: &Facts) -> Report {
    let checked = |candidate: &Candidate| Checked {
        address: candidate.address,
        outside: candidate.interface.is_none(),
        verdict: facts.verdict(candidate),
    };
    Report {
        at: facts.at,
        port: facts.port,
        only_here: facts.only_here,
        addresses: facts.candidates.iter().map(checked).collect(),
        refused_by_browsers: facts.refused_by_browsers(),
        internet: facts.internet(),
        outside: facts.outside,
        firewall: facts.firewall(None, false),
        witnesses: facts.witnesses,
    }
}

impl Facts {
    fn firewall(&self, interface: Option<&str>, v6: bool) -> Firewall {
        self.rules.verdict(Newcomer { port: self.port, interface, v6 })
    }

    fn refused_by_browsers(&self) -> Vec<u16> {
        let routers = self.candidates.iter().map(|candidate| candidate.address.port());
        let mut ports: Vec<_> = [self.port].into_iter().chain(routers).collect();
        ports.retain(|port| is_refused_by_browsers(*port));
        ports.sort_unstable();
        ports.dedup();
        ports
    }

    /// What the newest examination that tried it says of a candidate.
    fn newest<'a>(&'a self, candidate: &'a Candidate) -> impl Iterator<Item = &'a Try> {
        let of = |tried: &&Try| tried.candidate == candidate.address;
        let round = self.tries.iter().filter(of).map(|tried| tried.round).max();
        self.tries.iter().filter(of).filter(move |tried| Some(tried.round) == round)
    }

    fn verdict(&self, candidate: &Candidate) -> Verdict {
        if let Some((tried, from)) = self.newest(candidate).find_map(|tried| Some((tried, tried.seen_from?)))
        {
            return Verdict::Proven { by: tried.by.clone(), at: tried.at, from };
        }
        let cause = match self.telling(candidate) {
            Some(tried) => self.cause_of(candidate, tried),
            None => self.cause_without_a_try(candidate),
        };
        Verdict::NotProven { cause }
    }

    /// The failure that says most: one from close by, where less stands between.
    fn telling<'a>(&'a self, candidate: &'a Candidate) -> Option<&'a Try> {
        self.newest(candidate).max_by_key(|tried| tried.near)
    }

    fn cause_of(&self, candidate: &Candidate, tried: &Try) -> Cause {
        let by = tried.by.clone();
        let v6 = candidate.address.is_ipv6();
        let firewall = self.firewall(candidate.interface.as_deref(), v6);
        if let Firewall::Closed { rule } = firewall {
            return Cause::Firewall { rule, by: Some(by) };
        }
        let is_inside = candidate.interface.is_some();
        match tried.reported {
            Some(ProbeOutcome::OtherHost) => Cause::OtherHost { by },
            // It says so, and nothing was seen here: then it was not us whom it reached.
            Some(ProbeOutcome::Reached) => Cause::NotSeen { by },
            Some(ProbeOutcome::Refused) => Cause::Refused { by },
            _ if !is_inside => Cause::RouterDoesNotLead { by },
            // What is far away cannot reach an address of an inner network, and says nothing of it.
            _ if !tried.near && is_inner(candidate.address.ip()) => Cause::NobodyNear,
            _ if !tried.near => Cause::NoWay { by },
            _ if firewall == Firewall::Open => Cause::KeptApart { by },
            _ => Cause::FirewallOrKeptApart { by },
        }
    }

    fn cause_without_a_try(&self, candidate: &Candidate) -> Cause {
        match self.firewall(candidate.interface.as_deref(), candidate.address.is_ipv6()) {
            Firewall::Closed { rule } => Cause::Firewall { rule, by: None },
            _ => self.nobody(),
        }
    }

    fn nobody(&self) -> Cause {
        match self.witnesses {
            Witnesses { present: 0, .. } => Cause::NobodyToAsk,
            Witnesses { asked: 0, .. } => Cause::AskedJustNow,
            Witnesses { answered: 0, .. } => Cause::NobodyAnswers,
            _ => Cause::NobodyNear,
        }
    }

    /// Whether somebody comes in from the internet.
    fn internet(&self) -> Verdict {
        let of = |cause| Verdict::NotProven { cause };
        if self.only_here {
            return of(Cause::OnlyHere);
        }
        let verdicts = || self.candidates.iter().map(|candidate| (candidate, self.verdict(candidate)));
        // Somebody who comes from an address of the internet's has come from there, by whichever way; but a neighbour.
        let proof = verdicts().find(|(candidate, verdict)| match verdict {
            Verdict::Proven { from, .. } => !is_inner(*from) && !self.is_neighbour(candidate),
            Verdict::NotProven { .. } => false,
        });
        if let Some((_, verdict)) = proof {
            return verdict;
        }
        if let Some(cause) = Cause::of(self.outside) {
            return of(cause);
        }
        match self.outside {
            Outside::Looking => of(Cause::RouterIsAsked),
            Outside::Mapped { address } => {
                let mapped = verdicts().find(|(candidate, _)| candidate.address == address);
                match mapped {
                    // Proven from within only: many routers lead their own network back in.
                    Some((_, Verdict::Proven { .. })) => of(Cause::OnlyFromWithin),
                    Some((_, verdict)) => verdict,
                    None => of(self.nobody()),
                }
            }
            _ => of(Cause::OutsideIsOff),
        }
    }

    /// Whether who came by an address of this computer says that no router stands between.
    fn is_neighbour(&self, candidate: &Candidate) -> bool {
        let mut came = self.newest(candidate).filter(|tried| tried.seen_from.is_some());
        candidate.interface.is_some() && came.all(|tried| tried.near)
    }
}

#[cfg(test)]
mod tests;
