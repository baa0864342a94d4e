//! What a check states: a fact about a subject, how far it reaches, and what shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::Context;
use crate::dns::{Name, Timestamp};
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
    /// When it ends by itself, or becomes worse.
    pub until: Option<Timestamp>,
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
            until: None,
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

    /// With the instant at which it ends by itself, or becomes worse.
    pub fn until(mut self, at: Timestamp) -> Self {
        self.until = Some(at);
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

    /// With the servers that it is about, unless it reaches everybody.
    pub fn at_servers(self, context: &Context<'_>, servers: &BTreeSet<SocketAddr>) -> Self {
        if self.reach == Reach::Everywhere {
            return self;
        }
        let names: Vec<_> = servers
            .iter()
            .map(|server| context.server(&self.zone, *server))
            .collect();
        self.about("nameserver", names.join(", "))
    }
}

/// "A", "A and NS", "A, NS and SOA"; of more than eight the first eight.
pub fn list(words: impl IntoIterator<Item = impl ToString>) -> String {
    const SHOWN: usize = 8;
    let all: Vec<_> = words.into_iter().map(|word| word.to_string()).collect();
    if all.len() > SHOWN {
        return format!("{} and {} more", all[..SHOWN].join(", "), all.len() - SHOWN);
    }
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
