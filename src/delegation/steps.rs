//! From facts to steps: the order and the instants of RFC 7583, section 3.3 and RFC 6781, section 4.1.2.
//!
//! - A DS may be added at any time while another one leads to a key that signs.
//! - A DS may be withdrawn once another leads to a key that every cached DNSKEY RRset holds, and once every
//!   cached DS RRset has that other DS: a DNSKEY TTL after the key was at every server of the zone, and a
//!   DS TTL after the DS was at every server of the parent.
//! - A key may leave the zone a DS TTL after its DS left every server of the parent.
//! - What is bogus already is replaced at once: there is nothing to lose.

use super::change::{Change, change, counted};
use super::digest::{line, usable};
use super::facts::{Child, Facts, Said};
use super::wish::Wish;
use super::{Action, State, Step};
use crate::crypto::DigestType;
use crate::dns::time::humane;
use crate::dns::{Ds, Timestamp};

/// What [`decide`] finds.
pub(super) struct Decided {
    pub state: State,
    pub summary: String,
    /// The DS RRset to have in the end.
    pub wanted: Vec<String>,
    pub steps: Vec<Step>,
}

/// Decides how the delegation stands and what to do.
pub(super) fn decide(facts: &Facts, wish: &Wish, digests: &[DigestType], at: Timestamp) -> Decided {
    if facts.parent.is_none() {
        let summary = "the root zone has no parent; its DS are trust anchors".to_owned();
        let wanted = lines(facts, &change(facts, &Wish::None, digests).wanted);
        return Decided {
            wanted,
            ..only(State::InSync, summary, Vec::new())
        };
    }
    if facts.answering_parents().next().is_none() {
        let summary = "no server of the parent said anything about DS".to_owned();
        return only(State::Unknown, summary, Vec::new());
    }
    if facts.answering_children().next().is_none() {
        let summary = "no server of the zone answers for DNSKEY".to_owned();
        return only(State::Unknown, summary, Vec::new());
    }
    let plan = Plan {
        facts,
        at,
        change: change(facts, wish, digests),
        published: facts.published_anywhere(),
        is_delete: *wish == Wish::Delete,
    };
    Decided {
        wanted: lines(facts, &plan.change.wanted),
        ..plan.decide()
    }
}

fn lines(facts: &Facts, set: &[Ds]) -> Vec<String> {
    set.iter().map(|ds| line(&facts.zone, ds)).collect()
}

fn only(state: State, summary: String, steps: Vec<Step>) -> Decided {
    Decided {
        state,
        summary,
        wanted: Vec::new(),
        steps,
    }
}

pub(super) struct Plan<'a> {
    pub facts: &'a Facts,
    pub at: Timestamp,
    pub change: Change,
    pub published: Vec<Ds>,
    pub is_delete: bool,
}

impl Plan<'_> {
    fn decide(&self) -> Decided {
        let facts = self.facts;
        let is_unsigned = facts
            .answering_children()
            .all(|child| child.said == Said::Unsigned);
        match (is_unsigned, self.published.is_empty()) {
            (true, true) => only(
                State::InSync,
                "the zone is not signed and has no DS".to_owned(),
                Vec::new(),
            ),
            (true, false) => self.unsigned(),
            (false, _) if facts.live_keys().is_empty() => self.unsignable(),
            (false, true) => self.island(),
            (false, false) => self.chained(),
        }
    }

    /// DS without a signed zone: bogus for every validating resolver.
    fn unsigned(&self) -> Decided {
        let because = format!(
            "the zone is not signed, so every DS makes it bogus; resolvers recover within {} (the TTL of the DS)",
            ttl(facts_ttl(self.facts.ds_ttl()))
        );
        let step = self.step(
            Action::Withdraw,
            "withdraw every DS at the parent, or sign the zone again with the keys they are of",
            &self.published,
            self.at,
            because,
        );
        let summary = "the parent has a DS and the zone is not signed".to_owned();
        only(State::Broken, summary, vec![step])
    }

    /// No key validly signs the DNSKEY RRset: the DS cannot mend that.
    fn unsignable(&self) -> Decided {
        let step = self.step(
            Action::Repair,
            "sign the DNSKEY RRset again; anchorwatch audit tells what is wrong with its signatures",
            &[],
            self.at,
            "no key signs the DNSKEY RRset validly, and no DS can lead further than to such a key"
                .to_owned(),
        );
        let summary = "no key validly signs the DNSKEY RRset".to_owned();
        let state = if usable(&self.published).is_empty() {
            State::ToDo
        } else {
            State::Broken
        };
        only(state, summary, vec![step])
    }

    /// A signed zone without DS.
    fn island(&self) -> Decided {
        if self.is_delete {
            let summary = "the zone asks to have no DS, and has none".to_owned();
            return only(State::InSync, summary, Vec::new());
        }
        let mut steps = self.repairs(|child| child.signers.is_empty());
        let longest = facts_ttl(self.facts.dnskey_ttl()).max(self.facts.data_ttl);
        let because = format!(
            "caches may hold what they got before the zone was signed; {} is the longest TTL that was seen, counted \
             from now because one look cannot tell since when every server serves it signed. Where another record \
             of the zone has a longer one, wait for that",
            ttl(longest)
        );
        steps.push(self.step(
            Action::Publish,
            "publish at the parent",
            &self.change.publish,
            self.after(&[longest]),
            because,
        ));
        let summary = "the zone is signed and has no DS: no chain leads to it".to_owned();
        only(State::ToDo, summary, steps)
    }

    /// DS and keys: the chain holds everywhere, somewhere or nowhere.
    fn chained(&self) -> Decided {
        let facts = self.facts;
        let pairs = || {
            facts.answering_parents().flat_map(|(_, set)| {
                let children = facts.answering_children();
                children.map(move |child| (set, child))
            })
        };
        let is_failing = |(set, child): &(&[Ds], &Child)| {
            !usable(set).is_empty() && !facts.set_leads(set, child)
        };
        let failing = pairs().filter(is_failing).count();
        let is_leading = |(set, child): &(&[Ds], &Child)| facts.set_leads(set, child);
        if failing > 0 && !pairs().any(|pair| is_leading(&pair)) {
            return self.broken();
        }
        if failing > 0 {
            return self.flapping();
        }
        let steps = self.rolling(Vec::new());
        if steps.is_empty() {
            let count = self.change.wanted.len();
            let summary = format!("{} at every parent server, and no other", counted(count));
            return only(State::InSync, summary, steps);
        }
        only(State::ToDo, self.change.summary(), steps)
    }

    /// No DS leads to a key that signs, at any server.
    fn broken(&self) -> Decided {
        let at_once = "the zone is bogus now, so nothing is lost by it".to_owned();
        let recover = format!(
            "do both in one change where the parent allows it; resolvers recover within {} (the TTL of the DS)",
            ttl(facts_ttl(self.facts.ds_ttl()))
        );
        let mut steps = Vec::new();
        if !self.change.publish.is_empty() {
            let (text, records) = ("publish at the parent", &self.change.publish);
            steps.push(self.step(Action::Publish, text, records, self.at, at_once.clone()));
        }
        if !self.change.withdraw.is_empty() {
            let (text, records) = ("withdraw at the parent", &self.change.withdraw);
            let because = if steps.is_empty() { at_once } else { recover };
            steps.push(self.step(Action::Withdraw, text, records, self.at, because));
        }
        let summary = "no DS at the parent leads to a key that signs the zone".to_owned();
        only(State::Broken, summary, steps)
    }

    /// The chain holds at some servers only: these are put right first.
    fn flapping(&self) -> Decided {
        let facts = self.facts;
        let leads_nowhere = |child: &Child| {
            let mut sets = facts.answering_parents();
            sets.any(|(_, set)| !usable(set).is_empty() && !facts.set_leads(set, child))
        };
        let steps = self.rolling(self.repairs(leads_nowhere));
        let summary =
            "resolvers that meet some of the servers find no DS that leads to a key that signs"
                .to_owned();
        only(State::Broken, summary, steps)
    }

    fn repairs(&self, is_bad: impl Fn(&Child) -> bool) -> Vec<Step> {
        let bad = self
            .facts
            .answering_children()
            .filter(|child| is_bad(child));
        let bad: Vec<_> = bad.map(|child| child.server.ip().to_string()).collect();
        if bad.is_empty() {
            return Vec::new();
        }
        let text = format!(
            "let {} serve the zone with valid keys and signatures, as the others do",
            bad.join(", ")
        );
        let because =
            "no DS at the parent can lead to keys that some servers do not give".to_owned();
        vec![self.step(Action::Repair, &text, &[], self.at, because)]
    }

    pub(super) fn after(&self, ttls: &[u32]) -> Timestamp {
        let longest = ttls.iter().copied().max().unwrap_or(0);
        self.at.plus(i64::from(longest))
    }

    pub(super) fn step(
        &self,
        action: Action,
        text: &str,
        records: &[Ds],
        earliest: Timestamp,
        because: String,
    ) -> Step {
        Step {
            action,
            text: text.to_owned(),
            records: lines(self.facts, records),
            earliest,
            because,
        }
    }
}

pub(super) fn facts_ttl(ttl: Option<u32>) -> u32 {
    ttl.unwrap_or(0)
}

pub(super) fn ttl(seconds: u32) -> String {
    humane(i64::from(seconds))
}
