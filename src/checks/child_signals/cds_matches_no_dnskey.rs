//! CDS for a key that is not in the zone.

use super::{Wish, ds_name, each_wish, key_name, refers_to};
use crate::checks::delegation::keys_in_words;
use crate::checks::keys;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;

declare! {
    /// # cds-matches-no-dnskey
    ///
    /// A CDS or CDNSKEY record refers to a key that is not in the DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// The DS that comes of it leads nowhere. Beside others that do lead to keys it is harmless, and may
    /// be a key held in reserve; alone it breaks the zone, and parents refuse it. More often it is a
    /// leftover of a key that was removed, or a record copied by hand.
    ///
    /// ## What resolvers do
    ///
    /// Nothing now; once it is published they ignore that DS.
    ///
    /// ## How to put it right
    ///
    /// Remove the record, or publish the key it refers to:
    ///
    /// - BIND: `rndc dnssec -status example.com`; remove records added by hand with `nsupdate`
    /// - Knot: `keymgr example.com. list`, then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil show-zone example.com`; records added by hand go with `pdnsutil
    ///   delete-rrset example.com @ CDS`, then `pdnsutil rectify-zone example.com`
    ///
    /// ## References
    ///
    /// RFC 7344, sections 4.1 and 5. Zonemaster: DS16_CDS_MATCHES_NO_DNSKEY,
    /// DS17_CDNSKEY_MATCHES_NO_DNSKEY.
    "cds-matches-no-dnskey", ChildSignals, Warning,
    rfc: ["RFC 7344 section 5"],
    explained_by: ["cds-would-break-delegation", "cds-delete-malformed"],
    summary: "A CDS or CDNSKEY refers to a key that is not in the zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes.filter_map(|wish| state(context, &wish)).collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    // Each of several signers publishes its own key-signing key, and both ask for the DS of both.
    let keys = keys::of_zone(wish.zone).into_iter();
    let keys: Vec<Dnskey> = keys.map(|one| one.key.clone()).collect();
    let cds = wish
        .cds()
        .iter()
        .filter(|ds| ds.algorithm != 0 && !keys.iter().any(|key| refers_to(apex, ds, key)));
    let cdnskey = wish
        .cdnskey()
        .iter()
        .filter(|wanted| wanted.algorithm != 0 && !keys.contains(wanted));
    let stray: Vec<_> = cds
        .map(|ds| format!("CDS {}", ds_name(ds)))
        .chain(cdnskey.map(|key| format!("CDNSKEY {}", key_name(key))))
        .collect();
    if stray.is_empty() {
        return None;
    }
    let message = format!(
        "{} of {apex} refers to no key of the zone, which has {}",
        list(&stray),
        keys_in_words(&keys)
    );
    Some(wish.state(context, message).fix(format!(
        "remove that record from {apex}, or publish the key it refers to"
    )))
}
