//! The canonical order of exchanges.
//!
//! The order in which exchanges arrived has no meaning, yet identifiers and files need one. This order
//! is total: two exchanges are equal in it only when an evidence file writes them alike. Names compare
//! without case first, so that what belongs to one question stands together.

use std::cmp::Ordering;

use super::Exchange;
use crate::dns::query::QueryEdns;

/// Compares two exchanges: ordinary queries before probes, then by question, server, transport, query flags, time, and then all the rest.
pub fn compare(a: &Exchange, b: &Exchange) -> Ordering {
    main_key(a)
        .cmp(&main_key(b))
        .then_with(|| last_key(a).cmp(&last_key(b)))
}

fn main_key(e: &Exchange) -> impl Ord + '_ {
    let flags = (
        e.query.recursion_desired,
        e.query.checking_disabled,
        e.query.edns.is_some(),
    );
    (
        e.query.probe.is_some(),
        e.question(),
        e.server,
        e.transport,
        flags,
        e.sent,
        e.elapsed,
        &e.outcome,
    )
}

/// What tells apart exchanges that the main key holds for equal.
fn last_key(e: &Exchange) -> impl Ord + '_ {
    let edns = e.query.edns.as_ref().map(edns_key);
    (
        e.question().name.wire(),
        e.query.authentic_data,
        edns,
        e.strays,
        &e.query.probe,
    )
}

fn edns_key(edns: &QueryEdns) -> impl Ord + use<> {
    (edns.udp_size, edns.dnssec_ok, edns.nsid)
}
