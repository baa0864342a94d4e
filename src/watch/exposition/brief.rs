//! What the families of a summary tell of a zone, in few octets and read once.
//!
//! A page goes through all zones once for each family. States lie all over the memory; a hundred thousand of
//! them, each looked for a dozen times, would be most of what a page costs.

use super::{Watched, ZoneState, label, undotted};
use crate::dns::Timestamp;
use crate::report::{Severity, Verdict};

/// Every weight of a finding, with its word.
pub(super) const SEVERITIES: [(Severity, &str); 4] = [
    (Severity::Bogus, "bogus"),
    (Severity::Error, "error"),
    (Severity::Warning, "warning"),
    (Severity::Notice, "notice"),
];

/// A zone in brief.
pub(super) struct Brief {
    /// What is called.
    pub called: Option<Verdict>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When the last audit began.
    pub probed: Option<Timestamp>,
    /// Whether it could tell anything.
    pub is_told: bool,
    /// When the first RRset is left without a signature in force.
    pub expires: Option<Timestamp>,
    /// The latest inception of a signature.
    pub signed: Option<Timestamp>,
    /// When the chain ends if nobody acts.
    pub deadline: Option<Timestamp>,
    /// Findings, by the places of [`SEVERITIES`].
    pub findings: [u32; SEVERITIES.len()],
    /// Whether a DS leads to a key that signs the keys; `None` without DS.
    pub ds_holds: Option<bool>,
}

impl Brief {
    /// That of a state.
    pub fn of(state: &ZoneState) -> Self {
        let inventory = state.inventory.as_ref();
        let signatures = || inventory.iter().flat_map(|inventory| &inventory.signatures);
        let ds = inventory.map_or(&[][..], |inventory| &inventory.ds);
        let mut findings = [0; SEVERITIES.len()];
        for one in state.findings.values() {
            let at = SEVERITIES.iter().position(|(of, _)| *of == one.severity);
            if let Some(at) = at {
                findings[at] += one.count;
            }
        }
        Self {
            called: state.called.verdict,
            since: state.called.since,
            probed: state.probed,
            is_told: state
                .verdict
                .is_some_and(|verdict| verdict != Verdict::Indeterminate),
            expires: signatures().map(|one| one.expires).min(),
            signed: signatures().map(|one| one.signed).max(),
            deadline: state.deadline.as_ref().map(|deadline| deadline.at),
            findings,
            ds_holds: (!ds.is_empty()).then(|| ds.iter().any(|ds| ds.holds)),
        }
    }
}

/// The values of the label `zone`, side by side.
pub(super) struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// Those of these zones, escaped.
    pub fn of(zones: &[Watched<'_>]) -> Self {
        let mut names = Self {
            text: String::new(),
            ends: Vec::with_capacity(zones.len()),
        };
        for zone in zones {
            let name = undotted(&zone.state.zone.to_string());
            names.text.push_str(&label(&name));
            names.ends.push(names.text.len());
        }
        names
    }

    /// That of the zone at this place.
    pub fn at(&self, place: usize) -> &str {
        let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[begin..self.ends[place]]
    }
}
