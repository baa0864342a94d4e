//! Answers that only arrive when they are small.

use super::tried::{Tried, tried};
use super::{asked, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;

declare! {
    /// # pmtu-exceeded
    ///
    /// A question was never answered over UDP, and is answered, cut short, as soon as a payload of 512 octets
    /// is advertised. Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Something on the way drops large datagrams or fragments: a tunnel with a small MTU, or a firewall.
    /// Resolvers wait for a time-out each time before they ask for less or over TCP, and some never do.
    ///
    /// ## What resolvers do
    ///
    /// After one or two time-outs they advertise 512 octets or turn to TCP. Names resolve slowly, or not at
    /// all.
    ///
    /// ## How to put it right
    ///
    /// Let answers of 1232 octets through: correct the MTU of tunnels, let ICMP "packet too big" pass, let
    /// fragments pass. Or have the server send less at a time, so that clients turn to TCP at once:
    ///
    /// - BIND: `max-udp-size 1232;`
    /// - NSD: `ipv4-edns-size: 1232` and `ipv6-edns-size: 1232`
    /// - Knot: `udp-max-payload: 1232`
    ///
    /// `dig @ADDRESS example.com DNSKEY +dnssec +norecurse +ignore +bufsize=1232` shows what gets through.
    ///
    /// ## References
    ///
    /// RFC 6891, sections 6.2.5 and 6.2.6; RFC 9715, section 3. DNSViz: PMTU_EXCEEDED.
    "pmtu-exceeded", Transport, Warning,
    rfc: ["RFC 6891 section 6.2.5"],
    explained_by: [],
    summary: "An answer arrives only with a smaller EDNS buffer.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::SmallPayload);
    let cut = tried.iter().filter(|one| is_cut(one));
    let odd = cut.map(|one| one.odd(asked(one.heard.exchange.question())));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("the answer to {what} from {servers} of {} arrives only in pieces of 512 octets", zone.apex),
            "let datagrams of 1232 octets and more through, or have the server send at most that (BIND: `max-udp-size 1232;`)".to_owned(),
        )
    })
}

/// Whether there is more than fits. What is short enough either way was lost by accident.
fn is_cut(one: &Tried<'_>) -> bool {
    one.message().is_some_and(crate::dns::Message::is_truncated)
}
