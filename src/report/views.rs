//! What other validators make of the same evidence, a column each.

use serde::Serialize;

use super::{Subject, Verdict};
use crate::dns::Name;

/// The view of one validator.
#[derive(Debug, Clone, Serialize)]
pub struct ValidatorView {
    /// The word for it: rfc, unbound, bind, kresd or pdns.
    pub validator: String,
    /// Its name.
    pub product: String,
    /// The release whose limits and choices these are.
    pub version: String,
    /// On the name and type.
    #[serde(flatten)]
    pub outcomes: Outcomes,
    /// Zone by zone from the anchor down.
    pub zones: Vec<ZoneOutcomes>,
    /// On a name and a type that do not exist.
    pub denials: Vec<DenialOutcomes>,
    /// The rules that make the difference from this program's verdicts; none where there is no difference.
    pub because: Vec<Rule>,
    /// All rules it goes by that this program does not.
    pub rules: Vec<Rule>,
}

/// A verdict, and the other that chance may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    /// The verdict; with luck, where there is another.
    pub verdict: Verdict,
    /// The verdict without luck, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub or: Option<Verdict>,
}

impl std::fmt::Display for Outcomes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.or {
            Some(other) => f.pad(&format!("{} or {other}", self.verdict)),
            None => f.pad(&self.verdict.to_string()),
        }
    }
}

/// The outcomes for one zone.
#[derive(Debug, Clone, Serialize)]
pub struct ZoneOutcomes {
    /// Apex.
    pub zone: Name,
    /// What it is worth there.
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// The outcomes for something that does not exist.
#[derive(Debug, Clone, Serialize)]
pub struct DenialOutcomes {
    /// What was asked for.
    #[serde(flatten)]
    pub query: Subject,
    /// What the proof is worth there.
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// What a validator does, and where that is known from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// What it does.
    pub what: String,
    /// Where that is known from.
    pub source: String,
}
