//! The tree of zones: who delegates to whom, at which addresses, with which DS.
//!
//! ```text
//! .          127.53.0.1-2    NSEC
//! test.      127.53.1.1-2    NSEC              parent of nearly every case
//! example.   127.53.2.1-2    NSEC3, opt-out    parent of the opt-out cases
//! <case>     127.53.3.1-     one 127.53.x.y for each server of each zone; ::1 for `ipv6-only.test.`
//! ```
//!
//! Addresses are not shared, so that a server can be wrong for one zone and a tool that remembers a dead
//! address does not carry it over to another zone.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

use super::cases::Entry;
use super::key::Key;
use super::plan::{Bend, CopyPlan, Denial, DsBend, DsPlan, ServerPlan, ZonePlan};
use super::zone::{TTL, Zone};
use crate::dns::{Ds, Name, Record, Timestamp, master, present};

/// A zone in its place.
pub(super) struct Site {
    /// What was declared.
    pub plan: ZonePlan,
    /// Name and address of each server.
    pub servers: Vec<(Name, IpAddr)>,
    /// Indices of the zones delegated from here.
    children: Vec<usize>,
    copies: Vec<OnceLock<Zone>>,
}

/// All zones.
pub(super) struct Hierarchy {
    /// The root first, then the top-level domains, then the cases in order.
    pub sites: Vec<Site>,
    /// Zones and the index of the server, by address.
    pub by_address: HashMap<IpAddr, Vec<(usize, usize)>>,
    by_apex: HashMap<Name, usize>,
    hour: Timestamp,
    most_ttl: u32,
}

impl Hierarchy {
    /// The zones of all entries below a root and two top-level domains. No TTL is above `most_ttl`.
    pub fn new(entries: &[Entry], hour: Timestamp, most_ttl: u32) -> Self {
        let opt_out = Denial::Nsec3 {
            iterations: 0,
            opt_out: true,
            defect: None,
        };
        let name = |text: &str| -> Name { text.parse().expect("two fixed names") };
        let mut plans = vec![
            ZonePlan::registry(Name::root(), Denial::Nsec),
            ZonePlan::registry(name("test."), Denial::Nsec),
            ZonePlan::registry(name("example."), opt_out),
        ];
        plans.extend(entries.iter().flat_map(|entry| entry.zones.clone()));
        let mut hierarchy = Self {
            by_apex: apexes(&plans),
            sites: plans.into_iter().enumerate().map(site).collect(),
            by_address: HashMap::new(),
            hour,
            most_ttl,
        };
        hierarchy.link();
        hierarchy
    }

    fn link(&mut self) {
        for index in 0..self.sites.len() {
            let site = &self.sites[index];
            if site.plan.is_served {
                for (server, (_, address)) in site.servers.iter().enumerate() {
                    let served = self.by_address.entry(*address).or_default();
                    served.push((index, server));
                }
            }
            if let Some(parent) = self.parent(&site.plan.apex) {
                self.sites[parent].children.push(index);
            }
        }
    }

    fn parent(&self, apex: &Name) -> Option<usize> {
        let mut above = apex.parent();
        while let Some(name) = above {
            if let Some(index) = self.by_apex.get(&name) {
                return Some(*index);
            }
            above = name.parent();
        }
        None
    }

    /// The zone with this apex.
    pub fn find(&self, apex: &Name) -> Option<usize> {
        self.by_apex.get(apex).copied()
    }

    /// A version of a zone, built when it is first asked for.
    pub fn zone(&self, site: usize, copy: usize) -> &Zone {
        let site = &self.sites[site];
        site.copies[copy].get_or_init(|| {
            let plan = &site.plan.copies[copy];
            Zone::build(&site.plan.apex, self.records(site, plan), plan, self.hour)
                .with_ttls_below(self.most_ttl)
                .with_ds_bends(self.ds_bends(site))
        })
    }

    /// What is done to signatures over the DS of single delegations.
    fn ds_bends(&self, site: &Site) -> Vec<(Name, Bend)> {
        let children = site.children.iter().map(|child| &self.sites[*child].plan);
        children
            .filter_map(|child| Some((child.apex.clone(), child.ds_bend?)))
            .collect()
    }

    fn records(&self, site: &Site, copy: &CopyPlan) -> Vec<Record> {
        let mut text = content(site, copy);
        for child in &site.children {
            push_delegation(&mut text, &self.sites[*child], copy);
        }
        master::read(&text, &site.plan.apex).expect("the lab's own zone files can be read")
    }

    /// The root's key-signing key.
    pub fn root_key(&self) -> Key {
        let plan = &self.sites[0].plan;
        Key::new(&plan.apex, plan.ds[0].key)
    }
}

fn apexes(plans: &[ZonePlan]) -> HashMap<Name, usize> {
    let indexed = plans.iter().enumerate();
    indexed
        .map(|(index, plan)| (plan.apex.clone(), index))
        .collect()
}

fn site((index, plan): (usize, ZonePlan)) -> Site {
    let servers = plan.servers.iter().zip(1..);
    let servers = servers
        .map(|(server, number)| {
            (
                server_name(&plan.apex, number),
                address(index, number, server),
            )
        })
        .collect();
    Site {
        servers,
        children: Vec::new(),
        copies: plan.copies.iter().map(|_| OnceLock::new()).collect(),
        plan,
    }
}

fn server_name(apex: &Name, number: u8) -> Name {
    let text = if apex.is_root() {
        format!("ns{number}.root-servers.")
    } else {
        format!("ns{number}.{apex}")
    };
    text.parse().expect("the lab's names are short")
}

fn address(index: usize, number: u8, server: &ServerPlan) -> IpAddr {
    // 250 zones for each second octet; the catalogue is far from filling two.
    let (high, low) = ((index / 250) as u8, (index % 250) as u8);
    server
        .address
        .unwrap_or(Ipv4Addr::new(127, 53 + high, low, number).into())
}

/// The zone's own records, but for keys, signatures and denial.
fn content(site: &Site, copy: &CopyPlan) -> String {
    let mut text = format!("$TTL {TTL}\n");
    let (primary, serial, minimum) = (&site.servers[0].0, copy.serial, copy.minimum);
    // Secondaries give up after seven days, half the time that signatures last.
    put(
        &mut text,
        format_args!("@ SOA {primary} hostmaster {serial} 7200 900 604800 {minimum}"),
    );
    push_servers(&mut text, site);
    if site.plan.has_hosts {
        text.push_str(HOSTS);
    }
    text.push_str(site.plan.text);
    text.push_str(copy.text);
    text
}

/// What every leaf zone holds; `ent` is an empty non-terminal.
const HOSTS: &str = "\
@        A     192.0.2.1
@        AAAA  2001:db8::1
@        TXT   \"a zone of the lab\"
www      A     192.0.2.2
www      AAAA  2001:db8::2
host.ent A     192.0.2.3
";

fn push_servers(text: &mut String, site: &Site) {
    let apex = &site.plan.apex;
    for (name, _) in &site.servers {
        put(text, format_args!("{apex} NS {name}"));
    }
    for (name, address) in &site.servers {
        let rtype = if address.is_ipv4() { "A" } else { "AAAA" };
        put(text, format_args!("{name} {rtype} {address}"));
    }
}

fn push_delegation(text: &mut String, child: &Site, copy: &CopyPlan) {
    push_servers(text, child);
    let apex = &child.plan.apex;
    for plan in copy.delegations.as_ref().unwrap_or(&child.plan.ds) {
        let ds = present::ds_text(&ds(apex, plan));
        put(text, format_args!("{apex} DS {ds}"));
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}

fn ds(apex: &Name, plan: &DsPlan) -> Ds {
    let mut ds = Key::new(apex, plan.key).ds(plan.digest_type);
    match plan.bend {
        None => {}
        Some(DsBend::Tag) => ds.key_tag = ds.key_tag.wrapping_add(1),
        Some(DsBend::Algorithm(algorithm)) => ds.algorithm = algorithm,
        Some(DsBend::DigestType(digest_type)) => ds.digest_type = digest_type,
        Some(DsBend::Digest) => ds.digest[0] ^= 1,
        Some(DsBend::Short) => ds.digest = ds.digest[1..].into(),
    }
    ds
}
