//! CDS for a key that does not sign the DNSKEY RRset.

use super::{Wish, announced, each_wish, key_name};
use crate::checks::delegation::is_signing;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;

declare! {
    /// # cds-key-not-signing-dnskey
    ///
    /// CDS or CDNSKEY asks for a DS of a key that is in the zone and does not sign the DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// The DS that comes of it leads to a key that vouches for nothing. Beside one that does it is
    /// harmless, and so a key in waiting may get its DS early. If the other DS is withdrawn before this key
    /// signs, the zone is bogus; and where it is the only key of its algorithm, resolvers that
    /// demand each algorithm of the DS RRset refuse the zone.
    ///
    /// ## What resolvers do
    ///
    /// Nothing now. With the DS published they ignore it as long as another one holds; else SERVFAIL with
    /// extended error 9 (DNSKEY Missing) or 10 (RRSIGs Missing).
    ///
    /// ## How to put it right
    ///
    /// Have the key sign, or take it out of CDS and CDNSKEY until it does:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows when the key becomes active; with times in the key
    ///   file, `dnssec-settime -A now Kexample.com.+013+12345`, then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com. set 12345 active=+0`, then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil activate-zone-key example.com KEY-ID`
    /// - ldns: give `ldns-signzone` the private key
    ///
    /// ## References
    ///
    /// RFC 7344, sections 4.1 and 5; RFC 6840, section 5.11. Zonemaster: DS16_DNSKEY_NOT_SIGNED_BY_CDS,
    /// DS17_DNSKEY_NOT_SIGNED_BY_CDNSKEY.
    "cds-key-not-signing-dnskey", ChildSignals, Warning,
    rfc: ["RFC 7344 section 4.1", "RFC 7344 section 5"],
    explained_by: ["cds-would-break-delegation", "ds-key-not-signing-dnskey-rrset"],
    summary: "CDS or CDNSKEY names a key that does not sign the DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes.filter_map(|wish| state(context, &wish)).collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    // A key without the Zone Key flag cannot sign, which is said for itself. That of another signer signs there.
    let is_idle = |key: &&Dnskey| key.is_zone_key() && !is_signing(wish.zone, key);
    let idle: Vec<_> = announced(wish).filter(is_idle).collect();
    let first = idle.first()?;
    let names = idle.iter().map(|key| key_name(key));
    let message = format!(
        "CDS or CDNSKEY of {apex} asks for a DS of {}, which does not sign the DNSKEY RRset",
        list(names)
    );
    let statement = wish.state(context, message);
    let statement = statement.about("key_tag", first.key_tag());
    Some(statement.fix(format!(
        "have the key sign the DNSKEY RRset of {apex} before another DS is withdrawn, or take it out of CDS and CDNSKEY"
    )))
}
