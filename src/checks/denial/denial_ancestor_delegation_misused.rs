//! Proofs taken from a delegation or a DNAME above the name.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # denial-ancestor-delegation-misused
    ///
    /// The NSEC or NSEC3 beside an answer stands at a delegation, or at a DNAME, and is used to deny
    /// something there or below.
    ///
    /// ## Why it matters
    ///
    /// What lies below a delegation is not the parent's to deny. Old validators took such records as
    /// proof, so that names of a child zone could be made to vanish; RFC 6840 forbids it. The answer is
    /// not proven, and validating resolvers refuse it.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// The server answers for a name that it has delegated. Often parent and child were on one server and
    /// the child was removed there: the parent must refer to the child's servers. Check what it has
    /// loaded: `dig @SERVER child.example.com NS +norecurse` must give a referral, without AA. If the
    /// delegation is the mistake, remove it and sign again: `rndc sign example.com`, `knotc zone-sign
    /// example.com`.
    ///
    /// ## References
    ///
    /// RFC 6840, section 4.1; RFC 5155, section 8.3.
    "denial-ancestor-delegation-misused", Denial, Bogus,
    rfc: ["RFC 6840 section 4.1", "RFC 5155 section 8.3"],
    explained_by: ["ds-absence-unproven"],
    summary: "A proof rests on the record of a delegation or DNAME above the name.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| matches!(failed.fault, DenialFault::AncestorDelegation(_)),
        |group| {
            format!(
                "the answer to {} is not proven: {}",
                group.questions(),
                group.fault()
            )
        },
        "have the server refer to the child's servers, or remove the delegation and sign ZONE again",
    )
}
