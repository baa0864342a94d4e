//! What is expected is not told: maintenance windows, declared rollovers, silences by hand.
//!
//! A silence keeps alarms that begin while it is in force out of incidents until it ends. It never keeps
//! back a chain that is broken: who announced a rollover wants to know when it fails. One that was never
//! needed is named when it ends, since what was expected did not come about.

use serde::{Deserialize, Serialize};

use super::alarm::Alarm;
use super::route::Pattern;
use crate::dns::Timestamp;
use crate::report::Severity;

/// Something that is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Tells it from others: from the configuration, or by hand.
    pub id: String,
    /// Of which zones.
    pub zones: Pattern,
    /// Codes; every one when empty.
    pub codes: Vec<String>,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Why, in the words of who declared it.
    pub why: String,
    /// How many alarms it has kept back.
    pub matched: u64,
}

impl Silence {
    /// Whether it is in force.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    /// Whether it keeps this alarm back at `now`.
    pub fn covers(&self, alarm: &Alarm, now: Timestamp) -> bool {
        let code = &alarm.signal.code;
        self.is_in_force(now)
            && alarm.signal.severity < Severity::Bogus
            // What is silenced is zones, and not that messages about others do not arrive.
            && alarm.endpoint().is_none()
            && self.zones.matches(&alarm.subject.zone)
            && (self.codes.is_empty() || self.codes.contains(code))
    }
}
