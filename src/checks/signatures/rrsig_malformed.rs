//! RRSIG records that cannot be read.

use std::collections::BTreeSet;

use super::{chained, given, list_types};
use crate::checks::{Context, Statement};
use crate::validate::JudgedZone;

declare! {
    /// # rrsig-malformed
    ///
    /// An RRSIG record is cut off, or a name inside it cannot be read.
    ///
    /// ## Why it matters
    ///
    /// It proves nothing; without a valid signature beside it the RRset is refused. Some resolver
    /// libraries drop the whole response for one record that they cannot read.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL; some treat the message as malformed and ask another server.
    ///
    /// ## How to put it right
    ///
    /// Compare the record on the signer with what the server sends: `dig @SERVER example.com SOA +dnssec
    /// +norecurse`. Look at what stands between: a database column too short, a proxy, a zone file
    /// written by hand. Sign again and load anew: `rndc sign example.com`, `knotc zone-sign example.com`.
    ///
    /// ## References
    ///
    /// RFC 4034, section 3.1.
    "rrsig-malformed", Signatures, Error,
    rfc: ["RFC 4034 section 3.1"],
    explained_by: [],
    summary: "An RRSIG record cannot be read.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let mut sets = given(context, zone);
    sets.retain(|given| given.set.rrset.malformed_rrsigs > 0);
    let first = sets.first()?;
    let apex = &zone.apex;
    let servers: BTreeSet<_> = sets.iter().map(|given| given.server).collect();
    let reach = context.reach(apex, &servers);
    let types = list_types(sets.iter().map(|given| given.set.rrset.rtype));
    let at = context.at(apex, &servers, reach);
    let statement = Statement::new(apex, format!("RRSIG over {types} in {apex} cannot be read{at}"))
        .reach(reach)
        .about("rrtype", &types)
        .about("owner", &first.set.rrset.owner)
        .fix(format!(
            "sign again and load anew: `rndc sign {apex}`, `knotc zone-sign {apex}`; look at what stands between signer and server"
        ))
        .shown_by(sets.iter().map(|given| given.id));
    Some(statement.at_servers(context, &servers))
}
