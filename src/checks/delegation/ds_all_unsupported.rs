//! A DS RRset that no validator with this code can follow.

use super::{ds_name, list};
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, Assignment, DigestType};
use crate::validate::keys::none_supported;
use crate::validate::{Arrival, EntryPoint, JudgedZone};

declare! {
    /// # ds-all-unsupported
    ///
    /// Every DS of the zone has an algorithm or a digest type that this validator does not support, so
    /// the zone counts as insecure.
    ///
    /// ## Why it matters
    ///
    /// The zone has the cost of DNSSEC and none of its protection: validators must treat such a
    /// delegation like one without DS. Algorithms that may no longer be used for validation (RSAMD5,
    /// DSA, ECC-GOST) end this way everywhere; numbers that are not assigned are a typing error.
    ///
    /// ## What resolvers do
    ///
    /// They answer without AD. Extended errors 1 (Unsupported DNSKEY Algorithm) and 2 (Unsupported DS
    /// Digest Type) exist to say so. A resolver with more code than this one may validate the zone.
    ///
    /// ## How to put it right
    ///
    /// Sign with an algorithm that every validator has, and publish its DS with SHA-256:
    ///
    /// - BIND: `dnssec-policy default; inline-signing yes;` in the `zone` (ECDSAP256SHA256), then
    ///   `rndc reconfig`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil secure-zone example.com`
    /// - ldns: `ldns-keygen -a ECDSAP256SHA256 -k example.com`
    ///
    /// If only the number at the parent is wrong, have the registrar correct the DS; `anchorwatch ds
    /// example.com` prints it.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 6840, section 5.2; RFC 9904.
    "ds-all-unsupported", Delegation, Warning,
    rfc: ["RFC 4035 section 5.2", "RFC 6840 section 5.2"],
    explained_by: [],
    summary: "Every DS has an unsupported algorithm or digest type: the zone is insecure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(state).collect()
}

fn state(zone: &JudgedZone) -> Option<Statement> {
    let Arrival::Delegation(entries) = &zone.arrival else {
        return None;
    };
    if !none_supported(entries) {
        return None;
    }
    let names: Vec<_> = entries
        .iter()
        .map(|entry| format!("{}, where {}", ds_name(entry), reason(entry)))
        .collect();
    let message = format!(
        "{} is insecure, because validators do not support what its DS RRset names: {}",
        zone.apex,
        list(&names)
    );
    let fix = match super::ds_lines(zone).as_slice() {
        [] => "sign the zone with ECDSAP256SHA256 and publish its DS with SHA-256".to_owned(),
        lines => format!("publish at the parent:\n{}", lines.join("\n")),
    };
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "DS")
            .fix(fix)
            .shown_by(zone.delegation.values().map(|(id, _)| *id)),
    )
}

/// "algorithm 200 is reserved", "RSAMD5 is not supported".
fn reason(entry: &EntryPoint) -> String {
    let algorithm = entry.algorithm();
    if !algorithm.is_supported() {
        return in_words(algorithm, algorithm.assignment());
    }
    match entry {
        EntryPoint::Ds(ds) => {
            let digest = DigestType(ds.digest_type);
            in_words(digest, digest.assignment())
        }
        EntryPoint::Dnskey(key) => in_words(Algorithm(key.algorithm), algorithm.assignment()),
    }
}

fn in_words(what: impl std::fmt::Display, assignment: Assignment) -> String {
    match assignment {
        Assignment::Assigned => format!("{what} is not supported"),
        other => format!("{what} is {other}"),
    }
}
