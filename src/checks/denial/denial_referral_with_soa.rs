//! The proof of an unsigned delegation comes from the child.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # denial-referral-with-soa
    ///
    /// The NSEC or NSEC3 that should show that a delegation has no DS lists SOA: it is that of the
    /// child's own apex.
    ///
    /// ## Why it matters
    ///
    /// The child's apex never lists DS, so its record proves nothing about the delegation; an attacker
    /// could use it to make a signed zone look unsigned. Validating resolvers refuse it, and with it the
    /// child.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for the names of the child, with extended error 6 (DNSSEC Bogus), unless another parent
    /// server answers rightly.
    ///
    /// ## How to put it right
    ///
    /// A server that holds parent and child answers a question for DS from the child; DS belongs to the
    /// parent. All servers in use know that; a proxy or a server of one's own may not. Serve the two
    /// zones from different servers, or update it. `dig @SERVER example.com DS +dnssec +norecurse` must
    /// give an SOA of the parent in its authority section.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.4.1 and 5.2; RFC 6840, section 4.4; RFC 5155, section 8.9. DNSViz:
    /// REFERRAL_WITH_SOA.
    "denial-referral-with-soa", Denial, Bogus,
    rfc: ["RFC 6840 section 4.4", "RFC 5155 section 8.9"],
    explained_by: ["ds-absence-unproven"],
    summary: "The proof of an unsigned delegation has SOA in its bitmap.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::ReferralWithSoa,
        |group| {
            format!(
                "the record that should show that {} has no DS lists SOA: it is the child's own",
                group.names()
            )
        },
        "have the servers of ZONE answer questions for DS from ZONE, not from the child",
    )
}
