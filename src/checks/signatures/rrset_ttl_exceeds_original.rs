//! RRsets with a TTL above the one that was signed.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::RecordType;

declare! {
    /// # rrset-ttl-exceeds-original
    ///
    /// The TTL of an RRset is greater than the Original TTL field of its signature.
    ///
    /// ## Why it matters
    ///
    /// The Original TTL is the TTL in the zone when it was signed; an authoritative server has no reason
    /// to send more. Something raised it after signing, and what changes a TTL may change more.
    ///
    /// ## What resolvers do
    ///
    /// They verify with the Original TTL and cut the TTL to it (RFC 4035, section 5.3.3). Caches that do
    /// not validate keep the longer one.
    ///
    /// ## How to put it right
    ///
    /// Look for what edits records after signing: a signed zone file changed by hand, a proxy or load
    /// balancer with a minimum TTL. Put the TTL into the unsigned data and sign again: `rndc sign
    /// example.com`, `knotc zone-sign example.com`, `pdnsutil rectify-zone example.com`.
    ///
    /// ## References
    ///
    /// RFC 4034, section 3.1.4; RFC 4035, sections 2.2 and 5.3.3. DNSViz: ORIGINAL_TTL_EXCEEDED_RRSET.
    "rrset-ttl-exceeds-original", Signatures, Error,
    rfc: ["RFC 4034 section 3.1.4", "RFC 4035 section 5.3.3"],
    explained_by: [],
    summary: "The TTL of an RRset is above the one that was signed.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let find = |given: &Given<'a>| {
        // Servers read it and no validator does; BIND signs it with a TTL of 0, and PowerDNS sends its own.
        if given.set.rrset.rtype == RecordType::NSEC3PARAM {
            return None;
        }
        let ttl = given.set.rrset.ttl();
        let mut signatures = given.set.valid().map(|(rrsig, _)| rrsig);
        signatures.find(|rrsig| ttl > rrsig.original_ttl)
    };
    state_given(context, find, |group| {
        let message = format!(
            "{} {} a TTL above the {} seconds that were signed",
            group.rrsets(),
            group.verb("has", "have"),
            group.items[0].rrsig.original_ttl,
        );
        let fix = format!(
            "set the TTL in the unsigned data and sign again: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
