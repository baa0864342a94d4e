//! Changes that were made by half, too early or at one server only, and settings that are not what they
//! should be.

use super::{Entry, NOT_BOGUS_OVERALL, healthy};
use crate::lab::Group;
use crate::lab::key::{Duty, ED25519, KeyPlan, P256};
use crate::lab::plan::{Bend, ChildSignal, Denial, DsPlan, Nsec3Defect, Scope, Window};

const KSK: KeyPlan = KeyPlan::ksk(P256);
const ZSK: KeyPlan = KeyPlan::zsk(P256);
const NEXT_KSK: KeyPlan = KSK.named("next-ksk");

pub(super) fn entries() -> Vec<Entry> {
    [child_signals(), changes(), settings()]
        .into_iter()
        .flatten()
        .collect()
}

fn case(label: &str, fault: &'static str) -> Entry {
    healthy(Group::Operations, &format!("{label}.test."), fault)
}

fn child_signals() -> Vec<Entry> {
    let two = |label, fault| case(label, fault).keys(&[KSK, NEXT_KSK, ZSK]);
    let of = ChildSignal::Key;
    vec![
        case("cds-breaks", "CDS and CDNSKEY ask for a DS of a key that is not in the zone; a parent that acted would break the chain.")
            .secure_with(&["cds-would-break-delegation"])
            .never(NOT_BOGUS_OVERALL)
            .copy(|copy| copy.signal = Some(of(NEXT_KSK))),
        two("cds-cdnskey-apart", "CDS asks for a DS of the KSK, CDNSKEY for one of a new KSK, which signs already.")
            .secure_with(&["cds-cdnskey-mismatch"])
            .copy(|copy| copy.signal = Some(ChildSignal::Apart(KSK, NEXT_KSK))),
        two("one-ns-cds", "The second of three servers does not have the CDS and CDNSKEY for a new KSK yet.")
            .secure_with(&["cds-inconsistent-servers"])
            .copy(|copy| copy.signal = Some(of(NEXT_KSK)))
            .second_copy_of_three(|copy| copy.signal = None),
    ]
}

fn changes() -> Vec<Entry> {
    let (ksk, zsk) = (
        KeyPlan::ksk(ED25519).named("next-ksk"),
        KeyPlan::zsk(ED25519).named("next-zsk"),
    );
    let nsec3 = Denial::Nsec3 {
        iterations: 0,
        opt_out: false,
        defect: None,
    };
    vec![
        case("ds-ahead", "A DS of a new algorithm is at the parent before the zone's data is signed with it; its key signs the DNSKEY RRset alone.")
            .secure_with(&["rrsig-missing-for-ds-algorithm"])
            .never(NOT_BOGUS_OVERALL)
            .keys(&[KSK, ZSK, ksk, zsk.signing(Duty::Nothing)])
            .ds(&[DsPlan::of(KSK), DsPlan::of(ksk)]),
        case("one-ns-nsec3", "The zone went from NSEC3 to NSEC; the second of three servers has not seen that yet.")
            .secure_with(&["denial-mode-inconsistent"])
            .never(NOT_BOGUS_OVERALL)
            .second_copy_of_three(|copy| copy.denial = nsec3),
    ]
}

fn settings() -> Vec<Entry> {
    vec![
        case(
            "short-signatures",
            "Signatures live for six days, and secondaries keep the zone for seven.",
        )
        .secure_with(&["rrsig-shorter-than-soa-expire"])
        .bend(Scope::All, Bend::Times(Window::SHORT)),
        case(
            "denial-ttl",
            "The NSEC records have a TTL of 900, and the Minimum of the SOA is 300.",
        )
        .secure_with(&["denial-ttl-wrong"])
        .copy(|copy| copy.minimum = 300),
        case(
            "nsec3-salt",
            "NSEC3 without additional iterations and with a salt of four octets.",
        )
        .secure_with(&["nsec3-salt-nonempty"])
        .nsec3(0, Some(Nsec3Defect::Salted)),
    ]
}
