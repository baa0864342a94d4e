//! NS records that point at a CNAME.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::{Zone, limits};
use crate::evidence::view::{ExchangeId, records};
use crate::policy::Reach;

declare! {
    /// # delegation-ns-is-alias
    ///
    /// The target of an NS record is an alias: its name has a CNAME record in place of addresses.
    ///
    /// ## Why it matters
    ///
    /// It must not be, and servers do not look behind it when they add addresses to a referral. Resolvers
    /// that follow the alias all the same need further questions, others skip the server, so that the zone
    /// has fewer servers for them than it seems.
    ///
    /// ## What resolvers do
    ///
    /// BIND refuses such a server ("skipping nameserver because it is a CNAME"); Unbound and others may
    /// follow it. With no other server left, SERVFAIL with extended error 22 (No Reachable Authority).
    ///
    /// ## How to put it right
    ///
    /// Put the addresses of the server at the NS name itself, or name the alias's target in the NS records
    /// of the zone and at the registrar:
    ///
    /// - BIND: `nsupdate`, then `update delete ns2.example.com CNAME`, `update add ns2.example.com 3600 A
    ///   192.0.2.2` and `send`
    /// - Knot: `knotc zone-begin example.com`, `knotc zone-unset example.com ns2 CNAME`, `knotc zone-set
    ///   example.com ns2 3600 A 192.0.2.2`, `knotc zone-commit example.com`
    /// - PowerDNS: `pdnsutil delete-rrset example.com ns2 CNAME`, `pdnsutil add-record example.com
    ///   ns2 A 192.0.2.2`, then `pdnsutil rectify-zone example.com`
    /// - ldns and NSD: edit the zone file, `ldns-signzone example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// ## References
    ///
    /// RFC 2181, section 10.3; RFC 1912, section 2.4. Zonemaster: NS_IS_CNAME. That a zone's own name is
    /// an alias at the parent is no fault of a delegation: there is none then, and the alias is followed.
    "delegation-ns-is-alias", Delegation, Error,
    rfc: ["RFC 2181 section 10.3"],
    explained_by: [],
    summary: "The target of an NS record is a CNAME.",
}

/// An alias with its target, and the exchanges that show it.
type Aliases<'a> = BTreeMap<&'a Name, (Option<Name>, BTreeSet<ExchangeId>)>;

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones.filter_map(|(_, zone)| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &Zone) -> Option<Statement> {
    let aliases = aliases(context, zone);
    if aliases.is_empty() {
        return None;
    }
    let texts = aliases.iter().map(|(name, (target, _))| match target {
        Some(target) => format!("{name} is an alias of {target}"),
        None => format!("{name} is an alias"),
    });
    let texts: Vec<_> = texts.collect();
    let is_other = |(_, names): (&SocketAddr, &BTreeSet<Name>)| {
        names.iter().any(|name| !aliases.contains_key(name))
    };
    let message = format!(
        "{} of {} NS names of {} must not be aliases: {}",
        aliases.len(),
        zone.ns_names.len(),
        zone.apex,
        list(&texts)
    );
    Some(
        Statement::new(&zone.apex, message)
            .reach(match zone.servers.iter().any(is_other) {
                true => Reach::SomeServers,
                false => Reach::Everywhere,
            })
            .about("nameserver", list(aliases.keys()))
            .fix("put addresses at these names, or name the targets in the NS records of the zone and at the registrar")
            .shown_by(aliases.into_values().flat_map(|(_, evidence)| evidence)),
    )
}

fn aliases<'a>(context: &Context<'_>, zone: &'a Zone) -> Aliases<'a> {
    let mut found = Aliases::new();
    for name in zone.ns_names.iter().take(limits::NS_NAMES) {
        for rtype in [RecordType::A, RecordType::AAAA] {
            for reply in context.view.replies(&probes::question(name, rtype)) {
                let mut cnames = records(&reply.message.answer, name, RecordType::CNAME);
                if let Some(cname) = cnames.next() {
                    let target = crate::dns::rdata::target(&cname.rdata);
                    let (_, evidence) = found.entry(name).or_insert((target, BTreeSet::new()));
                    evidence.insert(reply.id);
                }
            }
        }
    }
    found
}
