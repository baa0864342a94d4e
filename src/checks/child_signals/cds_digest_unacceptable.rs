//! CDS with a digest type that no parent should publish.

use std::collections::BTreeSet;

use super::{Wish, ds_name, each_wish};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::crypto::{Assignment, DigestType, Requirement};
use crate::dns::Ds;
use crate::policy::Reach;

declare! {
    /// # cds-digest-unacceptable
    ///
    /// A CDS has a digest type that must not be used for delegation (SHA-1, GOST R 34.11-94), or one that
    /// is not assigned.
    ///
    /// ## Why it matters
    ///
    /// A parent that follows publishes a DS that newer validators do not look at; one that is careful
    /// refuses that record, or the whole RRset, and the rollover stands still. A CDS is copied as it is:
    /// the digest is chosen by the child's signer, often long ago.
    ///
    /// ## What resolvers do
    ///
    /// Nothing now; they do not look at CDS. With nothing but such a DS the zone becomes insecure for
    /// validators that do not know the digest, with extended error 2 (Unsupported DS Digest Type).
    ///
    /// ## How to put it right
    ///
    /// Let the signer publish SHA-256 and nothing else:
    ///
    /// - BIND: `cds-digest-types { 2; };` in the `dnssec-policy` (from 9.20 on), then `rndc reconfig`;
    ///   with key files `dnssec-dsfromkey -C -2 Kexample.com.+013+12345.key` prints the CDS to put in
    /// - Knot: `cds-digest-type: sha256` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil set-publish-cds example.com 2`
    /// - ldns: remove the record from the unsigned file; `ldns-key2ds -n -2 Kexample.com.+013+12345.key`
    ///   prints the right data
    ///
    /// ## References
    ///
    /// RFC 9904, section 4; RFC 9905, section 5; RFC 9906; RFC 7344, section 3. Neither DNSViz nor
    /// Zonemaster looks for it.
    "cds-digest-unacceptable", ChildSignals, Warning,
    rfc: ["RFC 9904 section 4", "RFC 9905 section 5"],
    explained_by: [],
    summary: "A CDS has a digest type that a parent should refuse.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes.filter_map(|wish| state(context, &wish)).collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let apex = &wish.zone.apex;
    let asked = || wish.cds().iter().filter(|ds| ds.algorithm != 0);
    let bad: BTreeSet<_> = asked()
        .filter(|ds| is_unacceptable(ds))
        .map(ds_name)
        .collect();
    if bad.is_empty() {
        return None;
    }
    let has_good = asked().any(|ds| !is_unacceptable(ds));
    let (reach, beside) = match has_good {
        true => (Reach::Harmless, "; a better one stands beside it"),
        false => (Reach::Everywhere, ""),
    };
    let message = format!(
        "CDS {} of {apex} has a digest type that parents should refuse{beside}",
        list(&bad)
    );
    let statement = wish.state(context, message);
    Some(statement.reach(reach).fix(format!(
        "publish CDS of {apex} with SHA-256 alone: `cds-digest-types` in BIND, `cds-digest-type: sha256` in Knot, `pdnsutil set-publish-cds {apex} 2`"
    )))
}

fn is_unacceptable(ds: &Ds) -> bool {
    let digest = DigestType(ds.digest_type);
    match digest.entry() {
        Some(entry) => entry.advice.use_delegation == Requirement::MustNot,
        None => digest.assignment() != Assignment::PrivateUse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_or_private_is_not_refused() {
        let is_good = |number: &u8| {
            let ds = Ds::parse(&[0, 1, 13, *number, 0]).unwrap();
            !is_unacceptable(&ds)
        };
        let good: Vec<_> = (0..=255).filter(is_good).collect();
        assert_eq!(good, [2, 4, 5, 6, 253, 254]);
    }
}
