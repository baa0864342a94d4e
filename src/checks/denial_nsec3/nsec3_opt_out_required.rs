//! An unsigned delegation hidden in a span without Opt-Out.

use crate::checks::denial::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # nsec3-opt-out-required
    ///
    /// A name has no NSEC3 of its own, and the NSEC3 whose span holds it lacks the Opt-Out flag, so the
    /// record says that the name does not exist at all.
    ///
    /// ## Why it matters
    ///
    /// Only a span with Opt-Out may leave out unsigned delegations. Here parent and proof contradict each
    /// other: there is a delegation, and the signed record denies it. Validating resolvers refuse it, and
    /// with it every name of the child.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for the names of the child, with extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// This is the parent's to correct: the delegation was added without building the chain again, or the
    /// flag was lost. At the parent: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone
    /// ZONE`; Opt-Out itself is `nsec3param optout yes;` in BIND's `dnssec-policy`, `nsec3-opt-out: on`
    /// in Knot's policy, `pdnsutil set-nsec3 ZONE '1 1 0 -'` in PowerDNS.
    ///
    /// ## References
    ///
    /// RFC 5155, sections 6, 8.6 and 8.9. DNSViz: OPT_OUT_FLAG_NOT_SET.
    "nsec3-opt-out-required", DenialNsec3, Bogus,
    rfc: ["RFC 5155 section 8.6", "RFC 5155 section 8.9"],
    explained_by: ["ds-absence-unproven"],
    summary: "The covering NSEC3 lacks Opt-Out where the proof needs it.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::OptOutRequired,
        |group| {
            format!(
                "{} has no DS and no NSEC3, and the NSEC3 that covers it lacks Opt-Out",
                group.names()
            )
        },
        "at the parent, build the NSEC3 chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
