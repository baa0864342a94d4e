//! Only one of CDS and CDNSKEY.

use super::each_wish;
use crate::checks::{Context, Statement};

declare! {
    /// # cds-cdnskey-only-one
    ///
    /// The zone publishes CDS without CDNSKEY, or CDNSKEY without CDS.
    ///
    /// ## Why it matters
    ///
    /// Some parents read CDS, some CDNSKEY and make the DS themselves. With only one of them the parent
    /// in question may never act, and a key rollover waits for it. A zone need not publish either all the
    /// time; what counts is that both are there when a change is wanted.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY.
    ///
    /// ## How to put it right
    ///
    /// Publish both, unless the parent is known to read the one that is there:
    ///
    /// - BIND: the `dnssec-policy` writes both
    /// - Knot: `cds-cdnskey-publish: rollover` (or `always`) in the policy writes both
    /// - PowerDNS: `pdnsutil set-publish-cds example.com 2` and `pdnsutil set-publish-cdnskey
    ///   example.com`
    ///
    /// ## References
    ///
    /// RFC 7344, section 4. Zonemaster: DS15_HAS_CDS_NO_CDNSKEY, DS15_HAS_CDNSKEY_NO_CDS.
    "cds-cdnskey-only-one", ChildSignals, Notice,
    rfc: ["RFC 7344 section 4"],
    explained_by: ["cds-delete-requested", "cds-delete-malformed", "cds-inconsistent-servers"],
    summary: "Only one of CDS and CDNSKEY is published.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes
        .filter(|wish| context.is_target(&wish.zone.apex))
        .filter_map(|wish| {
            // Silence about one of them is not its absence.
            let (there, missing) = match (wish.cds.as_deref(), wish.cdnskey.as_deref()) {
                (Some([_, ..]), Some([])) => ("CDS", "CDNSKEY"),
                (Some([]), Some([_, ..])) => ("CDNSKEY", "CDS"),
                _ => return None,
            };
            let apex = &wish.zone.apex;
            let message = format!("{apex} publishes {there} and no {missing}");
            Some(wish.state(context, message).about("rrtype", there).fix(format!(
                "publish both: `pdnsutil set-publish-cds {apex} 2` and `pdnsutil set-publish-cdnskey {apex}`; Knot: `cds-cdnskey-publish: rollover`; BIND: a `dnssec-policy`"
            )))
        })
        .collect()
}
