//! The proof of an unsigned delegation lacks NS.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # denial-referral-without-ns
    ///
    /// The NSEC or NSEC3 that shows that a delegation has no DS does not list NS at that name.
    ///
    /// ## Why it matters
    ///
    /// Without NS in the bitmap the record does not say that there is a delegation at all. An attacker
    /// could otherwise take the NSEC of an ordinary name and claim an unsigned zone below it, so
    /// validating resolvers refuse the delegation: the child, signed or not, is gone.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for every name of the child, with extended error 6 (DNSSEC Bogus) or 12 (NSEC Missing).
    ///
    /// ## How to put it right
    ///
    /// This is the parent's to correct: the chain was not built again after the delegation was added. At
    /// the parent: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`. As the child,
    /// tell the registry, with the answer that `dig @PARENT-SERVER example.com DS +dnssec +norecurse`
    /// gives.
    ///
    /// ## References
    ///
    /// RFC 6840, section 4.4; RFC 5155, section 8.9. DNSViz: REFERRAL_WITHOUT_NS.
    "denial-referral-without-ns", Denial, Bogus,
    rfc: ["RFC 6840 section 4.4", "RFC 5155 section 8.9"],
    explained_by: ["ds-absence-unproven"],
    summary: "The proof of an unsigned delegation lacks NS in its bitmap.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::ReferralWithoutNs,
        |group| {
            format!(
                "the record that should show that {} has no DS does not list NS",
                group.names()
            )
        },
        "at the parent, build the chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
