//! Records of another class.

use super::{Odd, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::{RecordType, Section};

declare! {
    /// # response-foreign-class
    ///
    /// A response to a question in class IN holds records of another class.
    ///
    /// ## Why it matters
    ///
    /// Data of different classes is as separate as if it stood in different trees; a response that mixes
    /// them is malformed, and a sign of a server or proxy that builds messages by hand.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the records, or drop the whole response and ask another server.
    ///
    /// ## How to put it right
    ///
    /// See what is sent: `dig @ADDRESS example.com SOA +norecurse`. Correct the class in the zone data
    /// (`IN`), or the program that makes the response.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2; RFC 1035, section 3.2.4. DNSViz: FOREIGN_CLASS_DATA_ANSWER and its
    /// like.
    "response-foreign-class", Transport, Warning,
    rfc: ["RFC 1034 section 4.2"],
    explained_by: [],
    summary: "A response holds records of another class than the question.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let class = heard.exchange.question().class;
        let sections = [Section::Answer, Section::Authority, Section::Additional];
        let mut records = sections
            .iter()
            .flat_map(|section| message.section(*section));
        // The class of OPT is a size, those of TSIG and TKEY have meanings of their own.
        let has_class = |rtype: RecordType| !rtype.is_meta();
        let record = records.find(|record| record.class != class && has_class(record.rtype))?;
        Some(Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: format!(
                "{} of {} in class {}",
                record.rtype, record.owner, record.class
            ),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "records of another class in responses about {} from {servers}: {what}",
                zone.apex
            ),
            format!(
                "correct the class of the records of {}, or the program that makes the response",
                zone.apex
            ),
        )
    })
}
