//! Does a resolver validate? A rehearsal with names that are known to be good and known to be broken.
//!
//! [`names`] is what is asked for and why, [`errands`] what that means in questions, and [`judge_all`] what
//! the answers mean: a [`Standing`] for each resolver, in words and with its evidence. All of it is pure;
//! who sends the questions is `agent`.
//!
//! A broken name counts when the resolver fails on it with CD clear. That it can get the data with CD set
//! is the fingerprint of validation (RFC 4035, section 3.2.2). Invariant: no single name decides. Two that
//! are broken must agree, and a name that no longer behaves as it should is left out and told. Extended
//! errors (RFC 8914) are hints and decide nothing.
//!
//! Beside that: which algorithms and digests are validated, from names signed with each; and which root
//! keys are trusted (RFC 8509).

mod errands;
mod finding;
pub mod names;
mod observed;
mod sentence;
mod sentinel;
mod standing;
mod support;

#[cfg(test)]
mod tests;

pub use errands::{Errand, Subject, errands};
pub use finding::Finding;
pub use names::{DrillName, Expect, Tests};
pub use observed::{Found, Reaction};
pub use sentinel::{JudgedKey, KeyTrust, RootKey, root_keys};
pub use standing::Standing;
pub use support::{Support, Supported, Tested};

use std::collections::BTreeMap;

use crate::evidence::{Exchange, Resolver};
use observed::Observed;

/// One resolver with all that it was asked and what came of it: for each errand, in order, the exchanges.
#[derive(Debug, Clone)]
pub struct Interview {
    /// Which.
    pub resolver: Resolver,
    /// For each of [`errands`] the exchanges that it took; none where there is no address to ask.
    pub heard: Vec<Vec<Exchange>>,
}

/// What a rehearsal came to.
#[derive(Debug, Clone)]
pub struct Drilled {
    /// Each resolver, in the order given.
    pub resolvers: Vec<Judged>,
    /// Names that were left out, by their place in the list, and why.
    pub left_out: BTreeMap<usize, String>,
}

/// What is to be said of one resolver.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Which.
    pub resolver: Resolver,
    /// Whether it validates.
    pub standing: Standing,
    /// The same in one sentence, with what it rests on.
    pub sentence: String,
    /// What it answered for each name, in the order of the list.
    pub found: Vec<Found>,
    /// What it makes of algorithms and digests.
    pub support: Vec<Supported>,
    /// What it says of each root key.
    pub root_keys: Vec<JudgedKey>,
    /// What is wrong with it, by code.
    pub findings: Vec<Finding>,
}

/// Judges what every resolver answered. Each interview holds the exchanges for `errands(names, keys)`.
pub fn judge_all(names: &[DrillName], keys: &[RootKey], interviews: &[Interview]) -> Drilled {
    let plan = errands(names, keys);
    let read = |interview: &Interview| Observed::read(names, keys, &plan, interview);
    let observed: Vec<Observed> = interviews.iter().map(read).collect();
    let left_out = standing::left_out(names, &observed);
    let resolvers = interviews.iter().zip(&observed);
    Drilled {
        resolvers: resolvers
            .map(|(interview, seen)| judge(names, keys, interview, seen, &observed, &left_out))
            .collect(),
        left_out,
    }
}

fn judge(
    names: &[DrillName],
    keys: &[RootKey],
    interview: &Interview,
    seen: &Observed,
    all: &[Observed],
    left_out: &BTreeMap<usize, String>,
) -> Judged {
    let tally = standing::Tally::of(names, seen, all, left_out);
    let standing = tally.standing(seen);
    let support = support::support(names, seen, standing);
    let root_keys = sentinel::judge(keys, seen, standing);
    Judged {
        resolver: interview.resolver.clone(),
        sentence: sentence::sentence(names, standing, &tally, seen),
        findings: finding::findings(standing, &tally, &support, &root_keys, keys),
        found: seen.found.clone(),
        standing,
        support,
        root_keys,
    }
}
