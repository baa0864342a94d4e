//! CDS that are older than ones already seen.

use crate::checks::{Context, Statement};
use crate::dns::Timestamp;
use crate::history::cds_signed;

declare! {
    /// # cds-signature-replayed
    ///
    /// The newest signature over CDS or CDNSKEY is older than one that was seen before.
    ///
    /// ## Why it matters
    ///
    /// Somebody gives out an earlier CDS RRset whose signature still holds: a server that was restored from
    /// a backup, a signer that went back, or an attacker who wants the parent to take back a key. A parent
    /// has to refuse such a set (RFC 7344, section 6.2).
    ///
    /// ## What resolvers do
    ///
    /// Nothing: CDS is for the parent alone.
    ///
    /// ## How to put it right
    ///
    /// Find out which server gives the old set, and why: compare its serial with the others. Sign the zone
    /// anew, so that the present CDS have the newest signature:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot DNS: `knotc zone-sign example.com`
    ///
    /// ## References
    ///
    /// RFC 7344, section 6.2.
    "cds-signature-replayed", ChildSignals, Warning,
    rfc: ["RFC 7344 section 6.2"],
    explained_by: ["soa-serial-inconsistent"],
    summary: "CDS carry an older signature than was seen before.",
}

/// How far servers of one zone may be apart, in seconds.
const SLACK: i64 = 86_400;

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let signed = history.cds_signed.zip(cds_signed(look.inventory));
    // One server that is ahead of the others and silent now is no replay, nor are signers that sign anew
    // at different times.
    let is_older = |now: Timestamp, before: Timestamp| now.plus(SLACK) < before;
    let signed = signed.filter(|(before, now)| look.is_whole() && is_older(*now, *before));
    let Some((before, now)) = signed else {
        return Vec::new();
    };
    let message = format!(
        "the CDS of {} were signed at {now}, and ones signed at {before} were seen already",
        zone.apex
    );
    let fix = format!(
        "find the server that went back, then sign {0} anew: `rndc sign {0}`",
        zone.apex
    );
    let statement = Statement::new(&zone.apex, message).fact("signed", now);
    vec![statement.fact("seen", before).fix(fix)]
}
