//! CDS for a key without the SEP flag.

use super::{Wish, each_wish, wished_keys};
use crate::checks::{Context, Statement};

declare! {
    /// # cds-matches-non-sep-key
    ///
    /// CDS or CDNSKEY asks for a DS of a key without the Secure Entry Point (SEP) flag.
    ///
    /// ## Why it matters
    ///
    /// Validators do not look at the flag, so nothing breaks. Programs that print or check DS records take
    /// the keys with the flag for those that a DS belongs to: a parent or a registrar may refuse the
    /// record, or overlook the key. More often than on purpose it happens when the wrong key, that for the
    /// zone's data, was announced.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: RFC 4034, section 2.1.1 forbids validators to change their behaviour because of the flag.
    ///
    /// ## How to put it right
    ///
    /// See whether it is the key that was meant. If it is, make the next one with flags 257; the flag
    /// cannot be set on the present key without a new DS, since it counts into tag and digest.
    ///
    /// - BIND: a `csk` or `ksk` in the `dnssec-policy`, or `dnssec-keygen -a ECDSAP256SHA256 -f KSK
    ///   example.com`
    /// - Knot: `keymgr example.com. generate algorithm=ecdsap256sha256 ksk=yes zsk=yes`
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk ecdsa256`
    /// - ldns: `ldns-keygen -a ECDSAP256SHA256 -k example.com`
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.1; RFC 6840, section 6.2. Zonemaster: DS16_CDS_MATCHES_NON_SEP_DNSKEY,
    /// DS17_CDNSKEY_IS_NON_SEP.
    "cds-matches-non-sep-key", ChildSignals, Notice,
    rfc: ["RFC 4034 section 2.1.1"],
    explained_by: ["ds-dnskey-sep-bit-clear", "cds-matches-non-zone-key"],
    summary: "CDS or CDNSKEY names a key without the SEP flag.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes.filter_map(|wish| state(context, &wish)).collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    let keys = wished_keys(wish, |key| !key.is_sep())?;
    let message =
        format!("CDS or CDNSKEY of {apex} asks for a DS of {keys}, which has no SEP flag");
    Some(wish.state(context, message).fix(format!(
        "see whether that is the key of {apex} that was meant; make the next one with flags 257"
    )))
}
