//! The proof of an unsigned delegation lists DS.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # denial-referral-with-ds
    ///
    /// The NSEC or NSEC3 that should show that a delegation has no DS lists DS.
    ///
    /// ## Why it matters
    ///
    /// The signed record says that there is a DS, and the server does not give it. To a validating
    /// resolver that is the attack DNSSEC is made against: the DS was taken out on the way. It refuses
    /// the delegation, and with it every name of the child.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for the names of the child, with extended error 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// This is the parent's to correct: the DS was removed from the zone without building the chain
    /// again, or a server filters it. At the parent: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil
    /// rectify-zone ZONE`; at one server only, transfer the zone again. As the child, tell the registry,
    /// with the answer that `dig @PARENT-SERVER example.com DS +dnssec +norecurse` gives.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 5155, section 8.9. DNSViz: REFERRAL_WITH_DS.
    "denial-referral-with-ds", Denial, Bogus,
    rfc: ["RFC 4035 section 5.2", "RFC 5155 section 8.9"],
    explained_by: ["ds-absence-unproven"],
    summary: "The proof of an unsigned delegation has DS in its bitmap.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::ReferralWithDs,
        |group| {
            format!(
                "the record that should show that {} has no DS lists DS, and no DS is given",
                group.names()
            )
        },
        "at the parent, publish the DS or build the chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
