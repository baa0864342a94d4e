//! What a resolver is asked: first every name with checking, a broken name more than once, since several
//! resolvers may stand behind one address; then every name without checking; then the broken names again.
//!
//! The order matters. A forwarder that does not validate keeps what it was given for a question with CD,
//! and may hand it out to those who ask without. So nothing with CD is asked before everything without is
//! answered, and whether it is handed out afterwards is a finding of its own.

use super::names::{DrillName, Expect, Tests};
use super::sentinel::RootKey;
use crate::dns::message::Question;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Name, RecordType};
use crate::evidence::probes::{known_good, question};
use crate::walk::UDP_SIZE;

/// How often a known-broken name is asked for with checking. Of two resolvers behind one address that take
/// turns by chance, one stays hidden over four names of three rounds in one run of two thousand.
pub const ROUNDS: usize = 3;

/// One question to a resolver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// What it is about.
    pub subject: Subject,
    /// What is asked.
    pub question: Question,
    /// CD.
    pub is_checking_disabled: bool,
}

/// What an errand is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The SOA of the root, with checking: is anything called authentic?
    Root,
    /// The keys of the root, without checking: does a signature come with them?
    RootKeys,
    /// A name of the list, by its place.
    Name(usize),
    /// The same once it was asked for with checking disabled.
    Afterwards(usize),
    /// `root-key-sentinel-is-ta` of a key, by its place, below a name of the list.
    IsTrusted(usize),
    /// `root-key-sentinel-not-ta` of a key.
    IsNotTrusted(usize),
}

impl Errand {
    fn new(subject: Subject, question: Question, is_checking_disabled: bool) -> Self {
        Self {
            subject,
            question,
            is_checking_disabled,
        }
    }

    /// The query as it is sent: as a stub that validates for itself would (RFC 4035, section 4.9.1).
    pub fn query(&self) -> Query {
        Query {
            question: self.question.clone(),
            recursion_desired: true,
            checking_disabled: self.is_checking_disabled,
            authentic_data: false,
            probe: None,
            edns: Some(QueryEdns {
                udp_size: UDP_SIZE,
                dnssec_ok: true,
                nsid: false,
            }),
        }
    }
}

/// All questions to one resolver, in a fixed order. Where CD changes from one to the next, what went before
/// must have been answered.
pub fn errands(names: &[DrillName], keys: &[RootKey]) -> Vec<Errand> {
    let mut all = vec![Errand::new(Subject::Root, known_good(), false)];
    let sentinels: Vec<(Subject, Question)> = names
        .iter()
        .filter(|name| name.tests == Tests::RootKeys)
        .take(1)
        .flat_map(|name| of_keys(name, keys))
        .collect();
    // The rounds of one name lie apart, so that they do not meet the same moment.
    for round in 0..ROUNDS {
        let named = names
            .iter()
            .enumerate()
            .filter(|(_, name)| is_asked(name, round));
        all.extend(named.map(|(index, name)| of_name(Subject::Name(index), name, false)));
    }
    all.extend(
        sentinels
            .iter()
            .map(|(subject, asked)| Errand::new(*subject, asked.clone(), false)),
    );
    let root_keys = question(&Name::root(), RecordType::DNSKEY);
    all.push(Errand::new(Subject::RootKeys, root_keys, true));
    let named = names
        .iter()
        .enumerate()
        .filter(|(_, name)| is_asked(name, 0));
    all.extend(named.map(|(index, name)| of_name(Subject::Name(index), name, true)));
    all.extend(
        sentinels
            .into_iter()
            .map(|(subject, asked)| Errand::new(subject, asked, true)),
    );
    let broken = names
        .iter()
        .enumerate()
        .filter(|(_, name)| is_asked(name, 1));
    all.extend(broken.map(|(index, name)| of_name(Subject::Afterwards(index), name, false)));
    all
}

/// Whether a name is asked for in this round: all in the first, known-broken ones in each.
fn is_asked(name: &DrillName, round: usize) -> bool {
    match name.tests {
        Tests::RootKeys => false,
        Tests::Validation if name.expect == Expect::Bogus => true,
        _ => round == 0,
    }
}

fn of_name(subject: Subject, name: &DrillName, is_checking_disabled: bool) -> Errand {
    Errand::new(
        subject,
        question(&name.name, name.rtype),
        is_checking_disabled,
    )
}

fn of_keys(name: &DrillName, keys: &[RootKey]) -> Vec<(Subject, Question)> {
    let both = |(index, key): (usize, &RootKey)| {
        let tag = key.tag;
        [
            (
                Subject::IsTrusted(index),
                format!("root-key-sentinel-is-ta-{tag:05}"),
            ),
            (
                Subject::IsNotTrusted(index),
                format!("root-key-sentinel-not-ta-{tag:05}"),
            ),
        ]
    };
    let labels = keys.iter().enumerate().flat_map(both);
    // A name that is too long to have the label below it cannot be asked.
    let asked = labels.filter_map(|(subject, label)| {
        let owner = name.name.child(label.as_bytes()).ok()?;
        Some((subject, question(&owner, name.rtype)))
    });
    asked.collect()
}
