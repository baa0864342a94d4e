//! Signals that cannot be believed.

use super::bootstrap::{self, is_given};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::validate::Status;

declare! {
    /// # bootstrap-signal-insecure
    ///
    /// A signal for a zone that asks for its first DS (`_dsboot.<zone>._signal.<NS name>`) is not secure: its own zone has
    /// no chain of trust, or its signatures do not hold.
    ///
    /// ## Why it matters
    ///
    /// The signal takes the place of the chain of trust that the zone does not have yet, so that it must have one itself.
    /// A parent that finds it insecure or bogus does nothing, and the zone stays without DS.
    ///
    /// ## What resolvers do
    ///
    /// Nothing for the zone, which is insecure without a DS. The signal itself: no AD where it is insecure, SERVFAIL with
    /// extended error 6 (DNSSEC Bogus) and the like where it is bogus.
    ///
    /// ## How to put it right
    ///
    /// Secure the zone that holds the NS name, as any other: `anchorwatch audit NAME CDS` with the
    /// name of the signal shows where the chain ends. An unsigned zone is signed (`dnssec-policy
    /// default; inline-signing yes;` in BIND, `dnssec-signing: on` in Knot, `pdnsutil secure-zone
    /// example.net`, `ldns-signzone`), and its DS brought to the registrar; zone cuts between the
    /// NS name and the signal (`_signal.ns1.example.net`) need a DS of their own. Or bring the DS
    /// of the zone itself to the registrar: `anchorwatch ds example.com`.
    ///
    /// ## References
    ///
    /// RFC 9615, sections 3.1 and 4.2. Neither DNSViz nor Zonemaster looks for it.
    "bootstrap-signal-insecure", ChildSignals, Warning,
    rfc: ["RFC 9615 section 3.1"],
    explained_by: [],
    summary: "A signal for a zone without DS stands in a zone that is not secure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = bootstrap::by_zone(context).into_iter();
    let states = zones.filter_map(|(apex, mut signals)| {
        signals.retain(|signal| is_given(signal) && signal.status != Status::Secure);
        if signals.is_empty() {
            return None;
        }
        let words = signals.iter().map(|signal| {
            let (name, zone) = (&signal.name, &signal.zone);
            format!("{name} in {zone} is {}", signal.status)
        });
        let message = format!("signals for the first DS of {apex} are not secure: {}", list(words));
        let statement = bootstrap::state(apex, &signals, message);
        Some(statement.fix(format!(
            "sign {} and have its DS published, or bring the DS of {apex} to the registrar: `anchorwatch ds {apex}`",
            signals[0].zone
        )))
    });
    states.collect()
}
