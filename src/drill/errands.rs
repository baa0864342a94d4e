//! What a resolver is asked: every name with checking and without, and a broken name more than once, since
//! several resolvers may stand behind one address.

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
            edns: Some(QueryEdns {
                udp_size: UDP_SIZE,
                dnssec_ok: true,
                nsid: false,
            }),
        }
    }
}

/// All questions to one resolver, in a fixed order.
pub fn errands(names: &[DrillName], keys: &[RootKey]) -> Vec<Errand> {
    let root_keys = question(&Name::root(), RecordType::DNSKEY);
    let mut all = vec![
        Errand::new(Subject::Root, known_good(), false),
        Errand::new(Subject::RootKeys, root_keys, true),
    ];
    // The rounds of one name lie apart, so that they do not meet the same moment.
    for round in 0..ROUNDS {
        for (index, name) in names.iter().enumerate() {
            all.extend(of_name(index, name, round));
        }
    }
    all.extend(
        names
            .iter()
            .filter(|name| name.tests == Tests::RootKeys)
            .take(1)
            .flat_map(|name| of_keys(name, keys)),
    );
    all
}

fn of_name(index: usize, name: &DrillName, round: usize) -> Vec<Errand> {
    if name.tests == Tests::RootKeys {
        return Vec::new();
    }
    let asked = question(&name.name, name.rtype);
    let errand = |cd| Errand::new(Subject::Name(index), asked.clone(), cd);
    let is_repeated = name.expect == Expect::Bogus && name.tests == Tests::Validation;
    match round {
        0 => vec![errand(false), errand(true)],
        _ if is_repeated => vec![errand(false)],
        _ => Vec::new(),
    }
}

fn of_keys(name: &DrillName, keys: &[RootKey]) -> Vec<Errand> {
    let mut all = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let labels = [
            (
                Subject::IsTrusted(index),
                format!("root-key-sentinel-is-ta-{:05}", key.tag),
            ),
            (
                Subject::IsNotTrusted(index),
                format!("root-key-sentinel-not-ta-{:05}", key.tag),
            ),
        ];
        for (subject, label) in labels {
            // A name that is too long to have the label below it cannot be asked.
            let Ok(owner) = name.name.child(label.as_bytes()) else {
                continue;
            };
            let asked = question(&owner, name.rtype);
            all.push(Errand::new(subject, asked.clone(), false));
            all.push(Errand::new(subject, asked, true));
        }
    }
    all
}
