//! Proofs by NSEC3 (RFC 5155, sections 8.3 to 8.9; RFC 9276).
//!
//! The dictionary, with `a.b.example.` asked for in `example.` where only `example.` exists:
//! the *closest encloser* is the longest existing ancestor, `example.`; the *next closer name* has one
//! label more towards the name asked for, `b.example.`; the *wildcard at the closest encloser* is
//! `*.example.`. An NSEC3 *matches* a name when its owner is the name's hash, and *covers* it when the
//! hash falls between owner and next. A closest encloser proof is a match of the closest encloser with a
//! cover of the next closer name. A cover with the Opt-Out flag may hide unsigned delegations, so what
//! rests on it is insecure (section 9.2).

use super::super::judge::Judge;
use super::{Claim, DenialFault, Proof};
use crate::dns::{Name, Nsec3, RecordType, TypeBitmap};

/// A usable NSEC3: hash algorithm 1, assigned flags only, an owner that is a hash under the apex.
struct Span<'r> {
    owner: [u8; 20],
    record: &'r Nsec3,
}

/// The NSEC3 records of one response, all with the same parameters.
struct Chain<'r> {
    zone: &'r Name,
    iterations: u16,
    salt: &'r [u8],
    spans: Vec<Span<'r>>,
}

/// Whether the NSEC3 records of `zone` prove `claim` about `name`.
///
/// # Errors
/// The first thing that the proof lacks.
pub fn prove(
    judge: &mut Judge,
    zone: &Name,
    name: &Name,
    claim: &Claim,
    records: &[(Name, Nsec3)],
) -> Result<Proof, DenialFault> {
    let chain = Chain::of(zone, records)?;
    if chain.iterations > judge.limits.nsec3_iterations {
        return Ok(Proof::TooManyIterations(chain.iterations));
    }
    match claim {
        Claim::NoName => chain.no_name(judge, name),
        Claim::NoType(rtype) => chain.no_type(judge, name, *rtype),
        Claim::Expanded { encloser } => chain.expanded(judge, name, encloser),
        Claim::NoDs => chain.no_ds(judge, name),
    }
}

/// A closest encloser proof (section 8.3).
struct Encloser {
    name: Name,
    opt_out: bool,
}

impl<'r> Chain<'r> {
    fn of(zone: &'r Name, records: &'r [(Name, Nsec3)]) -> Result<Self, DenialFault> {
        let spans: Vec<_> = records
            .iter()
            .filter_map(|(owner, record)| Span::of(zone, owner, record))
            .collect();
        let first = spans.first().ok_or(DenialFault::NoUsableNsec3)?.record;
        let (iterations, salt) = (first.iterations, &*first.salt);
        let is_same =
            |span: &Span<'_>| span.record.iterations == iterations && *span.record.salt == *salt;
        if !spans.iter().all(is_same) {
            return Err(DenialFault::MixedParameters);
        }
        Ok(Self {
            zone,
            iterations,
            salt,
            spans,
        })
    }

    fn hash(&self, judge: &mut Judge, name: &Name) -> Result<[u8; 20], DenialFault> {
        judge
            .nsec3_hash(name, self.iterations, self.salt)
            .ok_or(DenialFault::Budget)
    }

    fn matching(&self, judge: &mut Judge, name: &Name) -> Result<Option<&'r Nsec3>, DenialFault> {
        let hash = self.hash(judge, name)?;
        let span = self.spans.iter().find(|span| span.owner == hash);
        Ok(span.map(|span| span.record))
    }

    fn covering(&self, judge: &mut Judge, name: &Name) -> Result<Option<&'r Nsec3>, DenialFault> {
        let hash = self.hash(judge, name)?;
        let span = self.spans.iter().find(|span| span.covers(&hash));
        Ok(span.map(|span| span.record))
    }

    /// The closest encloser of `name` and whether the next closer name is covered with opt-out.
    fn closest_encloser(&self, judge: &mut Judge, name: &Name) -> Result<Encloser, DenialFault> {
        let zone_labels = self.zone.label_count();
        for labels in (zone_labels..name.label_count()).rev() {
            let ancestor = name.suffix(labels);
            let Some(record) = self.matching(judge, &ancestor)? else {
                continue;
            };
            if ends_authority(&record.types) {
                return Err(DenialFault::AncestorDelegation(ancestor));
            }
            let next_closer = name.suffix(labels + 1);
            let cover = self.covering(judge, &next_closer)?;
            let cover = cover.ok_or(DenialFault::NextCloserNotCovered(next_closer))?;
            return Ok(Encloser {
                name: ancestor,
                opt_out: cover.is_opt_out(),
            });
        }
        Err(DenialFault::NoClosestEncloser)
    }

    /// Section 8.4.
    fn no_name(&self, judge: &mut Judge, name: &Name) -> Result<Proof, DenialFault> {
        if self.matching(judge, name)?.is_some() {
            return Err(DenialFault::NameExists);
        }
        let encloser = self.closest_encloser(judge, name)?;
        let wildcard = encloser
            .name
            .wildcard()
            .ok_or(DenialFault::NoClosestEncloser)?;
        if self.matching(judge, &wildcard)?.is_some() {
            return Err(DenialFault::WildcardExists(wildcard));
        }
        match self.covering(judge, &wildcard)? {
            Some(_) => Ok(shown(encloser.opt_out)),
            None => Err(DenialFault::WildcardNotCovered(wildcard)),
        }
    }

    /// Sections 8.5, 8.6 (a DS in an opt-out span) and 8.7 (a wildcard without the type).
    fn no_type(
        &self,
        judge: &mut Judge,
        name: &Name,
        rtype: RecordType,
    ) -> Result<Proof, DenialFault> {
        if let Some(record) = self.matching(judge, name)? {
            lacks(&record.types, rtype, name)?;
            return Ok(Proof::Shown);
        }
        let encloser = self
            .closest_encloser(judge, name)
            .map_err(|fault| match fault {
                DenialFault::NoClosestEncloser | DenialFault::NextCloserNotCovered(_) => {
                    DenialFault::NoNsec3Match
                }
                other => other,
            })?;
        let wildcard = encloser
            .name
            .wildcard()
            .ok_or(DenialFault::NoClosestEncloser)?;
        if let Some(record) = self.matching(judge, &wildcard)? {
            lacks(&record.types, rtype, &wildcard)?;
            return Ok(shown(encloser.opt_out));
        }
        if encloser.opt_out {
            Ok(Proof::OptOut)
        } else if rtype == RecordType::DS {
            Err(DenialFault::OptOutRequired)
        } else {
            Err(DenialFault::NoNsec3Match)
        }
    }

    /// Section 8.8: the next closer name, given by the RRSIG Labels field, is covered.
    fn expanded(
        &self,
        judge: &mut Judge,
        name: &Name,
        encloser: &Name,
    ) -> Result<Proof, DenialFault> {
        let next_closer = name.suffix(encloser.label_count() + 1);
        match self.covering(judge, &next_closer)? {
            Some(record) => Ok(shown(record.is_opt_out())),
            None => Err(DenialFault::NextCloserNotCovered(next_closer)),
        }
    }

    /// Section 8.9.
    fn no_ds(&self, judge: &mut Judge, name: &Name) -> Result<Proof, DenialFault> {
        if let Some(record) = self.matching(judge, name)? {
            return delegation_without_ds(&record.types).map(|()| Proof::Shown);
        }
        let encloser = self.closest_encloser(judge, name)?;
        if encloser.opt_out {
            Ok(Proof::OptOut)
        } else {
            Err(DenialFault::OptOutRequired)
        }
    }
}

impl<'r> Span<'r> {
    /// `None` for records a validator must not use (sections 8.1 and 8.2), or whose owner is no hash.
    fn of(zone: &Name, owner: &Name, record: &'r Nsec3) -> Option<Self> {
        let is_usable =
            record.hash_algorithm == 1 && record.flags & !0x01 == 0 && record.next.len() == 20;
        if !is_usable || owner.parent().as_ref() != Some(zone) {
            return None;
        }
        let label = owner.labels().next()?.to_ascii_uppercase();
        let hash = data_encoding::BASE32HEX_NOPAD.decode(&label).ok()?;
        Some(Self {
            owner: hash.try_into().ok()?,
            record,
        })
    }

    fn covers(&self, hash: &[u8; 20]) -> bool {
        let (owner, next) = (&self.owner[..], &*self.record.next);
        let hash = &hash[..];
        if owner < next {
            owner < hash && hash < next
        } else {
            // The last span wraps round; a chain of one record covers all but itself.
            hash != owner && (owner < hash || hash < next)
        }
    }
}

fn shown(opt_out: bool) -> Proof {
    if opt_out { Proof::OptOut } else { Proof::Shown }
}

fn ends_authority(types: &TypeBitmap) -> bool {
    let is_delegation = types.contains(RecordType::NS) && !types.contains(RecordType::SOA);
    is_delegation || types.contains(RecordType::DNAME)
}

fn lacks(types: &TypeBitmap, rtype: RecordType, owner: &Name) -> Result<(), DenialFault> {
    for present in [rtype, RecordType::CNAME] {
        if types.contains(present) {
            return Err(DenialFault::TypeInBitmap(present));
        }
    }
    if rtype == RecordType::DS {
        let from_child = types.contains(RecordType::SOA) && !owner.is_root();
        return if from_child {
            Err(DenialFault::ReferralWithSoa)
        } else {
            Ok(())
        };
    }
    if types.contains(RecordType::NS) && !types.contains(RecordType::SOA) {
        return Err(DenialFault::AncestorDelegation(owner.clone()));
    }
    Ok(())
}

fn delegation_without_ds(types: &TypeBitmap) -> Result<(), DenialFault> {
    if types.contains(RecordType::DS) {
        Err(DenialFault::ReferralWithDs)
    } else if types.contains(RecordType::SOA) {
        Err(DenialFault::ReferralWithSoa)
    } else if !types.contains(RecordType::NS) {
        Err(DenialFault::ReferralWithoutNs)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    //! The zone of RFC 5155, appendix A: salt AABBCCDD, 12 iterations, opt-out.

    use super::*;
    use crate::dns::Timestamp;
    use crate::validate::limits::Limits;

    /// Owner label, next label and types, in hash order.
    const CHAIN: &[(&str, &str, &str)] = &[
        (
            "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom",
            "2t7b4g4vsa5smi47k61mv5bv1a22bojr",
            "NS SOA MX RRSIG DNSKEY NSEC3PARAM",
        ),
        (
            "2t7b4g4vsa5smi47k61mv5bv1a22bojr",
            "2vptu5timamqttgl4luu9kg21e0aor3s",
            "A RRSIG",
        ),
        (
            "2vptu5timamqttgl4luu9kg21e0aor3s",
            "35mthgpgcu1qg68fab165klnsnk3dpvl",
            "MX RRSIG",
        ),
        (
            "35mthgpgcu1qg68fab165klnsnk3dpvl",
            "b4um86eghhds6nea196smvmlo4ors995",
            "NS DS RRSIG",
        ),
        (
            "b4um86eghhds6nea196smvmlo4ors995",
            "gjeqe526plbf1g8mklp59enfd789njgi",
            "MX RRSIG",
        ),
        (
            "gjeqe526plbf1g8mklp59enfd789njgi",
            "ji6neoaepv8b5o6k4ev33abha8ht9fgc",
            "HINFO A AAAA RRSIG",
        ),
        (
            "ji6neoaepv8b5o6k4ev33abha8ht9fgc",
            "k8udemvp1j2f7eg6jebps17vp3n8i58h",
            "",
        ),
        (
            "k8udemvp1j2f7eg6jebps17vp3n8i58h",
            "kohar7mbb8dc2ce8a9qvl8hon4k53uhi",
            "",
        ),
        (
            "kohar7mbb8dc2ce8a9qvl8hon4k53uhi",
            "q04jkcevqvmu85r014c7dkba38o0ji5r",
            "A RRSIG",
        ),
        (
            "q04jkcevqvmu85r014c7dkba38o0ji5r",
            "r53bq7cc2uvmubfu5ocmm6pers9tk9en",
            "A RRSIG",
        ),
        (
            "r53bq7cc2uvmubfu5ocmm6pers9tk9en",
            "t644ebqk9bibcna874givr6joj62mlhv",
            "MX RRSIG",
        ),
        (
            "t644ebqk9bibcna874givr6joj62mlhv",
            "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom",
            "A HINFO AAAA RRSIG",
        ),
    ];

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn record(entry: &(&str, &str, &str), opt_out: bool) -> (Name, Nsec3) {
        let (owner, next, types) = entry;
        let next = data_encoding::BASE32HEX_NOPAD.decode(next.to_uppercase().as_bytes());
        let types = types.split_whitespace().map(|text| text.parse().unwrap());
        let nsec3 = Nsec3 {
            hash_algorithm: 1,
            flags: u8::from(opt_out),
            iterations: 12,
            salt: [0xAA, 0xBB, 0xCC, 0xDD].into(),
            next: next.unwrap().into(),
            types: TypeBitmap::from_types(types),
        };
        (name(&format!("{owner}.example.")), nsec3)
    }

    fn chain(opt_out: bool) -> Vec<(Name, Nsec3)> {
        CHAIN.iter().map(|entry| record(entry, opt_out)).collect()
    }

    fn judge(queried: &str, claim: Claim, records: &[(Name, Nsec3)]) -> Result<Proof, DenialFault> {
        let mut judge = Judge::new(Timestamp(0), Limits::default());
        prove(
            &mut judge,
            &name("example."),
            &name(queried),
            &claim,
            records,
        )
    }

    #[test]
    fn b_1_a_name_error_is_shown_and_opt_out_makes_it_insecure() {
        let queried = "a.c.x.w.example.";
        assert_eq!(
            judge(queried, Claim::NoName, &chain(false)),
            Ok(Proof::Shown)
        );
        assert_eq!(
            judge(queried, Claim::NoName, &chain(true)),
            Ok(Proof::OptOut)
        );
    }

    #[test]
    fn b_1_every_record_of_the_proof_is_needed() {
        let queried = "a.c.x.w.example.";
        let without = |label: &str| {
            let keep = |(owner, _): &(Name, Nsec3)| *owner != name(&format!("{label}.example."));
            let records: Vec<_> = chain(false).into_iter().filter(keep).collect();
            judge(queried, Claim::NoName, &records)
        };
        // The match of the closest encloser x.w.example, the cover of the next closer c.x.w.example and
        // that of the wildcard *.x.w.example.
        let next_closer = name("c.x.w.example.");
        assert!(without("b4um86eghhds6nea196smvmlo4ors995").is_err());
        assert_eq!(
            without("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"),
            Err(DenialFault::NextCloserNotCovered(next_closer))
        );
        assert_eq!(
            without("35mthgpgcu1qg68fab165klnsnk3dpvl"),
            Err(DenialFault::WildcardNotCovered(name("*.x.w.example.")))
        );
    }

    #[test]
    fn b_2_no_data_needs_a_match_without_the_type() {
        let mx = || Claim::NoType(RecordType::MX);
        assert_eq!(judge("ns1.example.", mx(), &chain(false)), Ok(Proof::Shown));
        assert_eq!(judge("y.w.example.", mx(), &chain(false)), Ok(Proof::Shown));
        let claim = Claim::NoType(RecordType::A);
        assert_eq!(
            judge("ns1.example.", claim, &chain(false)),
            Err(DenialFault::TypeInBitmap(RecordType::A))
        );
        assert_eq!(
            judge("c.example.", mx(), &chain(false)),
            Err(DenialFault::NoNsec3Match)
        );
    }

    #[test]
    fn b_3_an_unsigned_delegation_needs_opt_out() {
        assert_eq!(
            judge("c.example.", Claim::NoDs, &chain(true)),
            Ok(Proof::OptOut)
        );
        assert_eq!(
            judge("c.example.", Claim::NoDs, &chain(false)),
            Err(DenialFault::OptOutRequired)
        );
        assert_eq!(
            judge("a.example.", Claim::NoDs, &chain(true)),
            Err(DenialFault::ReferralWithDs)
        );
    }

    #[test]
    fn b_4_a_wildcard_answer_needs_the_next_closer_covered() {
        let claim = |encloser: &str| Claim::Expanded {
            encloser: name(encloser),
        };
        assert_eq!(
            judge("a.z.w.example.", claim("w.example."), &chain(false)),
            Ok(Proof::Shown)
        );
        assert_eq!(
            judge("x.w.example.", claim("w.example."), &chain(false)),
            Err(DenialFault::NextCloserNotCovered(name("x.w.example.")))
        );
    }

    #[test]
    fn b_5_wildcard_no_data() {
        let claim = || Claim::NoType(RecordType::AAAA);
        assert_eq!(
            judge("a.z.w.example.", claim(), &chain(false)),
            Ok(Proof::Shown)
        );
        assert_eq!(
            judge(
                "a.z.w.example.",
                Claim::NoType(RecordType::MX),
                &chain(false)
            ),
            Err(DenialFault::TypeInBitmap(RecordType::MX))
        );
    }

    #[test]
    fn foreign_parameters_prove_nothing() {
        let mut mixed = chain(false);
        mixed[0].1.iterations = 11;
        assert_eq!(
            judge("c.example.", Claim::NoName, &mixed),
            Err(DenialFault::MixedParameters)
        );
        let mut unknown = chain(false);
        unknown
            .iter_mut()
            .for_each(|(_, record)| record.hash_algorithm = 2);
        assert_eq!(
            judge("c.example.", Claim::NoName, &unknown),
            Err(DenialFault::NoUsableNsec3)
        );
        let mut costly = chain(false);
        costly
            .iter_mut()
            .for_each(|(_, record)| record.iterations = 151);
        assert_eq!(
            judge("c.example.", Claim::NoName, &costly),
            Ok(Proof::TooManyIterations(151))
        );
    }
}
