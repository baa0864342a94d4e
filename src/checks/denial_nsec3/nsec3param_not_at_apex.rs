//! NSEC3PARAM that stands elsewhere than at the apex.

use std::collections::BTreeSet;

use crate::checks::statement::list;
use crate::checks::transport::{Odd, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::RecordType;

declare! {
    /// # nsec3param-not-at-apex
    ///
    /// A server that is asked for the NSEC3PARAM of the apex answers with that of another name.
    ///
    /// ## Why it matters
    ///
    /// NSEC3PARAM belongs to the apex, and counts nowhere else. The answer is none to what was asked, and
    /// it has no proof that there is none. A server that gets the zone by transfer and finds the record at
    /// another name does not find the NSEC3 chain.
    ///
    /// ## What resolvers do
    ///
    /// Nothing, since they never ask for it. A resolver whose client asks for it finds no answer: SERVFAIL
    /// in a signed zone, with extended error 12 (NSEC Missing).
    ///
    /// ## How to put it right
    ///
    /// Look at the origin with which the file was loaded (a name without its final dot), and let the
    /// signer write the record:
    ///
    /// - BIND: `rndc signing -nsec3param 1 0 0 - example.com`, or with a `dnssec-policy`
    ///   `nsec3param` in it, `rndc reconfig` and `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 -o example.com example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 5155, section 4. Zonemaster: DS10_NSEC3PARAM_MISMATCHES_APEX.
    "nsec3param-not-at-apex", DenialNsec3, Error,
    rfc: ["RFC 5155 section 4"],
    explained_by: [],
    summary: "NSEC3PARAM of another name is given for that of the apex.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let question = heard.exchange.question();
        if question.rtype != RecordType::NSEC3PARAM || question.name != zone.apex {
            return None;
        }
        let answer = message.answer.iter();
        let owners: BTreeSet<_> = answer
            .filter(|record| record.rtype == RecordType::NSEC3PARAM && record.owner != zone.apex)
            .map(|record| &record.owner)
            .collect();
        (!owners.is_empty()).then(|| Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: list(owners),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        let apex = &zone.apex;
        (
            format!("asked for NSEC3PARAM of {apex}, {servers} answers with that of {what}"),
            format!(
                "let the signer write NSEC3PARAM at {apex}: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
            ),
        )
    })
}
