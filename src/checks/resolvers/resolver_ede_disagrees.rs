//! Extended errors that name another cause.

use super::{each_error, errors};
use crate::checks::{Context, Statement, find};
use crate::validate::Status;

declare! {
    /// # resolver-ede-disagrees
    ///
    /// The name is bogus here and at a resolver, and the extended error of the resolver names a cause
    /// that is not among the faults found here.
    ///
    /// ## Why it matters
    ///
    /// Resolvers disagree on the code for most faults, so that this is seldom news. It may show that the
    /// resolver has met another server or an older state of the zone.
    ///
    /// ## What resolvers do
    ///
    /// After the first query for a zone many give code 6 (DNSSEC Bogus) only. An expiration before the
    /// inception is 8 in Unbound, 7 in Knot Resolver and PowerDNS Recursor.
    ///
    /// ## How to put it right
    ///
    /// Go by the findings here. If only the resolver is affected, flush its cache for the zone and ask
    /// again.
    ///
    /// ## References
    ///
    /// RFC 8914, section 6.
    "resolver-ede-disagrees", Resolvers, Notice,
    rfc: ["RFC 8914 section 6"],
    explained_by: [],
    summary: "A resolver names another cause than the one found here.",
}

/// INFO-CODEs about DNSSEC, and the checks any of which finds what the code names (RFC 8914, section 4.2 to
/// 4.13, and IANA's registry: 25 and 27). Left out is 6, DNSSEC Bogus, which names nothing.
const CAUSES: &[(u16, &[&str])] = &[
    (
        UNSUPPORTED_ALGORITHM,
        &[
            "algorithm-unsupported",
            "algorithm-must-not-use",
            "algorithm-unassigned",
            "ds-all-unsupported",
        ],
    ),
    (
        UNSUPPORTED_DIGEST,
        &[
            "ds-digest-unsupported",
            "ds-digest-unassigned",
            "ds-digest-must-not-use",
            "ds-all-unsupported",
        ],
    ),
    (INDETERMINATE, &[]),
    (EXPIRED, &["rrsig-expired"]),
    (NOT_YET_VALID, &["rrsig-not-yet-valid"]),
    (
        DNSKEY_MISSING,
        &[
            "ds-no-secure-entry-point",
            "ds-no-matching-dnskey",
            "ds-present-zone-unsigned",
            "dnskey-query-failed",
            "rrsig-signer-key-unknown",
            "trust-anchor-not-signing",
        ],
    ),
    (
        RRSIGS_MISSING,
        &[
            "rrsig-missing",
            "rrsig-none-valid",
            "rrsig-missing-for-ds-algorithm",
            "server-without-dnssec",
            "ds-rrset-unsigned-or-invalid",
        ],
    ),
    (
        NO_ZONE_KEY_BIT,
        &["ds-dnskey-zone-bit-clear", "rrsig-by-non-zone-key"],
    ),
    (NSEC_MISSING, &["ds-absence-unproven"]),
    (EXPIRED_BEFORE_VALID, &["rrsig-expiration-before-inception"]),
    (NSEC3_ITERATIONS, &["nsec3-iterations-over-validator-limit"]),
];

const UNSUPPORTED_ALGORITHM: u16 = 1;
const UNSUPPORTED_DIGEST: u16 = 2;
const INDETERMINATE: u16 = 5;
const EXPIRED: u16 = 7;
const NOT_YET_VALID: u16 = 8;
const DNSKEY_MISSING: u16 = 9;
const RRSIGS_MISSING: u16 = 10;
const NO_ZONE_KEY_BIT: u16 = 11;
const NSEC_MISSING: u16 = 12;
const EXPIRED_BEFORE_VALID: u16 = 25;
const NSEC3_ITERATIONS: u16 = 27;

fn run(context: &Context<'_>) -> Vec<Statement> {
    if context.chain.status != Status::Bogus {
        return Vec::new();
    }
    let given = |code: u16| {
        let mut all = context.resolvers.iter().flat_map(errors);
        all.any(|error| error.code == code)
    };
    let codes: Vec<u16> = CAUSES
        .iter()
        .filter(|(code, causes)| given(*code) && !is_found(context, *code, causes))
        .map(|(code, _)| *code)
        .collect();
    each_error(context, &codes, |resolver, errors| {
        let message = format!(
            "{} says {errors}, and no such fault was found here",
            resolver.name()
        );
        let fix = "go by the findings here; extended errors are hints";
        (message, fix.to_owned())
    })
}

/// Whether a fault of the kind that the code names was found. A proof that failed may do so in many ways.
fn is_found(context: &Context<'_>, code: u16, causes: &[&str]) -> bool {
    let is_stated = |code: &&str| find(code).is_some_and(|check| !(check.run)(context).is_empty());
    (code == NSEC_MISSING && !context.denials.is_empty()) || causes.iter().any(is_stated)
}
