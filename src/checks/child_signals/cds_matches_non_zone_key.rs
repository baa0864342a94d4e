//! CDS for a key whose Zone Key flag is 0.

use super::{Wish, each_wish, wished_keys};
use crate::checks::{Context, Statement};

declare! {
    /// # cds-matches-non-zone-key
    ///
    /// CDS or CDNSKEY asks for a DS of a key whose Zone Key flag is 0.
    ///
    /// ## Why it matters
    ///
    /// Validators use no key without that flag, so that the DS that comes of it leads nowhere: a DS must
    /// refer to a zone key. If it replaces the one in use, the zone is bogus. Careful parents refuse it.
    ///
    /// ## What resolvers do
    ///
    /// Nothing now; they do not look at CDS and CDNSKEY. With the DS published and no other one beside it
    /// SERVFAIL, with extended error 11 (No Zone Key Bit Set).
    ///
    /// ## How to put it right
    ///
    /// No signer makes such a key: the record was written by hand, or the flags were. Remove CDS, CDNSKEY
    /// and the DNSKEY itself, and make a key with flags 257:
    ///
    /// - BIND: `dnssec-keygen -a ECDSAP256SHA256 -f KSK example.com`, or leave it to the `dnssec-policy`;
    ///   then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com. generate algorithm=ecdsap256sha256 ksk=yes`
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk ecdsa256`
    /// - ldns: `ldns-keygen -a ECDSAP256SHA256 -k example.com`
    ///
    /// ## References
    ///
    /// RFC 4034, sections 2.1.1 and 5.2; RFC 7344, section 3. Zonemaster:
    /// DS16_CDS_MATCHES_NON_ZONE_DNSKEY, DS17_CDNSKEY_IS_NON_ZONE.
    "cds-matches-non-zone-key", ChildSignals, Error,
    rfc: ["RFC 4034 section 5.2", "RFC 7344 section 3"],
    explained_by: ["ds-dnskey-zone-bit-clear"],
    summary: "CDS or CDNSKEY names a key whose Zone Key flag is 0.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes.filter_map(|wish| state(context, &wish)).collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    let keys = wished_keys(wish, |key| !key.is_zone_key())?;
    let message =
        format!("CDS or CDNSKEY of {apex} asks for a DS of {keys}, whose Zone Key flag is 0");
    Some(wish.state(context, message).fix(format!(
        "remove it from CDS and CDNSKEY of {apex}, and make a key with flags 257"
    )))
}
