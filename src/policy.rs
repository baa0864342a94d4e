//! Every threshold with its default, range and source, and the one place where severities are judged.
//!
//! Checks state facts and how far they reach ([`Reach`]); what weight that has is decided here, so that an
//! operator can say otherwise for a code.

use std::collections::{BTreeMap, BTreeSet};

use crate::dns::{Ds, Name, Timestamp};
use crate::report::{Severity, Verdict, codes};

/// What is judged by whom and from when on.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Warn when a signature has less than this left, in seconds. Default 3 days: BIND re-signs a 14-day
    /// signature 5 days before its end and stays above, and a weekend remains to act. Knot goes below unless
    /// its `rrsig-refresh` says otherwise. At least 1 hour, at most 30 days.
    pub expiring_soon: i64,
    /// Warn when less than this share of a signature's life is left, in percent. Default 10, which is later
    /// than BIND and PowerDNS sign anew, and Knot from 3.3 on; Knot 3.2 waits for longer (`rrsig-refresh`,
    /// knot.conf(5)). At least 1, at most 50.
    pub expiring_share: i64,
    /// Warn of signatures that live longer, in seconds. Default 180 days, `duration_long` in Zonemaster's
    /// profile. At least 1 day, at most 10 years.
    pub signature_life_most: i64,
    /// Warn of signatures with more than this left, in seconds. Default 180 days, `remaining_long` in
    /// Zonemaster's profile. At least 1 day, at most 10 years.
    pub signature_left_most: i64,
    /// Notice signatures whose whole life is shorter, in seconds. Default 1 hour: signers that sign while they
    /// answer begin an hour or more before now, since clocks differ. At least 1 minute, at most 30 days.
    pub signature_life_least: i64,
    /// Notice a DS with a longer TTL, in seconds. Default 1 day, the TTL of DS in the root zone. At least 1
    /// hour, at most 30 days.
    pub ds_ttl_most: u32,
    /// RSA moduli below this are reported, in bits. Default 2,048 (NIST SP 800-57 part 1 revision 5,
    /// table 2: 112 bits of strength). At least 1,024, at most 4,096.
    pub rsa_bits_recommended: u32,
    /// NSEC3 iterations above which common validators call a zone insecure. Default 50, the limit of Knot
    /// Resolver 5.6; Unbound, BIND and PowerDNS of the same years take 150. RFC 9276, section 3.1 asks
    /// for 0. At most 2,500.
    pub nsec3_iterations_tolerated: u16,
    /// How long a parent may take to act on what a zone asks for, in seconds. Default 7 days: registries that
    /// look for CDS do so daily, and some wait for three days of the same answer (RFC 8078, section 3.3).
    pub parent_patience: i64,
    /// The greatest share of the names, of the delegations and of those with DS that may go from one version
    /// of a zone file to the next, in percent. Default 5: registries lose less than one in a hundred names a
    /// day. At most 100.
    pub removal_share_most: u64,
    /// The DS records that the parent of the audited zone has to publish, no more and no fewer; `None` where
    /// none are pinned.
    pub expected_ds: Option<Vec<Ds>>,
    /// Numbers of the algorithms that zones may use; `None` where all may be.
    pub allowed_algorithms: Option<BTreeSet<u8>>,
    /// Sizes that RSA moduli may have, in bits; `None` where all may be. Keys of other algorithms have the size of
    /// their algorithm.
    pub allowed_rsa_bits: Option<BTreeSet<u32>>,
    /// Numbers of the digest types that DS records may have; `None` where all may be.
    pub allowed_digests: Option<BTreeSet<u8>>,
    /// What zones have to be; without it, nothing is expected.
    pub expected: Option<Verdict>,
    /// The times, from and until, in which keys and DS may change; `None` where they may at any time.
    pub windows: Option<Vec<(Timestamp, Timestamp)>>,
    /// Severities that replace the default, by code. A code that was renamed counts under its old name too.
    pub severities: BTreeMap<String, Severity>,
    /// What is known of resolvers beforehand, by the names they go by; of others nothing is.
    pub resolvers: BTreeMap<String, Traits>,
    /// What is expected of the zone, and not told while it lasts.
    pub silences: Vec<Silence>,
}

/// Findings that are expected for a time. What validators fail of is told whatever is silenced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The zones, as somebody wrote them.
    pub zones: String,
    /// Codes of the findings; without one, all.
    pub codes: Vec<String>,
    /// From when on.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub why: String,
}

impl Silence {
    /// Whether it lasts at an instant.
    pub fn lasts(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && now < self.until
    }

    /// Whether a finding with this code and weight is silenced while it lasts.
    pub fn covers(&self, code: &str, severity: Severity) -> bool {
        let is_named = |named: &String| codes::current(named) == code;
        severity < Severity::Bogus && (self.codes.is_empty() || self.codes.iter().any(is_named))
    }
}

/// What an operator knows of a resolver, and what control names told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    /// It is not meant to validate.
    pub is_plain: bool,
    /// It hands questions on to another resolver.
    pub is_forwarder: bool,
    /// Zones that it is told not to validate (RFC 7646).
    pub negative_anchors: Vec<Name>,
    /// It fails a name that is known to be good, or answers one that is known to be bad: its word on any
    /// zone is worth nothing.
    pub is_discredited: bool,
}

impl Traits {
    /// Whether it is no news that the resolver answers this name without having validated it.
    pub fn excuses(&self, name: &Name) -> bool {
        let is_below = |apex: &Name| name.is_at_or_below(apex);
        self.is_plain || self.negative_anchors.iter().any(is_below)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            expiring_soon: 3 * 86_400,
            expiring_share: 10,
            signature_life_most: 180 * 86_400,
            signature_left_most: 180 * 86_400,
            signature_life_least: 3_600,
            ds_ttl_most: 86_400,
            rsa_bits_recommended: 2_048,
            nsec3_iterations_tolerated: 50,
            parent_patience: 7 * 86_400,
            removal_share_most: 5,
            expected_ds: None,
            allowed_algorithms: None,
            allowed_rsa_bits: None,
            allowed_digests: None,
            expected: None,
            windows: None,
            severities: BTreeMap::new(),
            resolvers: BTreeMap::new(),
            silences: Vec::new(),
        }
    }
}

/// How far a fault reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing is lost by it: something else beside it holds.
    Harmless,
    /// Clients that meet some of the servers are hit: the zone flaps.
    SomeServers,
    /// Every client is hit.
    Everywhere,
}

impl Policy {
    /// The weight of a finding with this code, default severity and reach.
    ///
    /// What would stop validators weighs `error` where only some servers have it and `warning` where
    /// another signature or key still holds.
    pub fn severity(&self, code: &str, default: Severity, reach: Reach) -> Severity {
        let mut chosen = codes::names_of(code).filter_map(|name| self.severities.get(name));
        if let Some(chosen) = chosen.next() {
            return *chosen;
        }
        match reach {
            Reach::Everywhere => default,
            Reach::SomeServers => default.min(Severity::Error),
            Reach::Harmless => default.min(Severity::Warning),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_ends_and_never_covers_what_validators_fail_of() {
        let silence = Silence {
            zones: "*".to_owned(),
            codes: vec!["zone-unsigned".to_owned()],
            from: Some(Timestamp(10)),
            until: Timestamp(20),
            why: "moving".to_owned(),
        };
        let lasts = [9, 10, 19, 20].map(|at| silence.lasts(Timestamp(at)));
        assert_eq!(lasts, [false, true, true, false]);
        assert!(silence.covers("zone-unsigned", Severity::Error));
        assert!(!silence.covers("zone-unsigned", Severity::Bogus));
        assert!(!silence.covers("rrsig-expired", Severity::Notice));
    }

    #[test]
    fn what_does_not_reach_everybody_weighs_less() {
        let policy = Policy::default();
        let weigh = |reach| policy.severity("rrsig-expired", Severity::Bogus, reach);
        assert_eq!(weigh(Reach::Everywhere), Severity::Bogus);
        assert_eq!(weigh(Reach::SomeServers), Severity::Error);
        assert_eq!(weigh(Reach::Harmless), Severity::Warning);
        let notice = policy.severity("zone-unsigned", Severity::Notice, Reach::Everywhere);
        assert_eq!(notice, Severity::Notice);
    }
}
