//! What is wrong with a zone: a code of the catalogue, where, and in words.
//!
//! A bad zone of a million names has a million faults. The first of each code are kept and all are counted.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::dns::Timestamp;
use crate::policy::{Policy, Reach};
use crate::report::Severity;

macro_rules! codes {
    ($($name:ident = $code:literal $severity:ident,)*) => {
        $(#[doc = $code] pub const $name: Code = Code { name: $code, severity: Severity::$severity };)*
        /// Every code that a zone file can give.
        pub const CODES: &[Code] = &[$($name),*];
    };
}

/// A code with the weight it has when everybody is hit; both are those of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// In kebab case.
    pub name: &'static str,
    /// Its weight.
    pub severity: Severity,
}

codes! {
    SOA_INVALID = "zone-soa-invalid" Error,
    APEX_NS_MISSING = "zone-apex-ns-missing" Error,
    DNAME_MISPLACED = "zone-dname-misplaced" Error,
    CNAME_WITH_OTHER = "cname-with-other-data" Error,
    OUT_OF_ZONE = "zone-out-of-zone-data" Error,
    TTL_DIFFERS = "zone-rrset-ttl-differs" Warning,
    TTL_OVER_MAXIMUM = "zone-ttl-over-maximum" Warning,
    RRSIG_ORPHAN = "zone-rrsig-orphan" Warning,
    RRSIG_UNEXPECTED = "zone-rrsig-unexpected" Warning,
    DNSKEY_MISSING = "zone-dnskey-missing" Error,
    NSEC_MISSING = "zone-nsec-missing" Error,
    NSEC_SUPERFLUOUS = "zone-nsec-superfluous" Warning,
    NSEC_CHAIN_BROKEN = "zone-nsec-chain-broken" Error,
    NSEC_LAST = "nsec-last-next-not-apex" Bogus,
    BITMAP_WRONG = "zone-nsec-bitmap-wrong" Error,
    NSEC3_CHAIN_BROKEN = "zone-nsec3-chain-broken" Error,
    NSEC3_ORPHAN = "zone-nsec3-orphan" Warning,
    NSEC3_ENT_MISSING = "zone-nsec3-ent-missing" Error,
    ZONEMD_MISSING = "zone-zonemd-missing" Notice,
    ZONEMD_INVALID = "zone-zonemd-invalid" Error,
    DUPLICATE = "zone-duplicate-in-dns-semantics" Notice,
    CHILD_NOT_SECURE = "zone-child-not-secure" Notice,
    RRSIG_MISSING = "rrsig-missing" Bogus,
    RRSIG_MISSING_ALGORITHM = "rrsig-missing-for-dnskey-algorithm" Error,
    RRSIG_INVALID = "rrsig-invalid" Bogus,
    RRSIG_BAD_LENGTH = "rrsig-bad-length" Bogus,
    RRSIG_MALFORMED = "rrsig-malformed" Error,
    RRSIG_EXPIRED = "rrsig-expired" Bogus,
    RRSIG_NOT_YET_VALID = "rrsig-not-yet-valid" Bogus,
    RRSIG_TIMES_REVERSED = "rrsig-expiration-before-inception" Bogus,
    RRSIG_EXPIRING = "rrsig-expiring-soon" Warning,
    RRSIG_LIFETIME_LONG = "rrsig-lifetime-too-long" Warning,
    RRSIG_REMAINING_LONG = "rrsig-remaining-too-long" Warning,
    RRSIG_KEY_UNKNOWN = "rrsig-signer-key-unknown" Bogus,
    RRSIG_SIGNER = "rrsig-signer-not-zone" Bogus,
    RRSIG_LABELS_EXCEED = "rrsig-labels-exceed-owner" Bogus,
    RRSIG_LABELS_BELOW = "rrsig-labels-below-signer" Bogus,
    RRSIG_NON_ZONE_KEY = "rrsig-by-non-zone-key" Bogus,
    RRSIG_REVOKED = "rrsig-by-revoked-key" Bogus,
    RRSIG_TTL = "rrsig-ttl-differs-from-rrset" Warning,
    TTL_EXCEEDS_ORIGINAL = "rrset-ttl-exceeds-original" Error,
    RRSIG_BUDGET = "rrsig-validation-budget" Warning,
    KEY_ZERO_LENGTH = "dnskey-zero-length" Error,
    KEY_BAD_LENGTH = "dnskey-bad-length" Error,
    KEY_UNPARSABLE = "dnskey-unparsable" Error,
    KEY_RSA_SMALL = "dnskey-rsa-too-small" Error,
    KEY_RSA_LARGE = "dnskey-rsa-too-large" Error,
    KEY_RSA_WEAK = "dnskey-rsa-below-recommended" Warning,
    KEY_PROTOCOL = "dnskey-protocol-not-3" Bogus,
    KEY_NOT_AT_APEX = "dnskey-not-at-apex" Error,
    KEY_COLLISION = "dnskey-keytag-collision" Warning,
    KEY_UNUSED = "dnskey-unused" Notice,
    ALGORITHM_UNSUPPORTED = "algorithm-unsupported" Notice,
    ALGORITHM_MUST_NOT = "algorithm-must-not-use" Error,
    DS_NO_KEY = "ds-no-matching-dnskey" Warning,
    DS_DIGEST = "ds-digest-mismatch" Error,
    DS_NO_ENTRY = "ds-no-secure-entry-point" Bogus,
    NS_UNRESOLVABLE = "delegation-ns-unresolvable" Error,
    NS_ALIAS = "delegation-ns-is-alias" Error,
    DS_LENGTH = "ds-digest-length-wrong" Error,
    DS_AT_APEX = "ds-at-apex" Error,
    DS_WITHOUT_NS = "ds-without-ns" Warning,
    GLUE_MISSING = "delegation-glue-missing" Warning,
    MIXED_DENIAL = "denial-nsec-nsec3-mixed" Error,
    DENIAL_TTL = "denial-ttl-wrong" Warning,
    NSEC3_ITERATIONS = "nsec3-iterations-nonzero" Warning,
    NSEC3_ITERATIONS_LIMIT = "nsec3-iterations-over-validator-limit" Error,
    NSEC3_SALT = "nsec3-salt-nonempty" Notice,
    NSEC3_HASH = "nsec3-hash-unsupported" Error,
    NSEC3_FLAGS = "nsec3-flags-unassigned" Error,
    NSEC3_OPT_OUT = "nsec3-opt-out-set" Notice,
    NSEC3_OPT_OUT_SECURE = "nsec3-opt-out-over-secure-delegation" Error,
    NSEC3_OWNER = "nsec3-owner-invalid" Error,
    NSEC3_NEXT = "nsec3-next-hash-invalid" Error,
    NSEC3PARAM_MISPLACED = "nsec3param-not-at-apex" Error,
    NSEC3PARAM_MISMATCH = "nsec3param-chain-mismatch" Error,
    CDS_MISMATCH = "cds-cdnskey-mismatch" Error,
    CDS_ONLY_ONE = "cds-cdnskey-only-one" Notice,
    CDS_NO_KEY = "cds-matches-no-dnskey" Warning,
    CDS_DELETE = "cds-delete-requested" Warning,
    CDS_DELETE_MIXED = "cds-delete-mixed" Error,
    CDS_DELETE_MALFORMED = "cds-delete-malformed" Error,
    CDS_NOT_AT_APEX = "cds-not-at-apex" Warning,
    SERIAL_NOT_INCREASED = "zone-serial-not-increased" Error,
    MASS_REMOVAL = "zone-mass-removal" Error,
    SIGNATURES_OLDER = "zone-signatures-older" Warning,
    LIVE_DIFFERS = "zone-live-differs-from-file" Warning,
    DS_UNSIGNED = "ds-present-zone-unsigned" Bogus,
    SET_REPLACED = "dnskey-set-replaced" Error,
    KEY_TOO_EARLY = "rollover-key-removed-too-early" Bogus,
    ZSK_TOO_EARLY = "rollover-zsk-removed-too-early" Error,
    SIGNING_TOO_EARLY = "rollover-signing-too-early" Error,
    UNSIGNED_TOO_EARLY = "rollover-unsigned-too-early" Bogus,
    ALGORITHM_ORDER = "rollover-algorithm-out-of-order" Warning,
    NSEC3_UNABLE = "nsec3-with-nsec-only-algorithm" Error,
    KEY_EXPONENT = "dnskey-rsa-weak-exponent" Warning,
    KEY_LEADING_ZERO = "dnskey-rsa-leading-zero" Notice,
    KEY_KNOWN_WEAK = "dnskey-known-weak" Error,
    KEY_FLAGS = "dnskey-flags-invalid" Warning,
    KEY_REVOKED_UNSIGNED = "dnskey-revoked-not-self-signed" Error,
    KEY_REVOKED = "dnskey-revoked-present" Notice,
    KEY_NO_KSK = "dnskey-no-ksk" Warning,
    KEY_LACKS_ROLE = "dnskey-algorithm-lacks-role" Error,
    ALGORITHM_NOT_RECOMMENDED = "algorithm-not-recommended" Warning,
    ALGORITHM_VALIDATION = "algorithm-validation-prohibited" Warning,
    ALGORITHM_NOT_FOR_ZONES = "algorithm-not-for-zone-signing" Error,
    ALGORITHM_UNASSIGNED = "algorithm-unassigned" Error,
    ALGORITHM_DEPRECATED = "algorithm-all-deprecated" Error,
    ALGORITHM_POLICY = "algorithm-policy-violation" Warning,
    CDS_BREAKS = "cds-would-break-delegation" Error,
    CDS_SIGNER = "cds-signer-not-in-ds" Error,
    CDS_NON_ZONE_KEY = "cds-matches-non-zone-key" Error,
    CDS_NON_SEP_KEY = "cds-matches-non-sep-key" Notice,
    CDS_NOT_BY_OWN_KEY = "cds-not-signed-by-own-key" Notice,
    CDS_KEY_NOT_SIGNING = "cds-key-not-signing-dnskey" Warning,
    CDS_DIGEST = "cds-digest-unacceptable" Warning,
    RRSIG_MISSING_DS = "rrsig-missing-for-ds-algorithm" Error,
    RRSIG_LITTLE_LEFT = "rrsig-expiring-soon-relative" Warning,
    RRSIG_EXPIRY_SKEW = "rrsig-expiry-within-clock-skew" Warning,
    RRSIG_INCEPTION_SKEW = "rrsig-inception-within-clock-skew" Notice,
    RRSIG_LIFE_SHORT = "rrsig-lifetime-too-short" Notice,
    RRSIG_SOA_EXPIRE = "rrsig-shorter-than-soa-expire" Notice,
    RRSIG_TTL_BEYOND = "rrsig-ttl-beyond-expiration" Warning,
    RRSIG_TTL_ORIGINAL = "rrsig-ttl-exceeds-original" Error,
    NSEC3PARAM_SEVERAL = "nsec3param-multiple" Warning,
}

/// One fault that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Owner name.
    pub owner: String,
    /// Index of the file, where there is a line.
    #[serde(skip)]
    pub file: u16,
    /// The line the record begins on; `None` where a record is missing.
    pub line: Option<u32>,
    /// In words.
    pub message: String,
    /// Its weight.
    pub severity: Severity,
    /// When it is over by itself, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// All faults with the same code.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How many there are.
    pub total: u64,
    /// The worst weight among them.
    pub worst: Option<Severity>,
    /// The first ones.
    pub first: Vec<Fault>,
}

/// Where a fault is.
#[derive(Debug, Clone, Copy)]
pub struct Place<'p> {
    /// Owner name in wire form.
    pub owner: &'p [u8],
    /// Index of the file.
    pub file: u16,
    /// The line, where there is one.
    pub line: Option<u32>,
}

/// What has been found so far.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// By code.
    pub tallies: BTreeMap<&'static str, Tally>,
}

/// Adds to a ledger by a policy.
pub struct Scribe<'p> {
    /// What has been found.
    pub ledger: Ledger,
    policy: &'p Policy,
    kept: usize,
}

impl<'p> Scribe<'p> {
    /// Keeps the first `kept` faults of each code.
    pub fn new(policy: &'p Policy, kept: usize) -> Self {
        Self {
            ledger: Ledger::default(),
            policy,
            kept,
        }
    }

    /// A fault that hits everybody.
    pub fn add(&mut self, code: Code, place: Place<'_>, message: impl FnOnce() -> String) {
        self.weigh(code, Reach::Everywhere, place, message);
    }

    /// A fault that reaches so far. Words are made only if they are kept.
    pub fn weigh(
        &mut self,
        code: Code,
        reach: Reach,
        place: Place<'_>,
        message: impl FnOnce() -> String,
    ) {
        let severity = self.policy.severity(code.name, code.severity, reach);
        let tally = self.ledger.tallies.entry(code.name).or_default();
        tally.total += 1;
        tally.worst = tally.worst.max(Some(severity));
        if tally.first.len() < self.kept {
            tally.first.push(Fault {
                owner: super::wire::shown(place.owner),
                file: place.file,
                line: place.line,
                message: message(),
                severity,
                until: None,
            });
        }
    }

    /// A fault that reaches so far until an instant, if it ends by itself.
    pub fn due(
        &mut self,
        code: Code,
        reach: Reach,
        place: Place<'_>,
        until: Option<Timestamp>,
        message: impl FnOnce() -> String,
    ) {
        let told = |ledger: &Ledger| ledger.tallies.get(code.name).map_or(0, |t| t.first.len());
        let before = told(&self.ledger);
        self.weigh(code, reach, place, message);
        let tally = self.ledger.tallies.get_mut(code.name);
        if let Some(fault) = tally.and_then(|tally| tally.first.get_mut(before)) {
            fault.until = until;
        }
    }

    /// Takes over what another found after this one.
    pub fn absorb(&mut self, other: Ledger) {
        for (code, theirs) in other.tallies {
            let ours = self.ledger.tallies.entry(code).or_default();
            ours.total += theirs.total;
            ours.worst = ours.worst.max(theirs.worst);
            let room = self.kept.saturating_sub(ours.first.len());
            ours.first.extend(theirs.first.into_iter().take(room));
        }
    }
}
