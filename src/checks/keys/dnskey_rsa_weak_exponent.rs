//! An RSA exponent that is weak or costly.

use super::{ZoneKey, state_each};
use crate::checks::{Context, Statement};
use crate::crypto::{KeyDefect, KeyFault};
use crate::policy::Reach;

/// Exponents up to here are verified fast by all common libraries; 2^32 + 1 is the largest that signers
/// choose on their own (BIND's "large exponent"). Bits.
const LARGEST: usize = 33;

declare! {
    /// # dnskey-rsa-weak-exponent
    ///
    /// The public exponent of an RSA key is 0, 1, 3, even, or longer than 33 bits.
    ///
    /// ## Why it matters
    ///
    /// With exponent 1 anybody can sign. Even exponents cannot belong to a working key. Exponent 3 turns
    /// small mistakes in a validator's padding check into forged signatures (it happened in 2006). Very
    /// long exponents make each verification costly and are refused by some libraries.
    ///
    /// ## What resolvers do
    ///
    /// Most accept 3, some refuse it. BIND refuses long exponents when `max-rsa-exponent-size` says so;
    /// OpenSSL takes at most 64 bits with a modulus above 3,072 bits.
    ///
    /// ## How to put it right
    ///
    /// Roll to a new key; signers of today choose 65,537 by themselves. Better still, roll to
    /// ECDSAP256SHA256, which has no exponent:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy
    /// - one key alone: `dnssec-keygen -a RSASHA256 -b 2048 example.com`
    ///
    /// ## References
    ///
    /// RFC 3110, section 2; RFC 6781, section 3.4; NIST SP 800-89, section 5.3.3.
    "dnskey-rsa-weak-exponent", Keys, Warning,
    rfc: ["RFC 6781 section 3.4", "RFC 3110 section 2"],
    explained_by: [],
    summary: "An RSA key has a weak or oversized public exponent.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| Some((reach(context, one), words(one)?)),
        "roll these keys of ZONE to ECDSAP256SHA256, or to RSA keys with exponent 65,537",
    )
}

fn reach(context: &Context<'_>, one: &ZoneKey<'_>) -> Reach {
    match one.read() {
        Ok(_) => Reach::Everywhere,
        Err(_) => one.reach(context),
    }
}

fn words(one: &ZoneKey<'_>) -> Option<String> {
    match one.read() {
        Ok(key) => weakness(key.rsa_exponent()?),
        Err(KeyFault::RsaExponentTooLarge { bits, .. }) => Some(format!(
            "the exponent has {bits} bits, which validators refuse"
        )),
        Err(KeyFault::Malformed(KeyDefect::RsaExponentZero)) => {
            Some("the exponent is 0".to_owned())
        }
        Err(_) => None,
    }
}

/// What is weak about an exponent without leading zeros.
fn weakness(exponent: &[u8]) -> Option<String> {
    let first = exponent.first()?;
    let bits = exponent.len() * 8 - first.leading_zeros() as usize;
    match exponent {
        [1] => Some("the exponent is 1: anybody can sign".to_owned()),
        [3] => Some("the exponent is 3".to_owned()),
        [.., last] if last % 2 == 0 => Some("the exponent is even".to_owned()),
        _ if bits > LARGEST => Some(format!("the exponent has {bits} bits, more than {LARGEST}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_exponents_pass() {
        for exponent in [&[1, 0, 1][..], &[1, 0, 0, 0, 1], &[17]] {
            assert_eq!(weakness(exponent), None);
        }
        for exponent in [&[1][..], &[3], &[1, 0], &[2, 0, 0, 0, 1]] {
            assert!(weakness(exponent).is_some(), "{exponent:?}");
        }
    }
}
