//! Keys that anybody can sign with: of a kind that can be factored, or whose private half is printed.
//!
//! ROCA (CVE-2017-15361; Nemec and others, "The Return of Coppersmith's Attack", CCS 2017): a library of
//! Infineon made RSA primes of the form `k * M + (65537^a mod M)`, `M` being the product of the first
//! primes. Modulo each of these primes the modulus is then a power of 65537 too, which is rare by chance:
//! one modulus in 2^27 passes.
//!
//! The private keys are those of the examples in RFC 5702, 6605 and 8080.

use super::{Algorithm, rsa};

/// Why anybody can sign with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// The modulus has the mark of ROCA, and can be factored.
    Roca,
    /// The private key stands in this RFC and section.
    Published(&'static str),
}

/// Why anybody can sign with the key in this Public Key field; `None` where nothing is known against it.
pub fn weakness(algorithm: Algorithm, key: &[u8]) -> Option<Weakness> {
    let printed = PRINTED.iter().find(|(_, text)| {
        let octets = data_encoding::BASE64.decode(text.as_bytes());
        octets.is_ok_and(|octets| octets == key)
    });
    if let Some((source, _)) = printed {
        return Some(Weakness::Published(source));
    }
    let modulus = rsa::modulus(key).filter(|_| algorithm.is_rsa())?;
    has_mark(modulus).then_some(Weakness::Roca)
}

/// Primes modulo which the mark is looked for: those of the least keys made so.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

fn has_mark(modulus: &[u8]) -> bool {
    // Any number small enough is a power of anything modulo so few primes.
    modulus.len() >= 64 && PRIMES.iter().all(|&prime| is_power(modulus, prime))
}

/// Whether the number is a power of 65537 modulo this prime.
fn is_power(number: &[u8], prime: u32) -> bool {
    let rest = number
        .iter()
        .fold(0, |rest, octet| (rest * 256 + u32::from(*octet)) % prime);
    let mut power = 1;
    for _ in 0..prime {
        if power == rest {
            return true;
        }
        power = power * (65_537 % prime) % prime;
    }
    false
}

/// RFC and section, and the Public Key field.
const PRINTED: [(&str, &str); 8] = [
    (
        "RFC 5702, section 6.1",
        "AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=",
    ),
    (
        "RFC 5702, section 6.2",
        "AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/AyhqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL",
    ),
    (
        "RFC 6605, section 6.1",
        "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
    ),
    (
        "RFC 6605, section 6.2",
        "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
    ),
    (
        "RFC 8080, section 6.1",
        "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
    ),
    (
        "RFC 8080, section 6.1",
        "zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
    ),
    (
        "RFC 8080, section 6.2",
        "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
    ),
    (
        "RFC 8080, section 6.2",
        "kkreGWoccSDmUBGAe7+zsbG6ZAFQp+syPmYUurBRQc3tDjeMCJcVMRDmgcNLp5HlHAMy12VoISsA",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// 65537 to the power of 64, which has 1,025 bits.
    fn marked() -> Vec<u8> {
        let mut number = vec![1];
        for _ in 0..64 {
            let shifted = [&number[..], &[0, 0]].concat();
            let mut sum = [&[0, 0][..], &number].concat();
            let mut carry = 0;
            for (digit, other) in sum.iter_mut().zip(&shifted).rev() {
                let all = u16::from(*digit) + u16::from(*other) + carry;
                (*digit, carry) = (all as u8, all >> 8);
            }
            number = sum;
        }
        number
    }

    fn field(modulus: &[u8]) -> Vec<u8> {
        [&[3, 1, 0, 1], modulus].concat()
    }

    #[test]
    fn the_mark_is_found_and_one_bit_removes_it() {
        let number = marked();
        let key = field(&number);
        assert_eq!(weakness(Algorithm::RSASHA256, &key), Some(Weakness::Roca));
        assert_eq!(weakness(Algorithm::ED25519, &key), None);
        for bit in 1..16 {
            let mut other = number.clone();
            let last = other.len() - 2;
            other[last + usize::from(bit < 8)] ^= 1 << (bit % 8);
            assert_eq!(
                weakness(Algorithm::RSASHA256, &field(&other)),
                None,
                "{bit}"
            );
        }
    }

    #[test]
    fn a_power_is_told_from_what_is_none() {
        // Modulo 11, 65537 is 10, the powers of which are 1 and 10.
        let powers: Vec<u8> = (0..11).filter(|rest| is_power(&[*rest], 11)).collect();
        assert_eq!(powers, [1, 10]);
    }

    #[test]
    fn printed_keys_can_be_read() {
        for (source, text) in PRINTED {
            let key = data_encoding::BASE64.decode(text.as_bytes()).unwrap();
            let found = weakness(Algorithm::ED25519, &key);
            assert_eq!(found, Some(Weakness::Published(source)));
        }
    }
}
