//! A parent that does not copy what a CSYNC asks for.

use crate::checks::delegation::{delegation_glue_differs, delegation_ns_sets_differ};
use crate::checks::statement::list;
use crate::checks::{Check, Context, Statement};
use crate::dns::time::humane;
use crate::dns::{RecordType, TypeBitmap};
use crate::history::History;
use crate::validate::{JudgedZone, Status};

declare! {
    /// # csync-update-overdue
    ///
    /// The zone asks its parent by CSYNC to copy its NS records or its addresses, they have differed for
    /// longer than parents usually need, and nothing has happened.
    ///
    /// ## Why it matters
    ///
    /// Nothing is broken. Most parents do not read CSYNC, and whoever relies on it waits for ever: the
    /// delegation keeps naming servers that the zone has given up.
    ///
    /// ## What resolvers do
    ///
    /// They use what the delegation says, and many replace it by the zone's own records.
    ///
    /// ## How to put it right
    ///
    /// Find out whether the parent reads CSYNC. If it does not, have the registrar change the name servers
    /// and their addresses, and take the record out:
    ///
    /// - BIND: `nsupdate`, then `update delete example.com CSYNC` and `send`
    /// - Knot: `knotc zone-begin example.com`, `knotc zone-unset example.com @ CSYNC`, `knotc zone-commit
    ///   example.com`
    /// - PowerDNS: `pdnsutil delete-rrset example.com @ CSYNC`, then `pdnsutil rectify-zone
    ///   example.com`
    /// - ldns and NSD: edit the zone file, `ldns-signzone example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// If it does, look at the flags: without `immediate` (1) the parent waits for a word from outside, and
    /// with `soaminimum` (2) the serial in CSYNC must not be above that of the SOA.
    ///
    /// ## References
    ///
    /// RFC 7477, sections 2.1.1 and 3. Only with the memory of earlier looks; the time that parents have is
    /// the setting `parent_patience`.
    "csync-update-overdue", ChildSignals, Notice,
    rfc: ["RFC 7477 section 3"],
    explained_by: ["csync-insecure", "csync-inconsistent-servers"],
    summary: "The parent has not acted on CSYNC for long.",
}

/// The findings whose age is judged, each with the types in CSYNC that ask for its end.
const PENDING: &[(&Check, &[RecordType])] = &[
    (&delegation_ns_sets_differ::CHECK, &[RecordType::NS]),
    (
        &delegation_glue_differs::CHECK,
        &[RecordType::A, RecordType::AAAA],
    ),
];

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, _, zone)) = context.remembered() else {
        return Vec::new();
    };
    // A parent acts on what it can validate alone (RFC 7477, section 3).
    let asked = super::csync::said(zone).into_values().next();
    let Some((id, types)) = asked
        .filter(|_| zone.status == Status::Secure)
        .and_then(|(id, rdata)| Some((id, types(rdata.first()?)?)))
    else {
        return Vec::new();
    };
    let pending = PENDING
        .iter()
        .filter(|(_, wanted)| wanted.iter().any(|rtype| types.contains(*rtype)));
    let pending =
        pending.filter_map(|(check, wanted)| state(context, history, zone, check, wanted));
    pending.map(|statement| statement.shown_by([id])).collect()
}

fn state(
    context: &Context<'_>,
    history: &History,
    zone: &JudgedZone,
    check: &Check,
    wanted: &[RecordType],
) -> Option<Statement> {
    let since = history.standing.get(check.code)?;
    let waited = context.now.since(*since);
    let stated = (check.run)(context);
    let is_pending = stated.iter().any(|statement| statement.zone == zone.apex);
    if waited <= context.policy.parent_patience || !is_pending {
        return None;
    }
    let message = format!(
        "the parent of {} has not copied its {} for {}, since {since}, although its CSYNC asks for it",
        zone.apex,
        list(wanted),
        humane(waited)
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "CSYNC")
            .fact("since", since)
            .fix("have the registrar change the name servers, and take CSYNC out if the parent does not read it"),
    )
}

/// The types that a CSYNC names: they stand behind serial and flags (RFC 7477, section 2.1).
fn types(rdata: &[u8]) -> Option<TypeBitmap> {
    TypeBitmap::from_wire(rdata.get(6..)?).ok()
}
