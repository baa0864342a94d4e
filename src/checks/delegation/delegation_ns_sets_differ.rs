//! NS names that only the parent or only the child has.

use super::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::evidence::probes;
use crate::evidence::topology::Zone;
use crate::validate::JudgedZone;

declare! {
    /// # delegation-ns-sets-differ
    ///
    /// The NS RRset of the delegation at the parent and the one in the zone name different servers.
    ///
    /// ## Why it matters
    ///
    /// Resolvers begin with the parent's list and may go on with the child's. A server that only one of
    /// them names gets questions from some resolvers and not from others, so that a fault there shows
    /// here and there. Most often a change was made on one side and forgotten on the other.
    ///
    /// ## What resolvers do
    ///
    /// Some use the parent's list only, some prefer the child's once they have it. Nothing fails as long
    /// as every server named on either side serves the zone.
    ///
    /// ## How to put it right
    ///
    /// Make both sides equal: the NS RRset in the zone file, and the list of name servers at the
    /// registrar. To compare:
    ///
    /// - `dig +norecurse @ns1.parent.example example.com NS` (authority section)
    /// - `dig +norecurse @ns1.example.com example.com NS` (answer section)
    ///
    /// Where the registry reads CSYNC records, publishing one lets it copy the child's list.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.2; RFC 7477. DNSViz: NS_NAME_NOT_IN_CHILD, NS_NAME_NOT_IN_PARENT.
    /// Zonemaster: EXTRA_NAME_CHILD, EXTRA_NAME_PARENT.
    "delegation-ns-sets-differ", Delegation, Warning,
    rfc: ["RFC 1034 section 4.2.2"],
    explained_by: ["ns-set-inconsistent"],
    summary: "Parent and child name different name servers.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones
        .filter_map(|(judged, zone)| state(context, judged, zone))
        .collect()
}

fn state(context: &Context<'_>, judged: &JudgedZone, zone: &Zone) -> Option<Statement> {
    // The root has hints in place of a delegation; a parent on the same servers shows none.
    zone.parent.as_ref()?;
    if zone.parent_ns.is_empty() || zone.child_ns.is_empty() {
        return None;
    }
    let only = |one: &std::collections::BTreeSet<_>, other: &std::collections::BTreeSet<_>| {
        let names = one.difference(other);
        names.map(crate::dns::Name::to_string).collect::<Vec<_>>()
    };
    let at_parent = only(&zone.parent_ns, &zone.child_ns);
    let at_child = only(&zone.child_ns, &zone.parent_ns);
    let parts: Vec<_> = [
        (at_parent, "only at the parent"),
        (at_child, "only in the zone"),
    ]
    .into_iter()
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, place)| format!("{place} {}", list(&names)))
    .collect();
    if parts.is_empty() {
        return None;
    }
    let own: Vec<_> = zone
        .child_ns
        .iter()
        .map(|name| format!("{} IN NS {name}", zone.apex))
        .collect();
    let question = probes::question(&zone.apex, RecordType::NS);
    let replies = context.view.servers_asked(&question);
    let shown = replies.filter_map(|server| Some(context.view.reply(server, &question)?.id));
    Some(
        Statement::new(
            &judged.apex,
            format!(
                "the NS RRsets of {} differ: {}",
                zone.apex,
                parts.join("; ")
            ),
        )
        .about("rrtype", "NS")
        .fix(format!(
            "make both sides equal; if the zone is right, the parent needs:\n{}",
            own.join("\n")
        ))
        .shown_by(shown),
    )
}
