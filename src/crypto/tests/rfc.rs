//! The examples printed in the RFCs, in the order of their numbers.

use super::super::{Algorithm, DigestType, PublicKey, ds_digest, nsec3_hash, sha256};
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

fn dnskey(flags: u16, algorithm: u8, key: &str) -> Vec<u8> {
    [&flags.to_be_bytes()[..], &[3, algorithm], &base64(key)].concat()
}

#[test]
fn signatures_verify_and_bent_ones_do_not() {
    let examples = [rsa(), ecdsa(), eddsa()].concat();
    assert_eq!(examples.len(), 11);
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
const RFC6605_P256: &str =
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==";
const RFC6605_P384: &str = "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40";
const RFC8080_ED25519: [&str; 2] = [
    "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
    "zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
];
const RFC8080_ED448: [&str; 2] = [
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

impl Clone for Signed {
    fn clone(&self) -> Self {
        Self {
            rdata: self.rdata.clone(),
            ..*self
        }
    }
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

#[test]
fn digests_of_ds_records() {
    let rfc4034 = "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
    // Owner, flags, algorithm, key, digest type, digest: RFC 4034, section 5.4;
    // RFC 4509, section 2.3; RFC 6605, sections 6.1 and 6.2; RFC 8080, section 6.
    let examples = [
        (
            "dskey.example.com",
            256,
            5,
            rfc4034,
            1,
            "2bb183af5f22588179a53b0a98631fad1a292118",
        ),
        (
            "dskey.example.com",
            256,
            5,
            rfc4034,
            2,
            "d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a",
        ),
        (
            "example.net",
            257,
            13,
            RFC6605_P256,
            2,
            "b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17",
        ),
        (
            "example.net",
            257,
            14,
            RFC6605_P384,
            4,
            "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6",
        ),
        (
            "example.com",
            257,
            15,
            RFC8080_ED25519[0],
            2,
            "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b",
        ),
        (
            "example.com",
            257,
            15,
            RFC8080_ED25519[1],
            2,
            "401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c",
        ),
        (
            "example.com",
            257,
            16,
            RFC8080_ED448[0],
            2,
            "6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7",
        ),
        (
            "example.com",
            257,
            16,
            RFC8080_ED448[1],
            2,
            "645ff078b3568f5852b70cb60e8e696cc77b75bfaaffc118cf79cbda1ba28af4",
        ),
    ];
    for (owner, flags, algorithm, key, digest_type, digest) in examples {
        let digest_type = DigestType(digest_type);
        let rdata = dnskey(flags, algorithm, key);
        let computed = ds_digest(digest_type, &name(owner), &rdata).unwrap();
        assert_eq!(computed, hex(digest), "{owner} {algorithm} {digest_type}");
        assert_eq!(digest_type.digest_len(), Some(computed.len()));
    }
}

#[test]
fn digests_that_are_not_supported_are_none() {
    for number in 0..=255 {
        let digest_type = DigestType(number);
        let computed = ds_digest(digest_type, &name("example"), b"rdata");
        assert_eq!(computed.is_some(), digest_type.is_supported(), "{number}");
    }
}

#[test]
fn rfc5155_appendix_a_hashed_owner_names() {
    let salt = hex("aabbccdd");
    for (owner, hashed) in [
        ("example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"),
        ("a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"),
        ("ai.example", "gjeqe526plbf1g8mklp59enfd789njgi"),
        ("ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"),
        ("ns2.example", "q04jkcevqvmu85r014c7dkba38o0ji5r"),
        ("w.example", "k8udemvp1j2f7eg6jebps17vp3n8i58h"),
        ("*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"),
        ("x.w.example", "b4um86eghhds6nea196smvmlo4ors995"),
        ("y.w.example", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"),
        ("x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s"),
        ("xx.example", "t644ebqk9bibcna874givr6joj62mlhv"),
        (
            "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example",
            "kohar7mbb8dc2ce8a9qvl8hon4k53uhi",
        ),
    ] {
        let computed = nsec3_hash(&name(owner), 12, &salt);
        assert_eq!(data_encoding::BASE32_DNSSEC.encode(&computed), hashed);
    }
}

#[test]
fn nsec3_hash_without_salt_or_iterations_is_sha1_of_the_name() {
    // FIPS 180-4 over the octets of "example.": made with a different program.
    let computed = nsec3_hash(&name("example"), 0, &[]);
    assert_eq!(computed[..], hex(SHA1_OF_EXAMPLE)[..]);
    let once_more = nsec3_hash(&computed, 0, &[]);
    assert_eq!(nsec3_hash(&name("example"), 1, &[]), once_more);
}

const SHA1_OF_EXAMPLE: &str = "1db8efa7dcb348bda7893fca1d8badfdb6996b01";

#[test]
fn fips_180_sha256_of_abc() {
    let expected = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(sha256(b"abc")[..], expected[..]);
}
