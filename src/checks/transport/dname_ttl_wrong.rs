//! CNAMEs beside a DNAME with another TTL.

use super::{Odd, asked, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::{Message, RecordType};

declare! {
    /// # dname-ttl-wrong
    ///
    /// The CNAME that a server makes of a DNAME has the TTL 0, or another one than the DNAME.
    ///
    /// ## Why it matters
    ///
    /// It must be kept as long as the DNAME, no longer and no shorter. With 0 each question comes again; with
    /// a greater one caches follow it when the DNAME is gone.
    ///
    /// ## What resolvers do
    ///
    /// Those that validate make their own CNAME of the signed DNAME; all others keep what they are given.
    ///
    /// ## How to put it right
    ///
    /// Update the server: those from before 2012 send 0. `dig @ADDRESS www.example.com A +norecurse` shows
    /// both TTLs.
    ///
    /// ## References
    ///
    /// RFC 6672, section 3.1. DNSViz: DNAME_TTL_ZERO, DNAME_TTL_MISMATCH.
    "dname-ttl-wrong", Transport, Notice,
    rfc: ["RFC 6672 section 3.1"],
    explained_by: ["dname-target-mismatch"],
    summary: "The CNAME beside a DNAME has another TTL.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let (dname, cname) = different(message)?;
        Some(Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: format!(
                "{} ({cname} s, the DNAME {dname} s)",
                asked(heard.exchange.question())
            ),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "the CNAME beside a DNAME has another TTL in the answer to {what} from {servers} of {}",
                zone.apex
            ),
            "update the server: the CNAME has the TTL of the DNAME".to_owned(),
        )
    })
}

/// The TTLs of a DNAME and of a CNAME below it, when they differ.
fn different(message: &Message) -> Option<(u32, u32)> {
    let of = |rtype: RecordType| message.answer.iter().filter(move |r| r.rtype == rtype);
    of(RecordType::DNAME).find_map(|dname| {
        let mut below = of(RecordType::CNAME).filter(|cname| cname.owner.is_below(&dname.owner));
        let wrong = below.find(|cname| cname.ttl != dname.ttl)?;
        Some((dname.ttl, wrong.ttl))
    })
}
