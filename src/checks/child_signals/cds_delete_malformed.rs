//! A delete request that is not written as it must be.

use super::each_wish;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::{Dnskey, Ds, present};

declare! {
    /// # cds-delete-malformed
    ///
    /// A CDS or CDNSKEY record has algorithm 0, which stands for deletion, and its other fields are not
    /// those prescribed.
    ///
    /// ## Why it matters
    ///
    /// The whole record is fixed, so that no accident looks like a request to remove DNSSEC: `CDS 0 0 0
    /// 00` and `CDNSKEY 0 3 0 AA==`. Parents ignore anything else with algorithm 0, or refuse the RRset.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY.
    ///
    /// ## How to put it right
    ///
    /// If DNSSEC is to be removed, publish exactly these, else remove the record:
    ///
    /// - `example.com. CDS 0 0 0 00` and `example.com. CDNSKEY 0 3 0 AA==`
    /// - Knot: `cds-cdnskey-publish: delete-dnssec` in the policy writes both
    /// - PowerDNS: `pdnsutil set-publish-cdnskey example.com delete` and `pdnsutil set-publish-cds
    ///   example.com 0`
    /// - BIND: `dnssec-policy insecure;` for the zone writes both
    ///
    /// ## References
    ///
    /// RFC 8078, section 4, with erratum 5049. DNSViz: CDS_INCORRECT_DELETE_VALUES,
    /// CDNSKEY_INCORRECT_DELETE_VALUES.
    "cds-delete-malformed", ChildSignals, Error,
    rfc: ["RFC 8078 section 4"],
    explained_by: [],
    summary: "A record of algorithm 0 is not exactly the delete request.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes
        .filter_map(|wish| {
            let cds = wish.cds().iter().filter(|ds| is_malformed_cds(ds));
            let keys = wish.cdnskey().iter().filter(|key| is_malformed_key(key));
            let bad: Vec<_> = cds
                .map(|ds| format!("CDS {}", present::ds_text(ds)))
                .chain(keys.map(|key| format!("CDNSKEY {}", present::dnskey(key))))
                .collect();
            if bad.is_empty() {
                return None;
            }
            let apex = &wish.zone.apex;
            let message = format!("{} of {apex} has algorithm 0 and is no delete request", list(&bad));
            Some(wish.state(context, message).fix(format!(
                "remove it, or to have the DS withdrawn publish:\n{apex} IN CDS 0 0 0 00\n{apex} IN CDNSKEY 0 3 0 AA=="
            )))
        })
        .collect()
}

fn is_malformed_cds(ds: &Ds) -> bool {
    let is_delete = ds.key_tag == 0 && ds.digest_type == 0 && *ds.digest == [0];
    ds.algorithm == 0 && !is_delete
}

fn is_malformed_key(key: &Dnskey) -> bool {
    let is_delete = key.flags == 0 && key.protocol == 3 && *key.key == [0];
    key.algorithm == 0 && !is_delete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_request_is_well_formed() {
        let cds = |rdata: &[u8]| is_malformed_cds(&Ds::parse(rdata).unwrap());
        assert!(!cds(&[0, 0, 0, 0, 0]));
        assert!(cds(&[0, 0, 0, 0]));
        assert!(cds(&[0, 0, 0, 2, 0]));
        assert!(!cds(&[0, 5, 13, 2, 0]));
        let key = |rdata: &[u8]| is_malformed_key(&Dnskey::parse(rdata).unwrap());
        assert!(!key(&[0, 0, 3, 0, 0]));
        assert!(key(&[1, 1, 3, 0, 0]));
        assert!(!key(&[1, 1, 3, 13, 0]));
    }
}
