//! Faults so rare that nobody rehearses them, and near misses of faults: right zones that look almost like
//! wrong ones. The tests of checks ask for them; nothing serves them.

use super::{Entry, healthy, name, rare_denials, rare_signals};
use crate::lab::Expect::{Bogus, Secure};
use crate::lab::Group;
use crate::lab::key::{Duty, KeyPlan, P256, Publication};
use crate::lab::plan::{
    Bend, Denial, DsBend, DsPlan, Mode, Nsec3Defect, Scope, ServerPlan, Window, ZonePlan,
};

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
        rare_denials::entries(),
        rare_signals::entries(),
        servers(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A healthy zone below `test.`
pub(super) fn case(label: &str, fault: &'static str) -> Entry {
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

pub(super) fn leaf(label: &str) -> ZonePlan {
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
    let mut split = ZonePlan {
        apex: name("ds-split.test."),
        ..half.clone()
    };
    split.copies[0].delegations = Some(vec![DsPlan::of(KSK)]);
    split.copies[1].delegations = Some(vec![DsPlan::of(KSK.named("next-ksk"))]);
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
        below(
            "ds-split",
            "Two KSKs sign, and each of the parent's servers has the DS of another one.",
            split,
        )
        .keys(&[KSK, KSK.named("next-ksk"), ZSK])
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
        case("one-ns-ksk", "Two KSKs sign and have a DS; the second of three servers has not got the second KSK yet.")
            .secure_with(&["dnskey-missing-on-server"])
            .keys(&[KSK, KSK.named("next-ksk"), ZSK])
            .ds(&[DsPlan::of(KSK), DsPlan::of(KSK.named("next-ksk"))])
            .second_copy_of_three(|copy| copy.keys = vec![KSK, ZSK]),
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
