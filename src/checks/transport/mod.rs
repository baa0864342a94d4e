//! How messages travel: servers that do not answer, or whose answers are odd.
//!
//! These checks read single replies ([`Context::heard`]); [`state_odd`] makes one statement of all odd
//! replies of a zone. What is common to replies of a zone's servers is compared there.

pub mod anycast_instance_differs;
pub mod axfr_open;
pub mod cname_loop;
pub mod cname_with_other_data;
pub mod cookie_bad_accepted;
pub mod cookie_incomplete;
pub mod cookie_invalid;
pub mod cookie_unsolicited;
pub mod dname_no_cname;
pub mod dname_target_mismatch;
pub mod dname_ttl_wrong;
pub mod dnssec_downgrade_do;
pub mod dnssec_downgrade_edns;
pub mod dnssec_records_unobtainable;
pub mod edns_flags_mishandled;
pub mod edns_intolerant;
pub mod edns_opt_missing_or_gratuitous;
pub mod edns_options_mishandled;
pub mod edns_version_mishandled;
pub mod family_verdict_differs;
pub mod pmtu_exceeded;
pub mod probe_clock_unreliable;
pub mod qname_case_not_preserved;
pub mod query_flag_intolerant;
pub mod recursion_offered;
pub mod referral_authoritative;
pub mod referral_upward;
pub mod response_foreign_class;
pub mod response_not_authoritative;
pub mod response_source_differs;
pub mod server_invalid_response;
pub mod server_unreachable;
pub mod server_without_dnssec;
pub mod tcp_fallback_broken;
pub mod udp_response_oversized;
pub mod unknown_qtype_dropped;

mod tried;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::statement::list;
use super::{Context, Statement};
use crate::dns::message::Question;
use crate::dns::{Message, Rcode};
use crate::evidence::Outcome;
use crate::evidence::view::{ExchangeId, Heard};
use crate::policy::Reach;
use crate::validate::JudgedZone;

/// Something odd about one exchange.
#[derive(Debug, Clone)]
pub struct Odd<'a> {
    /// The zone whose server it is.
    pub zone: &'a JudgedZone,
    /// The server.
    pub server: SocketAddr,
    /// The exchange.
    pub id: ExchangeId,
    /// What is odd, in a few words; the same words are said once.
    pub what: String,
}

/// "example. SOA".
pub fn asked(question: &Question) -> String {
    format!("{} {}", question.name, question.rtype)
}

/// Every reply to the question asked that is neither an error nor cut off, with its zone.
pub fn replies<'a>(
    context: &Context<'a>,
) -> impl Iterator<Item = (&'a JudgedZone, ExchangeId, &'a Heard, &'a Message)> + use<'a> {
    context.heard().filter_map(|(zone, id, heard)| {
        let message = heard.usable()?;
        let is_answer = matches!(message.rcode(), Rcode::NOERROR | Rcode::NXDOMAIN);
        (is_answer && !message.is_truncated()).then_some((zone, id, heard, message))
    })
}

/// One statement for each zone that has something odd. `words` gets what is odd, and the servers in
/// words, and gives the sentence and the fix.
pub fn state_odd<'a>(
    context: &Context<'a>,
    odd: impl IntoIterator<Item = Odd<'a>>,
    words: impl Fn(&JudgedZone, &str, &str) -> (String, String),
) -> Vec<Statement> {
    let mut by_zone: Vec<(&JudgedZone, Vec<Odd<'a>>)> = Vec::new();
    for odd in odd {
        let known = by_zone
            .iter_mut()
            .find(|(zone, _)| zone.apex == odd.zone.apex);
        match known {
            Some((_, group)) => group.push(odd),
            None => by_zone.push((odd.zone, vec![odd])),
        }
    }
    by_zone
        .into_iter()
        .map(|(zone, group)| {
            let servers: BTreeSet<_> = group.iter().map(|odd| odd.server).collect();
            let what: BTreeSet<_> = group.iter().map(|odd| odd.what.as_str()).collect();
            let what = list(what);
            let reach = reach(context, zone, &servers);
            let (message, fix) = words(zone, &what, &context.servers(&zone.apex, &servers));
            Statement::new(&zone.apex, message)
                .reach(reach)
                .fact("what", &what)
                .fix(fix)
                .shown_by(group.iter().map(|odd| odd.id))
                .about("nameserver", names(context, zone, &servers))
        })
        .collect()
}

/// "ns1.example. 192.0.2.1, ns2.example. 192.0.2.2".
pub fn names(context: &Context<'_>, zone: &JudgedZone, servers: &BTreeSet<SocketAddr>) -> String {
    let names: Vec<_> = servers
        .iter()
        .map(|server| context.server(&zone.apex, *server))
        .collect();
    names.join(", ")
}

/// Everywhere, when no other server of the zone was asked or answers.
pub fn reach(context: &Context<'_>, zone: &JudgedZone, servers: &BTreeSet<SocketAddr>) -> Reach {
    context.reach(&zone.apex, servers)
}

/// How an exchange without a response ended, in words.
pub fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Response(octets) => format!("{} octets that are no DNS message", octets.len()),
        Outcome::Timeout => "timeout".to_owned(),
        Outcome::Unreachable(why) => why.clone(),
        Outcome::Misdirected(source) => format!("an answer from {source}"),
        Outcome::Closed => "connection closed".to_owned(),
    }
}
