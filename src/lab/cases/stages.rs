//! Steps of a change. Each is a zone that is right by itself, and wrong only when it follows too soon on
//! another: what makes the difference is in caches. They are put into zones of the running lab like faults.

use super::{Entry, healthy};
use crate::lab::Group;
use crate::lab::key::{Duty, ED25519, KeyPlan, P256};
use crate::lab::plan::{Bend, ChildSignal, DsPlan, Scope};

const KSK: KeyPlan = KeyPlan::ksk(P256);
const ZSK: KeyPlan = KeyPlan::zsk(P256);
const NEXT_KSK: KeyPlan = KSK.named("next-ksk");
const OTHER_KSK: KeyPlan = KeyPlan::ksk(ED25519).named("next-ksk");
const OTHER_ZSK: KeyPlan = KeyPlan::zsk(ED25519).named("next-zsk");
const NEXT_ZSK: KeyPlan = ZSK.named("next-zsk");

/// Every step, by the first label of a zone that there is not.
pub(in crate::lab) fn entries() -> Vec<Entry> {
    vec![
        step(
            "step-ksk-added",
            "A second KSK signs the keys; the parent has the DS of the first.",
        )
        .keys(&[KSK, NEXT_KSK, ZSK]),
        step(
            "step-ds-added",
            "Two KSKs sign the keys; the parent has the DS of both.",
        )
        .keys(&[KSK, NEXT_KSK, ZSK])
        .ds(&[DsPlan::of(KSK), DsPlan::of(NEXT_KSK)]),
        step(
            "step-ds-swapped",
            "Two KSKs sign the keys; the parent has the DS of the second.",
        )
        .keys(&[KSK, NEXT_KSK, ZSK])
        .ds(&[DsPlan::of(NEXT_KSK)]),
        step(
            "step-ksk-replaced",
            "The second KSK signs the keys alone; the parent has its DS.",
        )
        .keys(&[NEXT_KSK, ZSK]),
        step(
            "step-ksk-withdrawn",
            "The second KSK signs the keys alone; the parent has the DS of both.",
        )
        .keys(&[NEXT_KSK, ZSK])
        .ds(&[DsPlan::of(KSK), DsPlan::of(NEXT_KSK)]),
        step(
            "step-zsk-added",
            "A second ZSK is published and signs nothing yet.",
        )
        .keys(&[KSK, ZSK, NEXT_ZSK.signing(Duty::Nothing)]),
        step(
            "step-zsk-switched",
            "The second ZSK signs; the first is still published.",
        )
        .keys(&[KSK, NEXT_ZSK, ZSK.signing(Duty::Nothing)]),
        step(
            "step-zsk-replaced",
            "The second ZSK signs, and the first is gone.",
        )
        .keys(&[KSK, NEXT_ZSK]),
        step(
            "step-keys-replaced",
            "Another signer with keys of its own; the parent has the DS of its KSK.",
        )
        .keys(&[NEXT_KSK, NEXT_ZSK]),
        step(
            "step-unsigned",
            "The zone is not signed, and the parent has no DS.",
        )
        .copy(|copy| copy.keys.clear())
        .ds(&[]),
        step(
            "step-cds",
            "The zone asks for the DS of its second KSK by CDS.",
        )
        .keys(&[KSK, NEXT_KSK, ZSK])
        .copy(|copy| copy.signal = Some(ChildSignal::Key(NEXT_KSK))),
        step(
            "step-algorithm-ds",
            "Two algorithms sign everything; the parent has the DS of both.",
        )
        .keys(&[KSK, ZSK, OTHER_KSK, OTHER_ZSK])
        .ds(&[DsPlan::of(KSK), DsPlan::of(OTHER_KSK)]),
        step(
            "step-csync",
            "The zone has one NS record more than the delegation, and asks by CSYNC that it be copied.",
        )
        .with("@ NS ns1.root-servers.\n@ CSYNC \\# 9 000000010001000120\n"),
        step(
            "step-one-wrong-key",
            "The second of three servers has signatures by another private key than the ZSK's.",
        )
        .second_copy_of_three(|copy| copy.bends.push((Scope::All, Bend::CorruptBy("zsk")))),
        step(
            "step-ds-corrupt",
            "One bit of the parent's signature over the DS of this one zone is turned over.",
        )
        .zone(|zone| zone.ds_bend = Some(Bend::Corrupt)),
    ]
}

/// A healthy zone of a name of one's own.
pub(in crate::lab) fn healthy_zone(label: &str) -> Entry {
    step(label, "Nothing is wrong.")
}

fn step(label: &str, what: &'static str) -> Entry {
    healthy(Group::Operations, &format!("{label}.test."), what)
}
