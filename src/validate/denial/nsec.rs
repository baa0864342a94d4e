//! Proofs by NSEC (RFC 4035, section 5.4; RFC 6840, section 4; RFC 9824).
//!
//! An NSEC says: between my owner and the next name, in canonical order, nothing exists in this zone; and
//! at my owner exist exactly these types. *Matching* is by owner, *covering* by the span between. The
//! last NSEC of a zone names the apex as next and covers all that follows. If the next name lies below
//! a covered name, that name is an empty non-terminal: it exists, without types.

use std::cmp::Ordering;

use super::{Claim, DenialFault, Proof};
use crate::dns::{Name, Nsec, RecordType};

type Found<'r> = &'r (Name, Nsec);

/// Whether the NSEC records of `zone` prove `claim` about `name`.
///
/// # Errors
/// The first thing that the proof lacks.
pub fn prove(
    zone: &Name,
    name: &Name,
    claim: &Claim,
    records: &[(Name, Nsec)],
) -> Result<Proof, DenialFault> {
    let records: Vec<Found<'_>> = records
        .iter()
        .filter(|(owner, _)| owner.is_at_or_below(zone))
        .collect();
    match claim {
        Claim::NoName => no_name(zone, name, &records),
        Claim::NoType(rtype) => no_type(zone, name, *rtype, &records),
        Claim::Expanded { encloser } => expanded(zone, name, encloser, &records),
        Claim::NoDs => no_ds(name, &records),
    }
    .map(|()| Proof::Shown)
}

fn matching<'r>(name: &Name, records: &[Found<'r>]) -> Option<&'r Nsec> {
    records
        .iter()
        .find(|(owner, _)| owner == name)
        .map(|(_, nsec)| nsec)
}

/// The NSEC that covers `name`, if it may speak about it.
fn covering<'r>(zone: &Name, name: &Name, records: &[Found<'r>]) -> Result<Found<'r>, DenialFault> {
    let mut fault = DenialFault::NameNotCovered;
    for &record in records {
        let (owner, nsec) = record;
        if !covers(zone, owner, nsec, name) {
            continue;
        }
        if name.is_below(owner) && ends_authority(nsec) {
            fault = DenialFault::AncestorDelegation(owner.clone());
            continue;
        }
        return Ok(record);
    }
    Err(fault)
}

fn covers(zone: &Name, owner: &Name, nsec: &Nsec, name: &Name) -> bool {
    let is_last = nsec.next == *zone;
    name.is_at_or_below(zone) && owner < name && (name < &nsec.next || is_last)
}

/// Whether names below this owner are not the zone's to deny: a delegation, or a DNAME
/// (RFC 6840, section 4.1).
fn ends_authority(nsec: &Nsec) -> bool {
    let is_delegation =
        nsec.types.contains(RecordType::NS) && !nsec.types.contains(RecordType::SOA);
    is_delegation || nsec.types.contains(RecordType::DNAME)
}

fn no_name(zone: &Name, name: &Name, records: &[Found<'_>]) -> Result<(), DenialFault> {
    if let Some(nsec) = matching(name, records) {
        // RFC 9824, section 3.1: NXNAME at the name itself says that it does not exist.
        return if nsec.types.contains(RecordType::NXNAME) {
            Ok(())
        } else {
            Err(DenialFault::NameExists)
        };
    }
    let (owner, nsec) = covering(zone, name, records)?;
    if nsec.next.is_below(name) {
        return Err(DenialFault::NameExists);
    }
    let wildcard = wildcard_of(&closest_encloser(name, owner, nsec))?;
    if matching(&wildcard, records).is_some() {
        return Err(DenialFault::WildcardExists(wildcard));
    }
    match covering(zone, &wildcard, records) {
        Ok((_, nsec)) if nsec.next.is_below(&wildcard) => {
            Err(DenialFault::WildcardExists(wildcard))
        }
        Ok(_) => Ok(()),
        Err(_) => Err(DenialFault::WildcardNotCovered(wildcard)),
    }
}

/// The longest existing ancestor that a covering NSEC shows: both its ends exist, and so does every
/// ancestor of theirs.
fn closest_encloser(name: &Name, owner: &Name, nsec: &Nsec) -> Name {
    let (by_owner, by_next) = (
        name.common_ancestor(owner),
        name.common_ancestor(&nsec.next),
    );
    if by_owner.label_count() >= by_next.label_count() {
        by_owner
    } else {
        by_next
    }
}

fn wildcard_of(encloser: &Name) -> Result<Name, DenialFault> {
    // A wildcard too long to exist cannot be denied, and need not be.
    encloser.wildcard().ok_or(DenialFault::NameNotCovered)
}

fn no_type(
    zone: &Name,
    name: &Name,
    rtype: RecordType,
    records: &[Found<'_>],
) -> Result<(), DenialFault> {
    if let Some(nsec) = matching(name, records) {
        return lacks(nsec, rtype, name);
    }
    let (owner, nsec) = covering(zone, name, records).map_err(|fault| match fault {
        DenialFault::NameNotCovered => DenialFault::NoMatch,
        other => other,
    })?;
    if nsec.next.is_below(name) {
        return Ok(());
    }
    let wildcard = wildcard_of(&closest_encloser(name, owner, nsec))?;
    match matching(&wildcard, records) {
        Some(nsec) => lacks(nsec, rtype, &wildcard),
        None => Err(DenialFault::NameCovered),
    }
}

/// Whether a matching NSEC shows that `rtype` is absent, and may say so.
fn lacks(nsec: &Nsec, rtype: RecordType, owner: &Name) -> Result<(), DenialFault> {
    let types = &nsec.types;
    for present in [rtype, RecordType::CNAME] {
        if types.contains(present) {
            return Err(DenialFault::TypeInBitmap(present));
        }
    }
    let is_delegation = types.contains(RecordType::NS) && !types.contains(RecordType::SOA);
    if rtype == RecordType::DS {
        // The child's apex knows nothing of its DS; the root has no parent to ask.
        let from_child = types.contains(RecordType::SOA) && !owner.is_root();
        return if from_child {
            Err(DenialFault::ReferralWithSoa)
        } else {
            Ok(())
        };
    }
    if is_delegation {
        return Err(DenialFault::AncestorDelegation(owner.clone()));
    }
    Ok(())
}

fn expanded(
    zone: &Name,
    name: &Name,
    encloser: &Name,
    records: &[Found<'_>],
) -> Result<(), DenialFault> {
    if matching(name, records).is_some() {
        return Err(DenialFault::NameExists);
    }
    let (owner, nsec) = covering(zone, name, records)?;
    if nsec.next.is_below(name) {
        return Err(DenialFault::NameExists);
    }
    // A longer existing ancestor would have had its own wildcard, or none: this one must not be expanded.
    // With a shorter one, the parent of the wildcard is denied, and so is the wildcard.
    let closest = closest_encloser(name, owner, nsec);
    match closest.label_count().cmp(&encloser.label_count()) {
        Ordering::Greater => Err(DenialFault::NameExists),
        Ordering::Less => Err(DenialFault::WildcardDenied(wildcard_of(encloser)?)),
        Ordering::Equal => Ok(()),
    }
}

fn no_ds(name: &Name, records: &[Found<'_>]) -> Result<(), DenialFault> {
    let nsec = matching(name, records).ok_or(DenialFault::NoMatch)?;
    let types = &nsec.types;
    if types.contains(RecordType::DS) {
        return Err(DenialFault::ReferralWithDs);
    }
    if types.contains(RecordType::SOA) {
        return Err(DenialFault::ReferralWithSoa);
    }
    if !types.contains(RecordType::NS) {
        return Err(DenialFault::ReferralWithoutNs);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::TypeBitmap;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn record(owner: &str, next: &str, types: &str) -> (Name, Nsec) {
        let types = types.split_whitespace().map(|text| text.parse().unwrap());
        let nsec = Nsec {
            next: name(next),
            types: TypeBitmap::from_types(types),
        };
        (name(owner), nsec)
    }

    /// example. -> a.example. (delegation) -> *.w.example. -> x.y.example. -> example.
    fn chain() -> Vec<(Name, Nsec)> {
        vec![
            record("example.", "a.example.", "NS SOA DNSKEY RRSIG NSEC"),
            record("a.example.", "*.w.example.", "NS RRSIG NSEC"),
            record("*.w.example.", "x.y.example.", "A RRSIG NSEC"),
            record("x.y.example.", "example.", "A RRSIG NSEC"),
        ]
    }

    fn judge(queried: &str, claim: Claim) -> Result<Proof, DenialFault> {
        prove(&name("example."), &name(queried), &claim, &chain())
    }

    #[test]
    fn a_missing_name_needs_itself_and_its_wildcard_covered() {
        assert_eq!(judge("b.example.", Claim::NoName), Ok(Proof::Shown));
        assert_eq!(judge("zz.example.", Claim::NoName), Ok(Proof::Shown));
        let only_name = vec![chain()[1].clone()];
        assert_eq!(
            prove(
                &name("example."),
                &name("b.example."),
                &Claim::NoName,
                &only_name
            ),
            Err(DenialFault::WildcardNotCovered(name("*.example.")))
        );
    }

    #[test]
    fn what_exists_cannot_be_denied() {
        assert_eq!(
            judge("x.y.example.", Claim::NoName),
            Err(DenialFault::NameExists)
        );
        assert_eq!(
            judge("y.example.", Claim::NoName),
            Err(DenialFault::NameExists)
        );
        assert_eq!(
            judge("q.w.example.", Claim::NoName),
            Err(DenialFault::WildcardExists(name("*.w.example.")))
        );
        assert_eq!(
            judge("b.other.", Claim::NoName),
            Err(DenialFault::NameNotCovered)
        );
    }

    #[test]
    fn a_delegation_does_not_speak_for_names_below_it() {
        assert_eq!(
            judge("b.a.example.", Claim::NoName),
            Err(DenialFault::AncestorDelegation(name("a.example.")))
        );
        assert_eq!(
            judge("a.example.", Claim::NoType(RecordType::A)),
            Err(DenialFault::AncestorDelegation(name("a.example.")))
        );
        assert_eq!(
            judge("a.example.", Claim::NoType(RecordType::DS)),
            Ok(Proof::Shown)
        );
    }

    #[test]
    fn a_missing_type_is_shown_by_match_empty_non_terminal_or_wildcard() {
        let mx = || Claim::NoType(RecordType::MX);
        assert_eq!(judge("x.y.example.", mx()), Ok(Proof::Shown));
        assert_eq!(judge("y.example.", mx()), Ok(Proof::Shown));
        assert_eq!(judge("q.w.example.", mx()), Ok(Proof::Shown));
        assert_eq!(
            judge("x.y.example.", Claim::NoType(RecordType::A)),
            Err(DenialFault::TypeInBitmap(RecordType::A))
        );
        assert_eq!(judge("b.example.", mx()), Err(DenialFault::NameCovered));
        let apex_only = vec![chain()[0].clone()];
        assert_eq!(
            prove(&name("example."), &name("b.example."), &mx(), &apex_only),
            Err(DenialFault::NoMatch)
        );
    }

    #[test]
    fn a_wildcard_is_expanded_only_from_the_closest_encloser() {
        let under = |text: &str| Claim::Expanded {
            encloser: name(text),
        };
        assert_eq!(judge("q.w.example.", under("w.example.")), Ok(Proof::Shown));
        assert_eq!(
            judge("q.w.example.", under("example.")),
            Err(DenialFault::NameExists)
        );
        assert_eq!(
            judge("x.y.example.", under("y.example.")),
            Err(DenialFault::NameExists)
        );
        // Nothing exists between x.y.example. and the end: neither z.example. nor *.z.example.
        assert_eq!(
            judge("q.z.example.", under("z.example.")),
            Err(DenialFault::WildcardDenied(name("*.z.example.")))
        );
    }

    #[test]
    fn an_insecure_delegation_needs_ns_without_ds_and_soa() {
        assert_eq!(judge("a.example.", Claim::NoDs), Ok(Proof::Shown));
        assert_eq!(
            judge("example.", Claim::NoDs),
            Err(DenialFault::ReferralWithSoa)
        );
        assert_eq!(
            judge("x.y.example.", Claim::NoDs),
            Err(DenialFault::ReferralWithoutNs)
        );
        assert_eq!(judge("b.example.", Claim::NoDs), Err(DenialFault::NoMatch));
    }

    #[test]
    fn compact_denial_says_it_with_nxname() {
        let records = [record(
            "b.example.",
            "\\000.b.example.",
            "RRSIG NSEC NXNAME",
        )];
        let at = |claim| prove(&name("example."), &name("b.example."), &claim, &records);
        assert_eq!(at(Claim::NoName), Ok(Proof::Shown));
        assert_eq!(at(Claim::NoType(RecordType::A)), Ok(Proof::Shown));
    }
}
