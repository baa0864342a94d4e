//! NSEC3 beside keys that predate it.

use std::collections::BTreeSet;

use super::records;
use crate::checks::signatures::chained;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::validate::{JudgedZone, KeysReply};

/// RSAMD5, DSA and RSASHA1.
const NSEC_ONLY: [u8; 3] = [1, 3, 5];

declare! {
    /// # nsec3-with-nsec-only-algorithm
    ///
    /// The zone uses NSEC3 and has keys of algorithm 1 (RSAMD5), 3 (DSA) or 5 (RSASHA1).
    ///
    /// ## Why it matters
    ///
    /// Those numbers stand for zones with NSEC; NSEC3 came with numbers of its own (6 and 7), so that old
    /// validators would treat such zones as insecure instead of failing at records that they do not know.
    /// Signers refuse the combination, and all three algorithms are no longer to be used anyhow.
    ///
    /// ## What resolvers do
    ///
    /// Today's resolvers know NSEC3 whatever the algorithm. Those that still support RSASHA1 validate;
    /// BIND and others on systems that disable SHA-1 treat the zone as insecure.
    ///
    /// ## How to put it right
    ///
    /// Roll to ECDSAP256SHA256 (13):
    ///
    /// - BIND: `dnssec-policy default; inline-signing yes;` in the `zone`, then `rndc reconfig`,
    ///   rolls by itself; `rndc dnssec -status example.com`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk active ecdsa256`, and the same with
    ///   `zsk`; a TTL later the new DS in place of the old, and when the TTL of the DS has passed
    ///   `pdnsutil remove-zone-key example.com KEY-ID` for each old key
    ///
    /// ## References
    ///
    /// RFC 5155, section 2; RFC 9905, section 2.
    "nsec3-with-nsec-only-algorithm", DenialNsec3, Error,
    rfc: ["RFC 5155 section 2"],
    explained_by: ["algorithm-must-not-use"],
    summary: "NSEC3 is used with a key algorithm that predates it.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let records = records(context, zone);
    let first = records.first()?;
    let mut old = BTreeSet::new();
    for server in zone.servers.values() {
        if let KeysReply::Given(_, judged) = &server.keys {
            let keys = judged.dnskeys.iter();
            let keys = keys.filter(|key| NSEC_ONLY.contains(&key.algorithm));
            old.extend(keys.map(|key| (key.key_tag(), key.algorithm)));
        }
    }
    if old.is_empty() {
        return None;
    }
    let apex = &zone.apex;
    let names = old
        .iter()
        .map(|(tag, algorithm)| format!("{tag} ({})", Algorithm(*algorithm)));
    let message = format!(
        "{apex} has {} and DNSKEY {}, which predates NSEC3",
        first.rtype,
        list(names)
    );
    let statement = Statement::new(apex, message)
        .fix(format!("roll {apex} to ECDSAP256SHA256 (algorithm 13)"))
        .shown_by(records.iter().map(|record| record.id));
    Some(statement)
}
