//! The digests and hashed owner names printed in the RFCs.

use super::super::{DigestType, Mac, MacHash, ds_digest, nsec3_hash, sha256};
use super::rfc::{RFC6605_P256, RFC6605_P384, RFC8080_ED448, RFC8080_ED25519, dnskey};
use super::{hex, name};

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
    // SHA-1 over the nine octets of the wire form, made with another program.
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

#[test]
fn rfc4231_case_2_in_parts() {
    for (hash, code) in [
        (
            MacHash::Sha256,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            MacHash::Sha384,
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            MacHash::Sha512,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
    ] {
        let mut mac = Mac::new(hash, b"Jefe");
        mac.update(b"what do ya want ");
        mac.update(b"for nothing?");
        let code = hex(code);
        assert_eq!(hash.code_len(), code.len());
        assert_eq!(mac.clone().finish(), code);
        assert!(mac.clone().verify(&code));
        assert!(
            !mac.clone().verify(&code[..16]) && !mac.clone().verify(&[&code[..], &[0]].concat())
        );
        let mut bent = code;
        *bent.last_mut().unwrap() ^= 1;
        assert!(!mac.verify(&bent));
    }
}
