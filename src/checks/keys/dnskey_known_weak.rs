//! Keys that anybody can sign with.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::{Weakness, weakness};
use crate::policy::Reach;

declare! {
    /// # dnskey-known-weak
    ///
    /// The private half of a key is known, or can be computed from the public one: its RSA modulus has the
    /// mark of ROCA, or it is a key whose private half stands in an RFC as an example.
    ///
    /// ## Why it matters
    ///
    /// Whoever has the private key can sign forged answers that every validator accepts. Keys with the
    /// mark of ROCA were made by smart cards and modules with a library of Infineon; those of 1,024 bits
    /// can be factored in days, those of 2,048 at a cost. Examples are copied when a set-up is tried out,
    /// and stay.
    ///
    /// ## What resolvers do
    ///
    /// They accept signatures of such keys: nothing is wrong with the signature.
    ///
    /// ## How to put it right
    ///
    /// Replace the key at once, with one made elsewhere than the old one. Whether it was used by others
    /// cannot be seen, so that a rollover need not wait for a quiet day:
    ///
    /// - BIND: `rndc dnssec -rollover -key 12345 example.com`
    /// - Knot: `knotc zone-key-rollover example.com zsk`, or `ksk`
    /// - PowerDNS: `pdnsutil add-zone-key example.com zsk active ecdsa256`, later
    ///   `pdnsutil remove-zone-key example.com ID`
    /// - ldns and NSD: `ldns-keygen -a ECDSAP256SHA256 example.com`, sign with both keys for a TTL, then
    ///   with the new one
    ///
    /// For a key-signing key have the registrar publish the new DS and withdraw the old one:
    /// `anchorwatch ds example.com` prints both and says when.
    ///
    /// ## References
    ///
    /// CVE-2017-15361; RFC 5702, section 6; RFC 6605, section 6; RFC 8080, section 6. Not looked for:
    /// moduli that share a prime with those of others, for which one would need all of them. One modulus
    /// in 2^27 has the mark of ROCA by chance.
    "dnskey-known-weak", Keys, Error,
    rfc: ["RFC 6781 section 3.4"],
    explained_by: [],
    summary: "Anybody can have the private half of a key.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            let found = weakness(one.algorithm(), &one.key.key)?;
            let text = match found {
                Weakness::Roca => {
                    "the modulus has the mark of ROCA (CVE-2017-15361) and can be factored"
                        .to_owned()
                }
                Weakness::Published(source) => format!("the private key is printed in {source}"),
            };
            Some((Reach::Everywhere, text))
        },
        "replace these keys of ZONE at once by keys that are made elsewhere",
    )
}
