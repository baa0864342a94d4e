//! CDS that would cut the zone off.

use std::collections::BTreeSet;

use super::{Wish, each_wish, is_signed_by, refers_to};
use crate::checks::delegation::keys_in_words;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;
use crate::validate::JudgedKeys;

declare! {
    /// # cds-would-break-delegation
    ///
    /// If the parent published what CDS or CDNSKEY ask for, no DS would lead to a key that signs the
    /// DNSKEY RRset, at all servers or at those of one of several signers.
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
    let mut cut_off = Wish {
        servers: BTreeSet::new(),
        ..wish.clone()
    };
    let mut types = BTreeSet::new();
    let mut signing = Vec::new();
    // With several signers each has to be led to.
    for (address, _, keys) in wish.keys_at() {
        let broken = broken(wish, keys);
        if !broken.is_empty() {
            cut_off.servers.insert(address);
            types.extend(broken);
            signing.extend(
                signers(keys)
                    .filter(|key| !signing.contains(*key))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
        }
    }
    if types.is_empty() {
        return None;
    }
    let types = list(types);
    let message = format!(
        "{types} of {apex} would leave no DS for a key that signs the DNSKEY RRset; signing are {}",
        keys_in_words(&signing)
    );
    let statement = cut_off.state(context, message).about("rrtype", &types);
    Some(statement.fix(format!(
        "let CDS and CDNSKEY of {apex} name a key that signs its DNSKEY RRset, before the parent acts"
    )))
}

fn signers(keys: &JudgedKeys) -> impl Iterator<Item = &Dnskey> {
    let is_signing = |key: &&Dnskey| is_signed_by(&keys.rrset, key);
    keys.dnskeys.iter().filter(is_signing)
}

/// Which of CDS and CDNSKEY lead to none of the keys that sign at a server.
fn broken(wish: &Wish<'_>, keys: &JudgedKeys) -> Vec<&'static str> {
    let apex = &wish.zone.apex;
    let by_cds = signers(keys).any(|key| wish.cds().iter().any(|ds| refers_to(apex, ds, key)));
    let by_key = signers(keys).any(|key| wish.cdnskey().contains(key));
    let kinds = [
        ("CDS", !wish.cds().is_empty() && !by_cds),
        ("CDNSKEY", !wish.cdnskey().is_empty() && !by_key),
    ];
    let broken = kinds.into_iter().filter(|(_, is_broken)| *is_broken);
    broken.map(|(name, _)| name).collect()
}

#[cfg(all(test, feature = "agent"))]
mod tests {
    use super::*;
    use crate::checks::tests::lab;

    #[test]
    fn each_of_two_signers_has_to_be_led_to() {
        let told = |name| {
            let evidence = lab::evidence(name, &[], true, lab::straight);
            let report = lab::judge(&evidence);
            let all = report.findings.into_iter().chain(report.folded);
            all.filter(|one| one.code == CHECK.code)
                .map(|one| one.message)
                .collect::<Vec<_>>()
        };
        assert_eq!(told("cds-two-signers.test."), <[&str; 0]>::default());
        let [message] = &told("cds-one-signer.test.")[..] else {
            panic!("one statement");
        };
        assert!(
            message.contains("at 1 of 2 server addresses (ns2."),
            "{message}"
        );
    }
}
