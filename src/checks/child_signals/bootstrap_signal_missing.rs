//! Name servers whose operator says nothing of a zone that asks for a DS.

use super::bootstrap::{self, is_given};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # bootstrap-signal-missing
    ///
    /// A signed zone without DS has CDS or CDNSKEY at its apex, and below one or more of its NS names there is no
    /// signal for it: neither CDS nor CDNSKEY at `_dsboot.<zone>._signal.<NS name>`.
    ///
    /// ## Why it matters
    ///
    /// The zone asks for its first DS, and its parent has no way to believe it, since no chain of trust leads there
    /// yet. By RFC 9615 the operator of the name servers says the same in a zone of theirs that is secure. Parents that
    /// take up zones in this way want it below every NS name outside the zone; where one is missing, nothing happens.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: without a DS the zone is insecure.
    ///
    /// ## How to put it right
    ///
    /// Either bring the DS to the registrar (`anchorwatch ds example.com` prints it), or publish the signal below every NS
    /// name; it is a copy of the zone's CDS and CDNSKEY:
    ///
    /// - `_dsboot.example.com._signal.ns1.example.net. CDS 12345 13 2 …`, and the same for CDNSKEY, in the zone of the
    ///   name server, which has to be signed and secure
    /// - BIND and NSD: add the records to the zone of the name server and sign it; `rndc sign example.net`
    /// - Knot makes them as they are asked for: a zone `_signal.ns1.example.net` with `mod-authsignal` and
    ///   `mod-onlinesign`
    /// - PowerDNS likewise, from 5.0 on: `pdnsutil create-zone _signal.ns1.example.net` and `pdnsutil set-signaling-zone
    ///   _signal.ns1.example.net`
    ///
    /// Name servers below the zone itself cannot signal for it: at least one has to be named elsewhere.
    ///
    /// ## References
    ///
    /// RFC 9615, sections 3.2, 4.1 and 4.2. Neither DNSViz nor Zonemaster looks for it.
    "bootstrap-signal-missing", ChildSignals, Notice,
    rfc: ["RFC 9615 section 4.2"],
    explained_by: [],
    summary: "A zone asks for its first DS, and a signal for it is missing.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = bootstrap::by_zone(context).into_iter();
    let states = zones.filter_map(|(apex, signals)| {
        let missing: Vec<_> = signals.iter().copied().filter(|s| !is_given(s)).collect();
        if missing.is_empty() {
            return None;
        }
        let hosts = missing.iter().map(|signal| &signal.ns_name);
        let message = format!(
            "{apex} asks for its first DS by CDS or CDNSKEY, and there is no signal for it below {}, {} of {} name servers outside the zone",
            list(hosts),
            missing.len(),
            signals.len()
        );
        let (_, _, evidence) = bootstrap::at_apex(context, apex);
        let statement = bootstrap::state(apex, &missing, message).shown_by(evidence);
        Some(statement.fix(format!(
            "publish CDS and CDNSKEY of {apex} at {} too, or bring the DS to the registrar: `anchorwatch ds {apex}`",
            list(missing.iter().map(|signal| &signal.name))
        )))
    });
    states.collect()
}
