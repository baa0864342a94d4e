//! Answers that do not fit a datagram.

use super::{Odd, asked, state_odd};
use crate::checks::{Context, Statement};
use crate::evidence::Outcome;

/// In octets (RFC 9715, section 3, and DNS Flag Day 2020).
const LIMIT: usize = 1_232;

declare! {
    /// # udp-response-oversized
    ///
    /// An answer is longer than 1232 octets, so that it takes TCP, or was sent over UDP all the same.
    ///
    /// ## Why it matters
    ///
    /// 1232 octets pass every path without being cut into fragments, which get lost and can be forged. A
    /// longer answer costs every resolver a second question over TCP; sent over UDP it does not arrive
    /// everywhere. Where TCP does not work, the answer cannot be had.
    ///
    /// ## What resolvers do
    ///
    /// They ask again over TCP. Those behind a path that drops fragments time out first, when the answer
    /// comes over UDP.
    ///
    /// ## How to put it right
    ///
    /// - fewer keys: remove those that are no longer used, and use one algorithm
    /// - ECDSAP256SHA256 in the place of RSA: 64 octets a signature instead of 256
    /// - a limit for UDP: `max-udp-size 1232;` in BIND, `udp-max-payload: 1232` in Knot, `ipv4-edns-size:
    ///   1232` and `ipv6-edns-size: 1232` in NSD, `udp-truncation-threshold=1232` in PowerDNS
    ///
    /// ## References
    ///
    /// RFC 9715, section 3; RFC 6891, section 6.2.5. Zonemaster: REFERRAL_SIZE_TOO_LARGE.
    "udp-response-oversized", Transport, Notice,
    rfc: ["RFC 9715 section 3"],
    explained_by: [
        "tcp-fallback-broken",
        "dnskey-keytag-collision",
        "rrsig-invalid",
        "dnskey-unused",
    ],
    summary: "An answer is longer than 1232 octets.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = context.heard().filter_map(|(zone, id, heard)| {
        let Outcome::Response(octets) = &heard.exchange.outcome else {
            return None;
        };
        let is_told = octets.len() > LIMIT && context.is_target(&zone.apex);
        is_told.then(|| Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: format!(
                "{} with {} octets over {}",
                asked(heard.exchange.question()),
                octets.len(),
                heard.exchange.transport
            ),
        })
    });
    state_odd(context, odd, |zone, what, _| {
        (
            format!(
                "answers about {} are longer than {LIMIT} octets: {what}",
                zone.apex
            ),
            format!(
                "use fewer or smaller keys for {}, and limit answers over UDP to {LIMIT} octets",
                zone.apex
            ),
        )
    })
}
