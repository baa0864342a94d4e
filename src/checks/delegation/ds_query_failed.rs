//! No parent server says anything about the DS.

use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::evidence::probes;
use crate::evidence::view::{ExchangeId, Heard};
use crate::validate::{Arrival, End, JudgedZone};

declare! {
    /// # ds-query-failed
    ///
    /// No server of a secure parent gives a usable answer about the DS of a delegation.
    ///
    /// ## Why it matters
    ///
    /// Whether the child is signed cannot be known, and a validator must not guess: "no answer" is what
    /// an attacker would send. When it lasts, the child is out of reach.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL when they have no DS in their caches: they can neither follow the chain nor take the
    /// child for insecure.
    ///
    /// ## How to put it right
    ///
    /// Ask the parent's servers directly, over UDP and TCP, and see which differ:
    ///
    /// - `dig +norecurse @ns1.parent.example child.parent.example DS +dnssec`
    /// - `dig +norecurse +tcp @ns1.parent.example child.parent.example DS +dnssec`
    ///
    /// If NS is answered and DS is not, a firewall or load balancer in front of the servers drops types
    /// that it does not know, or the servers are too old for DS. If only large responses are missing, see
    /// to TCP and to fragments. It is for the operator of the parent zone to repair.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.4.1 and 5.2. Zonemaster: DS01_NO_RESPONSE, DS11_UNDETERMINED_DS.
    "ds-query-failed", Delegation, Error,
    rfc: ["RFC 4035 section 5.2"],
    explained_by: ["delegation-lame", "server-unreachable", "tcp-fallback-broken"],
    summary: "No parent server gives a usable answer about the DS.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let Arrival::Ended(_, End::DsUnknown) = zone.arrival else {
        return None;
    };
    let parent = zone.parent.as_ref()?;
    let known = context.topology.zones.get(parent)?;
    let question = probes::question(&zone.apex, RecordType::DS);
    let attempts: Vec<(ExchangeId, &Heard)> = known
        .servers
        .keys()
        .flat_map(|server| context.view.attempts(*server, &question))
        .collect();
    let message = format!(
        "no usable answer about the DS of {} came from {parent} ({} server addresses, {})",
        zone.apex,
        known.servers.len(),
        said(&attempts)
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "DS")
            .fix(format!(
                "for the operator of {parent}: see what `dig +norecurse @SERVER {} DS +dnssec` answers at each server",
                zone.apex
            ))
            .shown_by(attempts.iter().map(|(id, _)| *id)),
    )
}

/// "3 without a response, 1 REFUSED".
fn said(attempts: &[(ExchangeId, &Heard)]) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for (_, heard) in attempts {
        let what = match heard.usable() {
            Some(message) => message.rcode().to_string(),
            None => "without a usable response".to_owned(),
        };
        *counts.entry(what).or_insert(0) += 1;
    }
    if counts.is_empty() {
        return "none of them asked".to_owned();
    }
    let texts: Vec<_> = counts
        .into_iter()
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    texts.join(", ")
}
