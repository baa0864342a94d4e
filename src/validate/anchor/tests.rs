//! Anchors from both forms of file, and through evidence and back.

use super::*;
use crate::dns::{Record, master};

fn messages(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The public key of KSK-2024 as `root-anchors.xml` gives it.
const KSK_2024: &str = "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=";

/// The public key of KSK-2017.
const KSK_2017: &str = "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=";

/// A file in the form of IANA's, with the entry for KSK-2010 and one whose fields are given.
fn xml(zone: &str, attributes: &str, fields: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <TrustAnchor id=\"x\" source=\"y\">\n<Zone>{zone}</Zone>\n\
         <KeyDigest id=\"Kjqmt7v\" validFrom=\"2010-07-15T00:00:00+00:00\" validUntil=\"2019-01-11T00:00:00+00:00\">\n\
         <KeyTag>19036</KeyTag><Algorithm>8</Algorithm><DigestType>2</DigestType>\n\
         <Digest>49AAC11D7B6F6446702E54A1607371607A1A41855200FD2CE1CDDE32F24E8FB5</Digest>\n\
         </KeyDigest>\n<KeyDigest {attributes}>{fields}</KeyDigest>\n</TrustAnchor>\n"
    )
}

const FROM: &str = "validFrom=\"2024-07-18T02:00:00+02:00\"";
const DIGEST: &str = "683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16";

fn fields(tag: u16, digest: &str, rest: &str) -> String {
    format!(
        "<KeyTag>{tag}</KeyTag><Algorithm>8</Algorithm><DigestType>2</DigestType><Digest>{digest}</Digest>{rest}"
    )
}

#[test]
fn the_built_in_anchors_are_the_digests_of_the_keys_of_the_root() {
    let anchors = built_in();
    assert_eq!(anchors.len(), 2);
    let keys = read(&format!(
        ". DNSKEY 257 3 8 {KSK_2017}\n. DNSKEY 257 3 8 {KSK_2024}\n"
    ))
    .unwrap();
    for (anchor, key) in anchors.iter().zip(&keys) {
        let (AnchorKind::Ds(ds), AnchorKind::Dnskey(dnskey)) = (&anchor.kind, &key.kind) else {
            panic!("{anchor:?} {key:?}");
        };
        assert_eq!(
            (anchor.key_tag(), anchor.algorithm()),
            (key.key_tag(), key.algorithm())
        );
        let digest = crate::crypto::ds_digest(DigestType::SHA256, &[0], &dnskey.rdata());
        assert_eq!(digest.as_deref(), Some(&ds.digest[..]));
        assert!(anchor.zone.is_root());
        assert_eq!(anchor.valid_until, None);
    }
    assert_eq!(anchors[0].key_tag(), 20326);
    assert_eq!(anchors[1].key_tag(), 38696);
    assert_eq!(anchors[1].valid_from, Some(time("2024-07-18T00:00:00Z")));
}

#[test]
fn records_of_several_zones_at_and_below_the_root() {
    let text = format!(
        "; anchors\n. 172800 IN DS 20326 8 2 (\n E06D44B80B8F1D39A95C0B0D7C65D084\n 58E880409BBC683457104237C7F8EC8D )\n\
         Test. IN DNSKEY 257 3 8 {KSK_2024}\nTest. DS 5 13 99 AB\n"
    );
    let anchors = read(&text).unwrap();
    let shown: Vec<_> = anchors
        .iter()
        .map(|anchor| (anchor.zone.to_string(), anchor.key_tag()))
        .collect();
    assert_eq!(
        shown,
        [
            (".".to_owned(), 20326),
            ("Test.".to_owned(), 38696),
            ("Test.".to_owned(), 5)
        ]
    );
    assert!(anchors.iter().all(|a| a.is_valid_at(Timestamp(i64::MIN))));
}

#[test]
fn the_file_of_iana_is_read_with_its_intervals() {
    let key = format!("<PublicKey>\n{KSK_2024}\n</PublicKey><Flags>257</Flags><New/>");
    let text = xml(".", FROM, &fields(38696, &DIGEST.to_lowercase(), &key));
    for text in [format!("\u{FEFF}{text}"), text.replace('\n', "\r\n"), text] {
        let anchors = read(&text).unwrap();
        assert_eq!(anchors.len(), 2);
        let valid_at = |at| {
            let valid = anchors.iter().filter(|anchor| anchor.is_valid_at(time(at)));
            valid.map(TrustAnchor::key_tag).collect::<Vec<_>>()
        };
        assert_eq!(valid_at("2010-07-14T23:59:59Z"), vec![0_u16; 0]);
        assert_eq!(valid_at("2010-07-15T00:00:00Z"), [19036]);
        assert_eq!(valid_at("2019-01-10T23:59:59Z"), [19036]);
        assert_eq!(valid_at("2019-01-11T00:00:00Z"), vec![0_u16; 0]);
        assert_eq!(valid_at("2024-07-18T00:00:00Z"), [38696]);
    }
}

#[test]
fn a_record_that_can_be_no_anchor_is_named_with_its_line() {
    let many = format!(". DS 1 8 2 {DIGEST}\n").repeat(MAX_ANCHORS + 1);
    for (text, message) in [
        ("", "no trust anchor"),
        ("; none\n\n", "no trust anchor"),
        (
            "\n. DS 1 8 2 AB\n",
            "line 2: the digest for tag 1 has 1 octets, its type 32",
        ),
        (". DS 1 8 99\n", "line 1: the anchor with tag 1 is empty"),
        (
            ". DS 1 8 2 XY\n",
            "line 1: not hexadecimal: invalid symbol at 0",
        ),
        (
            ". DNSKEY 256 3 8\n",
            "line 1: the anchor with tag 1032 is empty",
        ),
        (
            ". DNSKEY 1 3 8 AAAA\n",
            "line 1: the key with tag 777 lacks the Zone Key flag",
        ),
        (
            ". DNSKEY 385 3 8 AAAA\n",
            "line 1: the key with tag 1161 is revoked",
        ),
        (
            ". DNSKEY 257 2 8 AAAA\n",
            "line 1: the key with tag 777 has protocol 2, not 3",
        ),
        (
            ". DNSKEY \\# 2 0101\n",
            "line 1: the data does not fit the type DNSKEY",
        ),
        (
            ". NS a.\n",
            "line 1: NS is not a trust anchor: these are DS and DNSKEY",
        ),
        (
            ". CDS 1 8 2 AB\n",
            "line 1: CDS is not a trust anchor: these are DS and DNSKEY",
        ),
        (
            "trust-anchors { . initial-ds 1 8 2 \"AB\"; };\n",
            "line 1: `{` is not a record type (the records of a configuration file, not the file, are wanted here)",
        ),
        (&many, "line 1025: more than 1024 trust anchors"),
    ] {
        assert_eq!(messages(text), message, "{text:.40}");
    }
}

#[test]
fn xml_that_does_not_fit_is_named_with_its_line() {
    let key = |key: &str| format!("<PublicKey>{key}</PublicKey><Flags>257</Flags>");
    let good = fields(38696, DIGEST, "");
    let wide = format!("<TrustAnchor>{}</TrustAnchor>", " ".repeat(64 << 10));
    for (text, message) in [
        (xml("a..b", FROM, &good), "line 3: `Zone` cannot be `a..b`"),
        (xml(".", "", &good), "line 8: no `validFrom`"),
        (
            xml(".", "validFrom=\"soon\"", &good),
            "line 8: `validFrom` is `soon`, not an RFC 3339 instant such as 2027-01-01T00:00:00Z",
        ),
        (
            xml(
                ".",
                &format!("{FROM} validUntil=\"2024-07-18T00:00:00Z\""),
                &good,
            ),
            "line 8: valid from 2024-07-18T00:00:00Z until 2024-07-18T00:00:00Z, which is not later",
        ),
        (
            xml(".", FROM, "<KeyTag>1</KeyTag>"),
            "line 8: no `Algorithm`",
        ),
        (
            xml(".", FROM, "<KeyTag>70000</KeyTag>"),
            "line 8: `KeyTag` cannot be `70000`",
        ),
        (
            xml(".", FROM, "<KeyTag>1</KeyTag>\n<KeyTag>2</KeyTag>"),
            "line 9: a second `KeyTag`",
        ),
        (
            xml(".", FROM, &fields(38696, &DIGEST[2..], "")),
            "line 8: the digest for tag 38696 has 31 octets, its type 32",
        ),
        (
            xml(".", FROM, &fields(1, DIGEST, &key(KSK_2024))),
            "line 8: the tag is given as 1 but the key has 38696",
        ),
        (
            xml(".", FROM, &fields(20326, DIGEST, &key(KSK_2017))),
            "line 8: the digest for tag 20326 is not that of the key beside it",
        ),
        (
            xml(
                ".",
                FROM,
                &fields(38696, DIGEST, "<PublicKey>AAAA</PublicKey>"),
            ),
            "line 8: `PublicKey` without `Flags`",
        ),
        ("<a/>".to_owned(), "line 1: `a` is not `TrustAnchor`"),
        (
            "<TrustAnchor><Zone>.</Zone></TrustAnchor>".to_owned(),
            "no trust anchor",
        ),
        ("<TrustAnchor/>".to_owned(), "line 1: no `Zone`"),
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]>\n<TrustAnchor/>".to_owned(),
            "line 1: XML with DTD detected",
        ),
        (wide, "line 1: the file is longer than 65536 octets"),
    ] {
        assert_eq!(messages(&text), message);
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let text = xml(".", FROM, &fields(38696, DIGEST, ""));
    for length in 1..text.trim_end().len() {
        let error = read(&text[..length]).unwrap_err();
        assert!(error.line.is_some(), "{length}: {error}");
    }
}

#[test]
fn a_hostile_file_costs_little() {
    let deep = "<a>".repeat(20_000);
    let mut wide = "<a ".to_owned();
    for number in 0.. {
        wide.push_str(&format!("a{number:x}='' "));
        if wide.len() > 65_500 {
            break;
        }
    }
    wide.push_str("/>");
    for text in [deep, wide] {
        assert!(read(&text).unwrap_err().to_string().len() < 300);
    }
}

#[test]
fn evidence_keeps_anchors_with_their_intervals() {
    let text = xml("Sub.Test", FROM, &fields(38696, DIGEST, ""));
    let mut anchors = read(&text).unwrap();
    anchors.extend(read(&format!("a\\.b.test. DNSKEY 257 3 8 {KSK_2017}\n")).unwrap());
    anchors[1].valid_from = None;
    anchors[1].valid_until = Some(Timestamp(i64::MAX));
    let records = to_records(&anchors);
    let rtypes: Vec<_> = records.iter().map(|r| r.rtype.to_string()).collect();
    assert_eq!(rtypes, ["DS", "TXT", "DS", "TXT", "DNSKEY"]);
    let back = from_records(&records).unwrap();
    assert_eq!(back, anchors);
    assert!(back[0].zone.eq_case(&anchors[0].zone));
    assert_eq!(from_records(&to_records(&built_in())).unwrap(), built_in());
}

#[test]
fn an_interval_without_its_anchor_is_refused() {
    let records = |text: &str| -> Vec<Record> { master::read(text, &Name::root()).unwrap() };
    for text in [
        ". TXT valid-from=2024-07-18T00:00:00Z\n",
        ". DS 1 8 99 AB\na. TXT valid-from=2024-07-18T00:00:00Z\n",
        ". DS 1 8 99 AB\n. TXT valid-from=soon\n",
        ". DS 1 8 99 AB\n. TXT hello\n",
        ". DS 1 8 99 AB\n. TXT valid-from=@1\n. TXT valid-from=@2\n",
        ". DS 1 8 99 AB\n. TXT \\# 2 05FF\n",
    ] {
        let error = from_records(&records(text)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the data does not fit the type TXT",
            "{text}"
        );
    }
    assert!(from_records(&records(". DS 1 8 2 AB\n")).is_err());
    assert_eq!(from_records(&[]), Ok(Vec::new()));
}
