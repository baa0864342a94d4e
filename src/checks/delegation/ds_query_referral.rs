//! A parent server that answers a question for DS with a referral.

use super::at;
use crate::checks::{Context, Statement};
use crate::dns::{Message, Name, Rcode, RecordType};
use crate::evidence::probes;
use crate::evidence::view::records;
use crate::validate::{JudgedZone, Status};

declare! {
    /// # ds-query-referral
    ///
    /// A server of the parent zone answers a question for DS with a referral: to the child, or to the parent
    /// itself, which it serves.
    ///
    /// ## Why it matters
    ///
    /// DS is the one type that belongs to the parent side of a zone cut. A server that refers the
    /// question on does not know that: it is too old for DNSSEC, or a proxy treats DS like other types.
    /// The child's servers then deny the DS in good faith, and resolvers run in a circle or find no
    /// proof. A server that has child, parent and grandparent may look for the parent side of the cut too
    /// far up, and answer as the grandparent: NSD 4.6 does.
    ///
    /// ## What resolvers do
    ///
    /// They try other servers of the parent. If all refer, they take what stands beside the referral, or
    /// answer SERVFAIL.
    ///
    /// ## How to put it right
    ///
    /// For the operator of the parent zone: serve it from software that knows DS (every current BIND,
    /// NSD, Knot and PowerDNS does; the child and the grandparent on other servers than the parent where NSD
    /// has all three) and look for a proxy or load balancer before it. To see it:
    ///
    /// - `dig +norecurse @ns1.parent.example child.parent.example DS +dnssec`: the answer must have AA
    ///   set, and the DS in the answer section or the parent's SOA in the authority section
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.4 and 3.1.4.1. DNSViz: REFERRAL_FOR_DS_QUERY.
    "ds-query-referral", Delegation, Error,
    rfc: ["RFC 4035 section 3.1.4.1"],
    explained_by: [],
    summary: "A parent server answers a question for DS with a referral.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let parent = context.chain.zone(zone.parent.as_ref()?)?;
    // What an unsigned parent does with DS hurts nobody.
    if parent.status != Status::Secure {
        return None;
    }
    let known = context.topology.zones.get(&parent.apex)?;
    let question = probes::question(&zone.apex, RecordType::DS);
    let replies = known
        .servers
        .keys()
        .filter_map(|server| context.view.reply(*server, &question));
    let referring: Vec<_> = replies
        .filter(|reply| is_referral(reply.message, &zone.apex))
        .collect();
    if referring.is_empty() {
        return None;
    }
    let servers = referring.iter().map(|reply| reply.server).collect();
    let message = format!(
        "{} answers the question for the DS of {} with a referral{}",
        parent.apex,
        zone.apex,
        at(context, &parent.apex, &servers)
    );
    Some(
        Statement::new(&parent.apex, message)
            .reach(context.reach(&parent.apex, &servers))
            .about("owner", &zone.apex)
            .about("rrtype", "DS")
            .about("nameserver", context.servers(&parent.apex, &servers))
            .fix(format!(
                "for the operator of {}: serve the zone from software that answers DS itself",
                parent.apex
            ))
            .shown_by(referring.iter().map(|reply| reply.id)),
    )
}

fn is_referral(message: &Message, child: &Name) -> bool {
    let has = |rtype| {
        let mut all = message.authority.iter();
        all.any(|record| record.rtype == rtype)
    };
    message.rcode() == Rcode::NOERROR
        && !message.is_authoritative()
        && message.answer.is_empty()
        && std::iter::successors(Some(child.clone()), Name::parent).any(|zone| {
            records(&message.authority, &zone, RecordType::NS)
                .next()
                .is_some()
        })
        && !has(RecordType::SOA)
}
