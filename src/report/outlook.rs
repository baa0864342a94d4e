//! What a supposed change would do: to whom, from when, until when, and in which steps it does no harm.

use serde::Serialize;

use super::Verdict;
use crate::dns::{Name, Timestamp};

/// A change that nobody has made yet. The report that it stands in is that of the change made.
#[derive(Debug, Clone, Serialize)]
pub struct Outlook {
    /// The zone that the change is made to.
    pub zone: Name,
    /// What is supposed, a line each.
    pub supposed: Vec<String>,
    /// The verdict as things are.
    pub now: Verdict,
    /// The verdict with the change, once no cache holds anything older.
    pub then: Verdict,
    /// Codes of findings that the change brings.
    pub brings: Vec<String>,
    /// Codes of findings that it takes away.
    pub removes: Vec<String>,
    /// What resolvers see while caches hold something older, if all of it is done at once.
    pub meanwhile: Vec<Meanwhile>,
    /// From when on no cache holds anything older, if all of it is done at once.
    pub settled: Timestamp,
    /// Whether all of it may be done at once without any resolver failing that does not fail now.
    pub is_safe_at_once: bool,
    /// An order in which no resolver fails; empty when there is none, or no need for one.
    pub steps: Vec<OutlookStep>,
    /// What one look cannot tell, and what has to stay as it is meanwhile.
    pub cautions: Vec<String>,
    /// The same in one sentence.
    pub summary: String,
}

/// What some resolvers see for a while.
#[derive(Debug, Clone, Serialize)]
pub struct Meanwhile {
    /// Which resolvers.
    pub who: String,
    /// What the name is worth to them.
    pub verdict: Verdict,
    /// From when on.
    pub from: Timestamp,
    /// When the last of them sees something newer.
    pub until: Timestamp,
}

/// One step of a change.
#[derive(Debug, Clone, Serialize)]
pub struct OutlookStep {
    /// What to do.
    pub text: String,
    /// From when on, if the steps before it are made at once.
    pub earliest: Timestamp,
    /// Why not before.
    pub because: String,
}
