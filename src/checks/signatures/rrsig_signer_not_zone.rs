//! Signatures in the name of another zone.

use super::{Fault, state_faults};
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-signer-not-zone
    ///
    /// The Signer's Name of a signature is not the zone that holds the RRset.
    ///
    /// ## Why it matters
    ///
    /// Only the zone itself may sign its records, so such a signature proves nothing. It comes from a
    /// zone that was signed under another origin (a typing error, or one file used for several zones), or
    /// from a server that holds parent and child and answers from the wrong one.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL, when no other signature is valid, with extended error 6 (DNSSEC Bogus) or 10 (RRSIGs
    /// Missing).
    ///
    /// ## How to put it right
    ///
    /// Sign the zone under its own name:
    ///
    /// - BIND: `dnssec-signzone -o example.com example.com.zone`; with a `dnssec-policy` the zone's name
    ///   in named.conf is the origin
    /// - Knot: the `domain` of the zone is the signer; `knotc zone-sign example.com`
    /// - ldns: `ldns-signzone -o example.com example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 4034, section 3.1.7. DNSViz: SIGNER_NOT_ZONE.
    "rrsig-signer-not-zone", Signatures, Bogus,
    rfc: ["RFC 4035 section 5.3.1", "RFC 4034 section 3.1.7"],
    explained_by: [],
    summary: "The signer of an RRset is not its zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &Fault| {
        matches!(fault.fault, SignatureFault::SignerNotZone(_)) && !is_of_child(fault)
    };
    state_faults(context, wanted, |group| {
        let message = format!(
            "{} {} the signer {}, not {}",
            group.subject(),
            group.verb("names", "name"),
            group.items[0].rrsig.signer,
            group.zone
        );
        let fix = format!(
            "sign the zone under its own name: `dnssec-signzone -o {zone} FILE`, `ldns-signzone -o {zone} FILE KEY`",
            zone = group.zone
        );
        (message, fix)
    })
}

/// The server may hold a child zone too and answer from it: the record then is not this zone's. A DS at
/// the child's apex is.
fn is_of_child(fault: &Fault) -> bool {
    let signer = &fault.rrsig.signer;
    let is_below = signer.is_below(&fault.zone) && fault.owner.is_at_or_below(signer);
    is_below && fault.rtype != RecordType::DS
}
