//! The verdict: there should be a chain, and there is none.

use crate::checks::{Context, Statement};
use crate::validate::{Arrival, End, JudgedTarget, JudgedZone, Status};

declare! {
    /// # chain-bogus
    ///
    /// Validation of the name that was audited ends in bogus: a chain of signatures should lead to it,
    /// and it is broken.
    ///
    /// ## Why it matters
    ///
    /// Clients of validating resolvers get SERVFAIL instead of an answer. Others notice nothing.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL, with an extended error that names their view of the cause (RFC 8914, codes 6 to 12 and
    /// 25). It is a hint and often differs between resolvers.
    ///
    /// ## How to put it right
    ///
    /// This finding is the sum of others. Usually it is folded beneath the one that names the cause; when
    /// it stands alone, the report's story of the chain shows the first step that fails. For a second
    /// opinion:
    ///
    /// - `delv @192.0.2.53 www.example.com A +rtrace`, with the address of a resolver
    /// - `dig @192.0.2.53 www.example.com A +dnssec` and the same with `+cdflag`: an answer to the second
    ///   only says that validation is what fails
    ///
    /// ## References
    ///
    /// RFC 4033, section 5; RFC 4035, sections 4.3 and 5.
    "chain-bogus", Delegation, Bogus,
    rfc: ["RFC 4035 section 5"],
    explained_by: [
        "ds-no-secure-entry-point",
        "ds-present-zone-unsigned",
        "ds-rrset-unsigned-or-invalid",
        "ds-absence-unproven",
        "trust-anchor-not-signing",
        "rrsig-expired",
        "rrsig-not-yet-valid",
        "rrsig-expiration-before-inception",
        "rrsig-invalid",
        "rrsig-missing",
        "rrsig-signer-key-unknown",
        "rrsig-signer-not-zone",
        "rrsig-by-non-zone-key",
        "rrsig-by-revoked-key",
        "dnskey-protocol-not-3",
        "dnskey-zero-length",
        "dnskey-bad-length",
        "dnskey-unparsable",
        "dnskey-rsa-too-small",
        "dnskey-rsa-too-large",
        "dnskey-rsa-weak-exponent",
        "algorithm-unassigned",
        "algorithm-not-for-zone-signing",
        "algorithm-unsupported",
        "rrsig-validation-budget",
        "dnskey-keytag-collision",
        "denial-missing-for-nxdomain",
        "denial-missing-for-nodata",
        "denial-missing-for-wildcard",
        "denial-wildcard-not-covered",
        "denial-type-in-bitmap",
        "denial-ancestor-delegation-misused",
        "nsec-last-next-not-apex",
        "nsec-name-not-covered",
        "nsec-no-match-for-nodata",
        "nsec-name-covered-in-nodata",
        "nsec-wildcard-expansion-invalid",
        "nsec3-hash-unsupported",
        "nsec3-no-closest-encloser",
        "nsec3-next-closer-not-covered",
        "nsec3-no-match-for-nodata",
        "nsec3-opt-out-required",
        "nsec3-mixed-parameters",
    ],
    summary: "Validation of the name that was audited ends in bogus.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let targets = context.chain.targets.iter();
    targets
        .filter(|target| target.status == Status::Bogus)
        .map(|target| state(context, target))
        .collect()
}

fn state(context: &Context<'_>, target: &JudgedTarget) -> Statement {
    let question = &target.question;
    let what = format!("{} {} is bogus", question.name, question.rtype);
    let broken = context
        .chain
        .zone(&target.zone)
        .filter(|zone| zone.status == Status::Bogus)
        .map(|zone| top(context, zone));
    let (zone, why) = match broken {
        Some(zone) => (&zone.apex, why_zone(zone)),
        None => (
            &target.zone,
            format!("no server of {} gives a valid answer", target.zone),
        ),
    };
    let mut statement = Statement::new(zone, format!("{what}: {why}"))
        .about("owner", &question.name)
        .about("rrtype", question.rtype)
        .fix("see the finding that names the cause");
    for server in context
        .chain
        .zone(&target.zone)
        .into_iter()
        .flat_map(|zone| zone.servers.values())
    {
        let answer = server.answers.get(question);
        statement = statement.shown_by(answer.map(|(id, _)| *id));
    }
    statement
}

/// The first bogus zone on the way down.
fn top<'a>(context: &Context<'a>, zone: &'a JudgedZone) -> &'a JudgedZone {
    let mut top = zone;
    while let Arrival::Ended(Status::Bogus, End::Parent) = top.arrival {
        let above = top
            .parent
            .as_ref()
            .and_then(|apex| context.chain.zone(apex));
        match above.filter(|above| above.apex.label_count() < top.apex.label_count()) {
            Some(above) => top = above,
            None => break,
        }
    }
    top
}

fn why_zone(zone: &JudgedZone) -> String {
    match zone.arrival {
        Arrival::Ended(_, End::DsBogus) => format!(
            "what {} says about the DS of {} is not valid",
            super::parent_name(zone),
            zone.apex
        ),
        Arrival::Anchors(_) => format!("no trust anchor leads to the keys of {}", zone.apex),
        _ => format!("no DS leads to the keys of {}", zone.apex),
    }
}
