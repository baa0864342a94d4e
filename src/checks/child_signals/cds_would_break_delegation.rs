//! CDS that would cut the zone off.

use super::{Wish, each_wish, refers_to};
use crate::checks::delegation::keys_in_words;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;

declare! {
    /// # cds-would-break-delegation
    ///
    /// If the parent published what CDS or CDNSKEY ask for, no DS would lead to a key that signs the
    /// DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// A parent that follows without checking makes the zone bogus for every validating resolver. RFC
    /// 7344 demands that the zone stays secure with the new DS RRset; a careful parent refuses, and the
    /// rollover stands still.
    ///
    /// ## What resolvers do
    ///
    /// Nothing yet. After the change SERVFAIL, with extended error 9 (DNSKEY Missing) or 6 (DNSSEC
    /// Bogus).
    ///
    /// ## How to put it right
    ///
    /// Let CDS and CDNSKEY name a key that is in the zone and signs the DNSKEY RRset, and add the old key
    /// until the new one is in use:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows the state of the rollover; `rndc sign example.com`
    /// - Knot: `keymgr example.com. list`, then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil unset-publish-cds example.com` until the key is active: `pdnsutil
    ///   activate-zone-key example.com KEY-ID`
    ///
    /// ## References
    ///
    /// RFC 7344, section 4.1; RFC 8078, section 3.
    "cds-would-break-delegation", ChildSignals, Error,
    rfc: ["RFC 7344 section 4.1"],
    explained_by: ["cds-delete-malformed", "cds-matches-non-zone-key"],
    summary: "Following CDS or CDNSKEY would leave no DS that leads to a signing key.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes
        .filter(|wish| !wish.has_delete())
        .filter_map(|wish| state(context, &wish))
        .collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    let is_signing = |key: &&Dnskey| {
        let mut valid = wish.keys.rrset.valid();
        valid.any(|(_, signer)| signer == *key)
    };
    let signing: Vec<_> = wish
        .keys
        .dnskeys
        .iter()
        .filter(is_signing)
        .cloned()
        .collect();
    let leads = |holds: &dyn Fn(&Dnskey) -> bool| signing.iter().any(holds);
    let by_cds = leads(&|key| wish.cds().iter().any(|ds| refers_to(apex, ds, key)));
    let by_key = leads(&|key| wish.cdnskey().contains(key));
    let broken: Vec<_> = [
        ("CDS", !wish.cds().is_empty() && !by_cds),
        ("CDNSKEY", !wish.cdnskey().is_empty() && !by_key),
    ]
    .into_iter()
    .filter_map(|(name, is_broken)| is_broken.then_some(name))
    .collect();
    if broken.is_empty() {
        return None;
    }
    let message = format!(
        "{} of {apex} would leave no DS for a key that signs the DNSKEY RRset; signing are {}",
        list(&broken),
        keys_in_words(&signing)
    );
    Some(wish.state(context, message).about("rrtype", list(&broken)).fix(format!(
        "let CDS and CDNSKEY of {apex} name a key that signs its DNSKEY RRset, before the parent acts"
    )))
}
