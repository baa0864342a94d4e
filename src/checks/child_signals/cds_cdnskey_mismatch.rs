//! CDS and CDNSKEY that ask for different things.

use super::{Wish, each_wish, refers_to};
use crate::checks::{Context, Statement};

declare! {
    /// # cds-cdnskey-mismatch
    ///
    /// CDS and CDNSKEY are both published, and do not describe the same keys.
    ///
    /// ## Why it matters
    ///
    /// Some parents read the one, some the other, so the DS that results depends on the parent; a parent
    /// that reads both refuses the update. RFC 7344 demands that they match.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY.
    ///
    /// ## How to put it right
    ///
    /// Let the signer write both, and remove records added by hand:
    ///
    /// - BIND: `rndc dnssec -status example.com`; then `rndc sign example.com`
    /// - Knot: `cds-cdnskey-publish: rollover` in the policy, then `knotc reload` and `knotc
    ///   zone-sign example.com`
    /// - PowerDNS: `pdnsutil set-publish-cds example.com 2` and `pdnsutil set-publish-cdnskey
    ///   example.com`
    ///
    /// ## References
    ///
    /// RFC 7344, section 4. DNSViz: CDNSKEY_INCONSISTENT_WITH_CDS. Zonemaster: DS15_MISMATCH_CDS_CDNSKEY.
    "cds-cdnskey-mismatch", ChildSignals, Error,
    rfc: ["RFC 7344 section 4"],
    explained_by: ["cds-delete-mixed", "cds-delete-malformed"],
    summary: "CDS and CDNSKEY do not describe the same keys.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes
        .filter(is_mismatch)
        .map(|wish| {
            let apex = &wish.zone.apex;
            let message = format!("CDS and CDNSKEY of {apex} do not describe the same keys");
            wish.state(context, message).fix(format!(
                "let the signer write both: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil set-publish-cds {apex} 2` and `pdnsutil set-publish-cdnskey {apex}`"
            ))
        })
        .collect()
}

fn is_mismatch(wish: &Wish<'_>) -> bool {
    let (cds, keys) = (wish.cds(), wish.cdnskey());
    if cds.is_empty() || keys.is_empty() {
        return false;
    }
    // Delete requests have no key to compare.
    let pair = |ds: &crate::dns::Ds, key: &crate::dns::Dnskey| match (ds.algorithm, key.algorithm) {
        (0, 0) => true,
        _ => refers_to(&wish.zone.apex, ds, key),
    };
    let all_cds = cds.iter().all(|ds| keys.iter().any(|key| pair(ds, key)));
    let all_keys = keys.iter().all(|key| cds.iter().any(|ds| pair(ds, key)));
    !(all_cds && all_keys)
}
