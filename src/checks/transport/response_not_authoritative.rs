//! Answers without AA.

use super::{Odd, asked, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::AnswerKind;
use crate::validate::answer::read;

declare! {
    /// # response-not-authoritative
    ///
    /// A server listed for the zone answers about it without the Authoritative Answer flag.
    ///
    /// ## Why it matters
    ///
    /// A server that has the zone sets the flag. Without it the data is out of a cache, or out of a zone
    /// that has expired at a secondary: it may be old, and signatures in it may be over. Resolvers treat
    /// such a server as lame.
    ///
    /// ## What resolvers do
    ///
    /// They ask another server, and answer SERVFAIL when none sets the flag, with extended error 22 (No
    /// Reachable Authority) or none.
    ///
    /// ## How to put it right
    ///
    /// Load the zone on that server, or take it out of the NS records:
    ///
    /// - BIND: `rndc zonestatus example.com`; a secondary whose zone has expired: `rndc retransfer
    ///   example.com`
    /// - Knot: `knotc zone-status example.com`
    /// - NSD: `nsd-control zonestatus example.com`
    /// - a resolver in the place of a name server, or a forwarding zone in its configuration: remove it
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.1.1; RFC 2181, section 5.4.1. DNSViz: NOT_AUTHORITATIVE. Zonemaster:
    /// CN01_SOA_RECORD_NOT_AA_UDP.
    "response-not-authoritative", Transport, Error,
    rfc: ["RFC 1035 section 4.1.1"],
    explained_by: ["delegation-lame"],
    summary: "A server answers about its zone without AA.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let question = heard.exchange.question();
        let kind = read(&zone.apex, question, message);
        let is_own = !matches!(kind, AnswerKind::Referral | AnswerKind::Failure(_));
        // NS of the zone itself without SOA and answer is a referral to where the question came from.
        let is_empty = message.answer.is_empty()
            && message
                .authority
                .iter()
                .all(|record| record.rtype == RecordType::NS);
        // NSD leaves AA out where it denies the DS of an unsigned delegation; nobody is misled by it.
        let is_ds = question.rtype == RecordType::DS;
        (is_own && !is_empty && !is_ds && !message.is_authoritative()).then(|| Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: asked(question),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "answers about {} from {servers} lack AA (asked for {what})",
                zone.apex
            ),
            format!(
                "load {apex} on that server (`rndc zonestatus {apex}`, `knotc zone-status {apex}`, `nsd-control zonestatus {apex}`), or take it out of the NS records",
                apex = zone.apex
            ),
        )
    })
}
