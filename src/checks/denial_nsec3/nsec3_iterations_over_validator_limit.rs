//! More NSEC3 iterations than validators compute.

use super::state_records;
use crate::checks::{Context, Statement};
use crate::validate::Limits;

declare! {
    /// # nsec3-iterations-over-validator-limit
    ///
    /// The NSEC3 iterations are above the limit of a resolver in common use.
    ///
    /// ## Why it matters
    ///
    /// Above its limit a resolver does not check proofs of the zone any more. It treats them as insecure,
    /// so that names can be denied and wildcards abused by anybody on the way, or it answers SERVFAIL, so
    /// that whatever does not exist fails. Delegations without DS below the zone lose their proof too.
    ///
    /// ## What resolvers do
    ///
    /// Negative answers become insecure above 50 iterations in Knot Resolver 5.6 and above 150 in
    /// Unbound, BIND and PowerDNS Recursor, with extended error 27 (Unsupported NSEC3 Iterations Value).
    /// Answers for names that exist stay secure. Newer releases set lower limits.
    ///
    /// ## How to put it right
    ///
    /// Set iterations to 0:
    ///
    /// - BIND: `nsec3param iterations 0 optout no salt-length 0;` in the `dnssec-policy`, then `rndc
    ///   reconfig`
    /// - Knot: `nsec3-iterations: 0` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 9276, sections 3.1 and 3.2; CVE-2023-50868. The threshold is the setting
    /// `nsec3_iterations_tolerated`.
    "nsec3-iterations-over-validator-limit", DenialNsec3, Error,
    rfc: ["RFC 9276 section 3.2"],
    explained_by: [],
    summary: "NSEC3 iterations are above the limit of a common validator.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tolerated = context.policy.nsec3_iterations_tolerated;
    let most = Limits::default().nsec3_iterations;
    state_records(
        context,
        |_| true,
        |_, record| Some(record.parameters.iterations).filter(|count| *count > tolerated),
        |zone, count, _| {
            let who = match *count > most {
                true => "all common validators treat its negative answers as insecure",
                false => "some validators treat its negative answers as insecure",
            };
            (
                format!("NSEC3 of {zone} has {count} iterations, more than {tolerated}: {who}"),
                format!(
                    "BIND: `nsec3param iterations 0 optout no salt-length 0;`; Knot: `nsec3-iterations: 0`; PowerDNS: `pdnsutil set-nsec3 {zone} '1 0 0 -'`"
                ),
            )
        },
    )
}
