//! The catalogue: one file a check, in a folder an area.
//!
//! A check looks at a [`Context`] and states facts. Its doc comment is its page, which `explain` prints;
//! `declare!` puts page, metadata and function into one [`Check`]. The slice [`CHECKS`] is the only list
//! of them: what runs, what `explain` and `catalogue` show, and what the tests hold all come from it.
//!
//! After all checks have run, consequences are folded beneath the findings that explain them: see [`fold`].

#[macro_use]
mod declare;

pub mod context;
pub mod coverage;
pub mod faults;
pub mod fold;
pub mod rows;
pub mod statement;

pub mod algorithms;
pub mod anchors;
mod catalogue;
pub mod child_signals;
pub mod delegation;
pub mod denial;
pub mod denial_nsec3;
pub mod keys;
pub mod resolvers;
pub mod rollover;
pub mod servers;
pub mod signatures;
pub mod transport;
pub mod zone_file;

pub use catalogue::CHECKS;
pub use context::Context;
pub use statement::Statement;

use crate::report::{Severity, codes};

/// One entry of the catalogue.
#[derive(Debug)]
pub struct Check {
    /// Stable name in kebab case; never reused.
    pub code: &'static str,
    /// What it is about.
    pub area: Area,
    /// Weight when the fault reaches everybody.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub summary: &'static str,
    /// RFC and section.
    pub rfc: &'static [&'static str],
    /// Codes that explain this one: beneath a finding with one of them it is a mere consequence.
    pub explained_by: &'static [&'static str],
    /// The page, in Markdown.
    pub page: &'static str,
    /// States what it finds.
    pub run: fn(&Context<'_>) -> Vec<Statement>,
}

/// The folders of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Between parent and child.
    Delegation,
    /// The DNSKEY RRset.
    Keys,
    /// RRSIG records.
    Signatures,
    /// Proofs that something does not exist.
    Denial,
    /// The same by NSEC3.
    DenialNsec3,
    /// CDS, CDNSKEY and CSYNC.
    ChildSignals,
    /// Algorithms in use.
    Algorithms,
    /// How messages travel.
    Transport,
    /// Name servers against one another.
    Servers,
    /// Trust anchors.
    Anchors,
    /// What resolvers make of it.
    Resolvers,
    /// Changes of keys and DS over time.
    Rollover,
    /// Whole zones, which no audit has: see [`zone_file`].
    ZoneFile,
}

impl Area {
    /// Whether what a resolver hands out tells of it. Behind a resolver, servers and the ways to them
    /// are not seen.
    pub fn is_told_by_resolvers(self) -> bool {
        !matches!(self, Self::Transport | Self::Servers)
    }
}

impl std::fmt::Display for Area {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Delegation => "delegation",
            Self::Keys => "keys",
            Self::Signatures => "signatures",
            Self::Denial => "denial",
            Self::DenialNsec3 => "denial-nsec3",
            Self::ChildSignals => "child-signals",
            Self::Algorithms => "algorithms",
            Self::Transport => "transport",
            Self::Servers => "servers",
            Self::Anchors => "anchors",
            Self::Resolvers => "resolvers",
            Self::Rollover => "rollover",
            Self::ZoneFile => "zone-file",
        })
    }
}

/// The check with this code, or with the code that took its place.
pub fn find(code: &str) -> Option<&'static Check> {
    let code = codes::current(code);
    CHECKS.iter().copied().find(|check| check.code == code)
}

/// Runs every check.
pub fn run(context: &Context<'_>) -> Vec<(&'static Check, Statement)> {
    CHECKS
        .iter()
        .filter(|check| !context.is_resolvers_only || check.area.is_told_by_resolvers())
        .flat_map(|check| {
            (check.run)(context)
                .into_iter()
                .map(move |statement| (*check, statement))
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests;
