//! Servers that are worth something else over IPv6 than over IPv4.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::{Context, Statement};
use crate::dns::Name;
use crate::evidence::topology::Zone;
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{JudgedServer, JudgedZone, KeysReply, Status};

declare! {
    /// # family-verdict-differs
    ///
    /// A name server has addresses of both families, and what it says validates over one and not over the
    /// other.
    ///
    /// ## Why it matters
    ///
    /// Behind the two addresses stand different machines, or something strips DNSSEC records on one of the
    /// ways. Half of the clients see a healthy zone; nobody who looks from one family alone finds the fault.
    ///
    /// ## What resolvers do
    ///
    /// Those that prefer the broken family fail the zone, with the extended error of the fault itself, unless
    /// another server does better.
    ///
    /// ## How to put it right
    ///
    /// Find out which machine answers at each address: `dig @ADDRESS example.com SOA +norecurse +nsid
    /// +dnssec` over both. Give both the same zone, or remove the address record that leads to the wrong one.
    /// The findings beside this one say what is wrong with it.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3; RFC 10001.
    "family-verdict-differs", Transport, Error,
    rfc: ["RFC 4035 section 3"],
    explained_by: ["server-without-dnssec", "signed-state-inconsistent", "secondary-serves-expired", "dnskey-missing-on-server", "rrsig-expired", "rrsig-invalid", "rrsig-missing"],
    summary: "What a server says is worth something else over IPv6 than over IPv4.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context
        .zones()
        .filter(|(zone, _)| Context::is_chained(zone));
    zones.flat_map(|(zone, known)| state(zone, known)).collect()
}

fn state(zone: &JudgedZone, known: &Zone) -> Vec<Statement> {
    let mut hosts: BTreeMap<&Name, [Family; 2]> = BTreeMap::new();
    for (address, names) in &known.servers {
        let judged = zone.servers.get(address);
        let Some((status, ids)) = judged.and_then(worth) else {
            continue;
        };
        for name in names {
            let families = hosts.entry(name).or_default();
            families[usize::from(address.is_ipv6())].add(*address, status, &ids);
        }
    }
    let different = hosts.into_iter().filter(|(_, [four, six])| {
        let both = !four.statuses.is_empty() && !six.statuses.is_empty();
        both && four.statuses.is_disjoint(&six.statuses)
    });
    let statements = different.map(|(host, [four, six])| {
        let message = format!(
            "{host} is {} and {}",
            four.in_words("IPv4"),
            six.in_words("IPv6")
        );
        Statement::new(&zone.apex, message)
            .reach(Reach::SomeServers)
            .about("nameserver", host)
            .fix(format!(
                "give the machines behind all addresses of {host} the same zone"
            ))
            .shown_by(four.ids.into_iter().chain(six.ids))
    });
    statements.collect()
}

/// What a server is worth over one family.
#[derive(Debug, Default)]
struct Family {
    addresses: BTreeSet<SocketAddr>,
    statuses: BTreeSet<String>,
    ids: BTreeSet<ExchangeId>,
}

impl Family {
    fn add(&mut self, address: SocketAddr, status: Status, ids: &BTreeSet<ExchangeId>) {
        self.addresses.insert(address);
        self.statuses.insert(status.to_string());
        self.ids.extend(ids);
    }

    fn in_words(&self, family: &str) -> String {
        let texts = |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<_>>().join(", ");
        let statuses = texts(&mut self.statuses.iter().cloned());
        let addresses = texts(
            &mut self
                .addresses
                .iter()
                .map(|address| address.ip().to_string()),
        );
        format!("{statuses} over {family} ({addresses})")
    }
}

/// The status of all that a server says, the worst of it; `None` for one that says nothing.
fn worth(server: &JudgedServer) -> Option<(Status, BTreeSet<ExchangeId>)> {
    let keys = match &server.keys {
        KeysReply::Silent => None,
        KeysReply::Without(id, _) | KeysReply::Given(id, _) => Some((server.key_status, *id)),
    };
    let answers = server
        .answers
        .values()
        .map(|(id, answer)| (answer.status, *id));
    let all: Vec<_> = keys.into_iter().chain(answers).collect();
    let is_bogus = |(status, _): &&(Status, ExchangeId)| *status == Status::Bogus;
    let shown = all.iter().find(is_bogus).or(all.first())?;
    Some((shown.0, BTreeSet::from([shown.1])))
}
