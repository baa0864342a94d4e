//! CDS at other names than the apex.

use std::collections::BTreeSet;

use crate::checks::signatures::{Given, chained, given};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, Nsec, RecordType};
use crate::validate::{JudgedZone, Status};

/// The label that a signal for another zone begins with (RFC 9615, section 3.2).
const SIGNAL: &[u8] = b"_dsboot";

declare! {
    /// # cds-not-at-apex
    ///
    /// A name of the zone that is not its apex has CDS or CDNSKEY records, as its answers or its NSEC
    /// records show.
    ///
    /// ## Why it matters
    ///
    /// A zone tells its parent what to publish at its apex and nowhere else; at other names the records
    /// mean nothing. Mostly they were meant for a zone below, and were put on the wrong side of the cut, or
    /// a name lacks its final dot. The DS that somebody waits for never comes.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY.
    ///
    /// ## How to put it right
    ///
    /// Remove them there and publish them at the apex of the zone that they are for: BIND and Knot write
    /// them by themselves (`rndc dnssec -status example.com`, `cds-cdnskey-publish` in Knot's policy),
    /// PowerDNS with `pdnsutil set-publish-cds example.com 2`. With NSD and ldns they stand in the file
    /// that is signed: look at `$ORIGIN` and final dots there.
    ///
    /// Names that begin with `_dsboot` are not meant here: there the records are signals for zones without
    /// a DS (RFC 9615).
    ///
    /// ## References
    ///
    /// RFC 7344, section 4.1; RFC 9615, section 3.2. Neither DNSViz nor Zonemaster looks for it.
    "cds-not-at-apex", ChildSignals, Warning,
    rfc: ["RFC 7344 section 4.1"],
    explained_by: [],
    summary: "CDS or CDNSKEY stands at a name that is no apex.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let apex = &zone.apex;
    let mut servers = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    let mut found = BTreeSet::new();
    for given in given(context, zone) {
        let owner = &given.set.rrset.owner;
        let is_signal = owner.labels().next() == Some(SIGNAL);
        let is_own = owner.is_below(apex) && given.set.status == Status::Secure;
        if is_signal || !is_own {
            continue;
        }
        for rtype in shown(&given) {
            servers.insert(given.server);
            evidence.insert(given.id);
            found.insert((owner.clone(), rtype));
        }
    }
    let (first, _) = found.first()?;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let words = found
        .iter()
        .map(|(owner, rtype)| format!("{rtype} at {owner}"));
    let message = format!("{}, which is not the apex {apex}{at}", list(words));
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("owner", first)
        .fix(format!(
            "remove it there, and publish it at the apex of the zone that it is for; in {apex} look for names without a final dot"
        ))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// CDS and CDNSKEY that this RRset is or lists. An NSEC made for one answer lists types that may be there.
fn shown(given: &Given<'_>) -> Vec<RecordType> {
    let set = &given.set.rrset;
    let both = [RecordType::CDS, RecordType::CDNSKEY];
    if set.rtype != RecordType::NSEC {
        return both
            .into_iter()
            .filter(|rtype| *rtype == set.rtype)
            .collect();
    }
    let records = set.rdata.iter().filter_map(|rdata| Nsec::parse(rdata).ok());
    let own = records.filter(|nsec| !is_minimal(&set.owner, nsec));
    own.flat_map(|nsec| {
        both.into_iter()
            .filter(move |rtype| nsec.types.contains(*rtype))
    })
    .collect()
}

fn is_minimal(owner: &Name, nsec: &Nsec) -> bool {
    owner.child(&[0]).is_ok_and(|next| next == nsec.next)
}
