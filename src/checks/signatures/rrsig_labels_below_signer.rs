//! Signatures that count fewer labels than their signer has.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-labels-below-signer
    ///
    /// The Labels field of a signature is less than the number of labels of the Signer's Name.
    ///
    /// ## Why it matters
    ///
    /// It would make the RRset an expansion of a wildcard above the zone, which the zone cannot hold. The
    /// signature proves nothing, and without another valid one the RRset is refused.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus), when no other signature is valid. Unbound checks
    /// this field in particular.
    ///
    /// ## How to put it right
    ///
    /// No signer in use makes this; a program assembles signatures of its own. Sign again from the
    /// unsigned data: `rndc sign example.com`, `knotc zone-sign example.com`, `ldns-signzone
    /// example.com.zone Kexample.com.+013+12345`.
    ///
    /// ## References
    ///
    /// RFC 4034, section 3.1.3; RFC 4035, section 5.3.2.
    "rrsig-labels-below-signer", Signatures, Bogus,
    rfc: ["RFC 4034 section 3.1.3", "RFC 4035 section 5.3.2"],
    explained_by: [],
    summary: "The Labels field of a signature is below the labels of the signer name.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &super::Fault| matches!(fault.fault, SignatureFault::LabelsBelowSigner(_));
    state_faults(context, wanted, |group| {
        let first = &group.items[0];
        let message = format!(
            "{} {} {} labels; the signer {} has {}",
            group.subject(),
            group.verb("counts", "count"),
            first.rrsig.labels,
            first.rrsig.signer,
            first.rrsig.signer.label_count(),
        );
        let fix = format!(
            "sign again from unsigned data: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
