//! One version of a zone as a server holds it: nodes, RRsets, the chain that denies.
//!
//! Signatures are made when an RRset is first asked for and then kept.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use super::chain::{self, Chain};
use super::key::Key;
use super::plan::{Bend, ChildSignal, CopyPlan, Denial, Nsec3Defect, Scope};
use super::sign;
use crate::dns::{Dnskey, Ds, Name, Nsec3param, Record, RecordType, Timestamp};

/// TTL of most records, in seconds.
pub(super) const TTL: u32 = 3_600;
/// TTL of negative answers: SOA minimum, and so that of NSEC and NSEC3 (RFC 9077, section 3).
pub(super) const NEGATIVE_TTL: u32 = 900;

/// An RRset with its signatures.
pub(super) struct Set {
    /// Owner name.
    pub owner: Name,
    /// RR type.
    pub rtype: RecordType,
    /// TTL in seconds.
    pub ttl: u32,
    /// RDATA of each record, in the order served.
    pub rdata: Vec<Box<[u8]>>,
    /// RDATA as it was signed, where that differs.
    pub signed_rdata: Option<Vec<Box<[u8]>>>,
    /// Whether the zone is the authority for it: not glue, not the NS of a delegation.
    pub is_authoritative: bool,
    rrsigs: OnceLock<Vec<Box<[u8]>>>,
}

impl Set {
    /// An RRset that the zone is the authority for.
    pub fn new(owner: Name, rtype: RecordType, ttl: u32, rdata: Vec<Box<[u8]>>) -> Self {
        Self {
            owner,
            rtype,
            ttl,
            rdata,
            signed_rdata: None,
            is_authoritative: true,
            rrsigs: OnceLock::new(),
        }
    }
}

/// One version of a zone.
pub(super) struct Zone {
    /// The apex.
    pub apex: Name,
    /// The full hour that times are counted from.
    pub hour: Timestamp,
    /// Its keys; none when it is unsigned.
    pub keys: Vec<Key>,
    /// What is done to signatures.
    pub bends: Vec<(Scope, Bend)>,
    /// What is done to those over the DS of single delegations.
    pub ds_bends: Vec<(Name, Bend)>,
    /// The records that deny.
    pub chain: Chain,
    nodes: HashMap<Name, Vec<Set>>,
    withheld: Option<RecordType>,
}

impl Zone {
    /// Builds the zone from its records in master file form and its plan.
    pub fn build(apex: &Name, records: Vec<Record>, plan: &CopyPlan, hour: Timestamp) -> Self {
        let mut zone = Self {
            apex: apex.clone(),
            hour,
            keys: plan.keys.iter().map(|key| Key::new(apex, *key)).collect(),
            bends: plan.bends.clone(),
            ds_bends: Vec::new(),
            chain: Chain::None,
            nodes: HashMap::new(),
            withheld: plan.withheld,
        };
        records.into_iter().for_each(|record| zone.add(record));
        zone.add_apex_records(plan);
        zone.add_empty_non_terminals();
        zone.mark_authority();
        if !zone.keys.is_empty() {
            chain::add(&mut zone, plan);
        }
        zone
    }

    /// The same with every TTL that is greater lowered to this, before anything is signed.
    pub fn with_ttls_below(mut self, most: u32) -> Self {
        let nodes = self.nodes.values_mut().flatten();
        let chain = match &mut self.chain {
            Chain::Nsec3(chain) => chain.sets_mut(),
            _ => Default::default(),
        };
        for set in nodes.chain(chain) {
            set.ttl = set.ttl.min(most);
        }
        self
    }

    /// The same with signatures over the DS of single delegations bent.
    pub fn with_ds_bends(mut self, bends: Vec<(Name, Bend)>) -> Self {
        self.ds_bends = bends;
        self
    }

    fn add(&mut self, record: Record) {
        match self.set_mut(&record.owner, record.rtype) {
            Some(set) => set.rdata.push(record.rdata),
            None => self.insert(Set::new(
                record.owner,
                record.rtype,
                record.ttl,
                vec![record.rdata],
            )),
        }
    }

    /// Adds the records of an RRset, of which there may be some.
    fn extend(&mut self, set: Set) {
        match self.set_mut(&set.owner, set.rtype) {
            Some(known) => known.rdata.extend(set.rdata),
            None => self.insert(set),
        }
    }

    /// Adds an RRset that is not there yet.
    pub fn insert(&mut self, set: Set) {
        self.nodes.entry(set.owner.clone()).or_default().push(set);
    }

    fn add_apex_records(&mut self, plan: &CopyPlan) {
        let apex = self.apex.clone();
        let at_apex = |rtype, rdata| Set::new(apex.clone(), rtype, TTL, rdata);
        self.add_keys();
        if let (Some(param), false) = (nsec3param(plan.denial), self.keys.is_empty()) {
            self.extend(Set {
                ttl: 0,
                ..at_apex(RecordType::NSEC3PARAM, vec![param])
            });
        }
        if let Some(signal) = plan.signal {
            let (cds, cdnskey) = child_signal(&apex, signal);
            let cds = cds.iter().map(|ds| ds.rdata().into()).collect();
            self.extend(at_apex(RecordType::CDS, cds));
            let cdnskey: Vec<_> = cdnskey.iter().map(|key| key.rdata().into()).collect();
            if !cdnskey.is_empty() {
                self.extend(at_apex(RecordType::CDNSKEY, cdnskey));
            }
        }
    }

    /// The DNSKEY RRset: the keys of the plan, beside those that stand in the zone's text.
    fn add_keys(&mut self) {
        let (served, mut signed) = sign::dnskey_rdata(&self.keys);
        if served.is_empty() {
            return;
        }
        let apex = self.apex.clone();
        let spare = self.set(&apex, RecordType::DNSKEY);
        let spare = spare.map_or_else(Vec::new, |set| set.rdata.clone());
        signed.iter_mut().for_each(|all| all.extend(spare.clone()));
        self.extend(Set::new(apex.clone(), RecordType::DNSKEY, TTL, served));
        if let Some(set) = self.set_mut(&apex, RecordType::DNSKEY) {
            set.signed_rdata = signed;
        }
    }

    fn add_empty_non_terminals(&mut self) {
        let owners: Vec<Name> = self.nodes.keys().cloned().collect();
        for owner in owners {
            let above = (self.apex.label_count()..owner.label_count()).rev();
            for labels in above {
                self.nodes.entry(owner.suffix(labels)).or_default();
            }
        }
    }

    fn mark_authority(&mut self) {
        let apex_labels = self.apex.label_count();
        let cuts: HashSet<Name> = self.names().filter(|name| self.is_cut(name)).collect();
        for (owner, sets) in &mut self.nodes {
            let below_apex = apex_labels + 1..=owner.label_count();
            let mut ancestors = below_apex.map(|labels| owner.suffix(labels));
            let Some(cut) = ancestors.find(|name| cuts.contains(name)) else {
                continue;
            };
            for set in sets {
                set.is_authoritative = *owner == cut && set.rtype == RecordType::DS;
            }
        }
    }

    /// All names of the zone in canonical order, empty non-terminals and glue included.
    pub fn names(&self) -> impl Iterator<Item = Name> + use<> {
        let sorted: BTreeSet<Name> = self.nodes.keys().cloned().collect();
        sorted.into_iter()
    }

    /// Whether the name exists, if only as an empty non-terminal.
    pub fn has(&self, name: &Name) -> bool {
        self.nodes.contains_key(name)
    }

    /// The RRsets at a name.
    pub fn sets(&self, name: &Name) -> &[Set] {
        self.nodes.get(name).map_or(&[], Vec::as_slice)
    }

    /// The RRset of a name and type.
    pub fn set(&self, name: &Name, rtype: RecordType) -> Option<&Set> {
        let is_withheld = self.withheld == Some(rtype) && *name == self.apex;
        self.sets(name)
            .iter()
            .find(|set| set.rtype == rtype && !is_withheld)
    }

    fn set_mut(&mut self, name: &Name, rtype: RecordType) -> Option<&mut Set> {
        let sets = self.nodes.get_mut(name)?;
        sets.iter_mut().find(|set| set.rtype == rtype)
    }

    /// Whether a delegation stands at this name.
    pub fn is_cut(&self, name: &Name) -> bool {
        *name != self.apex && self.set(name, RecordType::NS).is_some()
    }

    /// The RRSIG RDATA over an RRset; none when it is not signed.
    pub fn rrsigs<'z>(&self, set: &'z Set) -> &'z [Box<[u8]>] {
        if !set.is_authoritative {
            return &[];
        }
        set.rrsigs.get_or_init(|| sign::signatures(self, set))
    }
}

fn nsec3param(denial: Denial) -> Option<Box<[u8]>> {
    let Denial::Nsec3 {
        iterations, defect, ..
    } = denial
    else {
        return None;
    };
    match defect {
        Some(Nsec3Defect::NoParam | Nsec3Defect::ParamUnsaid | Nsec3Defect::Nothing) => None,
        _ => Some(param_rdata(&chain::param(iterations, defect))),
    }
}

/// The fields that NSEC3PARAM and NSEC3 begin with.
pub(super) fn param_rdata(param: &Nsec3param) -> Box<[u8]> {
    let mut rdata = vec![param.hash_algorithm, param.flags];
    rdata.extend(param.iterations.to_be_bytes());
    // The lab's salts are a few octets long.
    rdata.push(param.salt.len() as u8);
    rdata.extend_from_slice(&param.salt);
    rdata.into()
}

/// The records of CDS and of CDNSKEY.
fn child_signal(apex: &Name, signal: ChildSignal) -> (Vec<Ds>, Vec<Dnskey>) {
    let key = |plan| Key::new(apex, plan);
    let (ds, dnskey) = (|plan| key(plan).ds(2), |plan| key(plan).dnskey);
    match signal {
        ChildSignal::Key(plan) => (vec![ds(plan)], vec![dnskey(plan)]),
        ChildSignal::Apart(cds, cdnskey) => (vec![ds(cds)], vec![dnskey(cdnskey)]),
        ChildSignal::Cds(plan) => (vec![ds(plan)], Vec::new()),
        ChildSignal::Both(one, other) => {
            let both = [one, other];
            (both.map(ds).into(), both.map(dnskey).into())
        }
        ChildSignal::Digest(plan, digest_type) => {
            (vec![key(plan).ds(digest_type)], vec![dnskey(plan)])
        }
        ChildSignal::Delete => (
            vec![Ds {
                key_tag: 0,
                algorithm: 0,
                digest_type: 0,
                digest: [0].into(),
            }],
            vec![Dnskey {
                flags: 0,
                protocol: 3,
                algorithm: 0,
                key: [0].into(),
            }],
        ),
    }
}
