//! A zone below the root, put together by hand: healthy, until a test bends it.
//!
//! Nothing here is signed. What the validator would have found stands in the judgement directly, so that
//! a check can be shown any finding of it, alone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::{self, Context, Statement};
use crate::crypto::{self, DigestType};
use crate::dns::message::Question;
use crate::dns::{Class, Dnskey, Ds, Name, Rcode, RecordType, Rrset, Rrsig, Timestamp};
use crate::evidence::probes;
use crate::evidence::topology::{Topology, Zone};
use crate::evidence::view::View;
use crate::policy::Policy;
use crate::validate::{
    AnswerKind, Arrival, Chain, EntryPoint, JudgedAnswer, JudgedDs, JudgedKeys, JudgedRrset,
    JudgedServer, JudgedSignature, JudgedTarget, JudgedZone, KeysReply, Outcome, Status,
};

/// The instant judged at.
pub const NOW: Timestamp = Timestamp(1_790_000_000);
const DAY: i64 = 86_400;

/// Flags of a zone-signing and of a key-signing key.
pub const ZSK: u16 = 256;
pub const KSK: u16 = 257;

/// All that a check looks at.
pub struct World {
    pub chain: Chain,
    pub topology: Topology,
    pub view: View,
    pub policy: Policy,
}

impl World {
    /// `a.test.` on three servers, delegated from the root on two, with nothing to find fault with.
    pub fn healthy() -> Self {
        let zone = zone();
        let root = root();
        let topology = Topology {
            zones: [known(&root), known(&zone)]
                .map(|zone| (zone.apex.clone(), zone))
                .into(),
            ..Topology::default()
        };
        let question = probes::question(&apex(), RecordType::SOA);
        let target = JudgedTarget {
            question,
            zone: apex(),
            servers: BTreeMap::new(),
            status: Status::Secure,
        };
        Self {
            chain: Chain {
                signals: Vec::new(),
                zones: vec![root, zone],
                targets: vec![target],
                probes: Vec::new(),
                status: Status::Secure,
                reached: BTreeSet::new(),
                signatures_computed: 0,
                beside: Vec::new(),
            },
            topology,
            view: View::default(),
            policy: Policy::default(),
        }
    }

    /// The zone below the root.
    pub fn zone(&mut self) -> &mut JudgedZone {
        &mut self.chain.zones[1]
    }

    /// What is known of where it is served.
    pub fn known(&mut self) -> &mut Zone {
        self.topology.zones.get_mut(&apex()).unwrap()
    }

    /// One of its servers.
    pub fn server(&mut self, number: u8) -> &mut JudgedServer {
        self.zone().servers.get_mut(&address(number)).unwrap()
    }

    /// Its keys, and how its DS came out, at one server.
    pub fn keys(&mut self, number: u8) -> &mut JudgedKeys {
        match &mut self.server(number).keys {
            KeysReply::Given(_, judged) => judged,
            _ => unreachable!("the server gives keys"),
        }
    }

    /// Bends the keys of every server in the same way.
    pub fn each_keys(&mut self, bend: impl Fn(&mut JudgedKeys)) {
        for number in 1..=3 {
            bend(self.keys(number));
        }
    }

    /// Replaces the DS at every parent server.
    pub fn publish(&mut self, ds: &[Ds]) {
        for (_, judged) in self.zone().delegation.values_mut() {
            judged.rrset = Some(ds_set(ds));
        }
    }

    /// The RRset of this type that one server gives at the apex.
    pub fn set(&mut self, number: u8, rtype: RecordType) -> &mut JudgedRrset {
        let question = probes::question(&apex(), rtype);
        let (_, answer) = self.server(number).answers.get_mut(&question).unwrap();
        &mut answer.rrsets[0]
    }

    /// What one check states.
    pub fn states(&self, code: &str) -> Vec<Statement> {
        let context = Context::new(&self.view, &self.topology, &self.chain, &self.policy, NOW);
        (checks::find(code).expect("a check with this code").run)(&context)
    }

    /// The codes of all checks that state something.
    pub fn codes(&self) -> BTreeSet<&'static str> {
        let context = Context::new(&self.view, &self.topology, &self.chain, &self.policy, NOW);
        let stated = checks::run(&context).into_iter();
        stated.map(|(check, _)| check.code).collect()
    }
}

/// Asserts that a healthy zone becomes one that the check with this code speaks of, by one bend.
pub fn fires(code: &str, bend: impl Fn(&mut World)) -> Statement {
    let mut world = World::healthy();
    assert_eq!(world.states(code), [], "{code} speaks of a healthy zone");
    bend(&mut world);
    let mut stated = world.states(code);
    assert!(!stated.is_empty(), "{code} says nothing");
    stated.remove(0)
}

/// Asserts that the check with this code says nothing about a zone bent so.
pub fn is_silent(code: &str, bend: impl Fn(&mut World)) {
    let mut world = World::healthy();
    bend(&mut world);
    assert_eq!(world.states(code), [], "{code}");
}

pub fn apex() -> Name {
    "a.test.".parse().unwrap()
}

pub fn address(number: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, number], 53))
}

/// An Ed25519 key that is told from others by one octet.
pub fn key(flags: u16, seed: u8) -> Dnskey {
    Dnskey {
        flags,
        protocol: 3,
        algorithm: 15,
        key: [seed; 32].into(),
    }
}

/// The SHA-256 DS of a key of the zone.
pub fn ds(key: &Dnskey) -> Ds {
    ds_of(key, DigestType::SHA256)
}

pub fn ds_of(key: &Dnskey, digest_type: DigestType) -> Ds {
    let owner = apex().canonical_wire();
    Ds {
        key_tag: key.key_tag(),
        algorithm: key.algorithm,
        digest_type: digest_type.0,
        digest: crypto::ds_digest(digest_type, &owner, &key.rdata())
            .unwrap()
            .into(),
    }
}

/// A signature of a key that is valid for a fortnight around now.
pub fn rrsig(rtype: RecordType, key: &Dnskey) -> Rrsig {
    Rrsig {
        type_covered: rtype,
        algorithm: key.algorithm,
        labels: 2,
        original_ttl: 3_600,
        expiration: NOW.plus(7 * DAY).serial(),
        inception: NOW.plus(-7 * DAY).serial(),
        key_tag: key.key_tag(),
        signer: apex(),
        signature: vec![1; 64].into(),
    }
}

/// An RRset of the apex with valid signatures by these keys.
pub fn signed(rtype: RecordType, rdata: Vec<Vec<u8>>, keys: &[&Dnskey]) -> JudgedRrset {
    let mut rrset = Rrset::empty(apex(), Class::IN, rtype);
    rrset.ttls = vec![3_600; rdata.len()];
    rrset.rdata = rdata.into_iter().map(Into::into).collect();
    rrset.rrsigs = keys.iter().map(|key| rrsig(rtype, key)).collect();
    rrset.rrsig_ttls = vec![3_600; keys.len()];
    let signatures = keys.iter().map(|key| JudgedSignature {
        rrsig: rrsig(rtype, key),
        result: Ok((*key).clone()),
    });
    JudgedRrset {
        signatures: signatures.collect(),
        rrset,
        status: Status::Secure,
    }
}

/// A DNSKEY RRset that the first of the keys signs, with how the DS records came out.
pub fn judged_keys(keys: &[Dnskey], entries: Vec<(EntryPoint, Outcome)>) -> JudgedKeys {
    let holds = entries
        .iter()
        .any(|(_, outcome)| *outcome == Outcome::Holds);
    let rdata = keys.iter().map(Dnskey::rdata).collect();
    JudgedKeys {
        dnskeys: keys.to_vec(),
        rrset: signed(RecordType::DNSKEY, rdata, &[&keys[0]]),
        entries,
        status: if holds { Status::Secure } else { Status::Bogus },
        keys: None,
    }
}

pub fn soa_rdata(serial: u32, minimum: u32) -> Vec<u8> {
    let mname: Name = "ns1.a.test.".parse().unwrap();
    let mut rdata = [mname.wire(), mname.wire()].concat();
    for number in [serial, 3_600, 600, 86_400, minimum] {
        rdata.extend(number.to_be_bytes());
    }
    rdata
}

pub fn ns_rdata(host: &str) -> Vec<u8> {
    let host: Name = host.parse().unwrap();
    host.wire().to_vec()
}

/// A DS RRset as a parent server gives it.
pub fn ds_set(ds: &[Ds]) -> JudgedRrset {
    let rdata = ds.iter().map(Ds::rdata).collect();
    let mut set = signed(RecordType::DS, rdata, &[&key(ZSK, 9)]);
    for rrsig in &mut set.rrset.rrsigs {
        rrsig.signer = Name::root();
    }
    set
}

/// An answer of one RRset, or of none.
pub fn answer(kind: AnswerKind, rrsets: Vec<JudgedRrset>) -> JudgedAnswer {
    JudgedAnswer {
        kind,
        rcode: Rcode::NOERROR,
        status: Status::Secure,
        rrsets,
        denial: None,
        is_synthesis_wrong: false,
    }
}

/// An NSEC3 RRset, as it stands beside an answer that denies something.
pub fn nsec3(iterations: u16, salt: &[u8]) -> JudgedRrset {
    let mut rdata = vec![1, 0];
    rdata.extend(iterations.to_be_bytes());
    rdata.push(u8::try_from(salt.len()).unwrap());
    rdata.extend_from_slice(salt);
    rdata.push(20);
    rdata.extend([1; 20]);
    signed(RecordType::NSEC3, vec![rdata], &[&key(ZSK, 2)])
}

/// What is asked about a type that is not there.
pub fn denied() -> Question {
    probes::missing_type(&apex())
}

fn zone() -> JudgedZone {
    let entries = vec![EntryPoint::Ds(ds(&key(KSK, 1)))];
    let servers = (1..=3).map(|number| (address(number), server(usize::from(number))));
    let delegation = (101..=102).map(|number| {
        let judged = JudgedDs {
            rrset: Some(ds_set(&[ds(&key(KSK, 1))])),
            denials: Vec::new(),
            denial: None,
            status: Status::Secure,
        };
        (address(number), (usize::from(number), judged))
    });
    JudgedZone {
        apex: apex(),
        parent: Some(Name::root()),
        delegation: delegation.collect(),
        arrival: Arrival::Delegation(entries),
        servers: servers.collect(),
        status: Status::Secure,
    }
}

fn server(id: usize) -> JudgedServer {
    let (ksk, zsk) = (key(KSK, 1), key(ZSK, 2));
    let entries = vec![(EntryPoint::Ds(ds(&ksk)), Outcome::Holds)];
    let sets = [
        signed(RecordType::SOA, vec![soa_rdata(7, 300)], &[&zsk]),
        signed(
            RecordType::NS,
            hosts().map(|host| ns_rdata(&host)).collect(),
            &[&zsk],
        ),
    ];
    let answers = sets.map(|set| {
        let question = probes::question(&apex(), set.rrset.rtype);
        (question, (id, answer(AnswerKind::Data, vec![set])))
    });
    JudgedServer {
        keys: KeysReply::Given(id, Box::new(judged_keys(&[ksk, zsk], entries))),
        key_status: Status::Secure,
        answers: answers.into(),
    }
}

fn hosts() -> impl Iterator<Item = String> {
    (1..=3).map(|number| format!("ns{number}.a.test."))
}

fn root() -> JudgedZone {
    let anchor = EntryPoint::Dnskey(key(KSK, 8));
    let judged = judged_keys(
        &[key(KSK, 8), key(ZSK, 9)],
        vec![(anchor.clone(), Outcome::Holds)],
    );
    let servers = (101..=102).map(|number| {
        let server = JudgedServer {
            keys: KeysReply::Given(usize::from(number), Box::new(judged.clone())),
            key_status: Status::Secure,
            answers: BTreeMap::new(),
        };
        (address(number), server)
    });
    JudgedZone {
        apex: Name::root(),
        parent: None,
        delegation: BTreeMap::new(),
        arrival: Arrival::Anchors(vec![anchor]),
        servers: servers.collect(),
        status: Status::Secure,
    }
}

/// The topology's view of a judged zone: server N is named nsN.
fn known(zone: &JudgedZone) -> Zone {
    let named = zone.servers.keys().map(|address| {
        let number = match address.ip() {
            std::net::IpAddr::V4(v4) => v4.octets()[3],
            std::net::IpAddr::V6(_) => 0,
        };
        let name: Name = format!("ns{number}.{}", zone.apex)
            .replace("..", ".")
            .parse()
            .unwrap();
        (*address, name)
    });
    let named: Vec<(SocketAddr, Name)> = named.collect();
    let names: BTreeSet<Name> = named.iter().map(|(_, name)| name.clone()).collect();
    let addresses: BTreeMap<Name, BTreeSet<_>> = named
        .iter()
        .map(|(address, name)| (name.clone(), [address.ip()].into()))
        .collect();
    Zone {
        apex: zone.apex.clone(),
        parent: zone.parent.clone(),
        is_main: true,
        is_thorough: false,
        servers: named
            .into_iter()
            .map(|(a, name)| (a, [name].into()))
            .collect(),
        ns_names: names.clone(),
        parent_ns: names.clone(),
        child_ns: names,
        parent_addresses: addresses.clone(),
        child_addresses: addresses,
        resolved_addresses: BTreeMap::new(),
        addressless: BTreeSet::new(),
        not_asked: BTreeMap::new(),
        special_addresses: BTreeSet::new(),
    }
}
