//! What stands at the apex and is looked at once: SOA, NS, NSEC3PARAM, CDS and CDNSKEY, the DS at the parent.

use super::examine::place;
use super::fault::{self, Place, Scribe};
use super::keys::{ZoneKey, ZoneKeys};
use super::names::{Kind, Names};
use super::nsec3::{MAX_CHAINS, MAX_ITERATIONS, Parameters};
use super::store::Rec;
use super::wire;
use crate::crypto::{Algorithm, DigestType, ds_digest};
use crate::dns::{Ds, Nsec3param, RecordType, Soa};

/// What a zone says of a name server that it names.
enum Host {
    /// It has an address, or the zone is not who tells it.
    Good,
    /// It has a CNAME (RFC 2181, section 10.3).
    Alias,
    /// It has no address.
    Nowhere,
}

/// The records at the apex.
pub struct Apex<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Its records, in any order.
    pub records: Vec<Rec<'a>>,
}

impl<'a> Apex<'a> {
    /// The records of a type.
    pub fn of(&self, rtype: RecordType) -> impl Iterator<Item = &Rec<'a>> {
        self.records
            .iter()
            .filter(move |record| record.rtype == rtype)
    }

    /// RDATA of a type, each once, in canonical order.
    pub fn rdata(&self, rtype: RecordType) -> Vec<&'a [u8]> {
        let mut all: Vec<_> = self.of(rtype).map(|record| record.rdata).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The place of the first record of a type.
    pub fn place(&self, rtype: RecordType) -> Place<'a> {
        let first = self.of(rtype).next();
        Place {
            owner: self.name,
            file: first.map_or(0, |record| record.file),
            line: first.map(|record| record.line),
        }
    }

    /// The one SOA, with its TTL.
    pub fn soa(&self, scribe: &mut Scribe<'_>) -> Option<(Soa, u32)> {
        let all = self.rdata(RecordType::SOA);
        let at = self.place(RecordType::SOA);
        match all[..] {
            [rdata] => {
                let soa = Soa::parse(rdata).ok();
                if soa.is_none() {
                    scribe.add(fault::SOA_INVALID, at, || {
                        "the SOA cannot be read".to_owned()
                    });
                }
                Some((soa?, self.of(RecordType::SOA).next()?.ttl))
            }
            [] => {
                scribe.add(fault::SOA_INVALID, at, || "no SOA at the apex".to_owned());
                None
            }
            _ => {
                scribe.add(fault::SOA_INVALID, at, || {
                    format!("{} SOA records", all.len())
                });
                None
            }
        }
    }

    /// Tells when there are no NS records, and of those that name a host of the zone without an address: primary
    /// servers refuse to load such a zone.
    pub fn ns(&self, names: &Names, scribe: &mut Scribe<'_>) {
        if self.of(RecordType::NS).next().is_none() {
            let at = self.place(RecordType::NS);
            scribe.add(fault::APEX_NS_MISSING, at, || {
                "no NS at the apex".to_owned()
            });
        }
        for record in self.of(RecordType::NS) {
            let at = place(self.name, record);
            let host = || wire::shown(record.rdata);
            match self.host(names, record.rdata) {
                Host::Good => {}
                Host::Alias => scribe.add(fault::NS_ALIAS, at, || {
                    format!("the name server {} is an alias", host())
                }),
                Host::Nowhere => scribe.add(fault::NS_UNRESOLVABLE, at, || {
                    format!("the name server {} has no address", host())
                }),
            }
        }
    }

    /// What the zone says of a host, as far as it answers for it.
    fn host(&self, names: &Names, host: &[u8]) -> Host {
        if !wire::is_at_or_below(host, self.name) {
            return Host::Good;
        }
        if let Some(node) = names.find(host).map(|at| &names.nodes[at])
            && (node.has.data() || !node.kind.is_inside())
        {
            let mut records = Vec::new();
            names.records(node, &mut records);
            let is_alias = records
                .iter()
                .any(|record| record.rtype == RecordType::CNAME);
            return match node.kind {
                Kind::Apex | Kind::Plain if is_alias => Host::Alias,
                Kind::Apex | Kind::Plain if !node.has.address() => Host::Nowhere,
                _ => Host::Good,
            };
        }
        let mut above = wire::parent(host);
        while wire::is_at_or_below(above, self.name) {
            let wildcard = [b"\x01*", above].concat();
            let found = names.find(above).map(|at| &names.nodes[at]);
            let is_elsewhere = found.is_some_and(|node| {
                matches!(node.kind, Kind::Cut | Kind::BelowDname) || node.has.dname()
            });
            if is_elsewhere || names.find(&wildcard).is_some() {
                return Host::Good;
            }
            if above.len() == 1 {
                break;
            }
            above = wire::parent(above);
        }
        Host::Nowhere
    }

    /// How NSEC3 owner names are made: for each chain that an NSEC3PARAM announces, else for that of the first
    /// NSEC3 record there is. None where the zone has no NSEC3, or has one that is not gone through.
    pub fn hashing(
        &self,
        first_nsec3: Option<&[u8]>,
        tolerated: u16,
        scribe: &mut Scribe<'_>,
    ) -> Vec<Parameters> {
        let at = self.place(RecordType::NSEC3PARAM);
        let announced = self.announced(scribe);
        let Some(first) = first_nsec3 else {
            if !announced.is_empty() {
                scribe.add(fault::NSEC3PARAM_MISMATCH, at, || {
                    "NSEC3PARAM in a zone without NSEC3".to_owned()
                });
            }
            return Vec::new();
        };
        let mut chains = announced;
        if chains.is_empty() {
            chains.extend(Parameters::of(first));
            if !chains.is_empty() {
                scribe.add(fault::NSEC3PARAM_MISMATCH, at, || {
                    "no NSEC3PARAM has the parameters of the NSEC3 records".to_owned()
                });
            }
        }
        for chain in &chains {
            self.costs(chain, tolerated, scribe);
        }
        let is_dear = |chain: &Parameters| chain.iterations > MAX_ITERATIONS;
        match chains.len() > MAX_CHAINS || chains.iter().any(is_dear) {
            true => Vec::new(),
            false => chains,
        }
    }

    /// The chains that are whole, by what NSEC3PARAM says. One with flags says nothing (RFC 5155, section 4.1.2).
    fn announced(&self, scribe: &mut Scribe<'_>) -> Vec<Parameters> {
        let at = self.place(RecordType::NSEC3PARAM);
        let mut announced = Vec::new();
        for rdata in self.rdata(RecordType::NSEC3PARAM) {
            match Nsec3param::parse(rdata) {
                Ok(parameters) if parameters.flags != 0 => {
                    scribe.add(fault::NSEC3_FLAGS, at, || {
                        format!("NSEC3PARAM has flags {}", parameters.flags)
                    });
                }
                Ok(parameters) if parameters.hash_algorithm != 1 => {
                    scribe.add(fault::NSEC3_HASH, at, || {
                        "NSEC3PARAM: the hash algorithm is not 1".to_owned()
                    });
                }
                Ok(_) => announced.extend(Parameters::of(rdata)),
                Err(why) => scribe.add(fault::NSEC3PARAM_MISMATCH, at, || {
                    format!("NSEC3PARAM: {why}")
                }),
            }
        }
        announced
    }

    /// Tells of iterations and salt, which cost more than they are worth (RFC 9276, section 3.1).
    fn costs(&self, chain: &Parameters, tolerated: u16, scribe: &mut Scribe<'_>) {
        let at = self.place(RecordType::NSEC3PARAM);
        if chain.iterations > tolerated.min(MAX_ITERATIONS) {
            scribe.add(fault::NSEC3_ITERATIONS_LIMIT, at, || {
                format!("{} iterations", chain.iterations)
            });
        } else if chain.iterations > 0 {
            scribe.add(fault::NSEC3_ITERATIONS, at, || {
                format!("{} iterations, not 0", chain.iterations)
            });
        }
        if !chain.salt.is_empty() {
            scribe.add(fault::NSEC3_SALT, at, || {
                format!("a salt of {} octets", chain.salt.len())
            });
        }
    }

    /// CDS and CDNSKEY against the keys (RFC 7344, sections 4 and 5; RFC 8078, section 4).
    pub fn child_signals(&self, keys: &ZoneKeys, scribe: &mut Scribe<'_>) {
        let (cds, cdnskey) = (self.rdata(RecordType::CDS), self.rdata(RecordType::CDNSKEY));
        let at = self.place(if cds.is_empty() {
            RecordType::CDNSKEY
        } else {
            RecordType::CDS
        });
        if cds.is_empty() != cdnskey.is_empty() {
            let there = if cds.is_empty() { "CDNSKEY" } else { "CDS" };
            scribe.add(fault::CDS_ONLY_ONE, at, || {
                format!("{there} without the other")
            });
        }
        let deletes: Vec<&[u8]> = cds
            .iter()
            .filter(|rdata| rdata.get(2) == Some(&0))
            .chain(cdnskey.iter().filter(|rdata| rdata.get(3) == Some(&0)))
            .copied()
            .collect();
        if !deletes.is_empty() {
            scribe.add(fault::CDS_DELETE, at, || {
                "the parent is asked to take the DS away".to_owned()
            });
            if deletes.len() < cds.len() + cdnskey.len() {
                scribe.add(fault::CDS_DELETE_MIXED, at, || {
                    "a delete record beside others".to_owned()
                });
            }
            let good: [&[u8]; 2] = [&[0, 0, 0, 0, 0], &[0, 0, 3, 0, 0]];
            if deletes.iter().any(|rdata| !good.contains(rdata)) {
                scribe.add(fault::CDS_DELETE_MALFORMED, at, || {
                    "not exactly `0 0 0 00` or `0 3 0 AA==`".to_owned()
                });
            }
            return;
        }
        let wanted: Vec<Option<&ZoneKey>> = cds
            .iter()
            .map(|rdata| self.signalled(rdata, keys))
            .collect();
        let copied: Vec<Option<&ZoneKey>> = cdnskey
            .iter()
            .map(|rdata| keys.keys.iter().find(|key| key.dnskey.rdata() == **rdata))
            .collect();
        for (what, found) in [("CDS", &wanted), ("CDNSKEY", &copied)] {
            if found.iter().any(Option::is_none) {
                scribe.add(fault::CDS_NO_KEY, at, || {
                    format!("a {what} for a key that the zone does not have")
                });
            }
        }
        let tags = |found: &[Option<&ZoneKey>]| {
            let mut tags: Vec<u16> = found.iter().flatten().map(|key| key.tag).collect();
            tags.sort_unstable();
            tags.dedup();
            tags
        };
        if !cds.is_empty() && !cdnskey.is_empty() && tags(&wanted) != tags(&copied) {
            scribe.add(fault::CDS_MISMATCH, at, || {
                "CDS and CDNSKEY are of different keys".to_owned()
            });
        }
    }

    /// The key that a CDS is of.
    fn signalled<'k>(&self, rdata: &[u8], keys: &'k ZoneKeys) -> Option<&'k ZoneKey> {
        let ds = Ds::parse(rdata).ok()?;
        let mut found = keys.find(ds.algorithm, ds.key_tag).map(|(_, key)| key);
        found.find(|key| self.has_digest(&ds, key) != Some(false))
    }

    /// Whether the digest is that of the key; `None` for a digest that is not known.
    fn has_digest(&self, ds: &Ds, key: &ZoneKey) -> Option<bool> {
        let digest = ds_digest(DigestType(ds.digest_type), self.name, &key.dnskey.rdata())?;
        Some(digest == *ds.digest)
    }

    /// The DS RRset of the parent against the keys; `signers` are the keys that validly signed the DNSKEY
    /// RRset.
    pub fn delegation_signers(
        &self,
        set: &[Ds],
        keys: &ZoneKeys,
        signers: &[usize],
        scribe: &mut Scribe<'_>,
    ) {
        let at = self.place(RecordType::DNSKEY);
        let mut is_entered = false;
        // SHA-1 is ignored beside a digest that is better (RFC 4509, section 3).
        let is_stronger = |ds: &Ds| {
            let digest_type = DigestType(ds.digest_type);
            digest_type != DigestType::SHA1
                && digest_type.is_supported()
                && Algorithm(ds.algorithm).is_supported()
        };
        let is_sha1_ignored = set.iter().any(is_stronger);
        for ds in set {
            let named = || {
                format!(
                    "the DS with tag {} and digest type {}",
                    ds.key_tag, ds.digest_type
                )
            };
            let candidates: Vec<(usize, &ZoneKey)> = keys.find(ds.algorithm, ds.key_tag).collect();
            let matching = candidates
                .iter()
                .find(|(_, key)| self.has_digest(ds, key) == Some(true));
            match matching {
                Some((index, _)) => {
                    let is_ignored = is_sha1_ignored && ds.digest_type == DigestType::SHA1.0;
                    is_entered |= signers.contains(index) && !is_ignored;
                }
                None if candidates.is_empty() => {
                    scribe.add(fault::DS_NO_KEY, at, || {
                        format!("{}: no key has this tag and algorithm", named())
                    });
                }
                None => scribe.add(fault::DS_DIGEST, at, || {
                    format!("{}: not the digest of the key", named())
                }),
            }
        }
        if !is_entered {
            scribe.add(fault::DS_NO_ENTRY, at, || {
                "no DS leads to a key that signs the DNSKEY RRset: nobody could validate the zone".to_owned()
            });
        }
    }
}
