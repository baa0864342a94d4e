//! What an authoritative server finds in its zone (RFC 1034, section 4.3.2; RFC 6672, section 3.2) and
//! what it adds for DNSSEC (RFC 4035, section 3.1; RFC 5155, section 7.2).

use std::borrow::Cow;

use super::chain::{Proof, prove};
use super::writer::Row;
use super::zone::{NEGATIVE_TTL, Set, Zone};
use crate::dns::message::Question;
use crate::dns::{Name, Rcode, RecordType, rdata};

/// Longest chain of aliases followed within one zone.
const MAX_ALIASES: usize = 8;

/// The records of a response.
pub(super) struct Draft<'z> {
    /// NOERROR, NXDOMAIN or YXDOMAIN.
    pub rcode: Rcode,
    /// AA.
    pub is_authoritative: bool,
    /// Answer section.
    pub answer: Vec<Row<'z>>,
    /// Authority section.
    pub authority: Vec<Row<'z>>,
    /// Additional section, without OPT.
    pub additional: Vec<Row<'z>>,
    zone: &'z Zone,
    has_dnssec: bool,
}

/// Where a name leads to in a zone.
enum Place {
    /// Below, or at, this delegation.
    Cut(Name),
    /// Below a DNAME at this name.
    Dname(Name),
    /// It exists.
    Node,
    /// It does not, and neither does a wildcard below this closest encloser.
    Missing(Name),
    /// It does not, but this wildcard below this closest encloser does.
    Wildcard(Name, Name),
}

/// What the zone says to a question; with signatures and proofs when `has_dnssec`.
pub(super) fn draft<'z>(zone: &'z Zone, question: &Question, has_dnssec: bool) -> Draft<'z> {
    let mut draft = Draft {
        rcode: Rcode::NOERROR,
        is_authoritative: true,
        answer: Vec::new(),
        authority: Vec::new(),
        additional: Vec::new(),
        zone,
        has_dnssec,
    };
    let mut name = Some(question.name.clone());
    for _ in 0..MAX_ALIASES {
        name = match name {
            Some(name) if name.is_at_or_below(&zone.apex) => draft.step(&name, question.rtype),
            _ => break,
        };
    }
    draft
}

fn locate(zone: &Zone, name: &Name, rtype: RecordType) -> Place {
    let mut encloser = zone.apex.clone();
    for labels in zone.apex.label_count()..=name.label_count() {
        let candidate = name.suffix(labels);
        if !zone.has(&candidate) {
            return match encloser.wildcard() {
                Some(wildcard) if zone.has(&wildcard) => Place::Wildcard(wildcard, encloser),
                _ => Place::Missing(encloser),
            };
        }
        let is_name = labels == name.label_count();
        if zone.is_cut(&candidate) && !(is_name && rtype == RecordType::DS) {
            return Place::Cut(candidate);
        }
        if !is_name && zone.set(&candidate, RecordType::DNAME).is_some() {
            return Place::Dname(candidate);
        }
        encloser = candidate;
    }
    Place::Node
}

impl<'z> Draft<'z> {
    /// Adds what there is for one name; the next name when it is an alias.
    fn step(&mut self, name: &Name, rtype: RecordType) -> Option<Name> {
        match locate(self.zone, name, rtype) {
            Place::Cut(cut) => self.refer(&cut),
            Place::Dname(owner) => return self.redirect(name, &owner),
            Place::Missing(encloser) => {
                self.rcode = Rcode::NXDOMAIN;
                self.deny(&Proof::NameError(name, &encloser));
            }
            Place::Node => {
                let source = name.clone();
                return self.give(name, &source, rtype, &Proof::NoData(name), None);
            }
            Place::Wildcard(wildcard, encloser) => {
                let none = Proof::WildcardNoData(name, &encloser);
                let expansion = Proof::Expansion(name, &encloser);
                return self.give(name, &wildcard, rtype, &none, Some(&expansion));
            }
        }
        None
    }

    /// Answers `name` with what stands at `source`, the name itself or a wildcard.
    fn give(
        &mut self,
        name: &Name,
        source: &Name,
        rtype: RecordType,
        none: &Proof<'_>,
        expansion: Option<&Proof<'_>>,
    ) -> Option<Name> {
        let zone = self.zone;
        let alias = zone.set(source, RecordType::CNAME);
        let found: Vec<&Set> = match alias {
            Some(alias) if rtype != RecordType::NSEC && rtype != RecordType::ANY => vec![alias],
            _ if rtype == RecordType::ANY || rtype == RecordType::RRSIG => {
                zone.sets(source).iter().collect()
            }
            _ => zone.set(source, rtype).into_iter().collect(),
        };
        if found.is_empty() {
            self.deny(none);
            return None;
        }
        for set in &found {
            if rtype != RecordType::RRSIG {
                self.answer.extend(rows(set, name));
            }
            if self.has_dnssec || rtype == RecordType::RRSIG {
                self.answer.extend(signature_rows(zone, set, name));
            }
            if rtype == RecordType::NS && set.rtype == RecordType::NS {
                self.add_addresses(set);
            }
        }
        if let Some(expansion) = expansion {
            self.add_proof(expansion);
        }
        alias
            .filter(|_| rtype != RecordType::CNAME)
            .and_then(|set| rdata::target(set.rdata.first()?))
    }

    /// A referral (RFC 4035, section 3.1.4).
    fn refer(&mut self, cut: &Name) {
        self.is_authoritative = !self.answer.is_empty();
        let Some(servers) = self.zone.set(cut, RecordType::NS) else {
            return;
        };
        self.authority.extend(rows(servers, cut));
        match self.zone.set(cut, RecordType::DS) {
            Some(ds) if self.has_dnssec => {
                self.authority.extend(rows(ds, cut));
                self.authority.extend(signature_rows(self.zone, ds, cut));
            }
            Some(_) => {}
            None => self.add_proof(&Proof::NoData(cut)),
        }
        self.add_addresses(servers);
    }

    fn add_addresses(&mut self, servers: &Set) {
        let zone = self.zone;
        for host in servers
            .rdata
            .iter()
            .filter_map(|rdata| rdata::target(rdata))
        {
            for rtype in [RecordType::A, RecordType::AAAA] {
                let Some(set) = zone.set(&host, rtype) else {
                    continue;
                };
                self.additional.extend(rows(set, &host));
                if self.has_dnssec {
                    self.additional.extend(signature_rows(zone, set, &host));
                }
            }
        }
    }

    /// DNAME with the CNAME made from it (RFC 6672, section 3.1).
    fn redirect(&mut self, name: &Name, owner: &Name) -> Option<Name> {
        let set = self.zone.set(owner, RecordType::DNAME)?;
        self.answer.extend(rows(set, owner));
        if self.has_dnssec {
            self.answer.extend(signature_rows(self.zone, set, owner));
        }
        let target = rdata::target(set.rdata.first()?)?;
        let Ok(alias) = name.substitute(owner, &target)? else {
            self.rcode = Rcode(6);
            return None;
        };
        self.answer.push(Row {
            owner: name.clone(),
            rtype: RecordType::CNAME,
            ttl: set.ttl,
            rdata: Cow::Owned(alias.wire().to_vec()),
        });
        Some(alias)
    }

    /// The SOA of a negative answer, with its TTL lowered (RFC 2308, section 3), and the proof.
    fn deny(&mut self, proof: &Proof<'_>) {
        let zone = self.zone;
        if let Some(soa) = zone.set(&zone.apex, RecordType::SOA) {
            let mut lowered: Vec<Row<'z>> = rows(soa, &zone.apex).collect();
            if self.has_dnssec {
                lowered.extend(signature_rows(zone, soa, &zone.apex));
            }
            lowered
                .iter_mut()
                .for_each(|row| row.ttl = row.ttl.min(NEGATIVE_TTL));
            self.authority.extend(lowered);
        }
        self.add_proof(proof);
    }

    fn add_proof(&mut self, proof: &Proof<'_>) {
        if !self.has_dnssec {
            return;
        }
        for set in prove(self.zone, proof) {
            self.authority.extend(rows(set, &set.owner));
            self.authority
                .extend(signature_rows(self.zone, set, &set.owner));
        }
    }
}

fn rows<'z>(set: &'z Set, owner: &Name) -> impl Iterator<Item = Row<'z>> + use<'z> {
    let (owner, rtype, ttl) = (owner.clone(), set.rtype, set.ttl);
    set.rdata.iter().map(move |rdata| Row {
        owner: owner.clone(),
        rtype,
        ttl,
        rdata: Cow::Borrowed(rdata),
    })
}

fn signature_rows<'z>(
    zone: &'z Zone,
    set: &'z Set,
    owner: &Name,
) -> impl Iterator<Item = Row<'z>> + use<'z> {
    let (owner, ttl) = (owner.clone(), set.ttl);
    zone.rrsigs(set).iter().map(move |rdata| Row {
        owner: owner.clone(),
        rtype: RecordType::RRSIG,
        ttl,
        rdata: Cow::Borrowed(rdata),
    })
}
