//! The proof of an unsigned delegation comes from the child.

use std::collections::BTreeSet;

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::dns::{Message, Name, Nsec, Nsec3, Record, RecordType, TypeBitmap};
use crate::evidence::probes;
use crate::evidence::view::records;
use crate::validate::{DenialFault, JudgedZone, Status};

const FIX: &str = "have the servers of ZONE answer questions for DS from ZONE, not from the child";

declare! {
    /// # denial-referral-with-soa
    ///
    /// The NSEC or NSEC3 that should show that a delegation has no DS lists SOA: it is that of the
    /// child's own apex.
    ///
    /// ## Why it matters
    ///
    /// The child's apex never lists DS, so its record proves nothing about the delegation; an attacker
    /// could use it to make a signed zone look unsigned. Validating resolvers refuse it, and with it the
    /// child.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for the names of the child, with extended error 6 (DNSSEC Bogus), unless another parent
    /// server answers rightly.
    ///
    /// ## How to put it right
    ///
    /// A server that holds parent and child answers a question for DS from the child; DS belongs to the
    /// parent. All servers in use know that; a proxy or a server of one's own may not. Serve the two
    /// zones from different servers, or update it. `dig @SERVER example.com DS +dnssec +norecurse` must
    /// give an SOA of the parent in its authority section.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.4.1 and 5.2; RFC 6840, section 4.4; RFC 5155, section 8.9. DNSViz:
    /// REFERRAL_WITH_SOA.
    "denial-referral-with-soa", Denial, Bogus,
    rfc: ["RFC 6840 section 4.4", "RFC 5155 section 8.9"],
    explained_by: [],
    summary: "The proof of an unsigned delegation has SOA in its bitmap.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut statements = state_failed(
        context,
        |failed| failed.fault == DenialFault::ReferralWithSoa,
        |group| words(&group.names()),
        FIX,
    );
    let zones = context.chain.zones.iter();
    statements.extend(zones.filter_map(|zone| from_child(context, zone)));
    statements
}

fn words(names: &str) -> String {
    format!("the record that should show that {names} has no DS lists SOA: it is the child's own")
}

/// What servers of the parent take out of the child, in answer to the question for its DS. The child signed
/// it, so that it is no proof of the parent's, not even one that fails.
fn from_child(context: &Context<'_>, child: &JudgedZone) -> Option<Statement> {
    let parent = context.chain.zone(child.parent.as_ref()?)?;
    if parent.status != Status::Secure {
        return None;
    }
    let known = context.topology.zones.get(&parent.apex)?;
    let question = probes::question(&child.apex, RecordType::DS);
    let replies = known.servers.keys();
    let wrong: Vec<_> = replies
        .filter_map(|server| context.view.reply(*server, &question))
        .filter(|reply| is_of_child(reply.message, &child.apex))
        .collect();
    let servers: BTreeSet<_> = wrong.iter().map(|reply| reply.server).collect();
    let first = wrong.first()?;
    let reach = context.reach(&parent.apex, &servers);
    let at = context.at(&parent.apex, &servers, reach);
    let message = words(&child.apex.to_string());
    Some(
        Statement::new(&parent.apex, format!("{message}{at}"))
            .reach(reach)
            .about("owner", &child.apex)
            .about("rrtype", RecordType::DS)
            .fact("asked", format!("{} DS", child.apex))
            .fact("rcode", first.message.rcode())
            .fix(FIX.replace("ZONE", &parent.apex.to_string()))
            .shown_by(wrong.iter().map(|reply| reply.id))
            .at_servers(context, &servers),
    )
}

/// Whether a response holds no DS, and denies it by a record of the child's apex.
fn is_of_child(message: &Message, child: &Name) -> bool {
    let has_ds = records(&message.answer, child, RecordType::DS).next();
    let is_apex = |record: &Record| lists(record, child).contains(RecordType::SOA);
    has_ds.is_none() && message.authority.iter().any(is_apex)
}

/// The types listed by an NSEC at the child's apex, or by an NSEC3 of the child.
fn lists(record: &Record, child: &Name) -> TypeBitmap {
    let types = match record.rtype {
        RecordType::NSEC if record.owner == *child => {
            Nsec::parse(&record.rdata).ok().map(|nsec| nsec.types)
        }
        RecordType::NSEC3 if record.owner.parent().as_ref() == Some(child) => {
            Nsec3::parse(&record.rdata).ok().map(|nsec3| nsec3.types)
        }
        _ => None,
    };
    types.unwrap_or_else(|| TypeBitmap::from_types([]))
}
