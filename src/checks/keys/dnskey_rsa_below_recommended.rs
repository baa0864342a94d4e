//! An RSA key that is short by today's measure.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::policy::Reach;

declare! {
    /// # dnskey-rsa-below-recommended
    ///
    /// The modulus of an RSA key is allowed and shorter than recommended (2,048 bits by default).
    ///
    /// ## Why it matters
    ///
    /// A modulus of 1,024 bits has about 80 bits of strength; that is within reach of those who can spend
    /// much. Whoever factors it can sign answers of the zone.
    ///
    /// ## What resolvers do
    ///
    /// They accept it, unless their system's crypto policy demands more; then the answer is SERVFAIL.
    ///
    /// ## How to put it right
    ///
    /// Roll the key. A zone-signing key changes without the parent; when changing the algorithm, follow
    /// the order of an algorithm rollover, which these do by themselves:
    ///
    /// - BIND: `keys { ksk lifetime unlimited algorithm ecdsap256sha256; zsk lifetime unlimited algorithm
    ///   ecdsap256sha256; };` in the `dnssec-policy`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, or `zsk-size: 2048` and
    ///   `knotc zone-key-rollover example.com zsk`
    /// - PowerDNS: `pdnsutil add-zone-key example.com zsk 2048 inactive rsasha256`, later
    ///   `pdnsutil activate-zone-key example.com ID`
    ///
    /// ## References
    ///
    /// NIST SP 800-57 part 1 revision 5, table 2; RFC 6781, section 3.4.2. Zonemaster:
    /// DNSKEY_SMALLER_THAN_REC.
    "dnskey-rsa-below-recommended", Keys, Warning,
    rfc: ["RFC 6781 section 3.4.2"],
    explained_by: ["dnskey-rsa-too-small", "algorithm-must-not-use"],
    summary: "An RSA modulus is shorter than recommended.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let recommended = context.policy.rsa_bits_recommended;
    state_each(
        context,
        |one| {
            let range = one.algorithm().rsa_modulus_range()?;
            let bits = one.read().ok()?.bits();
            let is_short = range.contains(&bits) && bits < recommended;
            is_short.then(|| {
                let text = format!(
                    "the modulus has {bits} bits, fewer than the {recommended} recommended"
                );
                (Reach::Everywhere, text)
            })
        },
        "roll these keys of ZONE to ECDSAP256SHA256, or to RSA of 2,048 bits",
    )
}
