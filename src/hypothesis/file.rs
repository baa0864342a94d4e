//! A zone file that answers as its servers would (RFC 1034, section 4.3.2; RFC 4035, section 3.1; RFC 5155,
//! section 7.2): records, signatures and proofs as they stand in it. It signs nothing and mends nothing.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::edit::{is_about, record};
use super::stage::AUTHORITATIVE;
use crate::crypto;
use crate::dns::message::Question;
use crate::dns::{Dnskey, Message, Name, Nsec3, Rcode, Record, RecordType, rdata};

/// Longest chain of aliases followed within the zone.
const MAX_ALIASES: usize = 8;

/// A zone out of a file.
#[derive(Debug, Clone)]
pub struct ZoneFile {
    apex: Name,
    names: BTreeMap<Name, Vec<Record>>,
    /// Owner names of NSEC3 by hash, and the parameters of the chain.
    hashed: BTreeMap<Vec<u8>, Name>,
    parameters: Option<(u16, Box<[u8]>)>,
}

impl ZoneFile {
    /// The zone whose SOA is among `records`; `None` when there is none, or two of different names.
    pub fn new(records: Vec<Record>) -> Option<Self> {
        let soa = |record: &&Record| record.rtype == RecordType::SOA;
        let apex = records.iter().find(soa)?.owner.clone();
        if records
            .iter()
            .filter(soa)
            .any(|record| record.owner != apex)
        {
            return None;
        }
        let mut zone = Self {
            apex,
            names: BTreeMap::new(),
            hashed: BTreeMap::new(),
            parameters: None,
        };
        records.into_iter().for_each(|record| zone.add(record));
        Some(zone)
    }

    fn add(&mut self, record: Record) {
        if let (RecordType::NSEC3, Ok(nsec3)) = (record.rtype, Nsec3::parse(&record.rdata)) {
            let label = record.owner.labels().next().unwrap_or_default();
            let hash = data_encoding::BASE32HEX_NOPAD.decode(&label.to_ascii_uppercase());
            self.hashed
                .extend(hash.ok().map(|hash| (hash, record.owner.clone())));
            let own = (nsec3.iterations, nsec3.salt);
            self.parameters.get_or_insert(own);
        }
        self.names
            .entry(record.owner.clone())
            .or_default()
            .push(record);
    }

    /// Its apex.
    pub fn apex(&self) -> &Name {
        &self.apex
    }

    /// The addresses that it has for a host.
    pub fn addresses(&self, host: &Name) -> impl Iterator<Item = IpAddr> {
        let records = self.names.get(host).into_iter().flatten();
        records.filter_map(|record| rdata::address(record.rtype, &record.rdata))
    }

    /// The keys at its apex.
    pub fn keys(&self) -> Vec<Dnskey> {
        let records = self.names.get(&self.apex).into_iter().flatten();
        let keys = records.filter(|record| record.rtype == RecordType::DNSKEY);
        keys.filter_map(|record| Dnskey::parse(&record.rdata).ok())
            .collect()
    }

    /// The delegation at or above a name.
    pub fn cut_above(&self, name: &Name) -> Option<Name> {
        let below = self.apex.label_count() + 1..=name.label_count();
        let mut cuts = below.map(|labels| name.suffix(labels));
        cuts.find(|candidate| self.has_type(candidate, RecordType::NS))
    }

    /// What its servers answer.
    pub fn answer(&self, asked: &Question) -> Message {
        let mut message = Message {
            id: 0,
            flags: AUTHORITATIVE,
            questions: vec![asked.clone()],
            answer: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            faults: Vec::new(),
        };
        let mut name = Some(asked.name.clone());
        for _ in 0..MAX_ALIASES {
            name = match name {
                Some(name) if name.is_at_or_below(&self.apex) => {
                    self.step(&mut message, &name, asked.rtype)
                }
                _ => break,
            };
        }
        message
    }

    /// Adds what there is for one name; the next name when it is an alias.
    fn step(&self, message: &mut Message, name: &Name, rtype: RecordType) -> Option<Name> {
        let cut = self.cut_above(name);
        if let Some(cut) = cut.filter(|cut| !(cut == name && rtype == RecordType::DS)) {
            self.refer(message, &cut);
            return None;
        }
        if let Some(owner) = self.dname_above(name) {
            return self.substitute(message, name, &owner);
        }
        if self.exists(name) {
            return self.give(message, name, name, rtype);
        }
        let encloser = self.encloser(name);
        let wildcard = encloser.wildcard()?;
        if self.exists(&wildcard) {
            let next = self.give(message, name, &wildcard, rtype);
            self.deny(message, name, &encloser);
            return next;
        }
        message.flags |= Rcode::NXDOMAIN.0;
        message
            .authority
            .extend(self.set(&self.apex, RecordType::SOA));
        self.deny(message, name, &encloser);
        None
    }

    /// The DNAME at `owner` with the CNAME that a server makes of it (RFC 6672, section 3.1), and where it leads.
    fn substitute(&self, message: &mut Message, name: &Name, owner: &Name) -> Option<Name> {
        let set: Vec<_> = self.set(owner, RecordType::DNAME).collect();
        let dname = set
            .iter()
            .find(|record| record.rtype == RecordType::DNAME)?;
        let (to, ttl) = (rdata::target(&dname.rdata)?, dname.ttl);
        message.answer.extend(set);
        let next = name.substitute(owner, &to)?.ok()?;
        let cname = record(name, RecordType::CNAME, ttl, next.wire().to_vec());
        message.answer.push(cname);
        Some(next)
    }

    /// Answers `name` with what stands at `source`, the name itself or a wildcard.
    fn give(
        &self,
        message: &mut Message,
        name: &Name,
        source: &Name,
        rtype: RecordType,
    ) -> Option<Name> {
        let is_alias = self.has_type(source, RecordType::CNAME);
        let wanted = match is_alias {
            true if rtype != RecordType::NSEC => RecordType::CNAME,
            _ => rtype,
        };
        let found = self.set(source, wanted).map(|record| Record {
            owner: name.clone(),
            ..record
        });
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            message
                .authority
                .extend(self.set(&self.apex, RecordType::SOA));
            self.deny(message, name, &self.encloser(name));
            return None;
        }
        let target = found
            .first()
            .and_then(|record| rdata::target(&record.rdata));
        if wanted == RecordType::NS {
            self.add_glue(message, &found);
        }
        message.answer.extend(found);
        target.filter(|_| wanted == RecordType::CNAME && rtype != RecordType::CNAME)
    }

    fn refer(&self, message: &mut Message, cut: &Name) {
        if message.answer.is_empty() {
            message.flags &= !0x0400;
        }
        let servers: Vec<_> = self.set(cut, RecordType::NS).collect();
        self.add_glue(message, &servers);
        message.authority.extend(servers);
        let ds: Vec<_> = self.set(cut, RecordType::DS).collect();
        if ds.is_empty() {
            self.deny(message, cut, &self.encloser(cut));
        }
        message.authority.extend(ds);
    }

    fn add_glue(&self, message: &mut Message, servers: &[Record]) {
        let hosts = servers
            .iter()
            .filter(|record| record.rtype == RecordType::NS);
        for host in hosts.filter_map(|record| rdata::target(&record.rdata)) {
            for rtype in [RecordType::A, RecordType::AAAA] {
                message.additional.extend(self.set(&host, rtype));
            }
        }
    }

    /// The NSEC or NSEC3 records that match or cover a name, its next closer name, its closest encloser and the
    /// wildcard there. A proof needs some of them, and the others harm nothing.
    fn deny(&self, message: &mut Message, name: &Name, encloser: &Name) {
        let next_closer = name.suffix((encloser.label_count() + 1).min(name.label_count()));
        let names = [
            Some(name.clone()),
            Some(next_closer),
            Some(encloser.clone()),
            encloser.wildcard(),
        ];
        let mut owners: Vec<Name> = Vec::new();
        for name in names.into_iter().flatten() {
            let owner = match &self.parameters {
                Some((iterations, salt)) => self.hashed_owner(&name, *iterations, salt),
                None => self.nsec_owner(&name),
            };
            owners.extend(owner);
        }
        owners.sort();
        owners.dedup();
        for owner in owners {
            for rtype in [RecordType::NSEC, RecordType::NSEC3] {
                let is_there = |record: &Record| record.rtype == rtype && record.owner == owner;
                if !message.authority.iter().any(is_there) {
                    message.authority.extend(self.set(&owner, rtype));
                }
            }
        }
    }

    fn nsec_owner(&self, name: &Name) -> Option<Name> {
        let mut before = self.names.range(..=name.clone()).rev();
        before
            .find(|(owner, _)| self.has_type(owner, RecordType::NSEC))
            .map(|(owner, _)| owner.clone())
    }

    fn hashed_owner(&self, name: &Name, iterations: u16, salt: &[u8]) -> Option<Name> {
        let hash = crypto::nsec3_hash(&name.canonical_wire(), iterations, salt).to_vec();
        let before = self.hashed.range(..=hash).next_back();
        // What comes before the first is covered by the last.
        let found = before.or_else(|| self.hashed.last_key_value());
        found.map(|(_, owner)| owner.clone())
    }

    /// An RRset with its signatures.
    fn set(&self, owner: &Name, rtype: RecordType) -> impl Iterator<Item = Record> {
        let records = self.names.get(owner).into_iter().flatten();
        records
            .filter(move |record| is_about(record, rtype))
            .cloned()
    }

    fn has_type(&self, owner: &Name, rtype: RecordType) -> bool {
        let mut records = self.names.get(owner).into_iter().flatten();
        records.any(|record| record.rtype == rtype)
    }

    fn dname_above(&self, name: &Name) -> Option<Name> {
        let above = self.apex.label_count()..name.label_count();
        let mut above = above.map(|labels| name.suffix(labels));
        above.find(|owner| self.has_type(owner, RecordType::DNAME))
    }

    /// Whether a name exists, if only as an empty non-terminal.
    fn exists(&self, name: &Name) -> bool {
        let is_plain = |records: &Vec<Record>| {
            let mut types = records.iter().map(|record| record.rtype);
            types.any(|rtype| rtype != RecordType::NSEC3 && rtype != RecordType::RRSIG)
        };
        let mut from = self.names.range(name.clone()..);
        let at_or_below = from.find(|(_, records)| is_plain(records));
        at_or_below.is_some_and(|(owner, _)| owner.is_at_or_below(name))
    }

    /// The longest ancestor of a name that exists.
    fn encloser(&self, name: &Name) -> Name {
        let above = (self.apex.label_count()..name.label_count()).rev();
        let mut above = above.map(|labels| name.suffix(labels));
        above
            .find(|ancestor| self.exists(ancestor))
            .unwrap_or_else(|| self.apex.clone())
    }
}
