//! Servers that refer to the root.

use super::{Odd, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::{Message, Name, RecordType};

declare! {
    /// # referral-upward
    ///
    /// A server listed for the zone answers with a referral to a zone above it, often to the root.
    ///
    /// ## Why it matters
    ///
    /// It means that the server does not have the zone and answers with the root hints it was once given.
    /// Resolvers must not follow it, so the server is as good as silent; and its big answers to forged
    /// questions serve attacks on others.
    ///
    /// ## What resolvers do
    ///
    /// They take the server for lame and ask another one; SERVFAIL when all are.
    ///
    /// ## How to put it right
    ///
    /// Load the zone on that server, or take it out of the NS records. A server that is only
    /// authoritative should refuse what it does not have:
    ///
    /// - BIND: remove the zone `"."` of type hint, or set `allow-query-cache { none; };` and `recursion
    ///   no;`
    /// - NSD and Knot answer REFUSED by themselves
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.3.2; RFC 1912, section 2.8. DNSViz: UPWARD_REFERRAL. Zonemaster:
    /// UPWARD_REFERRAL.
    "referral-upward", Transport, Warning,
    rfc: ["RFC 1034 section 4.3.2"],
    explained_by: ["delegation-lame"],
    summary: "A server refers upward.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let to = upward(&zone.apex, message)?;
        Some(Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: format!("to {to}"),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{servers} of {} refer upward, {what}", zone.apex),
            format!(
                "load {} on that server, or take it out of the NS records",
                zone.apex
            ),
        )
    })
}

/// The zone above this one that an answer without data refers to.
fn upward<'m>(apex: &Name, message: &'m Message) -> Option<&'m Name> {
    let has_soa = message
        .authority
        .iter()
        .any(|record| record.rtype == RecordType::SOA);
    if has_soa || !message.answer.is_empty() {
        return None;
    }
    let mut referral = message
        .authority
        .iter()
        .filter(|record| record.rtype == RecordType::NS);
    let record = referral.find(|record| apex.is_below(&record.owner))?;
    Some(&record.owner)
}
