//! The signatures printed in the RFCs, in the order of their numbers.

use super::super::{Algorithm, PublicKey};
use super::{base64, hex, name};

const A: u16 = 1;
const MX: u16 = 15;
const DNSKEY: u16 = 48;

/// An RRSIG RR, the one or two RRs that it covers, and the key.
struct Signed {
    source: &'static str,
    algorithm: u8,
    key: &'static str,
    key_tag: u16,
    signer: &'static str,
    owner: &'static str,
    labels: u8,
    rrtype: u16,
    rdata: Vec<Vec<u8>>,
    /// Expiration and inception.
    times: [u32; 2],
    signature: &'static str,
}

impl Signed {
    /// RFC 4034, section 3.1.8.1. All examples have an original TTL of 3600.
    fn message(&self) -> Vec<u8> {
        let ttl = 3600u32.to_be_bytes();
        let mut data = self.rrtype.to_be_bytes().to_vec();
        data.extend([self.algorithm, self.labels]);
        data.extend(ttl);
        data.extend(self.times.map(u32::to_be_bytes).concat());
        data.extend(self.key_tag.to_be_bytes());
        data.extend(name(self.signer));
        for rdata in &self.rdata {
            data.extend(name(self.owner));
            data.extend(self.rrtype.to_be_bytes());
            data.extend([0, 1]);
            data.extend(ttl);
            data.extend((rdata.len() as u16).to_be_bytes());
            data.extend(rdata);
        }
        data
    }
}

/// DNSKEY RDATA (RFC 4034, section 2.1).
pub(super) fn dnskey(flags: u16, algorithm: u8, key: &str) -> Vec<u8> {
    [&flags.to_be_bytes()[..], &[3, algorithm], &base64(key)].concat()
}

#[test]
fn signatures_verify_and_bent_ones_do_not() {
    let examples = [rsa(), ecdsa(), eddsa()].into_iter().flatten();
    for example in examples {
        let source = example.source;
        let algorithm = Algorithm(example.algorithm);
        let key = PublicKey::parse(algorithm, &base64(example.key)).unwrap();
        let message = example.message();
        let signature = base64(example.signature);
        assert_eq!(key.verify(&message, &signature), Ok(()), "{source}");
        assert_eq!(key.algorithm(), algorithm);

        let mut bent = message.clone();
        bent[0] ^= 1;
        assert!(key.verify(&bent, &signature).is_err(), "{source}");
        let mut bent = signature.clone();
        bent[7] ^= 1;
        assert!(key.verify(&message, &bent).is_err(), "{source}");
    }
}

const RFC5155_ZSK: &str =
    "AwEAAaetidLzsKWUt4swWR8yu0wPHPiUi8LUsAD0QPWU+wzt89epO6tHzkMBVDkC7qphQO2hTY4hHn9npWFRw5BYubE=";
const RFC5155_KSK: &str =
    "AwEAAcUlFV1vhmqx6NSOUOq2R/dsR7Xm3upJj7IommWSpJABVfW8Q0rOvXdM6kzt+TAu92L9AbsUdblMFin8CVF3n4s=";
const RFC5702_512: &str =
    "AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=";
const RFC5702_1024: &str = "AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/AyhqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL";
pub(super) const RFC6605_P256: &str =
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==";
pub(super) const RFC6605_P384: &str = "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40";
pub(super) const RFC8080_ED25519: [&str; 2] = [
    "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
    "zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
];
pub(super) const RFC8080_ED448: [&str; 2] = [
    "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
    "kkreGWoccSDmUBGAe7+zsbG6ZAFQp+syPmYUurBRQc3tDjeMCJcVMRDmgcNLp5HlHAMy12VoISsA",
];

fn rsa() -> Vec<Signed> {
    let times = [1_429_574_399, 1_129_852_800];
    let in_5702 = |source, algorithm, key, key_tag, signature| Signed {
        source,
        algorithm,
        key,
        key_tag,
        signer: "example.net",
        owner: "www.example.net",
        labels: 3,
        rrtype: A,
        rdata: vec![vec![192, 0, 2, 91]],
        times: [1_893_456_000, 946_684_800],
        signature,
    };
    vec![
        Signed {
            source: "RFC 5155, appendix A, DNSKEY RRset",
            algorithm: 7,
            key: RFC5155_KSK,
            key_tag: 12708,
            signer: "example",
            owner: "example",
            labels: 1,
            rrtype: DNSKEY,
            rdata: vec![dnskey(256, 7, RFC5155_ZSK), dnskey(257, 7, RFC5155_KSK)],
            times,
            signature: "AuU4juU9RaxescSmStrQks3Gh9FblGBlVU31uzMZ/U/FpsUb8aC6QZS+sTsJXnLnz7flGOsmMGQZf3bH+QsCtg==",
        },
        Signed {
            source: "RFC 5155, appendix A, *.w.example MX",
            algorithm: 7,
            key: RFC5155_ZSK,
            key_tag: 40430,
            signer: "example",
            owner: "*.w.example",
            labels: 2,
            rrtype: MX,
            rdata: vec![[&[0, 1][..], &name("ai.example")].concat()],
            times,
            signature: "CikebjQwGQPwijVcxgcZcSJKtfynugtlBiKb9FcBTrmOoyQ4InoWVudhCWsh/URX3lc4WRUMivEBP6+4KS3ldA==",
        },
        in_5702(
            "RFC 5702, section 6.1",
            8,
            RFC5702_512,
            9033,
            "kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg==",
        ),
        in_5702(
            "RFC 5702, section 6.2",
            10,
            RFC5702_1024,
            3740,
            "tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWzr0iGYgZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw=",
        ),
    ]
}

fn ecdsa() -> Vec<Signed> {
    let signed = |source, algorithm, key, key_tag, times, signature| Signed {
        source,
        algorithm,
        key,
        key_tag,
        signer: "example.net",
        owner: "www.example.net",
        labels: 3,
        rrtype: A,
        rdata: vec![vec![192, 0, 2, 1]],
        times,
        signature,
    };
    vec![
        signed(
            "RFC 6605, section 6.1",
            13,
            RFC6605_P256,
            55648,
            [1_284_026_679, 1_281_607_479],
            "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==",
        ),
        signed(
            "RFC 6605, section 6.2",
            14,
            RFC6605_P384,
            10771,
            [1_284_027_625, 1_281_608_425],
            "/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm",
        ),
    ]
}

/// RFC 8080, section 6 as printed, where example.com is given three labels, and
/// one signature as erratum 4935 corrects it to two.
fn eddsa() -> Vec<Signed> {
    let signed = |source, algorithm, key, key_tag, labels, signature| Signed {
        source,
        algorithm,
        key,
        key_tag,
        signer: "example.com",
        owner: "example.com",
        labels,
        rrtype: MX,
        rdata: vec![[&[0, 10][..], &name("mail.example.com")].concat()],
        times: [1_440_021_600, 1_438_207_200],
        signature,
    };
    vec![
        signed(
            "RFC 8080, section 6.1, first",
            15,
            RFC8080_ED25519[0],
            3613,
            3,
            "Edk+IB9KNNWg0HAjm7FazXyrd5m3Rk8zNZbvNpAcM+eysqcUOMIjWoevFkjH5GaMWeG96GUVZu6ECKOQmemHDg==",
        ),
        signed(
            "RFC 8080, section 6.1, first, erratum 4935",
            15,
            RFC8080_ED25519[0],
            3613,
            2,
            "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==",
        ),
        signed(
            "RFC 8080, section 6.1, second",
            15,
            RFC8080_ED25519[1],
            35217,
            3,
            "5LL2obmzdqjWI+Xto5eP5adXt/T5tMhasWvwcyW4L3SzfcRawOle9bodhC+oip9ayUGjY9T/rL4rN3bOuESGDA==",
        ),
        signed(
            "RFC 8080, section 6.2, first",
            16,
            RFC8080_ED448[0],
            9713,
            3,
            "Nmc0rgGKpr3GKYXcB1JmqqS4NYwhmechvJTqVzt3jR+Qy/lSLFoIk1L+9e39GPL+5tVzDPN3f9kAwiu8KCuPPjtl227ayaCZtRKZuJax7n9NuYlZJIusX0SOIOKBGzG+yWYtz1/jjbzl5GGkWvREUCUA",
        ),
        signed(
            "RFC 8080, section 6.2, second",
            16,
            RFC8080_ED448[1],
            38353,
            3,
            "+JjANio/LIzp7osmMYE5XD3H/YES8kXs5Vb9H8MjPS8OAGZMD37+LsCIcjg5ivt0d4Om/UaqETEAsJjaYe56CEQP5lhRWuD2ivBqE0zfwJTyp4WqvpULbpvaukswvv/WNEFxzEYQEIm9+xDlXj4pMAMA",
        ),
    ]
}

/// RFC 8032, sections 7.1 and 7.4: algorithm, key, message, signature.
const RFC8032: [(u8, &str, &str, &str); 5] = [
    (
        15,
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        15,
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        15,
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        16,
        "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180",
        "",
        "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600",
    ),
    (
        16,
        "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480",
        "03",
        "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00",
    ),
];

#[test]
fn rfc8032_edwards_curves() {
    for (algorithm, key, message, signature) in RFC8032 {
        let key = PublicKey::parse(Algorithm(algorithm), &hex(key)).unwrap();
        assert_eq!(key.verify(&hex(message), &hex(signature)), Ok(()));
    }
}
