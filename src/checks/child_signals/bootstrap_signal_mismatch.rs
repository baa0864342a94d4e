//! Signals that say something else than the zone.

use super::bootstrap::{self, is_given};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # bootstrap-signal-mismatch
    ///
    /// A signal for a zone that asks for its first DS (`_dsboot.<zone>._signal.<NS name>`) has other CDS or CDNSKEY records
    /// than the apex of the zone.
    ///
    /// ## Why it matters
    ///
    /// The parent compares what every signal says with what the zone says, type by type, and stops at the first difference.
    /// After a change of keys a signal that was copied by hand is out of date; one that was never right may be that
    /// of another zone. The zone stays without DS.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: without a DS the zone is insecure.
    ///
    /// ## How to put it right
    ///
    /// Copy CDS and CDNSKEY from the apex to every signal, both types or the same one of them, and let all servers have the new
    /// version: `dig @SERVER example.com CDS` and `dig _dsboot.example.com._signal.ns1.example.net CDS` must give the
    /// same.
    ///
    /// - BIND and NSD: change the zone of the name server and sign it; `rndc sign example.net`
    /// - Knot and PowerDNS make them out of the zone that they are about when the zone of signals is set up for it
    ///   (`mod-authsignal`; from PowerDNS 5.0 on `pdnsutil set-signaling-zone _signal.ns1.example.net`)
    ///
    /// Or bring the DS to the registrar: `anchorwatch ds example.com`.
    ///
    /// ## References
    ///
    /// RFC 9615, section 4.2. Neither DNSViz nor Zonemaster looks for it.
    "bootstrap-signal-mismatch", ChildSignals, Error,
    rfc: ["RFC 9615 section 4.2"],
    explained_by: [],
    summary: "A signal for a zone without DS is not what the zone has at its apex.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = bootstrap::by_zone(context).into_iter();
    let states = zones.filter_map(|(apex, mut signals)| {
        let (cds, cdnskey, evidence) = bootstrap::at_apex(context, apex);
        signals.retain(|signal| {
            is_given(signal) && (signal.cds != cds || signal.cdnskey != cdnskey)
        });
        if signals.is_empty() {
            return None;
        }
        let names = signals.iter().map(|signal| &signal.name);
        let message = format!(
            "CDS and CDNSKEY at {} are not those at the apex {apex}",
            list(names)
        );
        let statement = bootstrap::state(apex, &signals, message).shown_by(evidence);
        Some(statement.fix(format!(
            "copy CDS and CDNSKEY of {apex} to its signals, or bring the DS to the registrar: `anchorwatch ds {apex}`"
        )))
    });
    states.collect()
}
