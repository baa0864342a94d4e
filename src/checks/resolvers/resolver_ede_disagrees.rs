//! Extended errors that name another cause.

use super::each_error;
use crate::checks::{Context, Statement};
use crate::validate::{SignatureFault, Status};

declare! {
    /// # resolver-ede-disagrees
    ///
    /// The name is bogus here and at a resolver, and the extended error of the resolver names a cause
    /// that is not among the faults found here.
    ///
    /// ## Why it matters
    ///
    /// Resolvers disagree on the code for most faults, so that this is seldom news. It may show that the
    /// resolver has met another server or an older state of the zone.
    ///
    /// ## What resolvers do
    ///
    /// After the first query for a zone many give code 6 (DNSSEC Bogus) only. An expiration before the
    /// inception is 8 in Unbound, 7 in Knot Resolver and PowerDNS Recursor.
    ///
    /// ## How to put it right
    ///
    /// Go by the findings here. If only the resolver is affected, flush its cache for the zone and ask
    /// again.
    ///
    /// ## References
    ///
    /// RFC 8914, section 6.
    "resolver-ede-disagrees", Resolvers, Notice,
    rfc: ["RFC 8914 section 6"],
    explained_by: [],
    summary: "A resolver names another cause than the one found here.",
}

/// Signature Expired, Signature Not Yet Valid, NSEC Missing: the codes that name one kind of fault each.
const EXPIRED: u16 = 7;
const NOT_YET_VALID: u16 = 8;
const NSEC_MISSING: u16 = 12;

fn run(context: &Context<'_>) -> Vec<Statement> {
    if context.chain.status != Status::Bogus {
        return Vec::new();
    }
    let codes: Vec<u16> = [EXPIRED, NOT_YET_VALID, NSEC_MISSING]
        .into_iter()
        .filter(|code| !is_found(context, *code))
        .collect();
    each_error(context, &codes, |resolver, errors| {
        let message = format!(
            "{} says {errors}, and no such fault was found here",
            resolver.name()
        );
        let fix = "go by the findings here; extended errors are hints";
        (message, fix.to_owned())
    })
}

/// Whether a fault of the kind that the code names was found.
fn is_found(context: &Context<'_>, code: u16) -> bool {
    let mut faults = context.faults.signatures.iter();
    match code {
        EXPIRED => faults.any(|fault| matches!(fault.fault, SignatureFault::Expired(_))),
        NOT_YET_VALID => faults.any(|fault| matches!(fault.fault, SignatureFault::NotYetValid(_))),
        _ => !context.denials.is_empty(),
    }
}
