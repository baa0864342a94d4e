//! A delegation without DS and without proof of that.

use std::collections::BTreeMap;

use super::at;
use crate::checks::{Context, Statement};
use crate::validate::{JudgedZone, Status};

declare! {
    /// # ds-absence-unproven
    ///
    /// A signed parent has no DS for a delegation and does not prove that there is none.
    ///
    /// ## Why it matters
    ///
    /// "There is no DS" is just what an attacker would say to switch DNSSEC off. Without a signed proof
    /// by NSEC or NSEC3, validators must not believe it, and the child, although it was never signed, is
    /// bogus. Often every unsigned delegation of the parent has the same fault.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for the whole child zone, from Unbound and Knot Resolver with extended error 12 (NSEC
    /// Missing) where the record is missing.
    ///
    /// ## How to put it right
    ///
    /// This is for the operator of the parent zone. See what its servers send:
    ///
    /// - `dig +norecurse @ns1.parent.example child.parent.example DS +dnssec`
    ///
    /// There should be the NSEC of the delegation (with NS and without DS in its list of types), or the
    /// NSEC3 that matches it, or with opt-out those that match the closest encloser and cover the next
    /// closer name. Build the chain again:
    ///
    /// - BIND: `rndc sign parent.example`
    /// - Knot: `knotc zone-sign parent.example`
    /// - PowerDNS: `pdnsutil rectify-zone parent.example`
    /// - a file: `dnssec-verify -o parent.example parent.example.signed` names what is missing
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 5155, sections 8.6 and 8.9; RFC 6840, section 4.4.
    "ds-absence-unproven", Delegation, Bogus,
    rfc: ["RFC 4035 section 5.2", "RFC 5155 section 8.6"],
    explained_by: [
        "delegation-ns-missing-in-parent",
        "denial-referral-with-soa",
        "ds-query-referral",
        "rrsig-expired",
        "rrsig-not-yet-valid",
        "rrsig-expiration-before-inception",
        "rrsig-invalid",
        "rrsig-signer-key-unknown",
        "rrsig-signer-not-zone",
        "rrsig-missing",
        "rrsig-by-revoked-key",
        "rrsig-by-non-zone-key",
        "rrsig-validation-budget",
        "server-without-dnssec",
        "signed-state-inconsistent",
    ],
    summary: "The parent does not prove that a delegation has no DS.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, child: &JudgedZone) -> Vec<Statement> {
    let parent = child.parent.as_ref();
    let Some(parent) = parent.and_then(|parent| context.chain.zone(parent)) else {
        return Vec::new();
    };
    if parent.status != Status::Secure {
        return Vec::new();
    }
    let mut faults: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (server, (id, judged)) in &child.delegation {
        if let Some(Err(fault)) = &judged.denial {
            let seen = faults.entry(fault.to_string()).or_default();
            seen.push((*server, *id));
        }
    }
    let states = faults.into_iter().map(|(fault, seen)| {
        let servers = seen.iter().map(|(server, _)| *server).collect();
        let message = format!(
            "{} has no DS for {} and does not prove it: {fault}{}",
            parent.apex,
            child.apex,
            at(context, &parent.apex, &servers)
        );
        Statement::new(&parent.apex, message)
            .reach(context.reach(&parent.apex, &servers))
            .about("owner", &child.apex)
            .about("rrtype", "DS")
            .fact("fault", fault)
            .fix(format!(
                "for the operator of {parent}: build the NSEC or NSEC3 chain again, `rndc sign {parent}` or `knotc zone-sign {parent}`",
                parent = parent.apex
            ))
            .shown_by(seen.iter().map(|(_, id)| *id))
    });
    states.collect()
}
