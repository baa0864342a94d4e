//! Which codes of DNSViz and Zonemaster are found here, and under which of our codes.
//!
//! `peers.tsv` has every code that DNSViz 0.11.2 defines and every message tag of Zonemaster, of the release
//! that Debian 12 has (engine 4.6.2) and of later ones; titles of test cases are no messages. The last column
//! says why a code is left out on purpose. All others are in the columns `dnsviz` and `zonemaster` of
//! `catalogue.tsv`: a code is in exactly one of the two files.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{CHECKS, rows};

const TABLE: &str = include_str!("peers.tsv");

/// What a list of foreign codes is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The error codes of DNSViz.
    DnsViz,
    /// The tags of Zonemaster's module DNSSEC.
    ZonemasterDnssec,
    /// The tags of its other modules: delegation, consistency, name servers, and much that is no fault of a chain.
    ZonemasterOther,
}

impl Group {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::DnsViz, Self::ZonemasterDnssec, Self::ZonemasterOther];

    /// How it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::DnsViz => "DNSViz",
            Self::ZonemasterDnssec => "Zonemaster, DNSSEC",
            Self::ZonemasterOther => "Zonemaster, other modules",
        }
    }
}

/// What becomes of a foreign code here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// These checks find the same fault.
    Found(Vec<&'static str>),
    /// It is a fact about healthy zones, which no finding states: where it stands.
    Told(Vec<&'static str>),
    /// These codes are for the same fault, and nothing checks them yet.
    Waits(Vec<&'static str>),
    /// It is left out on purpose: the reason, as in "it is about mail".
    Left(&'static str),
}

impl State {
    /// One or two words for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::Told(_) => "told",
            Self::Waits(_) => "waiting",
            Self::Left(_) => "left out",
        }
    }

    /// Our codes, what they wait for, or why there are none.
    pub fn explain(&self) -> String {
        match self {
            Self::Found(codes) => codes.join(", "),
            Self::Told(places) => places.join("; "),
            Self::Waits(codes) => {
                let waiting = codes.iter().filter_map(|code| rows::find(code));
                let each =
                    waiting.map(|row| format!("{} waits for {}", row.code, rows::waits_for(&row)));
                each.collect::<Vec<_>>().join(", ")
            }
            Self::Left(reason) => format!("it {reason}"),
        }
    }
}

/// A code of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// Whose it is.
    pub group: Group,
    /// Module of Zonemaster; empty for DNSViz.
    pub module: &'static str,
    /// The code as the tool prints it.
    pub code: &'static str,
    /// What becomes of it here.
    pub state: State,
}

impl Foreign {
    /// The code as its tool's documents write it.
    pub fn full(&self) -> String {
        match self.module {
            "" => self.code.to_owned(),
            module => format!("{module}:{}", self.code),
        }
    }

    /// How `catalogue.tsv` writes it: with the module in front, unless that is DNSSEC.
    pub fn key(&self) -> Cow<'static, str> {
        match self.group {
            Group::ZonemasterOther => format!("{}:{}", self.module, self.code).into(),
            _ => self.code.into(),
        }
    }
}

/// Every code of the other tools, in the order of `peers.tsv`.
pub fn coverage() -> Vec<Foreign> {
    let ours = ours();
    TABLE
        .lines()
        .skip(1)
        .filter_map(|line| foreign(line, &ours))
        .collect()
}

/// Our codes by what `catalogue.tsv` says other tools call them: whether the tool is DNSViz, and its code.
type Ours = BTreeMap<(bool, &'static str), Vec<&'static str>>;

fn ours() -> Ours {
    let mut ours = Ours::new();
    for row in rows::rows() {
        for (is_dnsviz, theirs) in [(true, row.dnsviz), (false, row.zonemaster)] {
            for code in theirs.split_whitespace() {
                ours.entry((is_dnsviz, code)).or_default().push(row.code);
            }
        }
    }
    ours
}

fn foreign(line: &'static str, ours: &Ours) -> Option<Foreign> {
    let mut fields = line.split('\t');
    let (tool, module, code, left) = (
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    );
    let group = match (tool, module) {
        ("dnsviz", _) => Group::DnsViz,
        (_, "DNSSEC") => Group::ZonemasterDnssec,
        _ => Group::ZonemasterOther,
    };
    let mut foreign = Foreign {
        group,
        module,
        code,
        state: State::Left(left),
    };
    if left.is_empty() {
        let key = foreign.key();
        let codes = ours.get(&(group == Group::DnsViz, key.as_ref()));
        foreign.state = state(codes.map_or(&[], Vec::as_slice));
    }
    Some(foreign)
}

fn state(codes: &[&'static str]) -> State {
    let is_checked = |code: &&&str| CHECKS.iter().any(|check| check.code == **code);
    let checked: Vec<_> = codes.iter().filter(is_checked).copied().collect();
    let told = codes
        .iter()
        .filter_map(|code| rows::told_by(&rows::find(code)?));
    let told: Vec<_> = told.collect();
    match (checked.is_empty(), told.is_empty()) {
        (false, _) => State::Found(checked),
        (true, false) => State::Told(told),
        (true, true) => State::Waits(codes.to_vec()),
    }
}
