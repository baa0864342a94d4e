//! Signatures that count more labels than there are.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-labels-exceed-owner
    ///
    /// The Labels field of a signature is greater than the number of labels of the owner name.
    ///
    /// ## Why it matters
    ///
    /// The field tells from which wildcard a name was expanded; a name cannot have been made from a
    /// longer one. The signature proves nothing, and without another valid one the RRset is refused.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus), when no other signature is valid.
    ///
    /// ## How to put it right
    ///
    /// No signer in use makes this; records were moved to another name after signing, or a program
    /// assembles signatures of its own. Sign again from the unsigned data: `rndc sign example.com`,
    /// `knotc zone-sign example.com`, `ldns-signzone example.com.zone Kexample.com.+013+12345`.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 4034, section 3.1.3. DNSViz: RRSIG_LABELS_EXCEED_RRSET_OWNER_LABELS.
    "rrsig-labels-exceed-owner", Signatures, Bogus,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: [],
    summary: "The Labels field of a signature exceeds the labels of the owner name.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &super::Fault| matches!(fault.fault, SignatureFault::LabelsExceedOwner(_));
    state_faults(context, wanted, |group| {
        let first = &group.items[0];
        let message = format!(
            "{} {} {} labels; {} has {}",
            group.subject(),
            group.verb("counts", "count"),
            first.rrsig.labels,
            first.owner,
            first.owner.rrsig_labels(),
        );
        let fix = format!(
            "sign again from unsigned data: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
