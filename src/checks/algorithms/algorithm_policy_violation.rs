//! Algorithms, digest types and sizes of RSA keys that the operator does not allow.

use std::collections::BTreeSet;

use super::state_each;
use crate::checks::delegation::state_published;
use crate::checks::keys;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, DigestType};
use crate::policy::Reach;

declare! {
    /// # algorithm-policy-violation
    ///
    /// A key has an algorithm or, with RSA, a size, or a DS an algorithm or a digest type, that is not on the
    /// operator's own list. Without a list nothing is looked at.
    ///
    /// ## Why it matters
    ///
    /// What a house allows is often narrower than what the standards do: one algorithm for all zones, or
    /// the list of a registry or an auditor. A zone that differs was set up by hand, or somebody else signs
    /// it.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: they have lists of their own.
    ///
    /// ## How to put it right
    ///
    /// Roll the zone to an algorithm on the list, or put the algorithm on the list. Where the digest is
    /// meant, have the registrar publish a DS of the same key with another one:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`, then
    ///   `rndc reconfig`; `dnssec-dsfromkey -2 Kexample.com.+013+12345.key` prints a DS
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, then `knotc reload`; `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk active ecdsa256`; `pdnsutil export-zone-ds
    ///   example.com`
    /// - ldns and NSD: `ldns-keygen -a ECDSAP256SHA256 -k example.com`; `ldns-key2ds -n -2
    ///   Kexample.com.+013+12345.key`
    ///
    /// ## References
    ///
    /// RFC 9904, which says what may be used at all; `allowed-algorithms`, `allowed-rsa-bits` and
    /// `allowed-digests` of a policy file. Without a list of sizes, `dnskey-rsa-below-recommended` judges these.
    "algorithm-policy-violation", Algorithms, Warning,
    rfc: ["RFC 9904"],
    explained_by: [],
    summary: "An algorithm, a digest type or a size of RSA keys is not on the operator's list.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let policy = context.policy;
    let mut stated = Vec::new();
    if let Some(allowed) = &policy.allowed_algorithms {
        let allowed: BTreeSet<Algorithm> = allowed.iter().copied().map(Algorithm).collect();
        stated.extend(state_each(context, false, |algorithm| {
            (!allowed.contains(&algorithm)).then(|| {
                let names = list(&allowed);
                (
                    format!("the policy allows {names}"),
                    format!("roll to {names}, or allow {algorithm}"),
                )
            })
        }));
    }
    if let Some(allowed) = &policy.allowed_rsa_bits {
        let sizes = list(allowed);
        let found = keys::state_each(
            context,
            |one| {
                one.algorithm().rsa_modulus_range()?;
                let bits = one.read().ok()?.bits();
                let text =
                    format!("the policy allows RSA of {sizes} bits, and the modulus has {bits}");
                (!allowed.contains(&bits)).then_some((Reach::Everywhere, text))
            },
            "roll these keys of ZONE to a size that the policy allows, or allow theirs",
        );
        stated.extend(found);
    }
    if let Some(allowed) = &policy.allowed_digests {
        let names = list(allowed.iter().copied().map(DigestType));
        stated.extend(state_published(
            context,
            |one| {
                let digest = DigestType(one.ds.digest_type);
                let is_allowed = allowed.contains(&digest.0);
                (!is_allowed).then(|| {
                    let text = format!("the policy allows digests of {names}, not {digest}");
                    (Reach::Everywhere, text)
                })
            },
            |_| format!("have the parent publish a DS of the same key with {names}"),
        ));
    }
    stated.retain(|statement| context.is_target(&statement.zone));
    stated
}
