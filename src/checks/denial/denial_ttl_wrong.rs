//! NSEC and NSEC3 that are cached for too long.

use std::collections::BTreeMap;

use crate::checks::signatures::{Given, given, list_types};
use crate::checks::{Context, Statement};
use crate::dns::{RecordType, Soa};
use crate::validate::{JudgedZone, Status};

declare! {
    /// # denial-ttl-wrong
    ///
    /// The TTL of NSEC or NSEC3 records is above the lesser of the SOA's TTL and its Minimum field.
    ///
    /// ## Why it matters
    ///
    /// These two bound how long "does not exist" may be cached. A resolver that answers out of cached
    /// NSEC and NSEC3 goes by their TTL instead, and so denies a new name for longer than the zone
    /// allows. RFC 9077 therefore asks for the lesser of the two; older signers took Minimum alone.
    ///
    /// ## What resolvers do
    ///
    /// Those with aggressive use of NSEC or NSEC3 deny new names until the record's TTL has run out.
    /// Newer ones cut it to the TTL of the SOA beside it.
    ///
    /// ## How to put it right
    ///
    /// Set Minimum, the last number of the SOA, to no more than the TTL of the SOA itself, then sign
    /// again; or update the signer:
    ///
    /// - the current releases of BIND, Knot, PowerDNS and ldns follow RFC 9077
    /// - `rndc sign example.com`, `knotc zone-sign example.com`, `ldns-signzone example.com.zone
    ///   Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 9077, section 3; RFC 2308, section 5.
    "denial-ttl-wrong", Denial, Warning,
    rfc: ["RFC 9077 section 3"],
    explained_by: [],
    summary: "The TTL of NSEC or NSEC3 is above the lesser of SOA TTL and SOA Minimum.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| zone.status == Status::Secure && context.is_target(&zone.apex))
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let sets = given(context, zone);
    // The TTLs that were signed: servers and proxies may lower those on the wire.
    let limits: BTreeMap<_, _> = sets.iter().filter_map(limit).collect();
    let over: Vec<_> = sets
        .iter()
        .filter(|given| is_denial(given) && given.is_good())
        .filter_map(|given| {
            let ttl = signed_ttl(given)?;
            (ttl > *limits.get(&given.server)?).then_some((given, ttl))
        })
        .collect();
    let (first, ttl) = over.first()?;
    let limit = limits.get(&first.server)?;
    let apex = &zone.apex;
    let servers = over.iter().map(|(given, _)| given.server).collect();
    let reach = context.reach(apex, &servers);
    let types = list_types(over.iter().map(|(given, _)| given.set.rrset.rtype));
    let at = context.at(apex, &servers, reach);
    let message = format!(
        "{types} of {apex} have TTL {ttl}; the lesser of SOA TTL and SOA Minimum is {limit}{at}"
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("rrtype", types)
        .fact("ttl", ttl)
        .fact("limit", limit)
        .fix(format!("set the Minimum field of the SOA of {apex} to at most the SOA's TTL and sign again, or update the signer"))
        .shown_by(over.iter().map(|(given, _)| given.id));
    Some(statement.at_servers(context, &servers))
}

fn is_denial(given: &Given<'_>) -> bool {
    matches!(given.set.rrset.rtype, RecordType::NSEC | RecordType::NSEC3)
}

fn signed_ttl(given: &Given<'_>) -> Option<u32> {
    given.usable().map(|rrsig| rrsig.original_ttl).max()
}

fn limit(given: &Given<'_>) -> Option<(std::net::SocketAddr, u32)> {
    let set = &given.set.rrset;
    if set.rtype != RecordType::SOA {
        return None;
    }
    let soa = Soa::parse(set.rdata.first()?).ok()?;
    Some((given.server, signed_ttl(given)?.min(soa.minimum)))
}
