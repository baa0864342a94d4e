//! Two versions of a zone: what changed, and whether the change is safe for those who hold the older one.
//!
//! Caches keep what they fetched for as long as its TTL, so for a while they have records of both versions:
//! old signatures beside the new keys, and the old keys beside new signatures. A change is safe if every such
//! mixture can be validated (RFC 6781, section 4.1; RFC 7583). The older version counts as served until the
//! instant judged at; every "until" is reckoned from there.
//!
//! ```text
//! two Versions → merge (side by side over both, in canonical order) → Seen → keys, told → Change
//! ```
//!
//! Both lists of names are sorted, so that one pass over both does, in pieces side by side, and no memory is
//! needed but for what is told. Signatures count as what they claim to be here; whether they verify is told
//! of each version by itself.

mod data;
mod keys;
mod meeting;
mod merge;
mod told;

use crate::policy::Reach;
use std::sync::Arc;

use super::fault::{self, Ledger, Place, Scribe};
use super::keys::ZoneKeys;
use super::names::Names;
use super::{Outcome, Settings, apex_records, outcome, wire};
use crate::dns::{Name, RecordType, Soa};
pub use data::{Ailment, Before, Change, Delegations, Field, Listed, SerialStep, TypeChange};
pub use keys::{KeyChange, KeyStep};
use merge::Seen;
pub(super) use told::text;

/// A share of a small number says nothing: fewer removals than these are never many.
const FEW: u64 = 10;

/// A zone that was read, kept to be compared with another.
pub struct Version {
    pub(super) names: Names,
    pub(super) apex: Vec<u8>,
    pub(super) keys: Arc<ZoneKeys>,
}

impl Version {
    /// The apex.
    pub fn apex(&self) -> Name {
        Name::from_wire(&self.apex).unwrap_or_else(|_| Name::root())
    }

    fn soa(&self) -> Option<(Soa, u32)> {
        let records = apex_records(&self.names, &self.apex);
        let mut all = records
            .iter()
            .filter(|record| record.rtype == RecordType::SOA);
        let first = all.next()?;
        Some((Soa::parse(first.rdata).ok()?, first.ttl))
    }

    fn ttl(&self, rtype: RecordType) -> u32 {
        let records = apex_records(&self.names, &self.apex);
        let of_type = records.iter().filter(|record| record.rtype == rtype);
        of_type.map(|record| record.ttl).max().unwrap_or(0)
    }
}

/// Two files that are not versions of one zone: their apexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherZone(pub String, pub String);

impl std::fmt::Display for OtherZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(before, after) = self;
        write!(f, "not the same zone: one is {before}, the other {after}")
    }
}

impl std::error::Error for OtherZone {}

/// Puts what changed from `before` to `after` into the outcome of the latter, and what is not safe about it
/// among its faults.
///
/// # Errors
/// [`OtherZone`] when they are not versions of one zone.
pub fn compare(
    (before, old): (&Outcome, &Version),
    (after, new): (&mut Outcome, &Version),
    settings: &Settings,
) -> Result<(), OtherZone> {
    if old.apex != new.apex {
        return Err(OtherZone(wire::shown(&old.apex), wire::shown(&new.apex)));
    }
    let seen = Seen::new(old, new, settings.at, settings.kept);
    let mut judge = Judge {
        old,
        new,
        settings,
        seen: &seen,
        scribe: Scribe::new(&settings.policy, settings.kept),
        not_judged: Vec::new(),
    };
    let serial = SerialStep::of(before.serial, after.serial);
    judge.serial(serial, before.serial, after.serial);
    judge.removals(before, after);
    judge.signatures();
    let keys = judge.keys();
    let not_judged = std::mem::take(&mut judge.not_judged);
    let ledger = judge.scribe.ledger;
    let mut fields = soa_fields(old, new);
    fields.extend(denial(before, after));
    let cached_until = settings.at.plus(i64::from(seen.old_ttl));
    let Seen {
        types,
        names_added,
        names_removed,
        delegations,
        apex,
        ttls,
        older,
        ..
    } = seen;
    after.change = Some(Change {
        before: Before::of(before),
        serial,
        types: types.into_values().collect(),
        names_added,
        names_removed,
        delegations,
        keys,
        apex,
        fields,
        ttls,
        signatures_older: older,
        cached_until,
        not_judged,
    });
    take_over(after, ledger);
    Ok(())
}

/// Puts faults beside those that are there.
pub(super) fn take_over(outcome: &mut Outcome, ledger: Ledger) {
    for mut found in outcome::grievances(ledger) {
        match outcome
            .faults
            .iter_mut()
            .find(|known| known.code == found.code)
        {
            Some(known) => {
                known.total += found.total;
                known.severity = known.severity.max(found.severity);
                known.first.append(&mut found.first);
            }
            None => outcome.faults.push(found),
        }
    }
    outcome::order(&mut outcome.faults);
}

fn soa_fields(old: &Version, new: &Version) -> Vec<Field> {
    let (Some((was, was_ttl)), Some((is, is_ttl))) = (old.soa(), new.soa()) else {
        return Vec::new();
    };
    let number = |field, before: u32, after: u32| (field, before.to_string(), after.to_string());
    let all = [
        ("soa-mname", was.mname.to_string(), is.mname.to_string()),
        ("soa-rname", was.rname.to_string(), is.rname.to_string()),
        number("soa-refresh", was.refresh, is.refresh),
        number("soa-retry", was.retry, is.retry),
        number("soa-expire", was.expire, is.expire),
        number("soa-minimum", was.minimum, is.minimum),
        number("soa-ttl", was_ttl, is_ttl),
    ];
    all.into_iter().filter_map(field).collect()
}

fn field((field, before, after): (&'static str, String, String)) -> Option<Field> {
    (before != after).then_some(Field {
        field,
        before,
        after,
    })
}

/// How the zone proves what it does not have, where that changed.
fn denial(before: &Outcome, after: &Outcome) -> Option<Field> {
    let shown = |outcome: &Outcome| match &outcome.nsec3 {
        Some(hashing) => format!(
            "NSEC3, {} iterations, {} octets of salt",
            hashing.iterations, hashing.salt_octets
        ),
        None if outcome.counts.nsec3 > 0 => "NSEC3".to_owned(),
        None if outcome.counts.nsec > 0 => "NSEC".to_owned(),
        None => "none".to_owned(),
    };
    field(("denial", shown(before), shown(after)))
}

/// Tells what is not safe.
struct Judge<'j> {
    old: &'j Version,
    new: &'j Version,
    settings: &'j Settings,
    seen: &'j Seen,
    scribe: Scribe<'j>,
    not_judged: Vec<String>,
}

impl Judge<'_> {
    /// The place of the first record of a type at the apex of the newer version.
    fn place(&self, rtype: RecordType) -> Place<'static> {
        let records = apex_records(&self.new.names, &self.new.apex);
        let first = records.iter().find(|record| record.rtype == rtype);
        Place {
            owner: &[],
            file: first.map_or(0, |record| record.file),
            line: first.map(|record| record.line),
        }
    }

    /// A fault at the apex, with the instant at which it is over where there is one.
    fn tell(&mut self, code: fault::Code, rtype: RecordType, until: Option<i64>, message: String) {
        let apex = self.new.apex.clone();
        let place = Place {
            owner: &apex,
            ..self.place(rtype)
        };
        let until = until.map(|seconds| self.settings.at.plus(seconds));
        self.scribe
            .due(code, Reach::Everywhere, place, until, || message);
    }

    fn serial(&mut self, step: SerialStep, before: Option<u32>, after: Option<u32>) {
        let (Some(before), Some(after)) = (before, after) else {
            return;
        };
        let what = match step {
            SerialStep::Same if self.seen.is_different() => "stands, though the zone changed",
            SerialStep::Backwards => "went backwards",
            _ => return,
        };
        let message =
            format!("the serial {what} ({before}, then {after}): secondaries keep what they have");
        self.tell(fault::SERIAL_NOT_INCREASED, RecordType::SOA, None, message);
    }

    /// Whether much more is gone than goes from one version of a zone to the next.
    fn removals(&mut self, before: &Outcome, after: &Outcome) {
        let most = self.settings.policy.removal_share_most;
        let delegations = &self.seen.delegations;
        let secure = delegations.secure_removed + delegations.ds_removed.total;
        for (what, gone, of, left) in [
            (
                "names",
                self.seen.names_removed.total,
                self.seen.names_before,
                self.seen.names_after,
            ),
            (
                "delegations",
                delegations.removed.total,
                before.counts.delegations,
                after.counts.delegations,
            ),
            (
                "delegations with DS",
                secure,
                before.counts.secure_delegations,
                after.counts.secure_delegations,
            ),
        ] {
            if gone >= FEW && gone.saturating_mul(100) > of.saturating_mul(most) {
                let message = format!(
                    "{gone} of {of} {what} are gone, more than {most} %; there are {left} now"
                );
                self.tell(fault::MASS_REMOVAL, RecordType::SOA, None, message);
            }
        }
    }

    fn signatures(&mut self) {
        let older = &self.seen.older;
        if older.total > 0 {
            let message = format!(
                "the signatures of {} RRsets are older than those they replace, as from a backup: {}",
                older.total,
                older.first.first().map_or("", String::as_str)
            );
            self.tell(fault::SIGNATURES_OLDER, RecordType::RRSIG, None, message);
        }
    }
}

#[cfg(test)]
mod tests;
