//! The catalogue of cases: one entry each, declared as what differs from a healthy zone.
//!
//! The expected verdicts are those of RFC 4033 to 4035, 5155, 6840 and 9276 with the limits that
//! validators have in common: NSEC3 with more than 150 iterations proves nothing, a KeyTrap is given up.

mod glue;
mod hosts;
mod operations;
mod published;
mod rare_denials;
mod rare_signals;
mod rarities;
mod stages;
mod transitions;

use super::key::KeyPlan;
use super::plan::{Bend, CopyPlan, Denial, DsPlan, Mode, Nsec3Defect, Scope, ServerPlan, ZonePlan};
use super::{Case, Expect, Group};
use crate::dns::{Name, RecordType};

/// Codes of findings that stand for a failed validation: a healthy name has none of them.
const BOGUS: &[&str] = &[
    "chain-bogus",
    "denial-ancestor-delegation-misused",
    "denial-missing-for-nodata",
    "denial-missing-for-nxdomain",
    "denial-missing-for-wildcard",
    "denial-referral-with-ds",
    "denial-referral-with-soa",
    "denial-referral-without-ns",
    "denial-type-in-bitmap",
    "denial-wildcard-covered",
    "denial-wildcard-not-covered",
    "ds-absence-unproven",
    "ds-dnskey-zone-bit-clear",
    "ds-no-secure-entry-point",
    "ds-present-zone-unsigned",
    "ds-rrset-unsigned-or-invalid",
    "dname-target-mismatch",
    "dnskey-protocol-not-3",
    "nsec-last-next-not-apex",
    "nsec-name-covered-in-nodata",
    "nsec-name-not-covered",
    "nsec-no-match-for-nodata",
    "nsec-wildcard-expansion-invalid",
    "nsec3-mixed-parameters",
    "nsec3-next-closer-not-covered",
    "nsec3-no-closest-encloser",
    "nsec3-no-match-for-nodata",
    "nsec3-opt-out-required",
    "rrsig-expiration-before-inception",
    "rrsig-expired",
    "rrsig-invalid",
    "rrsig-missing",
    "rrsig-none-valid",
    "rrsig-not-yet-valid",
    "tcp-fallback-broken",
];

/// The overall verdict is good although one server, one signature or one DS is not.
const NOT_BOGUS_OVERALL: &[&str] = &["chain-bogus", "ds-no-secure-entry-point"];

/// Zones in which a second key has the tag of the first: apex, label, and the least seed number that gives
/// such a key. Found by search.
#[cfg(test)]
pub(super) const TWINS: [(&str, &str, u32); 3] = [
    ("bad-ksk.test.", "ksk", published::BAD_KSK_TWIN),
    ("bad-zsk.test.", "zsk", published::BAD_ZSK_TWIN),
    ("key-tag-collision.test.", "zsk", operations::COLLIDING_ZSK),
];

/// A case and the zones made for it.
pub(super) struct Entry {
    /// What is asked and expected.
    pub case: Case,
    /// Its zones, parents first; the last is that of the case.
    pub zones: Vec<ZonePlan>,
}

/// All cases in order.
pub(super) fn catalogue() -> Vec<Entry> {
    let mut entries = published::entries();
    entries.extend(glue::entries());
    entries.extend(operations::entries());
    entries.extend(transitions::entries());
    entries
}

/// Steps of changes, which are put into zones while the lab runs.
pub(super) fn steps() -> Vec<Entry> {
    stages::entries()
}

/// A healthy zone below `test.` that is in no catalogue.
pub(super) fn healthy_zone(label: &str) -> Entry {
    stages::healthy_zone(label)
}

/// Zones that are in no catalogue.
pub(super) fn rarities() -> Vec<Entry> {
    let mut entries = rarities::entries();
    entries.extend(hosts::entries());
    entries
}

/// A name of the catalogue.
fn name(text: &str) -> Name {
    text.parse().expect("the catalogue's names are well formed")
}

/// A healthy zone `apex`, asked for its address: secure, and nothing to find.
fn healthy(group: Group, apex: &str, fault: &'static str) -> Entry {
    let apex = name(apex);
    Entry {
        case: Case {
            zone: apex.clone(),
            name: apex.clone(),
            rtype: RecordType::A,
            group,
            fault,
            expect: Expect::Secure,
            expect_missing: Expect::Secure,
            codes: &[],
            not_codes: BOGUS,
        },
        zones: vec![ZonePlan::leaf(apex)],
    }
}

impl Entry {
    /// The word for the case: the first label of its zone.
    pub fn label(&self) -> String {
        let zone = self.case.zone.to_string();
        zone.split('.').next().unwrap_or_default().to_owned()
    }

    /// Asks for a name below the zone instead of its apex.
    fn ask(mut self, label: &str) -> Self {
        self.case.name = name(&format!("{label}.{}", self.case.zone));
        self
    }

    /// Asks for another type than A.
    fn ask_type(mut self, rtype: RecordType) -> Self {
        self.case.rtype = rtype;
        self
    }

    /// The verdicts for the name and for a missing name, and the findings that must appear.
    fn expect(mut self, name: Expect, missing: Expect, codes: &'static [&'static str]) -> Self {
        self.case.expect = name;
        self.case.expect_missing = missing;
        self.case.codes = codes;
        if Expect::Bogus == name || Expect::Bogus == missing || Expect::Indeterminate == name {
            self.case.not_codes = &[];
        }
        self
    }

    /// Bogus for both.
    fn bogus(self, codes: &'static [&'static str]) -> Self {
        self.expect(Expect::Bogus, Expect::Bogus, codes)
    }

    /// Insecure for both.
    fn insecure(self, codes: &'static [&'static str]) -> Self {
        self.expect(Expect::Insecure, Expect::Insecure, codes)
    }

    /// Indeterminate for both.
    fn unreachable(self, codes: &'static [&'static str]) -> Self {
        self.expect(Expect::Indeterminate, Expect::Indeterminate, codes)
    }

    /// Secure for both, with these findings.
    fn secure_with(self, codes: &'static [&'static str]) -> Self {
        self.expect(Expect::Secure, Expect::Secure, codes)
    }

    /// The findings that must not appear.
    fn never(mut self, codes: &'static [&'static str]) -> Self {
        self.case.not_codes = codes;
        self
    }

    fn zone(mut self, change: impl FnOnce(&mut ZonePlan)) -> Self {
        let last = self.zones.last_mut();
        change(last.expect("an entry begins with one zone"));
        self
    }

    /// Changes the copy of the zone that most servers have.
    fn copy(self, change: impl FnOnce(&mut CopyPlan)) -> Self {
        self.zone(|zone| change(&mut zone.copies[0]))
    }

    /// Signs with these keys; the parent's DS refers to the first.
    fn keys(self, keys: &[KeyPlan]) -> Self {
        self.copy(|copy| copy.keys = keys.to_vec())
            .ds(&[DsPlan::of(keys[0])])
    }

    /// Puts these DS records at the parent.
    fn ds(self, ds: &[DsPlan]) -> Self {
        self.zone(|zone| zone.ds = ds.to_vec())
    }

    /// Does this to signatures.
    fn bend(self, scope: Scope, bend: Bend) -> Self {
        self.copy(|copy| copy.bends.push((scope, bend)))
    }

    /// Denies by NSEC3 without salt.
    fn nsec3(self, iterations: u16, defect: Option<Nsec3Defect>) -> Self {
        self.copy(|copy| {
            copy.denial = Denial::Nsec3 {
                iterations,
                opt_out: false,
                defect,
            };
        })
    }

    /// Adds records in master file syntax, relative to the apex.
    fn with(self, text: &'static str) -> Self {
        self.zone(|zone| zone.text = text)
    }

    /// Gives the zone three servers, the second of which does this.
    fn second_of_three(self, mode: Mode) -> Self {
        self.zone(|zone| {
            zone.servers = vec![ServerPlan::GOOD; 3];
            zone.servers[1].mode = mode;
        })
    }

    /// Gives the zone three servers, the second of which has a changed copy.
    fn second_copy_of_three(self, change: impl FnOnce(&mut CopyPlan)) -> Self {
        self.zone(|zone| {
            let mut other = zone.copies[0].clone();
            change(&mut other);
            zone.copies.push(other);
            zone.servers = vec![ServerPlan::GOOD; 3];
            zone.servers[1].copy = 1;
        })
    }

    /// Puts another zone in front, as an ancestor of the case's zone.
    fn below(mut self, zone: ZonePlan) -> Self {
        let last = self.zones.len() - 1;
        self.zones.insert(last, zone);
        self
    }
}
