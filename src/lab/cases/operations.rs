//! Incidents, transitions and corner cases that operators meet, and healthy zones of every kind.

use super::{Entry, NOT_BOGUS_OVERALL, healthy, name};
use crate::dns::RecordType;
use crate::lab::Expect::{Bogus, Insecure, Secure};
use crate::lab::Group;
use crate::lab::key::{
    Duty, ED25519, KeyPlan, P256, P384, Publication, RSASHA1, RSASHA1_NSEC3, RSASHA256, RSASHA512,
};
use crate::lab::plan::{
    Bend, ChildSignal, Denial, DsBend, DsPlan, Mode, OLDER_SERIAL, Scope, ServerPlan, Window,
    ZonePlan,
};

const KSK: KeyPlan = KeyPlan::ksk(P256);
const ZSK: KeyPlan = KeyPlan::zsk(P256);
const NEXT_KSK: KeyPlan = KSK.named("next-ksk");
/// The first seed number that gives `key-tag-collision.test.` a ZSK with the tag of number 0.
pub(in crate::lab) const COLLIDING_ZSK: u32 = 60_271;

pub(super) fn entries() -> Vec<Entry> {
    [
        delegation(),
        servers(),
        child_signals(),
        multi_signer(),
        wildcards(),
        algorithms(),
        lifetimes(),
        keys(),
        aliases(),
        opt_out(),
        iterations(),
        shapes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn case(label: &str, fault: &'static str) -> Entry {
    healthy(Group::Operations, &format!("{label}.test."), fault)
}

fn delegation() -> Vec<Entry> {
    let lost = KSK.named("lost-ksk");
    vec![
        case("stale-ds", "The zone moved to another operator with new keys; the parent still has the DS of the old KSK.")
            .bogus(&["ds-no-matching-dnskey"])
            .never(&["ds-present-zone-unsigned", "ds-digest-mismatch"])
            .ds(&[DsPlan::of(lost)]),
        case("ds-unsigned", "The zone moved to an operator that does not sign; the parent still has the DS.")
            .bogus(&["ds-present-zone-unsigned"])
            .copy(|copy| copy.keys.clear()),
        case("standby-ds", "Beside the DS of the KSK stands one for a standby key that is not published.")
            .secure_with(&["ds-no-matching-dnskey"])
            .ds(&[DsPlan::of(KSK), DsPlan::of(KSK.named("standby-ksk"))]),
        case("double-ds", "A double-DS roll after the keys were exchanged: the new KSK signs, and the DS of the old one is still there.")
            .secure_with(&["ds-no-matching-dnskey"])
            .keys(&[NEXT_KSK, ZSK])
            .ds(&[DsPlan::of(KSK), DsPlan::of(NEXT_KSK)]),
        case("ds-sha1-only", "The only DS has a SHA-1 digest.")
            .secure_with(&["ds-digest-must-not-use"])
            .ds(&[DsPlan::of(KSK).digest_type(1)]),
        case("ds-sha1-bad", "Beside a right DS with SHA-256 stands one with a wrong SHA-1 digest, which validators ignore.")
            .secure_with(&["ds-digest-mismatch", "ds-sha1-ignored"])
            .ds(&[DsPlan::of(KSK), DsPlan::of(KSK).digest_type(1).bent(DsBend::Digest)]),
        case("ds-sha384", "Nothing is wrong: the DS has a SHA-384 digest.")
            .ds(&[DsPlan::of(KSK).digest_type(4)]),
    ]
}

fn servers() -> Vec<Entry> {
    vec![
        case("one-ns-expired", "The second of three servers has an old copy, the signatures of which expired two days ago.")
            .secure_with(&["rrsig-expired", "soa-serial-inconsistent"])
            .never(NOT_BOGUS_OVERALL)
            .second_copy_of_three(|copy| {
                copy.serial = OLDER_SERIAL;
                copy.bends.push((Scope::All, Bend::Times(Window::EXPIRED)));
            }),
        case("one-ns-lame", "The second of three servers refuses every query.")
            .secure_with(&["delegation-lame"])
            .second_of_three(Mode::Refuse),
        case("one-ns-timeout", "The second of three servers never answers.")
            .secure_with(&["server-unreachable"])
            .second_of_three(Mode::Silent),
        case("one-ns-strips-rrsig", "The second of three servers answers without RRSIG and NSEC, as if it knew no DNSSEC.")
            .secure_with(&["server-without-dnssec"])
            .never(NOT_BOGUS_OVERALL)
            .second_of_three(Mode::StripDnssec),
        case("one-ns-unsigned", "The second of three servers has the zone as it was before it was signed.")
            .secure_with(&["signed-state-inconsistent"])
            .never(NOT_BOGUS_OVERALL)
            .second_copy_of_three(|copy| copy.keys.clear()),
        case("all-lame", "Every server refers to the root, as one that was never told of the zone.")
            .unreachable(&["delegation-lame"])
            .zone(|zone| zone.servers.iter_mut().for_each(|server| server.mode = Mode::ReferUp)),
        case("serials-differ", "The second of three servers missed an update; its copy is valid.")
            .secure_with(&["soa-serial-inconsistent"])
            .second_copy_of_three(|copy| copy.serial = OLDER_SERIAL),
    ]
}

fn child_signals() -> Vec<Entry> {
    vec![
        case("cds-matching", "Nothing is wrong: CDS and CDNSKEY ask for the DS that is there.")
            .never(&["cds-differs-from-ds", "cds-delete-requested", "cds-cdnskey-mismatch"])
            .copy(|copy| copy.signal = Some(ChildSignal::Key(KSK))),
        case("cds-mismatch", "CDS and CDNSKEY ask for the DS of a new KSK, which signs already; the parent has not acted.")
            .secure_with(&["cds-differs-from-ds"])
            .keys(&[KSK, NEXT_KSK, ZSK])
            .copy(|copy| copy.signal = Some(ChildSignal::Key(NEXT_KSK))),
        case("cds-delete", "CDS and CDNSKEY ask the parent to remove every DS.")
            .secure_with(&["cds-delete-requested"])
            .copy(|copy| copy.signal = Some(ChildSignal::Delete)),
    ]
}

/// Two operators with keys of their own, each at one server (RFC 8901, section 2.1.2).
fn multi_signer() -> Vec<Entry> {
    let (ksk_b, zsk_b) = (KSK.named("ksk-b"), ZSK.named("zsk-b"));
    let idle = |key: KeyPlan| key.signing(Duty::Nothing);
    let two = |label, fault, second: Vec<KeyPlan>| {
        case(label, fault)
            .keys(&[KSK, ZSK, idle(zsk_b)])
            .ds(&[DsPlan::of(KSK), DsPlan::of(ksk_b)])
            .zone(|zone| {
                let mut other = zone.copies[0].clone();
                other.keys = second;
                zone.copies.push(other);
                zone.servers[1].copy = 1;
            })
    };
    vec![
        two("multi-signer", "Nothing is wrong: two operators sign with keys of their own, and each publishes the ZSK of the other.", vec![ksk_b, zsk_b, idle(ZSK)])
            .never(&["multi-signer-dnskey-incomplete", "chain-bogus", "rrsig-invalid", "rrsig-missing"]),
        two("multi-signer-broken", "Of two operators, the second does not publish the ZSK of the first: who has its keys in the cache cannot validate the data of the first.", vec![ksk_b, zsk_b])
            .secure_with(&["multi-signer-dnskey-incomplete"])
            .never(NOT_BOGUS_OVERALL),
    ]
}

fn wildcards() -> Vec<Entry> {
    const TEXT: &str = "*.wild A 192.0.2.80\n*.wild TXT \"expanded\"\n";
    vec![
        case("wildcard-nsec", "Nothing is wrong: the answer is expanded from a wildcard, and NSEC proves that there is no closer name.")
            .ask("host.wild")
            .with(TEXT),
        case("wildcard-nsec3", "Nothing is wrong: the answer is expanded from a wildcard, and NSEC3 proves that there is no closer name.")
            .ask("host.wild")
            .with(TEXT)
            .nsec3(0, None),
        case("wildcard-apex", "Nothing is wrong: a wildcard below the apex answers for every name.")
            .ask("any")
            .with("* A 192.0.2.80\n"),
        case("wildcard-bitmap", "The NSEC of the wildcard does not list the A records that the wildcard has: resolvers that reuse denials answer that there are none.")
            .ask("host.wild")
            .secure_with(&["denial-existing-type-not-in-bitmap"])
            .with(TEXT)
            .copy(|copy| copy.unlisted = Some(("*.wild", RecordType::A))),
        case("nodata-lie", "The servers deny the AAAA records at the apex, with an NSEC that lists them.")
            .ask_type(RecordType::AAAA)
            .expect(Bogus, Secure, &["denial-type-in-bitmap"])
            .copy(|copy| copy.withheld = Some(RecordType::AAAA)),
    ]
}

fn algorithms() -> Vec<Entry> {
    let of = |algorithm| [KeyPlan::ksk(algorithm), KeyPlan::zsk(algorithm)];
    let rsa = |bits| of(RSASHA256).map(|key| key.bits(bits));
    let (ksk, zsk) = (
        KeyPlan::ksk(ED25519).named("next-ksk"),
        KeyPlan::zsk(ED25519).named("next-zsk"),
    );
    let idle = zsk.signing(Duty::Nothing);
    vec![
        case("alg-roll", "Nothing is wrong: half way through an algorithm roll, both algorithms sign everything and the DS is that of the old one.")
            .never(&["rrsig-missing-for-dnskey-algorithm", "chain-bogus"])
            .keys(&[KSK, ZSK, ksk, zsk]),
        case("alg-roll-incomplete", "Keys of a new algorithm are published before the zone is signed with it.")
            .secure_with(&["rrsig-missing-for-dnskey-algorithm"])
            .keys(&[KSK, ZSK, ksk, idle]),
        case("rsa-512", "The zone is signed with RSA keys of 512 bits, which can be factored in hours.")
            .secure_with(&["dnskey-rsa-below-recommended"])
            .keys(&rsa(512)),
        case("rsa-1024", "The zone is signed with RSA keys of 1024 bits.")
            .secure_with(&["dnskey-rsa-below-recommended"])
            .keys(&rsa(1024)),
        case("rsasha1", "The zone is signed with RSASHA1.")
            .secure_with(&["algorithm-must-not-use"])
            .keys(&of(RSASHA1)),
        case("rsasha1-nsec3", "The zone is signed with RSASHA1-NSEC3-SHA1.")
            .secure_with(&["algorithm-must-not-use"])
            .keys(&of(RSASHA1_NSEC3))
            .nsec3(0, None),
        case("rsasha256", "Nothing is wrong: the zone is signed with RSASHA256 and 2048 bits.").keys(&of(RSASHA256)),
        case("rsasha512", "The zone is signed with RSASHA512, which is no longer recommended for signing.").keys(&of(RSASHA512)),
        case("p384", "Nothing is wrong: the zone is signed with ECDSA on P-384.").keys(&of(P384)),
        case("ed25519", "Nothing is wrong: the zone is signed with Ed25519.").keys(&of(ED25519)),
    ]
}

fn lifetimes() -> Vec<Entry> {
    vec![
        case("expiring-soon", "All signatures expire in two days.")
            .secure_with(&["rrsig-expiring-soon"])
            .bend(Scope::All, Bend::Times(Window::ENDING)),
        case(
            "ttl-beyond-signature",
            "A record may be cached for thirty days; its signature is valid for fourteen.",
        )
        .ask("long")
        .secure_with(&["rrsig-ttl-beyond-expiration"])
        .with("long 30d A 192.0.2.30\n"),
    ]
}

fn keys() -> Vec<Entry> {
    let standby =
        (0..20).map(|number| ZSK.named("standby").numbered(number).signing(Duty::Nothing));
    let many: Vec<KeyPlan> = [KSK, ZSK].into_iter().chain(standby).collect();
    let csk = KSK.named("csk").signing(Duty::Everything);
    let revoked = KSK.revoked();
    let unmarked = KSK.without_zone_key();
    let ed25519 = KeyPlan::zsk(ED25519);
    vec![
        case("csk", "Nothing is wrong: one key signs everything.").keys(&[csk]),
        case("tcp-dnskey", "Nothing is wrong: the DNSKEY RRset is too large for a datagram of 1232 octets.").keys(&many),
        case("private-65534", "Nothing is wrong: the apex has a record of type 65534, in which BIND keeps its signing state.")
            .with("@ TYPE65534 \\# 5 0D30390001\n"),
        case("revoked-ksk", "The only DS points at a key that is revoked; the key signs the DNSKEY RRset.")
            .bogus(&["ds-dnskey-revoked"])
            .keys(&[revoked, ZSK]),
        case("zone-key-clear", "The Zone Key flag of the KSK is clear; DS, tag and signatures are those of this very key.")
            .bogus(&["ds-dnskey-zone-bit-clear"])
            .keys(&[unmarked, ZSK]),
        case("key-tag-collision", "A standby ZSK has the key tag of the ZSK and stands before it, so that two keys must be tried.")
            .secure_with(&["dnskey-keytag-collision"])
            .keys(&[KSK, ZSK.numbered(COLLIDING_ZSK).signing(Duty::Nothing), ZSK]),
        case("many-bad-sigs", "Sixteen signatures that do not verify stand around the right one over the address at the apex, four of them before it.")
            .secure_with(&["rrsig-invalid"])
            .never(NOT_BOGUS_OVERALL)
            .bend(Scope::ApexA, Bend::Surround(4, 12)),
        case("keytrap", "A hundred keys have one tag, and a hundred signatures with that tag over the address at the apex do not verify; the true key comes last.")
            .bogus(&["dnskey-keytag-collision", "rrsig-validation-budget"])
            .keys(&[KeyPlan::ksk(ED25519), ed25519.published(Publication::AmongDecoys(100))])
            .bend(Scope::ApexA, Bend::Replace(100)),
    ]
}

fn aliases() -> Vec<Entry> {
    let alias = |label, fault| case(label, fault).ask("alias");
    vec![
        alias(
            "cname-secure",
            "Nothing is wrong: an alias leads to a secure zone.",
        )
        .with("alias CNAME www.valid.test.\n"),
        alias(
            "cname-insecure",
            "A signed alias leads to a zone that is not signed.",
        )
        .expect(Insecure, Secure, &[])
        .with("alias CNAME www.unsigned.test.\n"),
        alias(
            "cname-bogus",
            "A signed alias leads to a zone the signatures of which expired.",
        )
        .expect(Bogus, Secure, &["rrsig-expired"])
        .with("alias CNAME www.rrsig-exp-all.test.\n"),
        alias(
            "cname-optout",
            "A signed alias leads to an unsigned zone in an opt-out span.",
        )
        .expect(Insecure, Secure, &[])
        .with("alias CNAME www.optout-insecure.example.\n"),
        case(
            "dname",
            "Nothing is wrong: the name lies below a DNAME that leads to names of the same zone.",
        )
        .ask("host.old")
        .with("old DNAME new\nhost.new A 192.0.2.40\n"),
    ]
}

/// Below `example.`, which is signed with NSEC3 and opt-out.
fn opt_out() -> Vec<Entry> {
    let case = |label, fault| healthy(Group::Operations, &format!("{label}.example."), fault);
    let mut missing = case("optout-missing", "The name does not exist; the proof rests on an opt-out span, in which an unsigned delegation could stand.")
        .insecure(&[]);
    missing.case.zone = name("example.");
    missing.zones.clear();
    vec![
        case("optout-secure", "Nothing is wrong: a signed zone below one with opt-out."),
        case("optout-insecure", "The zone is not signed; its parent has no record for it, and covers it with an opt-out span.")
            .insecure(&["zone-unsigned"])
            .copy(|copy| copy.keys.clear())
            .ds(&[]),
        missing,
    ]
}

fn iterations() -> Vec<Entry> {
    const SOME: &[&str] = &["nsec3-iterations-nonzero"];
    const MANY: &[&str] = &[
        "nsec3-iterations-over-validator-limit",
        "nsec3-iterations-nonzero",
    ];
    const TOO_MANY: &[&str] = &["nsec3-iterations-over-validator-limit"];
    let at = |label, fault, iterations| case(label, fault).nsec3(iterations, None);
    vec![
        at(
            "nsec3-iter-0",
            "Nothing is wrong: NSEC3 without additional iterations and without salt.",
            0,
        )
        .never(&["nsec3-iterations-nonzero", "chain-bogus"]),
        at("nsec3-iter-1", "NSEC3 with one additional iteration.", 1).secure_with(SOME),
        at(
            "nsec3-iter-51",
            "NSEC3 with 51 additional iterations, one above the limit of some validators.",
            51,
        )
        .secure_with(MANY),
        at(
            "nsec3-iter-101",
            "NSEC3 with 101 additional iterations.",
            101,
        )
        .secure_with(MANY),
        at(
            "nsec3-iter-151",
            "NSEC3 with 151 additional iterations, one above the limit of all validators.",
            151,
        )
        .expect(Secure, Insecure, TOO_MANY),
        at(
            "nsec3-iter-500",
            "NSEC3 with 500 additional iterations.",
            500,
        )
        .expect(Secure, Insecure, TOO_MANY),
    ]
}

fn shapes() -> Vec<Entry> {
    let leaf = |apex: &str| ZonePlan::leaf(name(apex));
    let v6 = ServerPlan {
        address: Some(std::net::Ipv6Addr::LOCALHOST.into()),
        ..ServerPlan::GOOD
    };
    let mut broken = leaf("broken-parent.test.");
    broken.copies[0]
        .bends
        .push((Scope::Ds, Bend::Times(Window::EXPIRED)));
    let mut opted_out = leaf("island-parent.test.");
    opted_out.copies[0].keys.clear();
    opted_out.ds.clear();
    vec![
        case("ipv6-only", "Nothing is wrong: the servers have IPv6 addresses alone.")
            .zone(|zone| zone.servers = vec![v6; 2]),
        case("e.d.c.b.deep-chain", "Nothing is wrong: five signed zones one below the other.")
            .below(leaf("deep-chain.test."))
            .below(leaf("b.deep-chain.test."))
            .below(leaf("c.b.deep-chain.test."))
            .below(leaf("d.c.b.deep-chain.test."))
            .copy(|copy| copy.denial = Denial::Nsec),
        case("child.broken-parent", "The signature over the zone's DS at its parent expired two days ago; the zone itself is right.")
            .bogus(&["rrsig-expired"])
            .below(broken),
        case("child.island-parent", "The zone and its DS are right; its parent is not signed, so no chain leads there.")
            .insecure(&["parent-unsigned"])
            .below(opted_out),
        case("nsec-last-next", "The last NSEC of the zone leads back to a server's name and not to the apex, so that no name behind it can be denied.")
            .ask("zzz")
            .expect(Bogus, Secure, &["nsec-last-next-not-apex", "nsec-name-not-covered"])
            .copy(|copy| copy.last_next = Some("ns1")),
        case("moved", "Nothing is wrong: the zone moved to new keys and its DS with it; the resolver `stale` has not seen that yet."),
    ]
}
