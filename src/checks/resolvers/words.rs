//! What a resolver does, in one sentence.

use super::{here, is_excused, old, traits};
use crate::checks::Context;
use crate::validate::resolver::Said;
use crate::validate::{Conduct, JudgedResolver, Status};

/// "9.9.9.9 says NOERROR with AD, …": who, what it says, what that means, and the likeliest reason.
pub fn in_words(context: &Context<'_>, resolver: &JudgedResolver) -> String {
    let (checked, unchecked) = (&resolver.checked, &resolver.unchecked);
    let what = match resolver.conduct {
        Conduct::NotFound => "has no address: the name does not resolve here".to_owned(),
        Conduct::Down => format!("does not answer: {}", checked.in_words()),
        Conduct::Garbled => "sends what does not answer the question".to_owned(),
        Conduct::NoRecursion => format!(
            "offers no recursion (RA clear) and says {}: it is no resolver, or none for this client",
            said(checked, unchecked)
        ),
        Conduct::Refuses => "refuses to answer this client (REFUSED)".to_owned(),
        Conduct::ValidationFails => format!(
            "fails to validate: {}, but {} with checking disabled{}",
            checked.in_words(),
            unchecked.in_words(),
            likeliest(context, resolver)
        ),
        Conduct::SilentWhenChecking => format!(
            "gives {} with checking disabled, and nothing in time without: it may be trying to validate",
            unchecked.in_words()
        ),
        Conduct::Fails => format!(
            "says {} and, with checking disabled, {}: it cannot get the data, which is not a matter of validation",
            checked.in_words(),
            unchecked.in_words()
        ),
        Conduct::IgnoresCd => ignores_cd(context, resolver),
        Conduct::StripsDnssec => {
            "strips DNSSEC: not one signature came with its answers, although DO was set".to_owned()
        }
        Conduct::Validates => validates(resolver),
        Conduct::AdUnfounded => format!(
            "calls the answer authentic (AD), but what it hands out is {} here",
            resolver.chain.status
        ),
        Conduct::NegativeTrustAnchor => negative_trust_anchor(resolver),
        Conduct::NotValidating => format!(
            "does not validate: it answers {} without AD, and the SOA of the root too{}",
            checked.in_words(),
            of_data(resolver.chain.status)
        ),
        Conduct::Untold => format!(
            "answers {} without AD; whether it should have set it cannot be told",
            checked.in_words()
        ),
    };
    format!(
        "{} {what}{}",
        resolver.name(),
        beforehand(context, resolver)
    )
}

/// What is known of it beforehand, where that changes what its word means.
fn beforehand(context: &Context<'_>, resolver: &JudgedResolver) -> &'static str {
    let Some(known) = traits(context, resolver) else {
        return "";
    };
    if known.is_discredited {
        return "; its control names say that its word is worth nothing";
    }
    if is_excused(context, resolver) {
        return "; it is configured as one that does not validate here";
    }
    let is_well = matches!(resolver.conduct, Conduct::Validates | Conduct::Untold);
    match known.is_forwarder && !is_well {
        true => "; it forwards, so that whoever it asks may be the one that does this",
        false => "",
    }
}

fn said<'s>(checked: &'s Said, unchecked: &'s Said) -> String {
    match checked.rcode {
        Some(_) => checked.in_words(),
        None => unchecked.in_words(),
    }
}

fn of_data(status: Status) -> &'static str {
    match status {
        Status::Secure => "; what it hands out is secure here",
        Status::Insecure => "",
        Status::Bogus => "; what it hands out is bogus here",
        Status::Indeterminate => "; what it hands out does not suffice to validate here",
    }
}

fn validates(resolver: &JudgedResolver) -> String {
    let rcode = resolver.checked.in_words();
    match (resolver.checked.is_authentic, resolver.chain.status) {
        (true, Status::Secure) => format!("validates: {rcode} with AD"),
        (true, status @ (Status::Insecure | Status::Bogus)) => format!(
            "says {rcode} with AD; with checking disabled it hands out other data, which is {status} here: one bad server among several, most likely"
        ),
        (true, _) => {
            format!("says {rcode} with AD; what it hands out does not suffice to validate here")
        }
        (false, _) => format!("says {rcode} without AD, as is right: no chain leads to the name"),
    }
}

fn negative_trust_anchor(resolver: &JudgedResolver) -> String {
    let rcode = resolver.checked.in_words();
    let why = match resolver.chain.status {
        Status::Bogus => {
            "although what it hands out is bogus: a negative trust anchor, or an answer validated before the fault"
        }
        _ => {
            "although what it hands out is secure: a negative trust anchor, an algorithm or digest that it does not support, or more NSEC3 iterations than it computes"
        }
    };
    format!("validates the root, but answers {rcode} without AD {why}")
}

fn ignores_cd(context: &Context<'_>, resolver: &JudgedResolver) -> String {
    let rcode = resolver.unchecked.in_words();
    let reason = match (context.is_resolvers_only, here(context, resolver)) {
        (false, Status::Bogus) => {
            "since the zone is bogus, validation is what fails there, most likely"
        }
        _ => "whether validation is what fails cannot be told from it alone",
    };
    let how = match resolver.unchecked.is_checking_disabled {
        true => ", although it gives the keys of the zone: CD makes no difference there",
        false => " and does not copy CD",
    };
    format!("says {rcode} with and without checking{how}; {reason}")
}

/// Why validation fails there.
fn likeliest(context: &Context<'_>, resolver: &JudgedResolver) -> String {
    let outdated = old(context, resolver);
    if let Some(old) = outdated.first() {
        return format!(
            "; its cache still holds the {} of {} that the servers no longer give, until {}",
            old.rtype, old.zone, old.until
        );
    }
    match (resolver.chain.status, here(context, resolver)) {
        (Status::Bogus, Status::Bogus) => String::new(),
        (Status::Bogus, _) => "; what it hands out is bogus here too, unlike what the servers give: it may have met a bad server among several, or something on the way changes answers".to_owned(),
        (Status::Secure, Status::Secure) => "; what it hands out is secure here: a failure still in its cache, its clock, its trust anchor, or a limit of that product".to_owned(),
        (Status::Secure, _) => "; what it hands out is secure here, unlike what other servers give".to_owned(),
        _ => String::new(),
    }
}
