//! Zones that everybody may have whole.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;
use crate::dns::{Rcode, RecordType};

declare! {
    /// # axfr-open
    ///
    /// A server begins to send the whole zone (AXFR) to this program, a stranger. Only a thorough look asks
    /// for it (`audit NAME --thorough`). It takes the first message and closes the connection.
    ///
    /// ## Why it matters
    ///
    /// For some zones that is wanted. For most it gives away every name, also those that NSEC3 was meant to
    /// hide, and lets strangers make the server work.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not ask.
    ///
    /// ## How to put it right
    ///
    /// Allow transfers to one's own secondaries alone, by key rather than by address:
    ///
    /// - BIND: `allow-transfer { key transfer.example.com; };`
    /// - NSD: `provide-xfr: 192.0.2.2 transfer.example.com`, and no other
    /// - Knot: an `acl` with `action: transfer`, `key` and `address`
    /// - PowerDNS: `allow-axfr-ips=192.0.2.2`, or `disable-axfr=yes`
    ///
    /// `dig @ADDRESS example.com AXFR` must end with `Transfer failed.` If it is meant so, give the code
    /// another weight for this zone. `anchorwatch zone --axfr ADDRESS example.com` then verifies all of it.
    ///
    /// ## References
    ///
    /// RFC 5936, section 5. Zonemaster: AXFR_AVAILABLE.
    "axfr-open", Transport, Notice,
    rfc: ["RFC 5936 section 5"],
    explained_by: [],
    summary: "The zone is transferred to everybody.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::Transfer);
    let odd = tried.iter().filter(|one| is_given(one));
    let odd = odd.map(|one| one.odd("AXFR"));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} give the whole zone to strangers ({what})",
                zone.apex
            ),
            "allow transfers to one's own secondaries alone, by key".to_owned(),
        )
    })
}

/// Whether the message is the beginning of a transfer: it starts with the SOA record (RFC 5936, section 2.2).
fn is_given(one: &Tried<'_>) -> bool {
    one.message().is_some_and(|message| {
        let first = message.answer.first();
        message.rcode() == Rcode::NOERROR
            && first.is_some_and(|r| r.rtype == RecordType::SOA && r.owner == one.zone.apex)
    })
}
