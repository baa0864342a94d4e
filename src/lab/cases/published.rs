//! The subdomains of "Extended DNS Errors: Unlocking the Full Potential of DNS Troubleshooting"
//! (IMC 2023) but for their glue, under the names they have there.
//!
//! The authors edit a signed zone file, which often breaks two things at once. Here every zone is broken
//! in one place: what an edit would invalidate besides is signed again, unless the sentence says otherwise.

use super::{Entry, healthy};
use crate::dns::RecordType;
use crate::lab::Expect::{Bogus, Indeterminate, Insecure, Secure};
use crate::lab::Group;
use crate::lab::key::{DSA, Duty, ED448, KeyPlan, P256, P384, Publication, RSAMD5};
use crate::lab::plan::{Bend, DsBend, DsPlan, Mode, Nsec3Defect, Scope, Window};

const KSK: KeyPlan = KeyPlan::ksk(P256);
const ZSK: KeyPlan = KeyPlan::zsk(P256);
/// An algorithm number that is not assigned.
const UNASSIGNED: u8 = 100;
/// An algorithm number that is reserved.
const RESERVED: u8 = 200;
/// The first seed number that gives `bad-ksk.test.` a KSK with the tag of its true one.
pub(in crate::lab) const BAD_KSK_TWIN: u32 = 100_065;
/// The first seed number that gives `bad-zsk.test.` a ZSK with the tag of its true one.
pub(in crate::lab) const BAD_ZSK_TWIN: u32 = 42_524;

pub(super) fn entries() -> Vec<Entry> {
    [
        control(),
        ds(),
        times(),
        rrsig(),
        nsec3(),
        dnskey(),
        algorithms(),
        access(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn case(label: &str, fault: &'static str) -> Entry {
    healthy(Group::Published, &format!("{label}.test."), fault)
}

fn control() -> Vec<Entry> {
    vec![
        case("valid", "Nothing is wrong."),
        case(
            "unsigned",
            "The zone is not signed, and its parent proves that it has no DS.",
        )
        .insecure(&["zone-unsigned"])
        .copy(|copy| copy.keys.clear())
        .ds(&[]),
        case(
            "no-ds",
            "The zone is signed but its parent proves that it has no DS.",
        )
        .insecure(&["ds-missing-for-signed-zone"])
        .ds(&[]),
    ]
}

fn ds() -> Vec<Entry> {
    let bent = |bend| [DsPlan::of(KSK).bent(bend)];
    vec![
        case(
            "ds-bad-tag",
            "The DS has a key tag one greater than that of the KSK.",
        )
        .bogus(&["ds-no-matching-dnskey"])
        .never(&["ds-digest-mismatch", "ds-present-zone-unsigned"])
        .ds(&bent(DsBend::Tag)),
        case(
            "ds-bad-key-algo",
            "The DS says algorithm 14, the KSK it was made from is of algorithm 13.",
        )
        .bogus(&["ds-no-matching-dnskey"])
        .never(&["ds-digest-mismatch", "ds-present-zone-unsigned"])
        .ds(&bent(DsBend::Algorithm(P384))),
        case(
            "ds-unassigned-key-algo",
            "The only DS has the unassigned algorithm 100, so the zone counts as unsigned.",
        )
        .insecure(&["ds-all-unsupported"])
        .ds(&bent(DsBend::Algorithm(UNASSIGNED))),
        case(
            "ds-reserved-key-algo",
            "The only DS has the reserved algorithm 200, so the zone counts as unsigned.",
        )
        .insecure(&["ds-all-unsupported"])
        .ds(&bent(DsBend::Algorithm(RESERVED))),
        case(
            "ds-unassigned-digest-algo",
            "The only DS has the unassigned digest type 100, so the zone counts as unsigned.",
        )
        .insecure(&["ds-all-unsupported", "ds-digest-unassigned"])
        .ds(&bent(DsBend::DigestType(UNASSIGNED))),
        case(
            "ds-bogus-digest-value",
            "The DS has the tag and the algorithm of the KSK, and another digest.",
        )
        .bogus(&["ds-digest-mismatch"])
        .never(&["ds-no-matching-dnskey"])
        .ds(&bent(DsBend::Digest)),
    ]
}

fn times() -> Vec<Entry> {
    let all = |window| (Scope::All, Bend::Times(window));
    let apex_a = |window| (Scope::ApexA, Bend::Times(window));
    let bent = |entry: Entry, (scope, bend)| entry.bend(scope, bend);
    vec![
        bent(case("rrsig-exp-all", "All signatures of the zone expired two days ago."), all(Window::EXPIRED))
            .bogus(&["rrsig-expired"])
            .never(&["rrsig-not-yet-valid", "rrsig-invalid", "rrsig-missing"]),
        bent(case("rrsig-exp-a", "The signature over the address at the apex expired two days ago."), apex_a(Window::EXPIRED))
            .expect(Bogus, Secure, &["rrsig-expired"])
            .never(&["rrsig-not-yet-valid", "rrsig-invalid", "rrsig-missing"]),
        bent(case("rrsig-not-yet-all", "All signatures of the zone become valid in thirty days."), all(Window::FUTURE))
            .bogus(&["rrsig-not-yet-valid"])
            .never(&["rrsig-expired", "rrsig-invalid", "rrsig-missing"]),
        bent(case("rrsig-not-yet-a", "The signature over the address at the apex becomes valid in thirty days."), apex_a(Window::FUTURE))
            .expect(Bogus, Secure, &["rrsig-not-yet-valid"])
            .never(&["rrsig-expired", "rrsig-invalid", "rrsig-missing"]),
        bent(case("rrsig-exp-before-all", "All signatures of the zone expired ten days ago and become valid in ten days."), all(Window::REVERSED))
            .bogus(&["rrsig-expiration-before-inception"])
            .never(&["rrsig-invalid", "rrsig-missing"]),
        bent(case("rrsig-exp-before-a", "The signature over the address at the apex expired ten days ago and becomes valid in ten days."), apex_a(Window::REVERSED))
            .expect(Bogus, Secure, &["rrsig-expiration-before-inception"])
            .never(&["rrsig-invalid", "rrsig-missing"]),
    ]
}

fn rrsig() -> Vec<Entry> {
    // As `dnssec-signzone` does by default: both keys sign the DNSKEY RRset.
    let by_both = |label, fault| case(label, fault).keys(&[KSK, ZSK.signing(Duty::Everything)]);
    vec![
        case("rrsig-no-all", "All signatures were removed; keys, DS and NSEC are there.")
            .bogus(&["rrsig-missing"])
            .never(&["rrsig-expired", "ds-present-zone-unsigned"])
            .bend(Scope::All, Bend::Drop),
        case("rrsig-no-a", "The signature over the address at the apex was removed.")
            .expect(Bogus, Secure, &["rrsig-missing"])
            .never(&["rrsig-expired", "ds-no-secure-entry-point"])
            .bend(Scope::ApexA, Bend::Drop),
        by_both("no-rrsig-ksk", "The KSK's signature over the DNSKEY RRset was removed; the ZSK's, which no DS leads to, is there.")
            .bogus(&["ds-key-not-signing-dnskey-rrset"])
            .never(&["ds-no-matching-dnskey", "ds-digest-mismatch"])
            .bend(Scope::Dnskey, Bend::DropBy("ksk")),
        by_both("no-rrsig-dnskey", "All signatures over the DNSKEY RRset were removed.")
            .bogus(&["rrsig-missing"])
            .never(&["ds-no-matching-dnskey", "ds-digest-mismatch"])
            .bend(Scope::Dnskey, Bend::Drop),
        by_both("bad-rrsig-ksk", "The KSK's signature over the DNSKEY RRset does not verify; the ZSK's, which no DS leads to, does.")
            .bogus(&["rrsig-invalid"])
            .never(&["ds-no-matching-dnskey", "ds-digest-mismatch"])
            .bend(Scope::Dnskey, Bend::CorruptBy("ksk")),
        by_both("bad-rrsig-dnskey", "None of the signatures over the DNSKEY RRset verifies.")
            .bogus(&["rrsig-invalid"])
            .never(&["ds-no-matching-dnskey", "ds-digest-mismatch"])
            .bend(Scope::Dnskey, Bend::Corrupt),
    ]
}

fn nsec3() -> Vec<Entry> {
    let broken = |label, fault, defect| case(label, fault).nsec3(0, Some(defect));
    vec![
        broken("bad-nsec3-hash", "The hash in the owner name of every NSEC3 differs in one bit from that of the name; all are signed.", Nsec3Defect::Owner)
            .expect(Secure, Bogus, &["nsec3-no-closest-encloser"]),
        broken("bad-nsec3-next", "Every NSEC3 names the successor of its own hash as the next, so that none covers anything; all are signed.", Nsec3Defect::Next)
            .expect(Secure, Bogus, &["nsec3-next-closer-not-covered"])
            .never(&["nsec3-no-closest-encloser"]),
        case("bad-nsec3-rrsig", "The signatures over the NSEC3 records do not verify.")
            .nsec3(0, None)
            .bend(Scope::Denial, Bend::Corrupt)
            .expect(Secure, Bogus, &["rrsig-invalid"]),
        case("nsec3-rrsig-missing", "The signatures over the NSEC3 records were removed.")
            .nsec3(0, None)
            .bend(Scope::Denial, Bend::Drop)
            .expect(Secure, Bogus, &["rrsig-missing"]),
        broken("bad-nsec3param-salt", "NSEC3PARAM has a salt and the chain has none; the server hashes with the salt and sends records that prove nothing.", Nsec3Defect::ParamSalt)
            .expect(Secure, Bogus, &["nsec3param-chain-mismatch"]),
        broken("nsec3-missing", "All NSEC3 records were removed; NSEC3PARAM is there.", Nsec3Defect::NoChain)
            .expect(Secure, Bogus, &["denial-missing-for-nxdomain"]),
        broken("nsec3param-missing", "NSEC3PARAM was removed, so the server does not find the NSEC3 records and sends none.", Nsec3Defect::NoParam)
            .expect(Secure, Bogus, &["denial-missing-for-nxdomain"]),
        broken("no-nsec3param-nsec3", "NSEC3PARAM and all NSEC3 records were removed.", Nsec3Defect::Nothing)
            .expect(Secure, Bogus, &["denial-missing-for-nxdomain"]),
        case("nsec3-iter-200", "NSEC3 with 200 additional iterations: validators do not compute it and treat what it proves as insecure.")
            .nsec3(200, None)
            .expect(Secure, Insecure, &["nsec3-iterations-over-validator-limit"]),
    ]
}

fn dnskey() -> Vec<Entry> {
    vec![
        case("no-zsk", "The ZSK was removed from the DNSKEY RRset, which the KSK signed again; the rest is signed by the key that is gone.")
            .keys(&[KSK, ZSK.published(Publication::Hidden)])
            .bogus(&["rrsig-signer-key-unknown"])
            .never(&["ds-no-matching-dnskey"]),
        case("bad-zsk", "Another key with the tag of the ZSK stands in its place, and the KSK signed it; so no signature by the ZSK verifies.")
            .keys(&[KSK, ZSK.published(Publication::Instead(BAD_ZSK_TWIN))])
            .bogus(&["rrsig-invalid"])
            .never(&["rrsig-signer-key-unknown", "ds-no-matching-dnskey"]),
        case("no-ksk", "The KSK was removed from the DNSKEY RRset; the ZSK, which no DS leads to, signs what is left.")
            .keys(&[KSK.published(Publication::Hidden).signing(Duty::Nothing), ZSK.signing(Duty::Everything)])
            .bogus(&["ds-no-matching-dnskey"])
            .never(&["ds-present-zone-unsigned", "ds-digest-mismatch"]),
        case("bad-ksk", "Another key with the tag of the KSK stands in its place: neither the DS nor the signature over the DNSKEY RRset fits it.")
            .keys(&[KSK.published(Publication::Instead(BAD_KSK_TWIN)), ZSK])
            .bogus(&["ds-digest-mismatch"])
            .never(&["ds-no-matching-dnskey"]),
        case("no-dnskey-256", "The Zone Key flag of the ZSK was cleared after signing: the KSK's signature over the DNSKEY RRset fails, and the tag of the ZSK is another.")
            .keys(&[KSK, ZSK.published(Publication::ZoneKeyClearedAfterSigning)])
            .bogus(&["rrsig-invalid"])
            .never(&["ds-no-matching-dnskey"]),
        case("no-dnskey-257", "The Zone Key flag of the KSK was cleared after signing: its tag and digest are no longer those of the DS.")
            .keys(&[KSK.published(Publication::ZoneKeyClearedAfterSigning), ZSK])
            .bogus(&["ds-dnskey-zone-bit-clear"])
            .never(&["ds-present-zone-unsigned"]),
        case("no-dnskey-256-257", "The Zone Key flag of both keys was cleared after signing: no key is left that may sign the zone.")
            .keys(&[
                KSK.published(Publication::ZoneKeyClearedAfterSigning),
                ZSK.published(Publication::ZoneKeyClearedAfterSigning),
            ])
            .bogus(&["ds-dnskey-zone-bit-clear"])
            .never(&["ds-present-zone-unsigned"]),
        wrong_algorithm("bad-zsk-algo", "The ZSK is published with algorithm 14; it is a key of algorithm 13, and so are its signatures.", P384, &["dnskey-bad-length", "rrsig-signer-key-unknown"]),
        wrong_algorithm("unassigned-zsk-algo", "The ZSK is published with the unassigned algorithm 100; its signatures say 13.", UNASSIGNED, &["algorithm-unassigned", "rrsig-signer-key-unknown"]),
        wrong_algorithm("reserved-zsk-algo", "The ZSK is published with the reserved algorithm 200; its signatures say 13.", RESERVED, &["algorithm-unassigned", "rrsig-signer-key-unknown"]),
    ]
}

fn wrong_algorithm(
    label: &str,
    fault: &'static str,
    algorithm: u8,
    codes: &'static [&'static str],
) -> Entry {
    case(label, fault)
        .keys(&[KSK, ZSK.published(Publication::Algorithm(algorithm))])
        .bogus(codes)
        .never(&["ds-no-matching-dnskey", "ds-digest-mismatch"])
}

fn algorithms() -> Vec<Entry> {
    let old = |label, fault, algorithm| {
        case(label, fault)
            .keys(&[
                KeyPlan::ksk(algorithm).bits(1024),
                KeyPlan::zsk(algorithm).bits(1024),
            ])
            .insecure(&["ds-all-unsupported", "algorithm-must-not-use"])
    };
    vec![
        case("ed448", "Nothing is wrong: the zone is signed with Ed448.")
            .keys(&[KeyPlan::ksk(ED448), KeyPlan::zsk(ED448)]),
        old(
            "rsamd5",
            "The zone is signed with RSAMD5, which validators must not use; its signatures are filler.",
            RSAMD5,
        ),
        old(
            "dsa",
            "The zone is signed with DSA, which validators must not use; its keys and signatures are filler.",
            DSA,
        ),
    ]
}

fn access() -> Vec<Entry> {
    let refusing = |label, fault| {
        case(label, fault)
            .ask_type(RecordType::A)
            .expect(Indeterminate, Indeterminate, &["delegation-lame"])
            .zone(|zone| {
                zone.servers
                    .iter_mut()
                    .for_each(|server| server.mode = Mode::Refuse)
            })
    };
    vec![
        refusing("allow-query-none", "Every server refuses every query."),
        refusing(
            "allow-query-localhost",
            "Every server refuses every query but those of its own host, from which none come here.",
        ),
    ]
}
