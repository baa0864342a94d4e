//! Zones whose names anybody can list.

use std::collections::BTreeSet;

use crate::checks::{Context, Statement};
use crate::dns::{Name, Nsec, RecordType};
use crate::evidence::topology::Zone;
use crate::validate::{JudgedRrset, JudgedZone, Status};

declare! {
    /// # nsec-zone-enumerable
    ///
    /// The NSEC of the apex leads to the next name that exists: whoever follows the chain from name to name
    /// gets all names of the zone. It is said with `--thorough` alone, because for most zones it is no
    /// fault.
    ///
    /// ## Why it matters
    ///
    /// Names are not secret: they stand in certificates, logs and passive DNS. Where they name customers,
    /// or machines that are not meant to be found, the list helps an attacker and may be personal data.
    /// NSEC is otherwise the simpler and cheaper choice; RFC 9276 asks to take it unless listing is a
    /// concern, and NSEC3 only makes listing some work.
    ///
    /// ## What resolvers do
    ///
    /// Nothing. Those that answer from cached NSEC (RFC 8198) are helped by it.
    ///
    /// ## How to put it right
    ///
    /// If the names may be known, nothing; silence this code. Otherwise:
    ///
    /// - BIND: `nsec3param iterations 0 optout no salt-length 0;` in the `dnssec-policy`, then `rndc
    ///   reconfig`
    /// - Knot: `nsec3: on` in the policy, then `knotc reload` and `knotc zone-sign example.com`; or
    ///   signatures made for each answer, which lists nothing: `mod-onlinesign`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -' narrow`, which lists nothing either
    /// - ldns: `ldns-signzone -n -t 0`
    ///
    /// ## References
    ///
    /// RFC 5155, section 1.1; RFC 4470, section 1; RFC 9276, sections 2.3 and 3.1; RFC 9824, section 1.
    "nsec-zone-enumerable", Denial, Notice,
    rfc: ["RFC 5155 section 1.1", "RFC 9276 section 3.1"],
    explained_by: [],
    summary: "The names of the zone can be listed by its NSEC records.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let thorough = context.zones().filter(|(_, known)| known.is_thorough);
    thorough
        .filter_map(|(zone, known)| state(context, zone, known))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone, known: &Zone) -> Option<Statement> {
    let apex = &known.apex;
    let mut servers = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    let mut next = None;
    for (server, id, set) in context.rrsets(zone) {
        if let Some(name) = leads_to(apex, set) {
            servers.insert(server);
            evidence.insert(id);
            next.get_or_insert(name);
        }
    }
    let next = next?;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let message = format!(
        "the names of {apex} can be listed by following its NSEC records: that of the apex leads to {next}{at}"
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("owner", apex)
        .fact("next", next)
        .fix("nothing, if the names may be known; otherwise NSEC3, or signatures made for each answer")
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// Where the NSEC of the apex leads to, unless it is made for one answer or the apex is the only name.
fn leads_to(apex: &Name, set: &JudgedRrset) -> Option<Name> {
    let rrset = &set.rrset;
    let is_own = rrset.rtype == RecordType::NSEC && rrset.owner == *apex;
    if !is_own || set.status != Status::Secure {
        return None;
    }
    let next = Nsec::parse(rrset.rdata.first()?).ok()?.next;
    let is_made = apex.child(&[0]).is_ok_and(|minimal| minimal == next);
    (!is_made && next != *apex).then_some(next)
}
