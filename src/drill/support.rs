//! Which algorithms and digests a resolver validates, from names signed with each.

use std::fmt;

use super::names::{DrillName, Expect, Tests};
use super::observed::{Observed, Reaction};
use super::standing::Standing;
use crate::crypto::{Algorithm, DigestType, Requirement};

/// An algorithm or a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tested {
    /// Of signatures.
    Algorithm(Algorithm),
    /// Of a DS.
    Digest(DigestType),
}

impl Tested {
    /// Whether validators must or should implement it, as of the registry's day (RFC 9904, section 2.1);
    /// `None` where nothing is said.
    pub fn requirement(self) -> Option<Requirement> {
        match self {
            Self::Algorithm(algorithm) => algorithm
                .entry()?
                .advice
                .map(|advice| advice.implement_validation),
            Self::Digest(digest) => digest
                .entry()
                .map(|entry| entry.advice.implement_validation),
        }
    }

    /// Its number in the registry.
    pub fn number(self) -> u8 {
        match self {
            Self::Algorithm(algorithm) => algorithm.0,
            Self::Digest(digest) => digest.0,
        }
    }
}

impl fmt::Display for Tested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm(algorithm) => algorithm.fmt(f),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

/// What a resolver makes of an algorithm or a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// It validates what is signed with it.
    Validated,
    /// It answers without AD: what is signed with it counts as unsigned (RFC 4035, section 5.2).
    Insecure,
    /// It fails on a name that is good.
    Fails,
    /// It cannot be told.
    Untold,
}

impl Support {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Validated => "validated",
            Self::Insecure => "insecure",
            Self::Fails => "fails",
            Self::Untold => "untold",
        }
    }
}

/// One algorithm or digest and what a resolver makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supported {
    /// Which.
    pub tested: Tested,
    /// What it makes of it.
    pub support: Support,
}

impl Supported {
    /// Whether it lacks what a validator must or should implement, or fails where it could let pass.
    pub fn is_gap(&self) -> bool {
        match self.support {
            Support::Insecure => {
                matches!(
                    self.tested.requirement(),
                    Some(Requirement::Must | Requirement::Recommended)
                )
            }
            Support::Fails => true,
            Support::Validated | Support::Untold => false,
        }
    }
}

/// What one resolver makes of every algorithm and digest of the list. Nothing is told of a resolver that
/// does not validate.
pub(super) fn support(names: &[DrillName], seen: &Observed, standing: Standing) -> Vec<Supported> {
    if !matches!(
        standing,
        Standing::Validates | Standing::Behind | Standing::Leaks | Standing::Partial
    ) {
        return Vec::new();
    }
    let mut all: Vec<Tested> = names.iter().filter_map(tested).collect();
    all.sort_unstable();
    all.dedup();
    let sets_ad = seen.all.iter().any(|said| said.is_authentic);
    let one = |tested: Tested| {
        let of = |is_broken: bool| {
            let mine = names
                .iter()
                .enumerate()
                .filter(|(_, name)| self::tested(name) == Some(tested));
            let wanted = mine.filter(|(_, name)| (name.expect == Expect::Bogus) == is_broken);
            wanted.map(|(index, _)| seen.reaction(index)).next()
        };
        Supported {
            tested,
            support: told(of(false), of(true), sets_ad),
        }
    };
    all.into_iter().map(one).collect()
}

fn tested(name: &DrillName) -> Option<Tested> {
    match name.tests {
        Tests::Algorithm(algorithm) => Some(Tested::Algorithm(algorithm)),
        Tests::Digest(digest) => Some(Tested::Digest(digest)),
        Tests::Validation | Tests::RootKeys => None,
    }
}

fn told(good: Option<Reaction>, broken: Option<Reaction>, sets_ad: bool) -> Support {
    use Reaction::{Authentic, Fails, FailsBoth, Plain, Untold};
    match (good, broken) {
        (Some(Authentic), _) => Support::Validated,
        (Some(Plain), Some(Fails | FailsBoth)) if !sets_ad => Support::Validated,
        (Some(Plain), None | Some(Plain | Untold)) if sets_ad => Support::Insecure,
        (Some(Plain), Some(Plain)) => Support::Insecure,
        (Some(Fails), _) => Support::Fails,
        _ => Support::Untold,
    }
}
