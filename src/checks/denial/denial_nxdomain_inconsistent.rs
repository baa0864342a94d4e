//! Names that exist for one type and not for another.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::validate::{AnswerKind, Arrival, JudgedServer, JudgedZone, Status};

declare! {
    /// # denial-nxdomain-inconsistent
    ///
    /// A server answers NXDOMAIN for a name when it is asked for one type, and NOERROR for the same name
    /// when it is asked for another.
    ///
    /// ## Why it matters
    ///
    /// NXDOMAIN speaks of the name and not of the type: it says that there is nothing at all. A resolver
    /// that caches it has lost the name for every type until it expires, so that a question for AAAA takes
    /// away the A records. Load balancers and servers with a database of their own do this when they know
    /// one type only.
    ///
    /// ## What resolvers do
    ///
    /// They cache the NXDOMAIN for the name (RFC 2308, section 5) and answer it for the other types too;
    /// those that ask for each type anew answer now this, now that. In a signed zone the proof beside a
    /// false NXDOMAIN does not hold: SERVFAIL with extended error 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// A name that has any record, or any name below it, is answered with NOERROR and an empty answer for
    /// types that it lacks. Compare `dig @SERVER www.example.com A +norecurse` with the same for `AAAA`;
    /// BIND, Knot, NSD and PowerDNS with a rectified zone (`pdnsutil rectify-zone example.com`) do it
    /// right, so look at what stands in front of them, or delegate the name to the device that answers.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.3.2; RFC 2308, sections 2.1 and 2.2; RFC 4074, section 4.2. DNSViz:
    /// INCONSISTENT_NXDOMAIN.
    "denial-nxdomain-inconsistent", Denial, Error,
    rfc: ["RFC 1034 section 4.3.2", "RFC 2308 section 2.1"],
    explained_by: ["denial-nxdomain-for-ancestor"],
    summary: "A name is NXDOMAIN for one type and NOERROR for another.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| !matches!(zone.arrival, Arrival::Ended(Status::Bogus, _)))
        .filter_map(|zone| state(context, zone))
        .collect()
}

/// What one server says about one name.
#[derive(Default)]
struct Said {
    missing: BTreeSet<RecordType>,
    existing: BTreeSet<RecordType>,
    evidence: BTreeSet<usize>,
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let mut servers = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    let mut names: BTreeMap<&Name, Said> = BTreeMap::new();
    for (&address, server) in &zone.servers {
        for (name, said) in said(server) {
            if said.missing.is_empty() || said.existing.is_empty() {
                continue;
            }
            servers.insert(address);
            evidence.extend(&said.evidence);
            let known = names.entry(name).or_default();
            known.missing.extend(said.missing);
            known.existing.extend(said.existing);
        }
    }
    let (first, _) = names.first_key_value()?;
    let apex = &zone.apex;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let words = names.iter().map(|(name, said)| {
        let (missing, existing) = (list(&said.missing), list(&said.existing));
        format!("{name} is NXDOMAIN for {missing} and exists for {existing}")
    });
    let statement = Statement::new(apex, format!("{}{at}", list(words)))
        .reach(reach)
        .about("owner", first)
        .fix("answer NOERROR without records where a name lacks a type, and NXDOMAIN only where there is nothing at or below it")
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// An alias exists, and so does what has records, or only no record of this type.
fn said(server: &JudgedServer) -> BTreeMap<&Name, Said> {
    let mut found: BTreeMap<&Name, Said> = BTreeMap::new();
    for (question, (id, answer)) in &server.answers {
        let said = found.entry(&question.name).or_default();
        let types = match answer.kind {
            AnswerKind::NoName => &mut said.missing,
            AnswerKind::Data | AnswerKind::Alias(_) | AnswerKind::NoType => &mut said.existing,
            _ => continue,
        };
        types.insert(question.rtype);
        said.evidence.insert(*id);
    }
    found
}
