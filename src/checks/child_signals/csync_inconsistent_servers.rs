//! Servers that give different CSYNC.

use std::collections::{BTreeMap, BTreeSet};

use super::csync;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::JudgedZone;

declare! {
    /// # csync-inconsistent-servers
    ///
    /// The servers of a zone do not all give the same CSYNC RRset.
    ///
    /// ## Why it matters
    ///
    /// CSYNC asks the parent to copy NS records and addresses from the child. The parent asks one server
    /// for all of it and acts on what it gets there: an old server has it put old name servers into the
    /// delegation. For a while after a change it is normal, until all servers have the new version;
    /// between several providers it is a fault of coordination.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CSYNC. Careful parents ask all servers and wait until they agree.
    ///
    /// ## How to put it right
    ///
    /// Compare the serials first (`dig +norecurse @SERVER example.com SOA`), and transfer the zone where it
    /// is behind: `rndc retransfer example.com`, `knotc zone-retransfer example.com`, `nsd-control
    /// force_transfer example.com`, `pdns_control retrieve example.com`. With several providers, have all of
    /// them publish the same record, or none; `soaminimum` in its flags keeps the parent from copying out
    /// of an older version.
    ///
    /// ## References
    ///
    /// RFC 7477, sections 3.1 and 4.2; draft-ietf-dnsop-cds-consistency. Neither DNSViz nor Zonemaster looks
    /// for it.
    "csync-inconsistent-servers", ChildSignals, Warning,
    rfc: ["RFC 7477 section 4.2"],
    explained_by: ["soa-serial-inconsistent"],
    summary: "Servers give different CSYNC RRsets.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let apex = &zone.apex;
    let said = csync::said(zone);
    let mut groups: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (server, (_, rdata)) in &said {
        groups.entry(rdata).or_default().insert(*server);
    }
    if groups.len() < 2 {
        return None;
    }
    let words = groups.iter().map(|(rdata, servers)| {
        let servers = context.servers(apex, servers);
        format!("{} from {servers}", csync::in_words(apex, rdata))
    });
    let statement = Statement::new(apex, format!("servers of {apex} differ: {}", list(words)))
        .reach(Reach::SomeServers)
        .about("rrtype", "CSYNC")
        .fix(format!(
            "bring all servers of {apex} to the same version: `rndc retransfer {apex}`, `knotc zone-retransfer {apex}`, `nsd-control force_transfer {apex}`"
        ))
        .shown_by(said.values().map(|(id, _)| *id));
    Some(statement)
}
