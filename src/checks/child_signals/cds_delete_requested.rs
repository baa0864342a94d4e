//! A zone asks its parent to remove DNSSEC.

use super::each_wish;
use crate::checks::{Context, Statement};

declare! {
    /// # cds-delete-requested
    ///
    /// CDS or CDNSKEY hold the delete record: the zone asks its parent to withdraw all DS records.
    ///
    /// ## Why it matters
    ///
    /// A parent that follows CDS removes the DS within a day or so, and the zone is insecure from then
    /// on: no SERVFAIL, no protection either, and DANE and SSHFP stop working. It is right when DNSSEC is
    /// to be switched off or the zone moves to a host without it; else it is a mistake, or somebody else
    /// has the zone's keys.
    ///
    /// ## What resolvers do
    ///
    /// Nothing. When the DS is gone they treat the zone as unsigned.
    ///
    /// ## How to put it right
    ///
    /// If it is meant: keep the zone signed until the DS has been gone from all parent servers for its
    /// TTL, only then stop signing. If not, remove the request before the parent acts:
    ///
    /// - BIND: a `dnssec-policy` other than `insecure`, then `rndc reconfig`; `rndc dnssec -status
    ///   example.com`
    /// - Knot: `cds-cdnskey-publish: rollover` in the policy (not `delete-dnssec`), then `knotc
    ///   reload` and `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil unset-publish-cdnskey example.com` and `pdnsutil unset-publish-cds
    ///   example.com`
    ///
    /// ## References
    ///
    /// RFC 8078, section 4; RFC 7344, section 6. Zonemaster: DS16_DELETE_CDS, DS17_DELETE_CDNSKEY.
    "cds-delete-requested", ChildSignals, Warning,
    rfc: ["RFC 8078 section 4"],
    explained_by: ["cds-delete-mixed", "cds-delete-malformed"],
    summary: "CDS or CDNSKEY ask the parent to withdraw all DS records.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes
        .filter(|wish| wish.has_delete())
        .map(|wish| {
            let by = match (wish.cds().is_empty(), wish.cdnskey().is_empty()) {
                (false, true) => "CDS",
                (true, false) => "CDNSKEY",
                _ => "CDS and CDNSKEY",
            };
            let apex = &wish.zone.apex;
            let message = format!("{by} of {apex} ask the parent to withdraw all DS records");
            wish.state(context, message)
                .about("rrtype", by)
                .fix(format!(
                    "if this is not meant, remove the request before the parent acts: `pdnsutil unset-publish-cds {apex}` and `pdnsutil unset-publish-cdnskey {apex}`; Knot: `cds-cdnskey-publish: rollover`; BIND: a `dnssec-policy` other than `insecure`"
                ))
        })
        .collect()
}
