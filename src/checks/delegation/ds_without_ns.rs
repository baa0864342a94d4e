//! DS records at names that are no delegations.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::ds_at_apex::with_ds;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::view::ExchangeId;

declare! {
    /// # ds-without-ns
    ///
    /// A name has a DS RRset and no NS RRset: it is no delegation.
    ///
    /// ## Why it matters
    ///
    /// A DS says that the zone below is signed. Without NS records there is no zone below, so that the
    /// record means nothing; most often the delegation was taken out and the DS forgotten, or the DS was
    /// put at the wrong name and is missing at the right one.
    ///
    /// ## What resolvers do
    ///
    /// Nothing, as long as they see that there is no cut. One that asks for the DS on its way down may take
    /// the name for a zone, and then finds no DNSKEY: SERVFAIL with extended error 9 (DNSKEY Missing).
    ///
    /// ## How to put it right
    ///
    /// Take the DS out, or put the NS records beside it:
    ///
    /// - BIND: `nsupdate`, then `update delete www.example.com DS` and `send`
    /// - Knot: `knotc zone-begin example.com`, `knotc zone-unset example.com www DS`, `knotc zone-commit
    ///   example.com`
    /// - PowerDNS: `pdnsutil delete-rrset example.com www DS`, then `pdnsutil rectify-zone
    ///   example.com`
    /// - ldns and NSD: edit the zone file, `ldns-signzone example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// Registrars and registries do not let it happen; it is found in zones that are edited by hand.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4; RFC 4034, section 5. It is asked for by `audit www.example.com DS`, and at
    /// the audited name with `--thorough`.
    "ds-without-ns", Delegation, Warning,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: [],
    summary: "A name that is no delegation has a DS.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = &context.topology.zones;
    let asked = context.view.questions();
    let names: BTreeSet<&Name> = asked
        .filter(|question| question.rtype == RecordType::DS)
        .map(|question| &question.name)
        .filter(|name| !zones.contains_key(name))
        .collect();
    names
        .into_iter()
        .filter_map(|name| state(context, name))
        .collect()
}

fn state(context: &Context<'_>, name: &Name) -> Option<Statement> {
    let above = context.topology.zones.values();
    let zone = above
        .filter(|zone| name.is_below(&zone.apex))
        .max_by_key(|zone| zone.apex.label_count())?;
    // A trail that asks for DS ends above the name, and has not looked for a cut there.
    if !is_uncut(context, name) {
        return None;
    }
    let own = with_ds(context, name).into_iter();
    let own = own.filter(|(server, _)| zone.servers.contains_key(server));
    let (servers, evidence): (BTreeSet<SocketAddr>, BTreeSet<ExchangeId>) = own.unzip();
    if servers.is_empty() {
        return None;
    }
    let reach = context.reach(&zone.apex, &servers);
    let message = format!(
        "{name} has a DS RRset and no NS RRset: it is a name in {}, and no zone{}",
        zone.apex,
        context.at(&zone.apex, &servers, reach)
    );
    Some(
        Statement::new(&zone.apex, message)
            .reach(reach)
            .about("owner", name)
            .about("rrtype", "DS")
            .fix(format!(
                "take the DS records of {name} out of {}, or delegate the name",
                zone.apex
            ))
            .shown_by(evidence),
    )
}

/// Whether some server was asked for NS at the name, and answered without.
fn is_uncut(context: &Context<'_>, name: &Name) -> bool {
    let question = crate::evidence::probes::question(name, RecordType::NS);
    let mut replies = context.view.replies(&question);
    replies.any(|reply| {
        let sections = [&reply.message.answer, &reply.message.authority];
        let mut records = sections.into_iter().flatten();
        reply.message.is_authoritative()
            && !records.any(|record| record.rtype == RecordType::NS && record.owner == *name)
    })
}
