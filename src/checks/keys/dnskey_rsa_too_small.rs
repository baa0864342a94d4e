//! An RSA key below what its algorithm allows.

use super::{ZoneKey, state_each};
use crate::checks::{Context, Statement};
use crate::crypto::KeyFault;

declare! {
    /// # dnskey-rsa-too-small
    ///
    /// The modulus of an RSA key is smaller than its algorithm allows: 512 bits, and 1,024 with RSASHA512.
    ///
    /// ## Why it matters
    ///
    /// The standard forbids such keys, validators refuse many of them, and a modulus of 512 bits can be
    /// factored with modest means.
    ///
    /// ## What resolvers do
    ///
    /// It depends on their library; OpenSSL builds with raised security levels refuse the key, and then
    /// the answer is SERVFAIL if nothing else signed.
    ///
    /// ## How to put it right
    ///
    /// Roll to a key of 2,048 bits, or better to ECDSAP256SHA256:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy; the rollover then starts by itself
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk active ecdsa256`; a TTL later the new DS
    ///   in place of the old, and when the TTL of the DS has passed `pdnsutil remove-zone-key
    ///   example.com ID` for each old key
    ///
    /// ## References
    ///
    /// RFC 3110, section 2; RFC 5702, sections 2.1 and 2.2. Zonemaster: DNSKEY_TOO_SMALL_FOR_ALGO.
    "dnskey-rsa-too-small", Keys, Error,
    rfc: ["RFC 5702 section 2", "RFC 3110 section 2"],
    explained_by: [],
    summary: "An RSA modulus is smaller than its algorithm allows.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            let (bits, minimum) = too_small(one)?;
            let text = format!(
                "the modulus has {bits} bits, fewer than the {minimum} that the algorithm needs"
            );
            Some((one.reach(context), text))
        },
        "roll ZONE to ECDSAP256SHA256, or to RSA keys of 2,048 bits",
    )
}

fn too_small(one: &ZoneKey<'_>) -> Option<(u32, u32)> {
    let minimum = *one.algorithm().rsa_modulus_range()?.start();
    let bits = match one.read() {
        Ok(key) => key.bits(),
        Err(KeyFault::RsaModulusTooSmall { bits, .. }) => bits,
        Err(_) => return None,
    };
    (bits < minimum).then_some((bits, minimum))
}
