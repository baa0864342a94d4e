//! What the name leads to, and is not secure.

use std::collections::BTreeMap;

use super::list;
use super::ns_host_zone_not_secure::{not_secure, shown};
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::topology::{Purpose, Trail};
use crate::validate::Status;

declare! {
    /// # dependency-not-secure
    ///
    /// The audited name is secure, and its records lead to a host that is not: the target of a CNAME, the
    /// host of an MX or SRV record, the host that TLSA records are about.
    ///
    /// ## Why it matters
    ///
    /// A client follows the record to the end, and what it finds there can be forged. Mail goes to
    /// whatever address the MX host seems to have; DANE needs the MX or SRV RRset, the address and the TLSA
    /// record secure, all three, or it is not used at all.
    ///
    /// ## What resolvers do
    ///
    /// They answer without AD for the whole chain of aliases as soon as one link is insecure. Mail servers
    /// with DANE fall back to TLS without it, silently.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone of the target, or choose a host whose zone is signed:
    ///
    /// - BIND: `dnssec-policy default; inline-signing yes;` in the `zone` of the host, then `rndc
    ///   reconfig`
    /// - Knot: `dnssec-signing: on` for it, then `knotc reload`
    /// - PowerDNS: `pdnsutil secure-zone provider.example`
    /// - ldns and NSD: `ldns-keygen -a ECDSAP256SHA256 -k provider.example`, then `ldns-signzone`
    ///
    /// Then have its registrar publish the DS. When the zone is a provider's, ask the provider: large mail
    /// providers have a second set of host names in a signed zone.
    ///
    /// ## References
    ///
    /// RFC 7672, section 2.2; RFC 7673, section 3; RFC 6698, section 3. Aliases are followed in every
    /// audit; MX, SRV and TLSA with `audit --thorough`.
    "dependency-not-secure", Delegation, Notice,
    rfc: ["RFC 7672 section 2.2"],
    explained_by: [],
    summary: "The name leads to a host that is not secure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some(first) = context.chain.targets.first() else {
        return Vec::new();
    };
    if first.status != Status::Secure {
        return Vec::new();
    }
    let mut found: BTreeMap<RecordType, Vec<(&Trail, String)>> = BTreeMap::new();
    for trail in &context.topology.trails {
        let rtype = match &trail.purpose {
            // An alias that is bogus has a finding of its own.
            Purpose::Alias { .. } if is_insecure(context, trail) => RecordType::CNAME,
            Purpose::Dependency { rtype, .. } => *rtype,
            _ => continue,
        };
        if let Some(one) = not_secure(context, trail) {
            found.entry(rtype).or_default().push(one);
        }
    }
    let name = &first.question.name;
    let states = found
        .into_iter()
        .map(|(rtype, found)| state(context, &first.zone, name, rtype, &found));
    states.collect()
}

fn is_insecure(context: &Context<'_>, trail: &Trail) -> bool {
    let mut targets = context.chain.targets.iter();
    targets.any(|target| target.question.name == trail.name && target.status == Status::Insecure)
}

fn state(
    context: &Context<'_>,
    zone: &Name,
    name: &Name,
    rtype: RecordType,
    found: &[(&Trail, String)],
) -> Statement {
    let texts: Vec<_> = found.iter().map(|(_, text)| text).collect();
    let lead = match rtype {
        RecordType::TLSA => "TLSA records are about a host that is".to_owned(),
        _ => format!("{rtype} leads to what is"),
    };
    let message = format!("{name} is secure, and its {lead} not: {}", list(texts));
    Statement::new(zone, message)
        .about("owner", name)
        .about("rrtype", rtype)
        .fix("sign the zones of these hosts, or choose hosts in signed zones")
        .shown_by(found.iter().flat_map(|(trail, _)| shown(context, trail)))
}
