//! Authoritative servers that resolve for everybody.

use super::state_odd;
use super::tried::tried;
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;
use crate::dns::{Message, RecordType};

declare! {
    /// # recursion-offered
    ///
    /// A name server of the zone answers a question about the root that it is not authoritative for, with RA
    /// set: it resolves for whoever asks. Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// An open resolver is abused to flood others, and its cache can be filled by strangers. On a name server
    /// of a zone that cache is mixed with the answers of the zone, so a stranger may come to decide what the
    /// zone is said to hold.
    ///
    /// ## What resolvers do
    ///
    /// They ask without RD and notice nothing.
    ///
    /// ## How to put it right
    ///
    /// Resolve on other addresses than those in the NS records, or for one's own clients alone:
    ///
    /// - BIND: `recursion no;` and `allow-query-cache { none; };`, or `allow-recursion` with one's own
    ///   networks
    /// - Unbound in front: `access-control` with one's own networks
    ///
    /// NSD, Knot DNS and PowerDNS Authoritative never resolve. `dig @ADDRESS . SOA +recurse` must be answered
    /// REFUSED.
    ///
    /// ## References
    ///
    /// RFC 5358, section 4; BCP 140. Zonemaster: IS_A_RECURSOR.
    "recursion-offered", Transport, Warning,
    rfc: ["RFC 5358 section 4"],
    explained_by: [],
    summary: "An authoritative server resolves for everybody.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::RecursionDesired);
    let open = tried
        .iter()
        .filter(|one| one.message().is_some_and(is_recursive));
    let odd = open.map(|one| one.odd("the SOA record of the root"));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{servers} of {} resolve for strangers, who were given {what}", zone.apex),
            "turn recursion off on that address (BIND: `recursion no;`), or allow it to one's own networks alone".to_owned(),
        )
    })
}

/// Whether a message holds the SOA record of the root out of a cache.
fn is_recursive(message: &Message) -> bool {
    let mut answer = message.answer.iter();
    message.is_recursion_available()
        && !message.is_authoritative()
        && answer.any(|record| record.rtype == RecordType::SOA && record.owner.is_root())
}
