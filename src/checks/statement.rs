//! What a check states: a fact about a subject, how far it reaches, and what shows it.

use std::collections::{BTreeMap, BTreeSet};

use crate::dns::Name;
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;

/// A statement of fact, before its weight is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The zone it is about.
    pub zone: Name,
    /// How far it reaches.
    pub reach: Reach,
    /// One sentence.
    pub message: String,
    /// What in the zone: `rrtype`, `owner`, `nameserver`, `key_tag`, `algorithm`.
    pub subject: BTreeMap<String, String>,
    /// What it rests on.
    pub facts: BTreeMap<String, String>,
    /// What to do.
    pub fix: String,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

impl Statement {
    /// A statement that reaches everybody.
    pub fn new(zone: &Name, message: String) -> Self {
        Self {
            zone: zone.clone(),
            reach: Reach::Everywhere,
            message,
            subject: BTreeMap::new(),
            facts: BTreeMap::new(),
            fix: String::new(),
            evidence: BTreeSet::new(),
        }
    }

    /// With another reach.
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// With something in the zone that it is about.
    pub fn about(mut self, label: &str, value: impl ToString) -> Self {
        self.subject.insert(label.to_owned(), value.to_string());
        self
    }

    /// With something it rests on.
    pub fn fact(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }

    /// With what to do about it.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// With the exchanges that show it.
    pub fn shown_by(mut self, evidence: impl IntoIterator<Item = ExchangeId>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}
