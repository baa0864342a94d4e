//! Signatures of a length that the key cannot make.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-bad-length
    ///
    /// A signature has more or fewer octets than its algorithm, or for RSA the modulus of the key, gives.
    ///
    /// ## Why it matters
    ///
    /// It cannot verify, and without another valid one the RRset is refused. It was cut off, or made with
    /// another key of the same tag, or with another tool's idea of the format: ECDSA signatures are two
    /// plain numbers in DNSSEC and not the ASN.1 form that OpenSSL writes.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus), when no other signature is valid.
    ///
    /// ## How to put it right
    ///
    /// Lengths are 64 octets for ECDSAP256SHA256 and ED25519, 96 for ECDSAP384SHA384, 114 for ED448, and
    /// the length of the modulus for RSA. Sign again with a tool that knows DNSSEC: `rndc sign
    /// example.com`, `knotc zone-sign example.com`, `ldns-signzone example.com.zone
    /// Kexample.com.+013+12345`. If the file is right, look at the database column or provisioning field
    /// that cuts it off.
    ///
    /// ## References
    ///
    /// RFC 6605, section 4; RFC 8080, section 4; RFC 3110, section 3. DNSViz: RRSIG_BAD_LENGTH_ECDSA256
    /// and its like.
    "rrsig-bad-length", Signatures, Bogus,
    rfc: ["RFC 6605 section 4", "RFC 8080 section 4", "RFC 3110 section 3"],
    explained_by: [],
    summary: "A signature has a length that its key cannot make.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &super::Fault| matches!(fault.fault, SignatureFault::Length { .. });
    state_faults(context, wanted, |group| {
        let first = group.items[0].rrsig;
        let message = format!(
            "{} by {} {} {} octets, which is no length of {}",
            group.subject(),
            group.signers(),
            group.verb("has", "have"),
            first.signature.len(),
            Algorithm(first.algorithm),
        );
        let fix = format!(
            "sign again: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
