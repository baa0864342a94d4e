//! Signatures with a TTL of their own.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::Rrsig;

declare! {
    /// # rrsig-ttl-differs-from-rrset
    ///
    /// The TTL of an RRSIG is not that of the RRset it covers.
    ///
    /// ## Why it matters
    ///
    /// Cache entries of the two run out at different times. A forwarder that has dropped the signature
    /// and still has the records passes them on unsigned, and a validator behind it refuses them.
    ///
    /// ## What resolvers do
    ///
    /// Validating resolvers take the lesser of the two for both (RFC 4035, section 5.3.3). Behind a cache
    /// that does not validate, failures come and go.
    ///
    /// ## How to put it right
    ///
    /// Signers copy the TTL of the RRset, so something changed one of the two afterwards: a TTL edited in
    /// the signed file, a load balancer, a proxy that caps TTLs. Change the TTL in the unsigned data and
    /// sign again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 4034, section 3; RFC 4035, section 2.2. DNSViz: RRSET_TTL_MISMATCH.
    "rrsig-ttl-differs-from-rrset", Signatures, Warning,
    rfc: ["RFC 4034 section 3", "RFC 4035 section 2.2"],
    explained_by: ["rrsig-ttl-exceeds-original"],
    summary: "The TTL of a signature is not that of its RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_given(context, differing, |group| {
        let message = format!(
            "{} {} another TTL than the {}",
            group.subject(),
            group.verb("has", "have"),
            group.verb("RRset", "RRsets"),
        );
        let fix = format!(
            "set the TTL in the unsigned data and sign again: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}

fn differing<'a>(given: &Given<'a>) -> Option<&'a Rrsig> {
    let set = &given.set.rrset;
    let ttl = set.ttl();
    // Servers lower the TTL of the SOA in a negative answer, and not all that of its signature.
    if given.is_negative_soa() {
        return None;
    }
    let mut pairs = set.rrsigs.iter().zip(&set.rrsig_ttls);
    pairs.find(|(_, its)| **its != ttl).map(|(rrsig, _)| rrsig)
}
