//! CDS signed by keys that the parent does not know.

use std::collections::BTreeSet;

use super::{Wish, each_wish, key_name, refers_to, signals};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::{Dnskey, Ds};
use crate::validate::JudgedRrset;

declare! {
    /// # cds-signer-not-in-ds
    ///
    /// CDS or CDNSKEY is validly signed, but by no key that a DS at the parent refers to.
    ///
    /// ## Why it matters
    ///
    /// The parent may take the wish only if a key that it has vouched for signed it; whoever holds the
    /// key for the zone's data alone must not be able to replace the DS. It therefore refuses the update,
    /// and the rollover stands still without a word. Signers that treat CDS like ordinary data, or a file
    /// to which it was added by hand, are the usual reason.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY, and would find the signature valid.
    ///
    /// ## How to put it right
    ///
    /// Sign CDS and CDNSKEY with the key that the DS refers to:
    ///
    /// - BIND does so: `rndc sign example.com`; for a file signed by hand `dnssec-signzone -x`
    /// - Knot does so: `knotc zone-sign example.com`; with an offline KSK make the signed key response
    ///   again: `keymgr example.com. sign-ksr FILE`
    /// - PowerDNS does so when the records come from `pdnsutil set-publish-cds example.com 2` and not from
    ///   the database
    /// - ldns: put CDS and CDNSKEY into the unsigned file, and see with `dig @SERVER example.com CDS
    ///   +dnssec` which key signed them; one key for everything (`ldns-keygen -a ECDSAP256SHA256 -k
    ///   example.com`) signs them in any case
    ///
    /// Otherwise bring the DS to the registrar: `anchorwatch ds example.com`.
    ///
    /// ## References
    ///
    /// RFC 7344, section 4.1. DNSViz: CDS_SIGNER_INVALID, CDNSKEY_SIGNER_INVALID. Zonemaster:
    /// DS18_NO_MATCH_CDS_RRSIG_DS, DS18_NO_MATCH_CDNSKEY_RRSIG_DS.
    "cds-signer-not-in-ds", ChildSignals, Error,
    rfc: ["RFC 7344 section 4.1"],
    explained_by: [],
    summary: "CDS or CDNSKEY is signed by no key that the DS refers to.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes.filter_map(|wish| state(context, &wish)).collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    let published = wish.zone.published_ds();
    if published.is_empty() {
        return None;
    }
    let is_known = |key: &Dnskey| published.iter().any(|ds: &Ds| refers_to(apex, ds, key));
    let is_stray = |set: &&JudgedRrset| !set.valid().any(|(_, key)| is_known(key));
    let stray: Vec<_> = signals(wish).filter(is_stray).collect();
    let types: BTreeSet<_> = stray.iter().map(|set| set.rrset.rtype).collect();
    if types.is_empty() {
        return None;
    }
    let signers = stray.iter().flat_map(|set| set.valid());
    let signers: BTreeSet<_> = signers.map(|(_, key)| key_name(key)).collect();
    let message = format!(
        "{} of {apex} is signed by {}, and no DS refers to that",
        list(&types),
        list(signers)
    );
    let statement = wish.state(context, message).about("rrtype", list(&types));
    Some(statement.fix(format!(
        "sign CDS and CDNSKEY of {apex} with the key that its DS refers to, or bring the DS to the registrar: `anchorwatch ds {apex}`"
    )))
}
