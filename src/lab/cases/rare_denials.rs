//! Rarities of denial: NSEC and NSEC3 chains that hardly anybody makes, and near misses of them.

use super::rarities::{case, leaf};
use super::{Entry, healthy, name};
use crate::dns::{RecordType as T, TypeBitmap};
use crate::lab::Expect::{Bogus, Secure};
use crate::lab::Group;
use crate::lab::key::{KeyPlan, RSASHA1};
use crate::lab::plan::{Denial, Nsec3Defect};
use crate::lab::zone::NEGATIVE_TTL;

pub(super) fn entries() -> Vec<Entry> {
    let all = [chains(), listed(), nsec3(), opt_out()];
    all.into_iter().flatten().collect()
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
fn nsec(zone: &str, owner: &str, next: &str, types: &[T]) -> &'static str {
    let full = |label: &str| match label {
        "" => name(&format!("{zone}.test.")),
        _ => name(&format!("{label}.{zone}.test.")),
    };
    let bitmap = TypeBitmap::from_types(types.iter().copied());
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
