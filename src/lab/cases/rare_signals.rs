//! Rarities of what a zone asks its parent: CDS, CDNSKEY, CSYNC, and the signals for a first DS.

use super::rarities::case;
use super::{Entry, name};
use crate::lab::key::{Duty, Key, KeyPlan, P256};
use crate::lab::plan::{Bend, ChildSignal, DsPlan, Scope};

const KSK: KeyPlan = KeyPlan::ksk(P256);
const ZSK: KeyPlan = KeyPlan::zsk(P256);

pub(super) fn entries() -> Vec<Entry> {
    let all = [
        child_signals(),
        odd_child_signals(),
        multi_signer(),
        csync(),
        bootstrap(),
    ];
    all.into_iter().flatten().collect()
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

/// Two operators with keys of their own, who both ask for the DS of both (RFC 8901, sections 2.1.2 and 8), or
/// for that of the first alone.
fn multi_signer() -> Vec<Entry> {
    let (ksk_b, zsk_b) = (KSK.named("ksk-b"), ZSK.named("zsk-b"));
    let idle = |key: KeyPlan| key.signing(Duty::Nothing);
    let two = |label, fault, signal| {
        case(label, fault)
            .secure_with(&[])
            .keys(&[KSK, ZSK, idle(zsk_b)])
            .ds(&[DsPlan::of(KSK), DsPlan::of(ksk_b)])
            .copy(|copy| copy.signal = Some(signal))
            .zone(|zone| {
                let mut other = zone.copies[0].clone();
                other.keys = vec![ksk_b, zsk_b, idle(ZSK)];
                zone.copies.push(other);
                zone.servers[1].copy = 1;
            })
    };
    vec![
        two(
            "cds-two-signers",
            "Nothing is wrong: two operators sign with keys of their own, and CDS and CDNSKEY at both ask for the DS of both.",
            ChildSignal::Both(KSK, ksk_b),
        )
        .never(&["multi-signer-dnskey-incomplete", "cds-would-break-delegation"]),
        two(
            "cds-one-signer",
            "Two operators sign with keys of their own, and CDS and CDNSKEY at both ask for the DS of the first alone.",
            ChildSignal::Key(KSK),
        ),
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

/// Signed zones without DS that ask for one, with a name server in another zone, whose operator may say the
/// same there (RFC 9615).
fn bootstrap() -> Vec<Entry> {
    let asking = |label: &str, fault, hosts: &str| {
        let ns = format!("@ NS ns1.{hosts}.test.\n");
        case(label, fault)
            .insecure(&[])
            .with(ns.leak())
            .copy(|copy| copy.signal = Some(ChildSignal::Key(KSK)))
            .ds(&[])
    };
    // The second is said by what belongs to another zone.
    let right = signal("boot", "boot", "boot-hosts");
    let wrong = signal("boot-other", "boot", "boot-hosts");
    let plain = signal("boot-plain", "boot-plain", "boot-plain-hosts");
    vec![
        case(
            "boot-hosts",
            "Nothing is wrong: the zone of a name server has signals for zones without DS.",
        )
        .with([right, wrong].concat().leak()),
        case(
            "boot-plain-hosts",
            "The zone of a name server is not signed and has a signal for another zone.",
        )
        .insecure(&["zone-unsigned"])
        .with(plain.leak())
        .copy(|copy| copy.keys.clear())
        .ds(&[]),
        asking(
            "boot",
            "The zone asks for its first DS, and its operator says the same.",
            "boot-hosts",
        ),
        asking(
            "boot-other",
            "The zone asks for its first DS, and its operator for another.",
            "boot-hosts",
        ),
        asking(
            "boot-silent",
            "The zone asks for its first DS, and its operator says nothing.",
            "boot-hosts",
        ),
        asking(
            "boot-plain",
            "The zone asks for its first DS, and its operator says so in an unsigned zone.",
            "boot-plain-hosts",
        ),
    ]
}

/// CDS and CDNSKEY of the KSK of zone `of`, as the signal for `zone` below the first server of `hosts`.
fn signal(zone: &str, of: &str, hosts: &str) -> String {
    let key = Key::new(&name(&format!("{of}.test.")), KSK);
    let owner = format!("_dsboot.{zone}.test._signal.ns1.{hosts}.test.");
    let line = |rtype, rdata: Vec<u8>| {
        let hex = data_encoding::HEXUPPER.encode(&rdata);
        format!("{owner} {rtype} \\# {} {hex}\n", rdata.len())
    };
    let (cds, cdnskey) = (key.ds(2).rdata(), key.dnskey.rdata());
    [line("CDS", cds), line("CDNSKEY", cdnskey)].concat()
}
