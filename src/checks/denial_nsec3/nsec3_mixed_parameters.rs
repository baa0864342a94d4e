//! One answer with NSEC3 of different parameters.

use crate::checks::denial::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # nsec3-mixed-parameters
    ///
    /// The NSEC3 records of one answer differ in hash algorithm, iterations or salt.
    ///
    /// ## Why it matters
    ///
    /// A proof is made of records of one chain; records of another say nothing in it. Validators ignore
    /// such an answer altogether, and it is refused.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL; extended error 6 (DNSSEC Bogus) or 12 (NSEC Missing).
    ///
    /// ## How to put it right
    ///
    /// The server mixes the chains of two parameter sets. Finish the change of parameters, so that one
    /// NSEC3PARAM is left, and build the chain anew:
    ///
    /// - BIND: `rndc signing -list example.com` shows changes under way; then `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 7.2 and 8.2.
    "nsec3-mixed-parameters", DenialNsec3, Bogus,
    rfc: ["RFC 5155 section 8.2"],
    explained_by: ["ds-absence-unproven", "nsec3param-chain-mismatch"],
    summary: "The NSEC3 records of one answer have different parameters.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::MixedParameters,
        |group| {
            format!(
                "the NSEC3 in the answer to {} differ in their parameters",
                group.questions()
            )
        },
        "leave one NSEC3PARAM and build its chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
