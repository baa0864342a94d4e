//! Two versions, bent in one thing at a time: each judgement, and what comes nearest to it.

use std::fmt::Write as _;

use super::*;
use crate::crypto::{DigestType, ds_digest};
use crate::dns::master::{Reader, Settings as ReaderSettings, no_includes};
use crate::dns::{Dnskey, Ds, Timestamp};
use crate::policy::Policy;
use crate::report::Severity;
use crate::report::render::Style;
use crate::zone::{Progress, read};

const AT: Timestamp = Timestamp(1_798_761_600);
const INCEPTION: &str = "20261215000000";
const EXPIRATION: &str = "20270201000000";

/// A key that signs nothing really: what is judged here is what signatures claim.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key(u16, u8, u8);

const KSK: Key = Key(257, 13, 1);
const KSK2: Key = Key(257, 13, 2);
const ZSK: Key = Key(256, 13, 3);
const ZSK2: Key = Key(256, 13, 4);
const RSA: Key = Key(256, 8, 5);
const OLD_RSA: Key = Key(256, 5, 6);

impl Key {
    fn dnskey(self) -> Dnskey {
        let Self(flags, algorithm, seed) = self;
        let mut rdata = flags.to_be_bytes().to_vec();
        rdata.extend([3, algorithm]);
        rdata.extend([seed; 64]);
        Dnskey::parse(&rdata).unwrap()
    }

    fn ds(self) -> Ds {
        let key = self.dnskey();
        let digest = ds_digest(DigestType(2), b"\x07example\x00", &key.rdata()).unwrap();
        Ds {
            key_tag: key.key_tag(),
            algorithm: key.algorithm,
            digest_type: 2,
            digest: digest.into(),
        }
    }
}

/// A version of a zone.
#[derive(Clone)]
struct Zone {
    serial: u32,
    keys: Vec<Key>,
    /// What signs data.
    signers: Vec<Key>,
    ttl: u32,
    key_ttl: u32,
    times: (&'static str, &'static str),
    more: String,
    denial: &'static str,
}

fn zone(serial: u32, keys: &[Key], signers: &[Key]) -> Zone {
    Zone {
        serial,
        keys: keys.to_vec(),
        signers: signers.to_vec(),
        ttl: 300,
        key_ttl: 7200,
        times: (EXPIRATION, INCEPTION),
        more: String::new(),
        denial: "",
    }
}

impl Zone {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn text(&self) -> String {
        let mut out = format!("$ORIGIN example.\n$TTL {}\n", self.ttl);
        let sets = [
            ("example.", format!("SOA ns h {} 1 2 3 4", self.serial)),
            ("example.", "NS ns.other.".to_owned()),
            ("www.example.", "A 192.0.2.1".to_owned()),
        ];
        for (owner, data) in sets {
            let rtype = data.split(' ').next().unwrap();
            let _ = writeln!(out, "{owner} {data}");
            self.sign(&mut out, owner, rtype, self.ttl, &self.signers);
        }
        for key in &self.keys {
            let text = crate::dns::present::rdata(RecordType::DNSKEY, &key.dnskey().rdata());
            let _ = writeln!(out, "example. {} DNSKEY {text}", self.key_ttl);
        }
        let entries: Vec<Key> = self
            .keys
            .iter()
            .filter(|key| key.0 == 257)
            .copied()
            .collect();
        if !self.keys.is_empty() {
            self.sign(&mut out, "example.", "DNSKEY", self.key_ttl, &entries);
        }
        out + self.denial + &self.more
    }

    fn sign(&self, out: &mut String, owner: &str, rtype: &str, ttl: u32, signers: &[Key]) {
        let labels = owner.matches('.').count();
        let (end, begin) = self.times;
        for key in signers {
            let (algorithm, tag) = (key.1, key.dnskey().key_tag());
            let _ = writeln!(
                out,
                "{owner} {ttl} RRSIG {rtype} {algorithm} {labels} {ttl} {end} {begin} {tag} example. AAAA"
            );
        }
    }
}

fn version(text: &str, settings: &Settings) -> (Outcome, Version) {
    let input = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let mut opener = no_includes;
    let of_reader = ReaderSettings::of_zone("zone", None);
    let mut reader = Reader::new(input, of_reader, &mut opener);
    read(&mut reader, settings, &Progress::default()).unwrap()
}

fn changed(old: &str, new: &str, ds: Option<Vec<Ds>>) -> Outcome {
    let settings = Settings {
        origin: None,
        at: AT,
        policy: Policy::default(),
        kept: 3,
        max_ttl: None,
        max_lifetime: None,
        max_remaining: None,
        ds,
        sample: None,
        is_going_on: false,
    };
    let of_old = Settings {
        ds: None,
        ..settings.clone()
    };
    let before = version(old, &of_old);
    let (mut outcome, newer) = version(new, &settings);
    compare((&before.0, &before.1), (&mut outcome, &newer), &settings).unwrap();
    outcome
}

/// The judgements, each with the seconds until it is over.
fn judged(old: &Zone, new: &Zone, ds: Option<&[Key]>) -> Vec<(&'static str, Option<i64>)> {
    let ds = ds.map(|keys| keys.iter().map(|key| key.ds()).collect());
    judged_texts(&old.text(), &new.text(), ds)
}

fn judged_texts(old: &str, new: &str, ds: Option<Vec<Ds>>) -> Vec<(&'static str, Option<i64>)> {
    let codes = [
        fault::SERIAL_NOT_INCREASED,
        fault::MASS_REMOVAL,
        fault::SIGNATURES_OLDER,
        fault::DS_UNSIGNED,
        fault::SET_REPLACED,
        fault::KEY_TOO_EARLY,
        fault::ZSK_TOO_EARLY,
        fault::SIGNING_TOO_EARLY,
        fault::UNSIGNED_TOO_EARLY,
        fault::ALGORITHM_ORDER,
        fault::NSEC3_UNABLE,
    ];
    let outcome = changed(old, new, ds);
    let known = |code: &str| codes.iter().any(|known| known.name == code);
    let faults = outcome.faults.iter().filter(|fault| known(fault.code));
    let each = faults.flat_map(|fault| fault.first.iter().map(|one| (fault.code, one.until)));
    each.map(|(code, until)| (code, until.map(|until| until.since(AT))))
        .collect()
}

const NOTHING: &[(&str, Option<i64>)] = &[];

#[test]
fn the_serial_goes_forwards() {
    let at = |serial| zone(serial, &[KSK, ZSK], &[ZSK]);
    let more = |serial| at(serial).with(|zone| zone.more = "new A 192.0.2.2\n".to_owned());
    let refused = [("zone-serial-not-increased", None)];
    assert_eq!(judged(&at(7), &at(7), None), NOTHING);
    assert_eq!(judged(&at(7), &more(8), None), NOTHING);
    assert_eq!(judged(&at(u32::MAX), &more(0), None), NOTHING);
    assert_eq!(judged(&at(7), &more(7), None), refused);
    assert_eq!(judged(&at(7), &more(6), None), refused);
    // Half of the way round is neither forwards nor backwards.
    assert_eq!(judged(&at(7), &more(7 + (1 << 31)), None), refused);
    assert_eq!(judged(&at(7), &more(6 + (1 << 31)), None), NOTHING);
    let other_ttl = at(7).with(|zone| zone.ttl = 301);
    assert_eq!(judged(&at(7), &other_ttl, None), refused);
}

#[test]
fn a_zone_signing_key_goes_when_its_signatures_are_gone() {
    let both = [KSK, ZSK, ZSK2];
    let gone = |old: &Zone| judged(old, &zone(2, &[KSK, ZSK2], &[ZSK2]), None);
    let early = |seconds| vec![("rollover-zsk-removed-too-early", Some(seconds))];
    let old = zone(1, &both, &[ZSK]);
    assert_eq!(gone(&old), early(300));
    // What has no signature by another key counts, for the longest TTL of it.
    let long = old.clone().with(|zone| zone.ttl = 86_400);
    assert_eq!(gone(&long), early(86_400));
    assert_eq!(gone(&zone(1, &both, &[ZSK2])), NOTHING);
    assert_eq!(gone(&zone(1, &both, &[ZSK, ZSK2])), NOTHING);
    // Nobody keeps a signature beyond its end.
    let ending = |end| old.clone().with(|zone| zone.times.0 = end);
    assert_eq!(gone(&ending("20270101000100")), early(60));
    assert_eq!(gone(&ending("20270101000000")), NOTHING);
    let revoked = Key(257 | 128, 13, 4);
    let new = zone(2, &[KSK, revoked], &[]);
    assert_eq!(
        judged(&zone(1, &[KSK, ZSK2], &[ZSK2]), &new, None),
        early(300)
    );
}

#[test]
fn a_new_key_signs_when_caches_know_it() {
    let old = zone(1, &[KSK, ZSK], &[ZSK]);
    let early = [("rollover-signing-too-early", Some(7200))];
    let both = [KSK, ZSK, ZSK2];
    assert_eq!(judged(&old, &zone(2, &both, &[ZSK2]), None), early);
    assert_eq!(judged(&old, &zone(2, &both, &[ZSK, ZSK2]), None), NOTHING);
    let published = zone(1, &both, &[ZSK]);
    assert_eq!(judged(&published, &zone(2, &both, &[ZSK2]), None), NOTHING);
    let unkept = old.clone().with(|zone| zone.key_ttl = 0);
    assert_eq!(judged(&unkept, &zone(2, &both, &[ZSK2]), None), NOTHING);
    let swapped = judged(&old, &zone(2, &[KSK, ZSK2], &[ZSK2]), None);
    let expected = [
        ("rollover-signing-too-early", Some(7200)),
        ("rollover-zsk-removed-too-early", Some(300)),
    ];
    assert_eq!(swapped, expected);
}

#[test]
fn all_keys_at_once_is_one_finding() {
    let old = zone(1, &[KSK, ZSK], &[ZSK]);
    let new = zone(2, &[KSK2, ZSK2], &[ZSK2]);
    let replaced = [("dnskey-set-replaced", Some(7200))];
    assert_eq!(judged(&old, &new, Some(&[KSK, KSK2])), replaced);
    let long = old.with(|zone| zone.ttl = 86_400);
    let replaced = [("dnskey-set-replaced", Some(86_400))];
    assert_eq!(judged(&long, &new, Some(&[KSK, KSK2])), replaced);
}

#[test]
fn a_key_goes_when_no_ds_leads_to_it() {
    let old = zone(1, &[KSK, KSK2, ZSK], &[ZSK]);
    let new = zone(2, &[KSK2, ZSK], &[ZSK]);
    let early = [("rollover-key-removed-too-early", None)];
    assert_eq!(judged(&old, &new, Some(&[KSK])), early);
    assert_eq!(judged(&old, &new, Some(&[KSK2])), NOTHING);
    assert_eq!(judged(&old, &new, Some(&[KSK, KSK2])), NOTHING);
    assert_eq!(judged(&old, &old, Some(&[KSK])), NOTHING);
    assert_eq!(judged(&old, &new, None), NOTHING);
    let unknown = changed(&old.text(), &new.text(), None);
    let asked = unknown.change.unwrap().not_judged;
    assert!(asked.len() == 1 && asked[0].contains("--ds"), "{asked:?}");
}

#[test]
fn algorithms_come_and_go_in_their_order() {
    let (keys, both) = ([KSK, ZSK], [KSK, ZSK, RSA]);
    let wrong = |seconds| vec![("rollover-algorithm-out-of-order", seconds)];
    let without = zone(1, &keys, &[ZSK]);
    let ready = zone(1, &keys, &[ZSK, RSA]);
    let with = zone(2, &both, &[ZSK, RSA]);
    assert_eq!(judged(&without, &with, None), wrong(Some(300)));
    assert_eq!(judged(&ready, &with, None), NOTHING);
    let without = zone(3, &keys, &[ZSK]);
    assert_eq!(judged(&with, &without, None), wrong(Some(7200)));
    assert_eq!(judged(&with, &zone(3, &keys, &[ZSK, RSA]), None), NOTHING);
    // A DS of the algorithm that went.
    let left = zone(3, &keys, &[ZSK, RSA]);
    assert_eq!(judged(&with, &left, Some(&[KSK, RSA])), wrong(None));
    assert_eq!(judged(&with, &left, Some(&[KSK])), NOTHING);
}

#[test]
fn a_zone_goes_unsigned_when_its_ds_is_gone() {
    let signed = zone(1, &[KSK, ZSK], &[ZSK]);
    let unsigned = |serial| zone(serial, &[], &[]);
    let none = || judged(&signed, &unsigned(2), Some(&[]));
    assert_eq!(
        judged(&signed, &unsigned(2), Some(&[KSK])),
        [("ds-present-zone-unsigned", None)]
    );
    assert_eq!(
        judged(&signed, &unsigned(2), None),
        [("rollover-unsigned-too-early", None)]
    );
    assert_eq!(none(), NOTHING);
    assert_eq!(judged(&unsigned(1), &unsigned(2), None), NOTHING);
    let begun = zone(2, &[KSK, ZSK], &[ZSK]);
    assert_eq!(judged(&unsigned(1), &begun, None), NOTHING);
}

#[test]
fn nsec3_needs_an_algorithm_that_knows_it() {
    const NSEC3: &str = "\
example. NSEC3PARAM 1 0 0 -
00000000000000000000000000000010.example. NSEC3 1 0 0 - 00000000000000000000000000000010 A
";
    let with = |serial, key| zone(serial, &[KSK, ZSK, key], &[ZSK, key]);
    let hashed = |serial, key| with(serial, key).with(|zone| zone.denial = NSEC3);
    let unable = [("nsec3-with-nsec-only-algorithm", None)];
    let (old, other) = (with(1, OLD_RSA), with(1, RSA));
    assert_eq!(judged(&old, &hashed(2, OLD_RSA), None), unable);
    assert_eq!(judged(&other, &hashed(2, RSA), None), NOTHING);
    assert_eq!(judged(&old, &with(2, OLD_RSA), None), NOTHING);
    let outcome = changed(&other.text(), &hashed(2, RSA).text(), None);
    let fields = outcome.change.unwrap().fields;
    assert_eq!(fields[0].after, "NSEC3, 0 iterations, 0 octets of salt");
}

/// So many delegations, some of them with DS.
fn delegations(count: usize, secure: usize) -> String {
    let each = (0..count).map(|n| {
        let ds = format!("d{n} DS 1 13 2 {:064}\n", 0);
        let ds = if n < secure { ds.as_str() } else { "" };
        format!("d{n} NS ns.other.\n{ds}")
    });
    each.collect()
}

#[test]
fn many_names_do_not_go_unnoticed() {
    let with = |serial, count, secure| {
        let more = delegations(count, secure);
        zone(serial, &[KSK, ZSK], &[ZSK]).with(|zone| zone.more = more)
    };
    let gone = |before: (usize, usize), after: (usize, usize)| {
        let old = with(1, before.0, before.1);
        judged(&old, &with(2, after.0, after.1), None).len()
    };
    // Names and delegations are told apart.
    assert_eq!(gone((200, 0), (180, 0)), 2);
    assert_eq!(gone((200, 0), (190, 0)), 0);
    assert_eq!(gone((200, 0), (189, 0)), 2);
    // Of a few, the share says nothing.
    assert_eq!(gone((20, 0), (11, 0)), 0);
    assert_eq!(gone((20, 0), (10, 0)), 2);
    assert_eq!(gone((40, 30), (40, 20)), 1);
    assert_eq!(gone((40, 30), (40, 21)), 0);
    assert_eq!(gone((200, 0), (400, 0)), 0);
}

#[test]
fn signatures_do_not_get_older() {
    let old = zone(1, &[KSK, ZSK], &[ZSK]);
    let at = |times| zone(2, &[KSK, ZSK], &[ZSK]).with(|zone| zone.times = times);
    let older = [("zone-signatures-older", None)];
    let backup = ("20270120000000", "20261210000000");
    assert_eq!(judged(&old, &at(backup), None), older);
    let shorter = ("20270120000000", "20261220000000");
    assert_eq!(judged(&old, &at(shorter), None), NOTHING);
    let longer = ("20270220000000", "20261210000000");
    assert_eq!(judged(&old, &at(longer), None), NOTHING);
}

#[test]
fn what_changed_is_told() {
    let old = zone(1, &[KSK, ZSK], &[ZSK]).with(|zone| {
        zone.more = "a NS ns.other.\na DS 1 13 2 00\nb NS ns.other.\nc NS ns.other.\n\
            c DS 1 13 2 00\nd NS ns.other.\ngone A 192.0.2.1\nf 60 TXT x\n"
            .to_owned();
    });
    let new = zone(5, &[KSK, ZSK2], &[ZSK2]).with(|zone| {
        zone.more = "a NS ns.other.\nb NS ns2.other.\nb DS 1 13 2 00\nc NS ns.other.\n\
            c DS 2 13 2 00\ne NS ns.other.\nnew A 192.0.2.1\nf 61 TXT x\n@ MX 1 mail.other.\n"
            .to_owned();
    });
    let outcome = changed(&old.text(), &new.text(), None);
    let change = outcome.change.as_ref().unwrap();
    assert_eq!(change.serial, SerialStep::Forwards { by: 4 });
    let told = &change.delegations;
    let first = |listed: &Listed| listed.first.join(" ");
    assert_eq!(first(&told.added), "e.example.");
    assert_eq!(first(&told.removed), "d.example.");
    assert_eq!(first(&told.ns_changed), "b.example.");
    assert_eq!(first(&told.ds_added), "b.example.");
    assert_eq!(first(&told.ds_removed), "a.example.");
    assert_eq!(first(&told.ds_changed), "c.example.");
    assert_eq!(first(&change.names_added), "e.example. new.example.");
    assert_eq!(first(&change.names_removed), "d.example. gone.example.");
    assert_eq!(first(&change.ttls), "f.example. TXT 60 -> 61");
    assert_eq!(first(&change.apex), "+ MX 1 mail.other.");
    let steps: Vec<_> = change
        .keys
        .iter()
        .map(|key| (key.change, key.tag))
        .collect();
    let tag = |key: Key| key.dnskey().key_tag();
    assert_eq!(
        steps,
        [(KeyStep::Removed, tag(ZSK)), (KeyStep::Added, tag(ZSK2))]
    );
    assert_eq!(change.cached_until, AT.plus(7200));
    let text = crate::zone::text(
        &outcome,
        outcome.status(Severity::Warning),
        &Style::default(),
    );
    for part in [
        "serial 1 -> 5: forwards by 4",
        "+ MX 1",
        "that lost DS: 1 (a.example.)",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn pieces_meet() {
    let names = |serial: u32, skip: usize| {
        let each = (0..3 * super::super::CHUNK).filter(|n| n % 1_000 != skip);
        let more = each.map(|n| format!("n{n:06} A 192.0.2.1\n")).collect();
        zone(serial, &[], &[]).with(|zone| zone.more = more).text()
    };
    let outcome = changed(&names(1, 999), &names(2, 0), None);
    let change = outcome.change.unwrap();
    let count = (3 * super::super::CHUNK) as u64;
    let (with_0, with_999) = (count.div_ceil(1_000), count / 1_000);
    assert_eq!(change.names_added.total, with_999);
    assert_eq!(change.names_removed.total, with_0);
    let row = change.types.iter().find(|row| row.rtype == RecordType::A);
    let row = row.unwrap();
    assert_eq!((row.added, row.removed), (with_999, with_0));
    assert_eq!(
        (row.before, row.after),
        (count - with_999 + 1, count - with_0 + 1)
    );
}

#[test]
fn other_zones_are_not_versions() {
    let other = "other. 60 SOA a. b. 1 2 3 4 5\n";
    let settings = Settings {
        origin: None,
        at: AT,
        policy: Policy::default(),
        kept: 3,
        max_ttl: None,
        max_lifetime: None,
        max_remaining: None,
        ds: None,
        sample: None,
        is_going_on: false,
    };
    let one = version(&zone(1, &[], &[]).text(), &settings);
    let (mut outcome, two) = version(other, &settings);
    let refused = compare((&one.0, &one.1), (&mut outcome, &two), &settings);
    assert_eq!(refused, Err(OtherZone("example.".into(), "other.".into())));
}

/// Two words of the key exchanged: another key with the same tag.
#[test]
fn another_key_with_the_same_tag_is_another_key() {
    let twin = |text: &str| {
        let line = text
            .lines()
            .find(|line| line.contains("DNSKEY 256"))
            .unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let mut key = data_encoding::BASE64.decode(words[6].as_bytes()).unwrap();
        key[10..14].copy_from_slice(&[1, 2, 3, 4]);
        let one = data_encoding::BASE64.encode(&key);
        key[10..14].copy_from_slice(&[3, 4, 1, 2]);
        let other = data_encoding::BASE64.encode(&key);
        [one, other].map(|key| {
            text.replace(words[6], &key)
                .replace(&tag_of(line), &tag_of(&line.replace(words[6], &key)))
        })
    };
    let [old, _] = twin(&zone(1, &[KSK, ZSK], &[ZSK]).text());
    let [same, new] = twin(&zone(2, &[KSK, ZSK], &[ZSK]).text());
    let [old, same, new] = [&old[..], &same, &new];
    assert_eq!(judged_texts(old, same, None), NOTHING);
    let told = judged_texts(old, new, None);
    let expected = [
        ("rollover-signing-too-early", Some(7200)),
        ("rollover-zsk-removed-too-early", Some(300)),
    ];
    assert_eq!(told, expected);
}

/// As signatures write it, between blanks.
fn tag_of(line: &str) -> String {
    let records =
        crate::dns::master::read(&format!("{line}\n"), &crate::dns::Name::root()).unwrap();
    format!(" {} ", crate::dns::rdata::key_tag(&records[0].rdata))
}

#[test]
fn a_ds_that_was_withdrawn_may_be_in_caches() {
    let old = zone(1, &[KSK, KSK2, ZSK], &[ZSK]).text();
    let new = zone(2, &[KSK2, ZSK], &[ZSK]).text();
    let outcome = changed(&old, &new, Some(vec![KSK2.ds()]));
    let not_judged = outcome.change.unwrap().not_judged;
    assert!(
        not_judged[0].contains("withdrew one less than its TTL ago"),
        "{not_judged:?}"
    );
    let same = changed(&old, &old, Some(vec![KSK2.ds()]));
    assert_eq!(same.change.unwrap().not_judged, [""; 0]);
}
