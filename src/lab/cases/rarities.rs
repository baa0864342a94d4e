//! Faults so rare that nobody rehearses them, and near misses of faults: right zones that look almost like
//! wrong ones. The tests of checks ask for them; nothing serves them.

use super::{Entry, healthy, name};
use crate::lab::Expect::{Bogus, Secure};
use crate::lab::Group;
use crate::lab::key::{Duty, KeyPlan, P256, Publication, RSASHA1};
use crate::lab::plan::{
    Bend, ChildSignal, Denial, DsBend, DsPlan, Mode, Nsec3Defect, Scope, ServerPlan, Window,
    ZonePlan,
};
use crate::lab::zone::NEGATIVE_TTL;

const KSK: KeyPlan = KeyPlan::ksk(P256);
const ZSK: KeyPlan = KeyPlan::zsk(P256);
/// An algorithm number that is not assigned.
const UNASSIGNED: u8 = 100;
/// GOST R 34.11-2012, which has a number and nothing that computes it here.
const GOST: u8 = 5;

pub(super) fn entries() -> Vec<Entry> {
    [
        delegations(),
        parents(),
        keys(),
        spare_keys(),
        signatures(),
        chains(),
        listed(),
        nsec3(),
        opt_out(),
        child_signals(),
        odd_child_signals(),
        csync(),
        servers(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn case(label: &str, fault: &'static str) -> Entry {
    healthy(Group::Operations, &format!("{label}.test."), fault)
}

/// A zone below `parent`, which is not signed and has no DS.
fn unsigned_below(parent: ZonePlan, fault: &'static str) -> Entry {
    let apex = format!("child.{}", parent.apex);
    healthy(Group::Operations, &apex, fault)
        .below(parent)
        .copy(|copy| copy.keys.clear())
        .ds(&[])
}

fn leaf(label: &str) -> ZonePlan {
    ZonePlan::leaf(name(&format!("{label}.test.")))
}

fn delegations() -> Vec<Entry> {
    let beside = |bend| [DsPlan::of(KSK), DsPlan::of(KSK).bent(bend)];
    vec![
        case("ds-unknown-beside", "Beside the DS stands one of an algorithm that is not assigned.")
            .secure_with(&["algorithm-unassigned"])
            .ds(&beside(DsBend::Algorithm(UNASSIGNED))),
        case("ds-gost", "Beside the DS stands one with a digest type that few compute.")
            .secure_with(&["ds-digest-unsupported"])
            .ds(&beside(DsBend::DigestType(GOST))),
        case("ds-short", "The digest of a second DS lacks an octet.")
            .secure_with(&["ds-digest-length-wrong"])
            .ds(&beside(DsBend::Short)),
        case("ns-added", "The zone has one NS record more than the delegation, that of a server of another zone.")
            .secure_with(&["delegation-ns-sets-differ"])
            .with("@ NS ns1.valid.test.\n"),
        case("ds-mixed", "The KSK has a DS with SHA-256 and one with SHA-384, another key one with SHA-256 alone.")
            .secure_with(&["ds-digest-sets-differ"])
            .ds(&[
                DsPlan::of(KSK),
                DsPlan::of(KSK).digest_type(4),
                DsPlan::of(KSK.named("next-ksk")),
            ])
            .copy(|copy| copy.keys.push(KSK.named("next-ksk"))),
        case("ds-both-digests", "Nothing is wrong: two keys have a DS with SHA-256 and one with SHA-384 each.")
            .ds(&[
                DsPlan::of(KSK),
                DsPlan::of(KSK).digest_type(4),
                DsPlan::of(KSK.named("next-ksk")),
                DsPlan::of(KSK.named("next-ksk")).digest_type(4),
            ])
            .copy(|copy| copy.keys.push(KSK.named("next-ksk"))),
        case("ns-nowhere", "The zone has an NS record that leads to no address.")
            .secure_with(&["delegation-ns-unresolvable"])
            .with("@ NS nowhere\n"),
    ]
}

fn parents() -> Vec<Entry> {
    let mut unlisted = leaf("ns-unlisted");
    unlisted.copies[0].unlisted = Some(("child", crate::dns::RecordType::NS));
    let mut unflagged = leaf("opt-out-unflagged");
    unflagged.copies[0].denial = Denial::Nsec3 {
        iterations: 0,
        opt_out: true,
        defect: Some(Nsec3Defect::NoFlag),
    };
    // The servers of parent and child are the same, so that nobody refers from one to the other.
    let mut shared = leaf("shared-unlisted");
    shared.copies[0].unlisted = Some(("child", crate::dns::RecordType::NS));
    let together = ["127.61.0.1", "127.61.0.2"];
    for (server, address) in shared.servers.iter_mut().zip(together) {
        server.address = address.parse().ok();
    }
    let mut half = leaf("ds-half");
    half.copies.push(half.copies[0].clone());
    half.servers[1].copy = 1;
    let mut behind = ZonePlan {
        apex: name("ds-behind.test."),
        ..half.clone()
    };
    half.copies[1].delegations = Some(Vec::new());
    behind.copies[1].delegations = Some(vec![DsPlan::of(KSK), DsPlan::of(KSK.named("old-ksk"))]);
    let below = |label: &str, fault, parent| {
        healthy(Group::Operations, &format!("child.{label}.test."), fault).below(parent)
    };
    vec![
        unsigned_below(unlisted, "The NSEC at the delegation does not list NS.")
            .bogus(&["denial-referral-without-ns"]),
        unsigned_below(
            shared,
            "The parent, on the same servers, has no NS records for the zone.",
        )
        .zone(|zone| {
            for (server, address) in zone.servers.iter_mut().zip(together) {
                server.address = address.parse().ok();
            }
        })
        .bogus(&["delegation-ns-missing-in-parent"]),
        unsigned_below(
            unflagged,
            "The chain of the parent leaves the delegation out and does not flag Opt-Out.",
        )
        .bogus(&["nsec3-opt-out-required"]),
        below(
            "ds-half",
            "The second of the parent's servers has no DS.",
            half,
        )
        .secure_with(&["ds-presence-inconsistent"]),
        below(
            "ds-behind",
            "The second of the parent's servers has an old DS besides.",
            behind,
        )
        .secure_with(&["ds-content-inconsistent"]),
    ]
}

/// A key in waiting that two zones have.
const SHARED: &str =
    "@ DNSKEY \\# 36 0100030FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

fn keys() -> Vec<Entry> {
    let spare = ZSK.named("spare").signing(Duty::Nothing);
    let revoked = KSK.named("old-ksk").revoked();
    let mut shared = leaf("key-shared");
    shared.text = SHARED;
    vec![
        healthy(Group::Operations, "child.key-shared.test.", "A key that signs nothing is in the parent too.")
            .secure_with(&["dnskey-reused-across-zones"])
            .below(shared)
            .with(SHARED),
        case("keyed-www", "A name below the apex has a DNSKEY record.")
            .secure_with(&["dnskey-not-at-apex"])
            .with("www DNSKEY \\# 8 0100030F01020304\n")
            .ask("www")
            .ask_type(crate::dns::RecordType::DNSKEY),
        case("keyless-www", "Nothing is wrong: a name below the apex is asked for keys, and has none.")
            .ask("www")
            .ask_type(crate::dns::RecordType::DNSKEY),
        case("csk-256", "One key without the SEP flag signs everything.")
            .secure_with(&["ds-dnskey-sep-bit-clear"])
            .keys(&[ZSK.signing(Duty::Everything)]),
        case("revoked-beside", "A KSK that was replaced is revoked, and signs the DNSKEY RRset as it should.")
            .secure_with(&["dnskey-revoked-present"])
            .keys(&[KSK, ZSK, revoked]),
        case("revoked-idle", "A KSK that was replaced is revoked, and does not sign.")
            .secure_with(&["dnskey-revoked-not-self-signed"])
            .keys(&[KSK, ZSK, revoked.signing(Duty::Nothing)]),
        case("zsk-revoked", "The ZSK is revoked and signs on.")
            .bogus(&["rrsig-by-revoked-key"])
            .keys(&[KSK, ZSK.revoked()]),
        case("zsk-no-flag", "The Zone Key flag of the ZSK is clear.")
            .bogus(&["rrsig-by-non-zone-key"])
            .keys(&[KSK, ZSK.without_zone_key()]),
        case("spare-no-flag", "The Zone Key flag of a key that signs nothing is clear.")
            .secure_with(&["dnskey-flags-invalid"])
            .keys(&[KSK, ZSK, spare.without_zone_key()]),
        case("rolled-zsk", "Nothing is wrong: signatures by a ZSK that is gone stand beside those by its successor.")
            .keys(&[KSK, ZSK, ZSK.named("old-zsk").published(Publication::Hidden)]),
        case("two-ways", "The address at the apex has a signature by a key that is gone, and one that does not verify.")
            .expect(Bogus, Secure, &["rrsig-none-valid"])
            .keys(&[KSK, ZSK, ZSK.named("old-zsk").published(Publication::Hidden)])
            .bend(Scope::ApexA, Bend::CorruptBy("zsk")),
    ]
}

/// Zones with a key in waiting that is odd.
fn spare_keys() -> Vec<Entry> {
    const F4: &[u8] = &[1, 0, 1];
    let spare = |label: &str, protocol: u8, algorithm: u8, octets: &[u8]| {
        let rdata = [&[1, 0, protocol, algorithm], octets].concat();
        let hex = data_encoding::HEXUPPER.encode(&rdata);
        let text = format!("@ DNSKEY \\# {} {hex}\n", rdata.len());
        // As long as the hierarchy that is made of it.
        case(label, "A key that signs nothing is odd.")
            .secure_with(&[])
            .with(text.leak())
    };
    let rsa = |label: &str, exponent: &[u8], modulus: &[u8]| {
        let length = [exponent.len() as u8];
        spare(label, 3, 8, &[&length, exponent, modulus].concat())
    };
    let odd = |octets: usize| vec![0xFF; octets];
    let even = [&odd(255)[..], &[0xFE]].concat();
    vec![
        rsa("spare-rsa", F4, &odd(256)),
        rsa("spare-rsa-4096", F4, &odd(512)),
        rsa("spare-rsa-4104", F4, &odd(513)),
        rsa("spare-rsa-504", F4, &odd(63)),
        rsa("spare-rsa-exponent-3", &[3], &odd(256)),
        rsa("spare-rsa-zero-first", &[0, 1, 0, 1], &odd(256)),
        rsa("spare-rsa-even", F4, &even),
        spare("spare-protocol-2", 2, 15, &odd(32)),
        spare("spare-empty", 3, 15, &[]),
        spare("spare-dh", 3, 2, &odd(32)),
        spare("spare-sm2", 3, 17, &odd(64)),
        spare("spare-dsa", 3, 3, &odd(64)),
        rsa("spare-roca", F4, &powers_of_f4()),
    ]
}

/// 65537 to the power of 128, which has 2,049 bits and the mark of ROCA.
fn powers_of_f4() -> Vec<u8> {
    let mut number = vec![1u8];
    for _ in 0..128 {
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

fn signatures() -> Vec<Entry> {
    vec![
        case("brief-signatures", "Nothing is wrong: signatures live a day longer than secondaries keep the zone.")
            .bend(Scope::All, Bend::Times(Window::BRIEF)),
        case("aged-signatures", "Signatures were made for sixty days, of which four are left.")
            .secure_with(&["rrsig-expiring-soon-relative"])
            .bend(Scope::All, Bend::Times(Window::AGED)),
        case("long-signatures", "Signatures last for another year.")
            .secure_with(&["rrsig-lifetime-too-long", "rrsig-remaining-too-long"])
            .bend(Scope::All, Bend::Times(Window::LONG)),
        case("long-signatures-used", "Signatures were made for two hundred and fifty days, of which a hundred are left.")
            .secure_with(&["rrsig-lifetime-too-long"])
            .bend(Scope::All, Bend::Times(Window::LONG_USED)),
        case("minutes", "Signatures live for less than an hour.")
            .secure_with(&["rrsig-lifetime-too-short"])
            .bend(Scope::All, Bend::Times(Window::MINUTES)),
        case("few-bad-sigs", "Two signatures that do not verify stand around the right one over the address at the apex.")
            .secure_with(&["rrsig-invalid"])
            .bend(Scope::ApexA, Bend::Surround(1, 1)),
    ]
}

fn chains() -> Vec<Entry> {
    let rsa = [KeyPlan::ksk(RSASHA1), KeyPlan::zsk(RSASHA1)];
    vec![
        case("unchained-www", "The NSEC chain leaves a name out.")
            .ask("www")
            .secure_with(&["denial-existing-name-covered"])
            .copy(|copy| copy.unchained = Some("www")),
        case(
            "unchained-wildcard",
            "The NSEC chain leaves a wildcard out.",
        )
        .ask("host.wild")
        .expect(Bogus, Secure, &["denial-wildcard-covered"])
        .with("*.wild A 192.0.2.80\n")
        .copy(|copy| copy.unchained = Some("*.wild")),
        case(
            "rsasha1-and-nsec3",
            "The zone is signed with RSASHA1, whose number is for zones with NSEC, and has NSEC3.",
        )
        .secure_with(&["nsec3-with-nsec-only-algorithm"])
        .keys(&rsa)
        .nsec3(0, None),
    ]
}

/// Zones with an NSEC in their text, in place of the one that belongs there.
fn listed() -> Vec<Entry> {
    use crate::dns::RecordType as T;
    const APEX: &[T] = &[
        T::A,
        T::NS,
        T::SOA,
        T::TXT,
        T::AAAA,
        T::RRSIG,
        T::NSEC,
        T::DNSKEY,
    ];
    const WWW: &[T] = &[T::A, T::AAAA, T::RRSIG, T::NSEC];
    let with = |types: &[T], more: T| [types, &[more]].concat();
    let apex = |label: &str, fault, more| {
        case(label, fault).with(nsec(label, "", "host.ent", &with(APEX, more)))
    };
    let missing = |label: &str, fault, types: &[T]| {
        let owner = "anchorwatch-no-such-name";
        case(label, fault).with(nsec(label, owner, &format!("\\000.{owner}"), types))
    };
    let two = |label| {
        [
            nsec(label, "www", "", WWW),
            nsec(label, "www", "", &with(WWW, T::TXT)),
        ]
    };
    vec![
        apex("apex-lists-ds", "The NSEC of the apex lists DS.", T::DS)
            .secure_with(&["denial-apex-type-list-wrong"]),
        apex(
            "apex-lists-private",
            "Nothing is wrong: the NSEC of the apex lists a type for private use.",
            T(65534),
        ),
        case(
            "two-nsec",
            "A name has two NSEC records, which differ in their types.",
        )
        .secure_with(&["denial-multiple-records"])
        .ask("zz")
        .with(two("two-nsec").concat().leak()),
        missing(
            "compact-bare",
            "An NSEC made for one answer does not say that the name is missing.",
            &[T::RRSIG, T::NSEC],
        )
        .secure_with(&["nsec-compact-denial-incomplete"]),
        missing(
            "compact-nxname",
            "Nothing is wrong: an NSEC made for one answer says that the name is missing.",
            &[T::RRSIG, T::NSEC, T::NXNAME],
        ),
    ]
}

/// An NSEC of the zone with this label, as a line of its text.
fn nsec(zone: &str, owner: &str, next: &str, types: &[crate::dns::RecordType]) -> &'static str {
    let full = |label: &str| match label {
        "" => name(&format!("{zone}.test.")),
        _ => name(&format!("{label}.{zone}.test.")),
    };
    let bitmap = crate::dns::TypeBitmap::from_types(types.iter().copied());
    let rdata = [full(next).wire(), bitmap.wire()].concat();
    let hex = data_encoding::HEXUPPER.encode(&rdata);
    let line = format!(
        "{} {NEGATIVE_TTL} NSEC \\# {} {hex}\n",
        full(owner),
        rdata.len()
    );
    // As long as the hierarchy that is made of it.
    line.leak()
}

/// A parent whose Opt-Out chain leaves out a child with a DS.
fn opt_out() -> Vec<Entry> {
    let mut parent = leaf("opt-out-over");
    parent.copies[0].denial = Denial::Nsec3 {
        iterations: 0,
        opt_out: true,
        defect: None,
    };
    parent.copies[0].unchained = Some("child");
    let fault = "A delegation with DS has no NSEC3 and lies in an Opt-Out span.";
    vec![
        healthy(Group::Operations, "child.opt-out-over.test.", fault)
            .below(parent)
            .secure_with(&["nsec3-opt-out-over-secure-delegation"]),
    ]
}

fn nsec3() -> Vec<Entry> {
    let broken = |label, fault, defect, codes| {
        case(label, fault)
            .nsec3(0, Some(defect))
            .expect(Secure, Bogus, codes)
    };
    vec![
        broken("nsec3-hash-2", "NSEC3 has a hash algorithm that is not assigned.", Nsec3Defect::HashAlgorithm, &["nsec3-hash-unsupported"]),
        broken("nsec3-flag-80", "NSEC3 has a flag that is not assigned.", Nsec3Defect::Flags, &["nsec3-flags-unassigned"]),
        broken("nsec3-two-salts", "The NSEC3 records of one answer differ in their salt.", Nsec3Defect::MixedSalt, &["nsec3-mixed-parameters"]),
        broken("nsec3-short-next", "The next hash of every NSEC3 lacks an octet.", Nsec3Defect::ShortNext, &["nsec3-next-hash-invalid"]),
        broken("nsec3-no-hash", "The owner names of NSEC3 are no hashes.", Nsec3Defect::NoHash, &["nsec3-owner-invalid"]),
        case("nsec3param-unsaid", "NSEC3 without an NSEC3PARAM; the server finds the chain all the same.")
            .secure_with(&["denial-answers-inconsistent"])
            .nsec3(0, Some(Nsec3Defect::ParamUnsaid)),
        case("nsec3-ring", "Every NSEC3 leads back to itself.")
            .secure_with(&["nsec3-overlapping-ranges"])
            .nsec3(0, Some(Nsec3Defect::Ring)),
        case("nsec3-iter-50", "NSEC3 with as many additional iterations as every validator takes.")
            .secure_with(&["nsec3-iterations-nonzero"])
            .nsec3(50, None),
        case("nsec3param-twice", "The zone has a second NSEC3PARAM, with a salt.")
            .secure_with(&["nsec3param-multiple"])
            .with("@ NSEC3PARAM \\# 6 0100000001AB\n")
            .nsec3(0, None),
        case("nsec3param-building", "The zone has a second NSEC3PARAM with a flag, by which a signer marks a chain under way.")
            .secure_with(&["nsec3-flags-unassigned"])
            .with("@ NSEC3PARAM \\# 6 0180000001AB\n")
            .nsec3(0, None),
    ]
}

fn child_signals() -> Vec<Entry> {
    let asking = |label, fault, signal| {
        case(label, fault)
            .secure_with(&[])
            .copy(|copy| copy.signal = Some(signal))
    };
    vec![
        asking(
            "cds-alone",
            "CDS asks for the DS that is there, and there is no CDNSKEY.",
            ChildSignal::Cds(KSK),
        ),
        asking(
            "cds-delete-beside",
            "CDS asks for the DS that is there and for the removal of every DS.",
            ChildSignal::Key(KSK),
        )
        .with("@ CDS \\# 5 0000000000\n"),
        asking(
            "cds-delete-tag",
            "CDS has algorithm 0, and a key tag.",
            ChildSignal::Key(KSK),
        )
        .with("@ CDS \\# 5 0001000000\n"),
    ]
}

fn odd_child_signals() -> Vec<Entry> {
    let next = KSK.named("next-ksk");
    let spare = next.signing(Duty::Nothing);
    let csk = ZSK.signing(Duty::Everything);
    let asking = |label, fault, keys: &[KeyPlan], signal| {
        case(label, fault)
            .secure_with(&[])
            .keys(keys)
            .copy(|copy| copy.signal = Some(signal))
    };
    let two = &[KSK, next, ZSK];
    vec![
        asking(
            "cds-next-signs",
            "CDS and CDNSKEY are signed by a new KSK alone, to which no DS refers yet.",
            two,
            ChildSignal::Key(KSK),
        )
        .bend(Scope::ChildSignal, Bend::DropBy("ksk")),
        asking(
            "cds-next-silent",
            "CDS and CDNSKEY ask for the DS of a new KSK and are signed by the old one alone.",
            two,
            ChildSignal::Key(next),
        )
        .bend(Scope::ChildSignal, Bend::DropBy("next-ksk")),
        asking(
            "cds-spare",
            "CDS and CDNSKEY ask for the DS of the KSK and of one that does not sign yet.",
            &[KSK, spare, ZSK],
            ChildSignal::Both(KSK, spare),
        ),
        asking(
            "cds-no-flag",
            "CDS and CDNSKEY ask for the DS of the KSK and of a key whose Zone Key flag is clear.",
            &[KSK, spare.without_zone_key(), ZSK],
            ChildSignal::Both(KSK, spare.without_zone_key()),
        ),
        asking(
            "cds-csk-256",
            "CDS and CDNSKEY ask for the DS of the one key, which has no SEP flag.",
            &[csk],
            ChildSignal::Key(csk),
        ),
        asking(
            "cds-sha1",
            "CDS has a SHA-1 digest.",
            &[KSK, ZSK],
            ChildSignal::Digest(KSK, 1),
        ),
        asking(
            "cds-sha384",
            "Nothing is wrong: CDS has a SHA-384 digest.",
            &[KSK, ZSK],
            ChildSignal::Digest(KSK, 4),
        ),
        case("cds-unsigned", "An unsigned zone has CDS and CDNSKEY.")
            .insecure(&["cds-without-dnskey"])
            .copy(|copy| {
                copy.keys.clear();
                copy.signal = Some(ChildSignal::Key(KSK));
            })
            .ds(&[]),
        case("cds-at-www", "A name below the apex has a CDS.")
            .ask("zz")
            .secure_with(&["cds-not-at-apex"])
            .with("www CDS 1 13 2 AB\n"),
        case(
            "cds-for-others",
            "Nothing is wrong: a name below the apex has the CDS of another zone as its signal.",
        )
        .ask("zz")
        .with("_dsboot.other.test._signal.www CDS 1 13 2 AB\n"),
    ]
}

fn csync() -> Vec<Entry> {
    const CSYNC: &str = "@ CSYNC \\# 12 000000010003000460000008\n";
    const OTHER: &str = "@ CSYNC \\# 12 000000020003000460000008\n";
    let asking = |label, fault| case(label, fault).with(CSYNC);
    vec![
        asking(
            "csync",
            "Nothing is wrong: CSYNC asks the parent to copy NS records and addresses.",
        ),
        asking("csync-no-ds", "CSYNC stands in a signed zone without DS.")
            .insecure(&["csync-insecure"])
            .ds(&[]),
        case(
            "csync-unsigned",
            "CSYNC stands in a zone that is not signed; only a thorough look sees it.",
        )
        .insecure(&[])
        .with(CSYNC)
        .copy(|copy| copy.keys.clear())
        .ds(&[]),
        case(
            "csync-apart",
            "The second of three servers has another CSYNC.",
        )
        .secure_with(&["csync-inconsistent-servers"])
        .copy(|copy| copy.text = CSYNC)
        .second_copy_of_three(|copy| copy.text = OTHER),
    ]
}

fn servers() -> Vec<Entry> {
    let nsec3 = |iterations| Denial::Nsec3 {
        iterations,
        opt_out: false,
        defect: None,
    };
    let spare = ZSK.named("spare").signing(Duty::Nothing);
    vec![
        case("one-ns-iterations", "The second of three servers has an NSEC3 chain with another number of iterations.")
            .secure_with(&["nsec3-parameters-inconsistent"])
            .nsec3(0, None)
            .second_copy_of_three(|copy| copy.denial = nsec3(1)),
        case("one-ns-key", "The second of three servers has a key in waiting that the others lack.")
            .secure_with(&["dnskey-missing-on-server"])
            .second_copy_of_three(|copy| copy.keys.push(spare)),
        case("one-ns-ns", "The second of three servers has one NS record more than the others.")
            .secure_with(&["ns-set-inconsistent"])
            .second_copy_of_three(|copy| copy.text = "@ NS ns1.valid.test.\n"),
        case("one-ns-ending", "The signatures of the second of three servers end in seven days, those of the others in fourteen.")
            .secure_with(&["rrsig-expiry-inconsistent"])
            .second_copy_of_three(|copy| copy.bends.push((Scope::All, Bend::Times(Window::BRIEF)))),
        case("minimum-week", "Denials are to be kept for a week.")
            .secure_with(&["soa-timers-unsafe"])
            .copy(|copy| copy.minimum = 604_800),
        case("one-ns-minimum", "The SOA of the second of three servers has another Minimum and the same serial.")
            .secure_with(&["soa-fields-inconsistent"])
            .second_copy_of_three(|copy| copy.minimum = 1_200),
        case("family-differs", "At the IPv6 address of the first server one answers that knows no DNSSEC.")
            .secure_with(&["family-verdict-differs"])
            .zone(|zone| in_both_families(zone, Mode::StripDnssec)),
        case("family-same", "Nothing is wrong: the first server has addresses of both families.")
            .zone(|zone| in_both_families(zone, Mode::Answer)),
    ]
}

/// Gives the first server the address of the second as well, which is an IPv6 one.
fn in_both_families(zone: &mut ZonePlan, mode: Mode) {
    let address = Some(std::net::Ipv6Addr::LOCALHOST.into());
    let copy = 0;
    zone.text = "ns1 AAAA ::1\n";
    zone.servers[1] = ServerPlan {
        mode,
        copy,
        address,
    };
}
