//! The report of the doctor: what it finds. Words for people are found elsewhere: by the page, and by `hearth-host`.

use std::net::{IpAddr, SocketAddr};

use hearth_protocol::Nickname;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::reach::firewall::Firewall;
use crate::reach::outside::Outside;

/// Who can get in, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Report {
    /// When this was found, RFC 3339.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Where the host listens.
    pub port: u16,
    /// The room is served to this computer alone.
    pub only_here: bool,
    /// The addresses by which others may reach it.
    pub addresses: Vec<Checked>,
    /// Ports of these that no browser opens: there only apps come in.
    #[serde(default)]
    pub refused_by_browsers: Vec<u16>,
    /// Whether people come in from the internet.
    pub internet: Verdict,
    /// What came of the wish to be reachable from there.
    pub outside: Outside,
    /// The computer's own firewall.
    pub firewall: Firewall,
    /// Who could be asked.
    pub witnesses: Witnesses,
}

/// An address, and whether others reach the host there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Checked {
    /// The address with the port.
    #[ts(type = "string")]
    pub address: SocketAddr,
    /// It is the router's, and not one of this computer's own.
    pub outside: bool,
    /// What is known of it.
    pub verdict: Verdict,
}

/// What is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "result", rename_all = "snake_case")]
#[ts(export)]
pub enum Verdict {
    /// Somebody was seen to arrive there.
    Proven {
        /// Who,
        by: Nickname,
        /// when (RFC 3339),
        #[ts(type = "string")]
        at: Timestamp,
        /// and from where.
        #[ts(type = "string")]
        from: IpAddr,
    },
    /// Nobody was.
    NotProven {
        /// Most likely because of this.
        #[serde(flatten)]
        cause: Cause,
    },
}

/// Why nobody was seen to arrive, most likely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "cause", rename_all = "snake_case")]
#[ts(export)]
pub enum Cause {
    /// The room is served to this computer alone.
    OnlyHere,
    /// There is nobody in the room, by the app and on another computer, who could try.
    NobodyToAsk,
    /// All of them were asked a moment ago, and answer once a minute.
    AskedJustNow,
    /// They were asked and say nothing: they are in a browser, or have an older app.
    NobodyAnswers,
    /// Nobody who is in that network has tried.
    NobodyNear,
    /// The computer's own firewall turns newcomers away.
    Firewall {
        /// Where: a table and a chain.
        rule: String,
        /// Who has tried in vain, if somebody has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        by: Option<Nickname>,
    },
    /// The network keeps its devices apart: somebody is in the same one and does not get through, while the computer's own
    /// firewall lets newcomers in.
    KeptApart {
        /// Who.
        by: Nickname,
    },
    /// The same, and the firewall may be the reason as well: it could not be looked at, or is not understood.
    FirewallOrKeptApart {
        /// Who.
        by: Nickname,
    },
    /// A computer answers there that turns down the connection.
    Refused {
        /// Who found so.
        by: Nickname,
    },
    /// Another host answers there.
    OtherHost {
        /// Who found so.
        by: Nickname,
    },
    /// Somebody says that they came, and was not seen.
    NotSeen {
        /// Who.
        by: Nickname,
    },
    /// No way leads there from where somebody is.
    NoWay {
        /// Who.
        by: Nickname,
    },
    /// The router gave a port, and does not lead in what comes to it.
    RouterDoesNotLead {
        /// Who has tried.
        by: Nickname,
    },
    /// Somebody came by the router's address, and only from within its own network.
    OnlyFromWithin,
    /// To be reachable from the internet is switched off.
    OutsideIsOff,
    /// The router is still being asked.
    RouterIsAsked,
    /// There is no router that gives ports.
    NoRouter,
    /// The router could give ports, and gives none.
    RouterRefuses,
    /// The router says that it has no address on the internet: a carrier's router or a second one of the house stands before
    /// it, or its line is down.
    RouterHasNoAddress,
    /// A carrier's router stands between the own one and the internet (100.64.0.0/10).
    CarrierNat {
        /// The own router's address outside.
        #[ts(type = "string")]
        seen: IpAddr,
    },
    /// Another router stands between the own one and the internet (a double NAT): most likely in the same house.
    SecondRouter {
        /// The own router's address outside.
        #[ts(type = "string")]
        seen: IpAddr,
    },
}

impl Cause {
    /// Why the router leads nobody in from the internet; `None` where it does, or is still asked, or is not.
    pub fn of(outside: Outside) -> Option<Self> {
        match outside {
            Outside::Off | Outside::Looking | Outside::Mapped { .. } => None,
            Outside::OnlyHere => Some(Self::OnlyHere),
            Outside::CarrierNat { seen } => Some(Self::CarrierNat { seen }),
            Outside::SecondRouter { seen } => Some(Self::SecondRouter { seen }),
            Outside::NoAddress => Some(Self::RouterHasNoAddress),
            Outside::NoRouter => Some(Self::NoRouter),
            Outside::Refused => Some(Self::RouterRefuses),
        }
    }
}

/// Who could be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Witnesses {
    /// Members on other computers.
    pub present: u32,
    /// Who was asked this time,
    pub asked: u32,
    /// and who answered.
    pub answered: u32,
}
