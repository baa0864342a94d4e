//! DNAME without the CNAME it gives.

use super::{Odd, asked, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::message::Question;
use crate::dns::{Message, Rcode, RecordType};

declare! {
    /// # dname-no-cname
    ///
    /// An answer holds a DNAME above the name that was asked for, and no CNAME at that name.
    ///
    /// ## Why it matters
    ///
    /// Resolvers that do not know DNAME, and those that rely on the server's work, need the CNAME that
    /// the DNAME gives for the name in question. Without it they end with an answer that leads nowhere.
    ///
    /// ## What resolvers do
    ///
    /// Validating resolvers make the CNAME themselves. Others may answer NODATA or SERVFAIL.
    ///
    /// ## How to put it right
    ///
    /// The server must add the CNAME to each answer from a DNAME; all servers in use do. Look for a proxy
    /// that removes it, as a CNAME without a signature, or a server of one's own. `dig @ADDRESS
    /// www.example.com A +norecurse` must show DNAME and CNAME.
    ///
    /// ## References
    ///
    /// RFC 6672, section 3.1. DNSViz: DNAME_NO_CNAME.
    "dname-no-cname", Transport, Error,
    rfc: ["RFC 6672 section 3.1"],
    explained_by: [],
    summary: "A DNAME comes without the CNAME it gives.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let question = heard.exchange.question();
        is_bare(question, message).then(|| Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: asked(question),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "DNAME without CNAME in the answer to {what} from {servers} of {}",
                zone.apex
            ),
            "have the server add the CNAME that the DNAME gives".to_owned(),
        )
    })
}

fn is_bare(question: &Question, message: &Message) -> bool {
    let mut answer = message.answer.iter();
    let has_dname = answer
        .any(|record| record.rtype == RecordType::DNAME && question.name.is_below(&record.owner));
    let mut answer = message.answer.iter();
    let has_name = answer.any(|record| record.owner == question.name);
    has_dname && !has_name && message.rcode() == Rcode::NOERROR
}
