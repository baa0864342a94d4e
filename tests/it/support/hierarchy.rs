//! A private root, the top-level zone `example.`, and the zones a test asks for below it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::process::{Process, in_parallel, run};
use super::resolver::Resolver;
use super::scratch::Scratch;
use super::server::{self, Kind, Manner, Network, Served};
use super::sign::{self, Job, Signed, bind_key, folder_name};
use super::zone::{Algorithm, Denial, Plan, Signer};

/// The zone that all others stand below.
pub const TOP: &str = "example.";

/// The hierarchy, running.
pub struct Hierarchy {
    // Servers end before the directory they work in is removed: fields are dropped in this order.
    servers: Vec<Process>,
    /// Its addresses and its port.
    pub network: Network,
    anchor: String,
    scratch: Scratch,
}

/// A zone in the making.
struct Made {
    plan: Plan,
    /// Files by server.
    files: Vec<(Kind, PathBuf)>,
    /// What the parent says of it: NS, glue and DS records.
    delegation: String,
    /// The true DS record's RDATA; `None` for an unsigned zone.
    ds: Option<String>,
}

impl Hierarchy {
    /// Makes, signs, breaks and serves the zones, each server on one address.
    pub fn new(plans: &[Plan]) -> Self {
        Self::with_addresses(plans, 1)
    }

    /// The same with several addresses for each server.
    pub fn with_addresses(plans: &[Plan], addresses_each: u8) -> Self {
        Self::in_manner(Manner::Plain, plans, addresses_each)
    }

    /// The same with servers in a manner.
    pub fn in_manner(manner: Manner, plans: &[Plan], addresses_each: u8) -> Self {
        let scratch = Scratch::new();
        let network = Network::new(addresses_each);
        let workshop = Workshop {
            directory: scratch.folder("zones"),
            network,
        };
        let mut made = workshop.make(plans, &[]);
        let top = Plan::good(TOP, Signer::Bind, Denial::Nsec, &[Kind::Nsd, Kind::Knot]);
        let delegations: Vec<&str> = made.iter().map(|zone| zone.delegation.as_str()).collect();
        made.extend(workshop.make(&[top], &[delegations.concat()]));
        let delegation = made.last().expect("it was just made").delegation.clone();
        let root = Plan::good(".", Signer::Bind, Denial::Nsec, &[Kind::Named, Kind::Nsd])
            .with_algorithm(Algorithm::RsaSha256);
        made.extend(workshop.make(&[root], &[delegation]));
        let root = made.last().and_then(|root| root.ds.clone());
        let anchor = root.expect("the root is signed");
        let servers = start_servers(manner, &scratch, &network, &made);
        let hierarchy = Self {
            servers,
            network,
            anchor,
            scratch,
        };
        hierarchy.write_configuration();
        hierarchy
    }

    /// Root hints in the syntax of named.root.
    pub fn hints(&self) -> PathBuf {
        self.scratch.path().join("root.hints")
    }

    /// The trust anchor as a DS record in zone file syntax.
    pub fn trust_anchor(&self) -> PathBuf {
        self.scratch.path().join("trust-anchor.ds")
    }

    /// A directory that ends with the hierarchy.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.scratch.folder(name)
    }

    /// Starts a resolver over this hierarchy.
    pub fn resolver(&self, is_validating: bool) -> Resolver {
        let number = u8::from(is_validating);
        let anchor = is_validating.then_some(self.anchor.as_str());
        let directory = self.folder(&format!("resolver-{number}"));
        Resolver::start(&directory, self.network.port, &self.hints(), anchor)
    }

    /// The trust anchor as a statement of BIND's configuration, in a file for delv.
    pub fn delv_anchor(&self) -> PathBuf {
        self.scratch.path().join("delv.keys")
    }

    fn write_configuration(&self) {
        let anchor = format!(". 3600 IN DS {}\n", self.anchor);
        std::fs::write(self.trust_anchor(), anchor).expect("an anchor file can be written");
        let statement = super::resolver::trust_anchors(&self.anchor);
        std::fs::write(self.delv_anchor(), statement).expect("an anchor file can be written");
        let mut hints = String::new();
        for kind in [Kind::Named, Kind::Nsd] {
            delegate(&mut hints, ".", kind, &self.network);
        }
        std::fs::write(self.hints(), hints).expect("a hints file can be written");
    }
}

/// Where and for which network zones are made.
struct Workshop {
    directory: PathBuf,
    network: Network,
}

impl Workshop {
    /// Makes the zones of one level; each has the text of the same index in `contents` besides its own.
    fn make(&self, plans: &[Plan], contents: &[String]) -> Vec<Made> {
        let texts = plans.iter().enumerate().map(|(index, plan)| {
            let more = contents.get(index).map_or("", String::as_str);
            format!("{}{more}", self.unsigned_text(plan))
        });
        let texts: Vec<String> = texts.collect();
        let jobs: Vec<Job> = plans
            .iter()
            .zip(&texts)
            .filter_map(|(plan, text)| self.job(plan, text))
            .collect();
        let signed = sign::sign(&self.directory, &jobs);
        let work: Vec<(&Plan, &String)> = plans.iter().zip(&texts).collect();
        let made = in_parallel(&work, |(plan, text)| {
            self.finish(plan, text, signed.get(&plan.name))
        });
        made.into_iter().flatten().collect()
    }

    fn job(&self, plan: &Plan, text: &str) -> Option<Job> {
        let unsigned = self.path(&plan.name, "unsigned");
        std::fs::write(&unsigned, text).expect("a zone file can be written");
        Some(Job {
            zone: plan.name.clone(),
            signer: plan.signer?,
            algorithm: plan.algorithm,
            denial: plan.denial,
            unsigned,
            needs_past: plan.fault.needs_past(),
        })
    }

    fn path(&self, zone: &str, what: &str) -> PathBuf {
        self.directory.join(format!("{}.{what}", folder_name(zone)))
    }

    /// Records of every kind that proofs differ for: an alias, a wildcard, an empty non-terminal.
    fn unsigned_text(&self, plan: &Plan) -> String {
        let zone = &plan.name;
        let primary = host(plan.servers[0], zone);
        let mut text =
            format!("$TTL 300\n{zone} IN SOA {primary} hostmaster.{TOP} 1 3600 600 604800 300\n");
        for kind in &plan.servers {
            delegate(&mut text, zone, *kind, &self.network);
        }
        if zone != "." && zone != TOP {
            let _ = write!(
                text,
                "www.{zone} IN A 192.0.2.1\nwww.{zone} IN AAAA 2001:db8::1\n\
                 alias.{zone} IN CNAME www.{zone}\n*.wild.{zone} IN A 192.0.2.2\n\
                 deep.empty.{zone} IN TXT \"below an empty non-terminal\"\n"
            );
        }
        for label in &plan.unsigned_children {
            for kind in plan.child_servers.iter().copied() {
                delegate(&mut text, &format!("{label}.{zone}"), kind, &self.network);
            }
        }
        text
    }

    /// Applies the fault and writes the files; the zone and its unsigned children.
    fn finish(&self, plan: &Plan, unsigned: &str, signed: Option<&Signed>) -> Vec<Made> {
        let mut made = Made {
            plan: plan.clone(),
            files: Vec::new(),
            delegation: String::new(),
            ds: None,
        };
        for kind in &plan.servers {
            delegate(&mut made.delegation, &plan.name, *kind, &self.network);
        }
        match signed {
            Some(signed) => self.finish_signed(&mut made, signed),
            None => {
                let file = self.path(&plan.name, "unsigned");
                std::fs::write(&file, unsigned).expect("a zone file can be written");
                made.files = plan.servers.iter().map(|k| (*k, file.clone())).collect();
            }
        }
        let children = plan.unsigned_children.iter().flat_map(|label| {
            let child = Plan::unsigned(&format!("{label}.{}", plan.name), &plan.child_servers);
            let text = self.unsigned_text(&child);
            self.finish(&child, &text, None)
        });
        let children: Vec<Made> = children.collect();
        std::iter::once(made).chain(children).collect()
    }

    fn finish_signed(&self, made: &mut Made, signed: &Signed) {
        let plan = &made.plan;
        let good = self.path(&plan.name, "good");
        signed.now.write(&good);
        let ds = self.ds(&plan.name, &good, false);
        let mut broken = signed.now.clone();
        plan.fault
            .apply(&plan.name, &mut broken, signed.past.as_ref());
        let bad = self.path(&plan.name, "bad");
        broken.write(&bad);
        for kind in &plan.servers {
            let is_broken = plan.only_at.is_none_or(|only| only == *kind);
            let file = if is_broken { &bad } else { &good };
            made.files.push((*kind, file.clone()));
        }
        let other = match plan.fault {
            Fault::DsOfOtherKey => self.ds_of_other_key(plan),
            _ => String::new(),
        };
        let published = plan.fault.apply_to_ds(&ds, &other);
        let _ = writeln!(made.delegation, "{} 300 IN DS {published}", plan.name);
        made.ds = Some(ds);
    }

    /// The SHA-256 DS record's RDATA, from a zone file or a key file.
    fn ds(&self, zone: &str, file: &Path, is_key: bool) -> String {
        let file = file.to_str().expect("paths here are ASCII");
        let arguments: &[&str] = if is_key {
            &["-2", file]
        } else {
            &["-2", "-f", file, zone]
        };
        let text = run(&self.directory, "dnssec-dsfromkey", arguments);
        let (_, rdata) = text.split_once(" DS ").expect("it prints a DS record");
        rdata.trim().to_owned()
    }

    fn ds_of_other_key(&self, plan: &Plan) -> String {
        let folder = self.directory.join("other-keys");
        std::fs::create_dir_all(&folder).expect("a directory can be made");
        let base = bind_key(&folder, &plan.name, plan.algorithm, true);
        self.ds(&plan.name, &folder.join(format!("{base}.key")), true)
    }
}

/// The host name of a server in a zone.
fn host(kind: Kind, zone: &str) -> String {
    let zone = zone.trim_start_matches('.');
    format!("{}.{zone}", kind.host())
}

/// NS and address records of one server of a zone.
fn delegate(text: &mut String, zone: &str, kind: Kind, network: &Network) {
    let host = host(kind, zone);
    let _ = writeln!(text, "{zone} 300 IN NS {host}");
    for address in network.addresses(kind) {
        let rtype = if address.is_ipv4() { "A" } else { "AAAA" };
        let _ = writeln!(text, "{host} 300 IN {rtype} {address}");
    }
}

fn start_servers(
    manner: Manner,
    scratch: &Scratch,
    network: &Network,
    made: &[Made],
) -> Vec<Process> {
    let start = |kind: Kind| {
        let zones = made.iter().flat_map(|zone| {
            let files = zone.files.iter().filter(move |(at, _)| *at == kind);
            files.map(|(_, file)| Served {
                zone: zone.plan.name.clone(),
                file: file.clone(),
            })
        });
        let zones: Vec<Served> = zones.collect();
        let directory = scratch.folder(kind.host());
        (!zones.is_empty()).then(|| server::start_in(manner, kind, &directory, network, &zones))
    };
    Kind::ALL.into_iter().filter_map(start).collect()
}
