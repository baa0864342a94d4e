//! What resolvers make of a name, beside what its servers publish.

pub mod encrypted_transport_differs;
pub mod recursion_not_available;
pub mod resolver_ad_missing;
pub mod resolver_ad_unexpected;
pub mod resolver_algorithm_gap;
pub mod resolver_answer_invalid;
pub mod resolver_cached_failure;
pub mod resolver_cd_differential;
pub mod resolver_differs_from_local;
pub mod resolver_ede_disagrees;
pub mod resolver_ede_dnssec;
pub mod resolver_ignores_cd;
pub mod resolver_name_not_found;
pub mod resolver_negative_trust_anchor;
pub mod resolver_not_validating;
pub mod resolver_policy_interference;
pub mod resolver_recovery_pending;
pub mod resolver_refuses;
pub mod resolver_serves_old_ds;
pub mod resolver_serves_stale;
pub mod resolver_servfail_not_dnssec;
pub mod resolver_silent_when_checking;
pub mod resolver_strips_dnssec;
pub mod resolver_trust_anchor_missing;
pub mod resolver_unreachable;
pub mod resolver_verdicts_differ;

mod old;
#[cfg(test)]
mod tests;
mod words;

pub use old::{Old, old};
pub use words::in_words;

use std::collections::BTreeSet;

use super::{Context, Statement};
use crate::dns::Name;
use crate::dns::edns::ExtendedError;
use crate::policy::Traits;
use crate::report::Verdict;
use crate::validate::resolver::Said;
use crate::validate::{Conduct, JudgedResolver, Status};

/// Extended errors of both answers, each once, in words.
pub fn hints(resolver: &JudgedResolver) -> Vec<String> {
    let all: BTreeSet<_> = errors(resolver).collect();
    all.into_iter().map(ExtendedError::in_words).collect()
}

/// Extended errors of both answers.
fn errors(resolver: &JudgedResolver) -> impl Iterator<Item = &ExtendedError> {
    let both = [&resolver.checked, &resolver.unchecked];
    both.into_iter().flat_map(|said| &said.extended_errors)
}

/// What a resolver tells its clients: that the name is secure, that it is not but here it is, or that
/// there is nothing to be had. A resolver that is down tells them nothing.
pub fn told(resolver: &JudgedResolver) -> Verdict {
    match resolver.conduct {
        Conduct::Validates | Conduct::AdUnfounded if resolver.checked.is_authentic => {
            Verdict::Secure
        }
        Conduct::ValidationFails => Verdict::Bogus,
        Conduct::Validates
        | Conduct::AdUnfounded
        | Conduct::NotValidating
        | Conduct::NegativeTrustAnchor
        | Conduct::StripsDnssec
        | Conduct::Untold => Verdict::Insecure,
        _ => Verdict::Indeterminate,
    }
}

/// What the name is worth here: by what the authoritative servers say where they were asked, else by
/// what this resolver hands out, if that tells anything.
fn here(context: &Context<'_>, resolver: &JudgedResolver) -> Status {
    match (context.is_resolvers_only, resolver.conduct.hands_out_data()) {
        (true, true) => resolver.chain.status,
        (true, false) => Status::Indeterminate,
        (false, _) => context.chain.status,
    }
}

/// What is known of a resolver beforehand.
fn traits<'a>(context: &Context<'a>, resolver: &JudgedResolver) -> Option<&'a Traits> {
    context.policy.resolvers.get(&resolver.resolver.label)
}

/// Whether the word of a resolver counts: its control names do not speak against it.
pub fn counts(context: &Context<'_>, resolver: &JudgedResolver) -> bool {
    traits(context, resolver).is_none_or(|known| !known.is_discredited)
}

/// Whether a resolver hands out what it has not validated, as its operator says that it does.
fn is_excused(context: &Context<'_>, resolver: &JudgedResolver) -> bool {
    let name = context.chain.targets.first();
    let name = name.or(resolver.chain.targets.first());
    let known = traits(context, resolver).zip(name);
    let is_expected = known.is_some_and(|(known, target)| known.excuses(&target.question.name));
    is_expected && resolver.conduct != Conduct::StripsDnssec && told(resolver) == Verdict::Insecure
}

/// A statement about one resolver, in the zone where the chain ends.
fn state(context: &Context<'_>, resolver: &JudgedResolver, message: String) -> Statement {
    let zone = zone(context, resolver);
    let rcode = |said: &Said| said.in_words();
    Statement::new(&zone, message)
        .about("resolver", &resolver.resolver.label)
        .fact("conduct", resolver.conduct.word())
        .fact("rcode", rcode(&resolver.checked))
        .fact("rcode_cd", rcode(&resolver.unchecked))
        .fact("ad", resolver.checked.is_authentic)
        .shown_by(resolver.exchanges())
}

/// The zone where the chain turned into what it ends as, or the one that answers.
fn zone(context: &Context<'_>, resolver: &JudgedResolver) -> Name {
    let is_own = context.is_resolvers_only && resolver.conduct.hands_out_data();
    let chain = match is_own {
        true => &resolver.chain,
        false => context.chain,
    };
    let turned = chain.zones.iter().find(|zone| zone.status == chain.status);
    let is_broken = chain.status == Status::Bogus;
    let last = chain.targets.first().map(|target| target.zone.clone());
    turned
        .filter(|_| is_broken)
        .map(|zone| zone.apex.clone())
        .or(last)
        .unwrap_or_else(Name::root)
}

/// One statement for each resolver of which `tell` has something to say. One whose word counts for nothing
/// is left out: that is one fault, told once, and not one of every zone.
fn each(
    context: &Context<'_>,
    tell: impl Fn(&JudgedResolver) -> Option<(String, String)>,
) -> Vec<Statement> {
    let all = context.resolvers.iter();
    let all = all.filter(|resolver| counts(context, resolver));
    let told = all.filter_map(|resolver| {
        let (message, fix) = tell(resolver)?;
        Some(state(context, resolver, message).fix(fix))
    });
    told.collect()
}

/// One statement for each resolver that gives an extended error of these codes.
fn each_error(
    context: &Context<'_>,
    codes: &[u16],
    tell: impl Fn(&JudgedResolver, &str) -> (String, String),
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let all = context.resolvers.iter();
    for resolver in all.filter(|resolver| counts(context, resolver)) {
        let given: BTreeSet<_> = errors(resolver)
            .filter(|error| codes.contains(&error.code))
            .collect();
        let Some(first) = given.first() else {
            continue;
        };
        let in_words: Vec<_> = given.iter().map(|error| error.in_words()).collect();
        let (message, fix) = tell(resolver, &in_words.join("; "));
        let statement = state(context, resolver, message).fix(fix);
        statements.push(statement.about("ede", first.code));
    }
    statements
}
