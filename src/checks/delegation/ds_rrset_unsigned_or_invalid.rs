//! A DS RRset that the parent did not sign, or not validly.

use super::at;
use crate::checks::{Context, Statement};
use crate::validate::{JudgedZone, Status};

declare! {
    /// # ds-rrset-unsigned-or-invalid
    ///
    /// The DS RRset at the parent has no valid signature of the parent zone.
    ///
    /// ## Why it matters
    ///
    /// The parent zone is signed and secure, so its word about the child counts only with a signature. A
    /// DS RRset without one makes the child, and all below it, bogus, however well the child is signed.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for the whole child zone: extended error 10 (RRSIGs Missing) when there is no signature,
    /// 7 (Signature Expired) when it is out of time.
    ///
    /// ## How to put it right
    ///
    /// This is for the operator of the parent zone, that is the registry or whoever signs there; nothing
    /// in the child helps. Tell them which server gave what:
    ///
    /// - `dig +norecurse @ns1.parent.example child.parent.example DS +dnssec`
    ///
    /// They sign the parent again: `rndc sign parent.example`, `knotc zone-sign parent.example`,
    /// `pdnsutil rectify-zone parent.example`; at a secondary that has an old copy,
    /// `rndc retransfer parent.example`, `knotc zone-retransfer parent.example` or
    /// `nsd-control force_transfer parent.example`.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 2.4 and 5.2.
    "ds-rrset-unsigned-or-invalid", Delegation, Bogus,
    rfc: ["RFC 4035 section 5.2", "RFC 4035 section 2.4"],
    explained_by: [
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
    ],
    summary: "The DS RRset has no valid signature of the parent zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| state(context, zone)).collect()
}

/// The statement is about the parent: it is the parent that signs a DS RRset.
fn state(context: &Context<'_>, child: &JudgedZone) -> Option<Statement> {
    let parent = context.chain.zone(child.parent.as_ref()?)?;
    if parent.status != Status::Secure {
        return None;
    }
    let bad: Vec<_> = child
        .delegation
        .iter()
        .filter_map(|(server, (id, judged))| Some((*server, *id, judged.rrset.as_ref()?)))
        .filter(|(_, _, set)| set.status == Status::Bogus)
        .collect();
    let (_, _, first) = bad.first()?;
    let fault = match first.faults().next() {
        Some((rrsig, fault)) => format!("the RRSIG by key {}: {fault}", rrsig.key_tag),
        None => "it has no RRSIG".to_owned(),
    };
    let servers = bad.iter().map(|(server, _, _)| *server).collect();
    let message = format!(
        "the DS RRset of {} in {} has no valid signature ({fault}){}",
        child.apex,
        parent.apex,
        at(context, &parent.apex, &servers)
    );
    Some(
        Statement::new(&parent.apex, message)
            .reach(context.reach(&parent.apex, &servers))
            .about("owner", &child.apex)
            .about("rrtype", "DS")
            .fact("fault", fault)
            .fix(format!(
                "for the operator of {parent}: sign the zone again, `rndc sign {parent}` or `knotc zone-sign {parent}`",
                parent = parent.apex
            ))
            .shown_by(bad.iter().map(|(_, id, _)| *id)),
    )
}
