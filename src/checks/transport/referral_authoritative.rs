//! Referrals with the flag of an authoritative answer.

use super::{Odd, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::{Message, Name, RecordType};

declare! {
    /// # referral-authoritative
    ///
    /// A server refers to the name servers of a zone below its own and sets AA, as if the delegation were its
    /// own data.
    ///
    /// ## Why it matters
    ///
    /// AA says that the server answers for the name. The NS records of a delegation belong to the child; only
    /// the child is authoritative for them. Resolvers that rank data by where it comes from then prefer the
    /// copy of the parent over that of the child, which may be newer.
    ///
    /// ## What resolvers do
    ///
    /// They follow the referral as any other. Some take it for an answer without data and hand out that the
    /// name does not exist.
    ///
    /// ## How to put it right
    ///
    /// Update the server, or whatever stands in front of it. `dig @ADDRESS www.example.com A +norecurse` must
    /// show a referral without `aa` among the flags.
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.1.1; RFC 2181, section 5.4.1. DNSViz: AUTHORITATIVE_REFERRAL.
    "referral-authoritative", Transport, Warning,
    rfc: ["RFC 1035 section 4.1.1"],
    explained_by: [],
    summary: "A referral has the AA flag.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let cut = delegation(&zone.apex, message)?;
        Some(Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: cut.to_string(),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{servers} of {} set AA in referrals to {what}", zone.apex),
            "update the server, or what stands in front of it: a referral has no AA".to_owned(),
        )
    })
}

/// The zone below that an authoritative message without data refers to.
fn delegation<'m>(apex: &Name, message: &'m Message) -> Option<&'m Name> {
    let mut authority = message.authority.iter();
    let has_soa = authority.any(|record| record.rtype == RecordType::SOA);
    if !message.is_authoritative() || has_soa || !message.answer.is_empty() {
        return None;
    }
    let mut authority = message.authority.iter();
    let is_below = |owner: &Name| owner.is_below(apex);
    let ns = authority.find(|record| record.rtype == RecordType::NS && is_below(&record.owner))?;
    Some(&ns.owner)
}
