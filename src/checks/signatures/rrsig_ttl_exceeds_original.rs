//! Signatures with a TTL above the one that they were made for.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::{RecordType, Rrsig};

declare! {
    /// # rrsig-ttl-exceeds-original
    ///
    /// The TTL of an RRSIG record is greater than its own Original TTL field.
    ///
    /// ## Why it matters
    ///
    /// A signature has the TTL of the RRset that it covers, and the field says what that was at signing.
    /// More than that no authoritative server has a reason to send: something raised it afterwards, and
    /// what changes a TTL may change more.
    ///
    /// ## What resolvers do
    ///
    /// They cut the TTL to the lesser of the two when they validate (RFC 4035, section 5.3.3). A cache
    /// that does not validate keeps the signature after the records are gone.
    ///
    /// ## How to put it right
    ///
    /// Look for what edits records after signing: a signed file changed by hand, a proxy or a load
    /// balancer with a minimum TTL. Then sign again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns and NSD: `ldns-signzone example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// The registrar has no part in it.
    ///
    /// ## References
    ///
    /// RFC 4034, sections 3 and 3.1.4; RFC 4035, section 2.2. DNSViz: ORIGINAL_TTL_EXCEEDED_RRSIG.
    "rrsig-ttl-exceeds-original", Signatures, Error,
    rfc: ["RFC 4034 section 3.1.4", "RFC 4035 section 2.2"],
    explained_by: ["rrset-ttl-exceeds-original"],
    summary: "The TTL of a signature is above its Original TTL field.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_given(context, exceeding, |group| {
        let message = format!(
            "{} {} a TTL above the {} seconds that were signed",
            group.subject(),
            group.verb("has", "have"),
            group.items[0].rrsig.original_ttl,
        );
        let fix = format!(
            "find what changes TTLs after signing, and sign again: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}

fn exceeding<'a>(given: &Given<'a>) -> Option<&'a Rrsig> {
    let set = &given.set.rrset;
    // As in `rrset-ttl-exceeds-original`: no validator reads it.
    if set.rtype == RecordType::NSEC3PARAM {
        return None;
    }
    let mut pairs = set.rrsigs.iter().zip(&set.rrsig_ttls);
    let found = pairs.find(|(rrsig, ttl)| **ttl > rrsig.original_ttl);
    found.map(|(rrsig, _)| rrsig)
}
