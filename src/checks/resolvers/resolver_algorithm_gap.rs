//! Algorithms and digests that a resolver does not support.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, DigestType, Requirement};
use crate::dns::{Ds, Name};
use crate::validate::{Chain, Conduct, Status};

declare! {
    /// # resolver-algorithm-gap
    ///
    /// A resolver that validates answers a secure name without AD, and the chain to that name rests on an
    /// algorithm or a digest that not every validator has: it treats the zone as unsigned, most likely.
    /// `anchorwatch drill @RESOLVER` asks for names signed with each algorithm, and tells for certain.
    ///
    /// ## Why it matters
    ///
    /// For users of this resolver the zone might as well not be signed: forged answers reach them, and
    /// whatever needs authentic data, such as DANE, does not work there.
    ///
    /// ## What resolvers do
    ///
    /// A zone with DS records of unsupported algorithms or digests alone counts as unsigned (RFC 4035,
    /// section 5.2). Resolvers of the same version differ, since the system's policy for cryptography may
    /// forbid what the library has: Red Hat's forbids SHA-1, and with it RSASHA1. Cloudflare's and Google's
    /// resolvers have been slow to take up Ed448.
    ///
    /// ## How to put it right
    ///
    /// At the resolver: update it, and look what its library and the system's policy allow:
    ///
    /// - BIND: `delv -a anchors @127.0.0.1 name`, and `disable-algorithms` in `named.conf`
    /// - Unbound: `unbound -V` names the library it is linked with
    /// - Red Hat and its kin: `update-crypto-policies --show`
    ///
    /// In the zone: sign with ECDSAP256SHA256 and have a DS with SHA-256, which every validator must have.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 9904, sections 3 and 4.
    "resolver-algorithm-gap", Resolvers, Notice,
    rfc: ["RFC 9904 section 3"],
    explained_by: [],
    summary: "A resolver treats as unsigned what is signed with an algorithm or digest that it does not support.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_passing = resolver.conduct == Conduct::NegativeTrustAnchor
            && resolver.chain.status == Status::Secure;
        let (zone, rare) = rare(&resolver.chain).filter(|_| is_passing)?;
        let message = format!(
            "{}; the chain to {zone} rests on {rare} alone",
            in_words(context, resolver)
        );
        let fix = "update the resolver, and look whether the system's policy for cryptography forbids it; \
                   `anchorwatch drill` tells what it validates";
        Some((message, fix.to_owned()))
    })
}

/// The first zone on the way whose every DS has an algorithm or a digest that validators need not implement.
fn rare(chain: &Chain) -> Option<(Name, String)> {
    chain.zones.iter().find_map(|zone| {
        let published = zone.published_ds();
        let words: Option<Vec<String>> = published.iter().map(rare_words).collect();
        let mut words = words.filter(|words| !words.is_empty())?;
        words.sort_unstable();
        words.dedup();
        Some((zone.apex.clone(), words.join(" and ")))
    })
}

/// What is rare about a DS; `None` when every validator must take it.
fn rare_words(ds: &Ds) -> Option<String> {
    let (algorithm, digest) = (Algorithm(ds.algorithm), DigestType(ds.digest_type));
    let advice = algorithm.entry().and_then(|entry| entry.advice);
    if advice.map(|advice| advice.implement_validation) != Some(Requirement::Must) {
        return Some(algorithm.to_string());
    }
    let advice = digest
        .entry()
        .map(|entry| entry.advice.implement_validation);
    (advice != Some(Requirement::Must)).then(|| digest.to_string())
}
