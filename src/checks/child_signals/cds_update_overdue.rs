//! A parent that does not act on CDS.

use crate::checks::{Context, Statement};
use crate::dns::time::humane;

declare! {
    /// # cds-update-overdue
    ///
    /// The zone has asked by CDS or CDNSKEY for another DS RRset for longer than parents usually need.
    ///
    /// ## Why it matters
    ///
    /// A rollover waits for the parent. Either it does not read CDS at all, or it refuses what it reads: not
    /// every server has the same, the signature over it does not validate, or the change would break the
    /// chain.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: CDS is for the parent alone.
    ///
    /// ## How to put it right
    ///
    /// Ask the registrar whether the registry reads CDS. If not, bring the DS there by hand:
    /// `anchorwatch ds example.com` prints them. If it does, look at the other findings on CDS first.
    ///
    /// - BIND: `rndc dnssec -checkds -key 12345 published example.com` once the DS is there
    /// - Knot DNS: `knotc zone-ksk-submitted example.com`
    ///
    /// ## References
    ///
    /// RFC 7344, section 6; RFC 8078, section 3.
    "cds-update-overdue", ChildSignals, Warning,
    rfc: ["RFC 7344 section 6"],
    explained_by: ["cds-would-break-delegation", "cds-inconsistent-servers", "cds-matches-no-dnskey"],
    summary: "The parent has not acted on CDS for long.",
}

/// The finding whose age is judged.
const PENDING: &str = "cds-differs-from-ds";

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, _, zone)) = context.remembered() else {
        return Vec::new();
    };
    let pending = super::cds_differs_from_ds::CHECK.run;
    let Some(since) = history.standing.get(PENDING) else {
        return Vec::new();
    };
    let waited = context.now.since(*since);
    if waited <= context.policy.parent_patience || pending(context).is_empty() {
        return Vec::new();
    }
    let message = format!(
        "the parent of {} has not acted on its CDS or CDNSKEY for {}, since {since}",
        zone.apex,
        humane(waited)
    );
    let fix = format!(
        "bring the DS to the registrar: `anchorwatch ds {}`",
        zone.apex
    );
    vec![
        Statement::new(&zone.apex, message)
            .fact("since", since)
            .fix(fix),
    ]
}
