//! NSEC3 with flags that nobody knows.

use super::state_records;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;

declare! {
    /// # nsec3-flags-unassigned
    ///
    /// The Flags field of an NSEC3 has a bit other than Opt-Out, or that of an NSEC3PARAM has any bit.
    ///
    /// ## Why it matters
    ///
    /// Validators ignore an NSEC3 with an unknown flag, and servers an NSEC3PARAM with one; what is left
    /// may not prove anything. BIND uses such flags inside the zone while it builds or removes a chain,
    /// and they should not be seen outside.
    ///
    /// ## What resolvers do
    ///
    /// Unbound and Knot Resolver answer SERVFAIL where no other NSEC3 proves that something does not exist;
    /// BIND 9.18 and PowerDNS Recursor 4.8 do not mind.
    ///
    /// ## How to put it right
    ///
    /// Build the chain again:
    ///
    /// - BIND: `rndc signing -list example.com` shows changes under way; wait for them, or `rndc signing
    ///   -nsec3param 1 0 0 - example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 3.1.2, 4.1.2 and 8.2. Zonemaster: DS03_UNASSIGNED_FLAG_USED.
    "nsec3-flags-unassigned", DenialNsec3, Error,
    rfc: ["RFC 5155 section 3.1.2", "RFC 5155 section 4.1.2"],
    explained_by: [],
    summary: "NSEC3 or NSEC3PARAM has a flag that is not assigned.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_records(
        context,
        |_| true,
        |_, record| {
            let assigned = match record.rtype {
                RecordType::NSEC3 => 0x01,
                _ => 0,
            };
            (record.flags & !assigned != 0).then_some((record.rtype, record.flags))
        },
        |zone, (rtype, flags), _| {
            (
                format!("{rtype} of {zone} has flags {flags:#04x}, of which not all are assigned"),
                format!(
                    "build the chain again: `rndc sign {zone}`, `knotc zone-sign {zone}`, `pdnsutil rectify-zone {zone}`"
                ),
            )
        },
    )
}
