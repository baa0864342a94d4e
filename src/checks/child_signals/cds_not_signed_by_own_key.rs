//! CDS that the key it announces has not signed.

use std::collections::BTreeSet;

use super::{Wish, announced_of, each_wish, is_signed_by, key_name, signals_at};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # cds-not-signed-by-own-key
    ///
    /// CDS or CDNSKEY asks for a DS of a key that signs the DNSKEY RRset and has not signed the CDS or
    /// CDNSKEY RRset itself.
    ///
    /// ## Why it matters
    ///
    /// No RFC asks for that signature while the zone is secure: one by a key that the present DS refers to
    /// is enough. It shows that who asks holds the new key as well, and parents that take up zones
    /// without a DS, or that look at nothing but the new key, go by it. Signers make it by themselves, so
    /// that its absence hints at records added by hand.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY.
    ///
    /// ## How to put it right
    ///
    /// Let the signer write and sign the records, with every key-signing key in use:
    ///
    /// - BIND: `rndc dnssec -status example.com`, then `rndc sign example.com`
    /// - Knot: `keymgr example.com. list`, then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil set-publish-cds example.com 2` and `pdnsutil set-publish-cdnskey example.com`
    /// - ldns: give `ldns-signzone` the new key too
    ///
    /// ## References
    ///
    /// RFC 7344, section 4.1; RFC 8078, section 3. Zonemaster: DS16_CDS_NOT_SIGNED_BY_CDS,
    /// DS17_CDNSKEY_NOT_SIGNED_BY_CDNSKEY.
    "cds-not-signed-by-own-key", ChildSignals, Notice,
    rfc: ["RFC 7344 section 4.1"],
    explained_by: ["cds-signer-not-in-ds", "cds-key-not-signing-dnskey"],
    summary: "CDS or CDNSKEY is not signed by the key it announces.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes.filter_map(|wish| state(context, &wish)).collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    let mut types = BTreeSet::new();
    let mut keys = BTreeSet::new();
    // One of several signers signs what its own servers give.
    for (_, server, given) in wish.keys_at() {
        for key in announced_of(wish, given).filter(|key| is_signed_by(&given.rrset, key)) {
            for set in signals_at(wish.zone, server).filter(|set| !is_signed_by(set, key)) {
                types.insert(set.rrset.rtype);
                keys.insert(key_name(key));
            }
        }
    }
    if keys.is_empty() {
        return None;
    }
    let types = list(types);
    let message = format!(
        "{types} of {apex} asks for a DS of {}, which has not signed it",
        list(keys)
    );
    let statement = wish.state(context, message).about("rrtype", types);
    Some(statement.fix(format!(
        "sign CDS and CDNSKEY of {apex} with every key-signing key in use: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil set-publish-cds {apex} 2`"
    )))
}
