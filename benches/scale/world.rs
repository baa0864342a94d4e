//! Ten thousand small signed zones as a hoster has them: a root, one top-level domain, and below it the
//! zones. Every zone has a key-signing and a zone-signing key (P-256) of its own, a DS at its parent, NSEC, and
//! the content of a zone of the lab; its two name servers are one of sixteen pairs.
//!
//! NSD serves them in processes of its own, so that neither its time nor its memory counts for us.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anchorwatch::crypto;
use anchorwatch::dns::{
    Class, Dnskey, Ds, Name, Record, RecordType, Rrset, Rrsig, Serial, TypeBitmap, master, present,
    rrset,
};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

use crate::support::process::{Process, in_parallel};
use crate::support::scratch::Scratch;
use crate::support::server::{Manner, Served, nsd, start_program};
use crate::support::wire;

/// The top-level domain.
const TOP: &str = "alpha.";
/// The servers of the root.
pub const ROOT: [Ipv4Addr; 2] = [Ipv4Addr::new(127, 57, 0, 1), Ipv4Addr::new(127, 57, 0, 2)];
/// Pairs of name servers that the zones share.
const PAIRS: usize = 16;
/// How long NSD may take to load everything.
const LOADING: Duration = Duration::from_secs(120);
const DAY: u32 = 86_400;

/// The zones, served.
pub struct World {
    /// The server; ended with the value, before its files go.
    pub nsd: Process,
    /// The port of all its addresses.
    pub port: u16,
    /// The names of the small zones.
    pub zones: Vec<String>,
    anchor: String,
    scratch: Scratch,
}

/// A zone that was made.
struct Made {
    name: String,
    file: PathBuf,
    /// NS, addresses and DS, as its parent has them.
    delegation: String,
}

/// The name of the `number`th small zone.
pub fn name(number: usize) -> String {
    format!("zone-{number:05}.{TOP}")
}

impl World {
    /// Makes, signs and serves `count` small zones, at a port of its own where none is given.
    pub fn new(count: usize, port: Option<u16>) -> Self {
        let scratch = Scratch::new();
        let directory = scratch.folder("zones");
        let numbers: Vec<usize> = (0..count).collect();
        let leaves = in_parallel(&numbers, |number| {
            let servers = pair(1, 2, 1 + number % PAIRS);
            make(&directory, &name(*number), servers, HOSTS)
        });
        let children = leaves.iter().map(|child| child.delegation.as_str());
        let top = make(
            &directory,
            TOP,
            pair(0, 0, 10),
            &children.collect::<String>(),
        );
        let root = make(&directory, ".", ROOT.map(IpAddr::V4), &top.delegation);
        let anchor = root.delegation.lines().find(|line| line.contains(" DS "));
        let anchor = anchor.expect("the root is signed").to_owned();
        let zones = leaves.iter().map(|leaf| leaf.name.clone()).collect();
        let all: Vec<Served> = [root, top]
            .into_iter()
            .chain(leaves)
            .map(|made| Served {
                zone: made.name,
                file: made.file,
            })
            .collect();
        let (nsd, port) = serve(&scratch.folder("nsd"), &all, port);
        Self {
            nsd,
            port,
            zones,
            anchor,
            scratch,
        }
    }

    /// A directory that ends with the world.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.scratch.folder(name)
    }

    /// Root hints in the syntax of named.root, and the trust anchor, as files.
    pub fn start(&self) -> (PathBuf, PathBuf) {
        let (hints, anchor) = (self.path("hints"), self.path("anchor"));
        let mut text = String::new();
        delegate(&mut text, ".", ROOT.map(IpAddr::V4));
        std::fs::write(&hints, text).expect("a file can be written");
        std::fs::write(&anchor, format!("{}\n", self.anchor)).expect("a file can be written");
        (hints, anchor)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }
}

/// What every small zone holds, as a healthy zone of the lab does.
const HOSTS: &str = "\
@        A     192.0.2.1
@        AAAA  2001:db8::1
@        TXT   \"one zone of many\"
www      A     192.0.2.2
www      AAAA  2001:db8::2
host.ent A     192.0.2.3
";

/// Two addresses of servers: in the same network, or each in its own.
fn pair(first: u8, second: u8, number: usize) -> [IpAddr; 2] {
    let number = u8::try_from(number).expect("there are few servers");
    let other = number + u8::from(first == second);
    [
        Ipv4Addr::new(127, 57, first, number).into(),
        Ipv4Addr::new(127, 57, second, other).into(),
    ]
}

/// NS and addresses of a zone's servers.
fn delegate(text: &mut String, zone: &str, servers: [IpAddr; 2]) {
    for (number, address) in servers.iter().enumerate() {
        let host = format!("ns{}.{}", number + 1, zone.trim_start_matches('.'));
        let _ = writeln!(text, "{zone} 3600 NS {host}\n{host} 3600 A {address}");
    }
}

/// Makes a zone, signs it and writes its file.
fn make(directory: &Path, name: &str, servers: [IpAddr; 2], content: &str) -> Made {
    let apex: Name = name.parse().expect("the names here are well formed");
    let host = format!("ns1.{}", name.trim_start_matches('.'));
    let mut text = format!("$TTL 3600\n@ SOA {host} hostmaster 1 7200 900 604800 300\n");
    delegate(&mut text, name, servers);
    text.push_str(content);
    let records = master::read(&text, &apex).expect("the zones here can be read");
    let [ksk, zsk] = [0x0101, 0x0100].map(Key::new);
    let mut signed = String::new();
    for record in sign(&apex, records, &ksk, &zsk) {
        let _ = writeln!(signed, "{}", present::record(&record));
    }
    let file = directory.join(format!("{}zone", name.trim_start_matches('.')));
    std::fs::write(&file, signed).expect("a zone file can be written");
    let mut delegation = String::new();
    delegate(&mut delegation, name, servers);
    let _ = writeln!(
        delegation,
        "{name} 3600 IN DS {}",
        present::ds_text(&ksk.ds(&apex))
    );
    Made {
        name: name.to_owned(),
        file,
        delegation,
    }
}

struct Key {
    dnskey: Dnskey,
    pair: EcdsaKeyPair,
}

impl Key {
    fn new(flags: u16) -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("there is randomness");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random);
        let pair = pair.expect("it was just made");
        // RFC 6605, section 4: the point without the octet that says it is not compressed.
        let key = pair.public_key().as_ref()[1..].into();
        Self {
            dnskey: Dnskey {
                flags,
                protocol: 3,
                algorithm: 13,
                key,
            },
            pair,
        }
    }

    fn ds(&self, apex: &Name) -> Ds {
        let digest = crypto::ds_digest(
            crypto::DigestType(2),
            &apex.canonical_wire(),
            &self.dnskey.rdata(),
        );
        Ds {
            key_tag: self.dnskey.key_tag(),
            algorithm: self.dnskey.algorithm,
            digest_type: 2,
            digest: digest.expect("SHA-256 is known").into(),
        }
    }

    fn rrsig(&self, apex: &Name, set: &Rrset) -> Record {
        let mut rrsig = Rrsig {
            type_covered: set.rtype,
            algorithm: self.dnskey.algorithm,
            labels: u8::try_from(set.owner.rrsig_labels()).expect("names have few labels"),
            original_ttl: set.ttl(),
            expiration: Serial(now() + 14 * DAY),
            inception: Serial(now() - DAY),
            key_tag: self.dnskey.key_tag(),
            signer: apex.clone(),
            signature: Box::default(),
        };
        let data = set.signed_data(&rrsig).expect("the labels are its own");
        let signature = self.pair.sign(&SystemRandom::new(), &data);
        rrsig.signature = signature.expect("there is randomness").as_ref().into();
        let rdata = [&rrsig.signed_head()[..], &rrsig.signature].concat();
        record(&set.owner, RecordType::RRSIG, set.ttl(), rdata)
    }
}

fn now() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.expect("it is later than 1970").as_secs();
    u32::try_from(seconds).expect("it is earlier than 2106")
}

fn record(owner: &Name, rtype: RecordType, ttl: u32, rdata: Vec<u8>) -> Record {
    Record {
        owner: owner.clone(),
        rtype,
        class: Class::IN,
        ttl,
        rdata: rdata.into(),
        fault: None,
    }
}

/// The records of a zone with keys, NSEC and signatures.
fn sign(apex: &Name, mut records: Vec<Record>, ksk: &Key, zsk: &Key) -> Vec<Record> {
    for key in [ksk, zsk] {
        records.push(record(apex, RecordType::DNSKEY, 3600, key.dnskey.rdata()));
    }
    let is_cut = |record: &&Record| record.rtype == RecordType::NS && record.owner != *apex;
    let cuts: BTreeSet<Name> = records
        .iter()
        .filter(is_cut)
        .map(|record| record.owner.clone())
        .collect();
    let is_glue = |name: &Name| {
        let above = std::iter::successors(name.parent(), Name::parent);
        above.into_iter().any(|name| cuts.contains(&name))
    };
    records.extend(nsec(&records, &cuts, &is_glue));
    let mut signatures = Vec::new();
    for set in rrset::group(&records) {
        let is_at_parent = !matches!(set.rtype, RecordType::DS | RecordType::NSEC);
        if is_glue(&set.owner) || cuts.contains(&set.owner) && is_at_parent {
            continue;
        }
        let key = if set.rtype == RecordType::DNSKEY {
            ksk
        } else {
            zsk
        };
        signatures.push(key.rrsig(apex, &set));
    }
    records.extend(signatures);
    records
}

/// The NSEC chain (RFC 4034, section 4).
fn nsec(
    records: &[Record],
    cuts: &BTreeSet<Name>,
    is_glue: &impl Fn(&Name) -> bool,
) -> Vec<Record> {
    let mut types: BTreeMap<&Name, BTreeSet<RecordType>> = BTreeMap::new();
    for record in records.iter().filter(|record| !is_glue(&record.owner)) {
        let is_at_parent = matches!(record.rtype, RecordType::NS | RecordType::DS);
        if !cuts.contains(&record.owner) || is_at_parent {
            let at = types.entry(&record.owner).or_default();
            at.extend([record.rtype, RecordType::RRSIG, RecordType::NSEC]);
        }
    }
    let nexts = types.keys().skip(1).chain(types.keys().take(1));
    let links = types.iter().zip(nexts).map(|((owner, types), next)| {
        let types = TypeBitmap::from_types(types.iter().copied());
        let rdata = [next.wire(), types.wire()].concat();
        record(owner, RecordType::NSEC, 300, rdata)
    });
    links.collect()
}

/// Starts NSD over all zones, and waits until it answers for each.
fn serve(directory: &Path, zones: &[Served], port: Option<u16>) -> (Process, u16) {
    let leaves = (0..PAIRS).flat_map(|number| pair(1, 2, 1 + number));
    let above = ROOT.map(IpAddr::V4).into_iter().chain(pair(0, 0, 10));
    let addresses: Vec<IpAddr> = above.chain(leaves).collect();
    let seed = std::process::id().to_le_bytes()[0];
    let port = port.unwrap_or_else(|| wire::free_port(u16::from(seed), &addresses));
    let configuration = directory.join("nsd.conf");
    let text = nsd(directory, &addresses, port, Manner::Plain, zones);
    std::fs::write(&configuration, text).expect("a configuration can be written");
    let mut nsd = start_program(directory, "nsd", &["-d", "-c"], &configuration);
    let at = SocketAddr::from((addresses[0], port));
    for Served { zone, .. } in zones {
        let what = format!("it does not serve {zone}");
        nsd.wait_until(&what, LOADING, || wire::serves(at, zone));
    }
    (nsd, port)
}
