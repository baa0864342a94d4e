//! A delete request beside other requests.

use super::each_wish;
use crate::checks::{Context, Statement};

declare! {
    /// # cds-delete-mixed
    ///
    /// The CDS or CDNSKEY RRset holds a record of algorithm 0, which asks to delete, beside others that
    /// ask to publish.
    ///
    /// ## Why it matters
    ///
    /// The two contradict each other, and RFC 8078 forbids it. Parents ignore the whole RRset, or act on
    /// the one or the other: the DS may vanish.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY.
    ///
    /// ## How to put it right
    ///
    /// Leave only what is meant. To keep DNSSEC, remove the delete record:
    ///
    /// - BIND: it writes CDS and CDNSKEY by itself; remove records added by hand with `nsupdate`, then
    ///   `rndc sign example.com`
    /// - Knot: `cds-cdnskey-publish: rollover` in the policy, then `knotc reload` and `knotc
    ///   zone-sign example.com`
    /// - PowerDNS: `pdnsutil delete-rrset example.com @ CDS`, the same for CDNSKEY, for records
    ///   added by hand, then `pdnsutil rectify-zone example.com`
    ///
    /// ## References
    ///
    /// RFC 8078, section 4. DNSViz: CDS_DELETE_MULTIPLE_RECORDS, CDNSKEY_DELETE_MULTIPLE_RECORDS.
    /// Zonemaster: DS16_MIXED_DELETE_CDS, DS17_MIXED_DELETE_CDNSKEY.
    "cds-delete-mixed", ChildSignals, Error,
    rfc: ["RFC 8078 section 4"],
    explained_by: ["cds-delete-malformed"],
    summary: "A delete request stands beside other CDS or CDNSKEY records.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes
        .filter_map(|wish| {
            let deletes = |algorithms: Vec<u8>| algorithms.contains(&0) && algorithms.len() > 1;
            let cds = deletes(wish.cds().iter().map(|ds| ds.algorithm).collect());
            let keys = deletes(wish.cdnskey().iter().map(|key| key.algorithm).collect());
            let which = match (cds, keys) {
                (true, true) => "CDS and CDNSKEY",
                (true, false) => "CDS",
                (false, true) => "CDNSKEY",
                (false, false) => return None,
            };
            let apex = &wish.zone.apex;
            let message = format!("{which} of {apex} hold a delete request beside other records");
            Some(
                wish.state(context, message)
                    .about("rrtype", which)
                    .fix(format!(
                        "leave either the delete request or the other records in {which} of {apex}"
                    )),
            )
        })
        .collect()
}
