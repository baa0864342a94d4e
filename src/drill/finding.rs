//! What is wrong with a resolver, under the codes of the catalogue.

use super::sentinel::{JudgedKey, KeyTrust, RootKey};
use super::standing::{Standing, Tally};
use super::support::{Support, Supported};

/// A statement about one resolver. Its weight is that of the code in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code.
    pub code: &'static str,
    /// What is so.
    pub message: String,
    /// What to do.
    pub fix: String,
}

pub(super) fn findings(
    standing: Standing,
    tally: &Tally,
    support: &[Supported],
    judged: &[JudgedKey],
    keys: &[RootKey],
) -> Vec<Finding> {
    let of_standing = of_standing(standing, tally);
    let gaps = support
        .iter()
        .filter(|supported| supported.is_gap())
        .map(gap);
    let missing = judged
        .iter()
        .filter(|key| is_missing(key, judged, keys))
        .map(missing);
    of_standing.into_iter().chain(missing).chain(gaps).collect()
}

/// Code, message and fix of what a standing is.
type Words = (&'static str, &'static str, &'static str);

fn of_standing(standing: Standing, tally: &Tally) -> Option<Finding> {
    let (code, message, fix) = of_validator(standing, tally).or_else(|| of_service(standing))?;
    Some(Finding {
        code,
        message: message.to_owned(),
        fix: fix.to_owned(),
    })
}

fn of_validator(standing: Standing, tally: &Tally) -> Option<Words> {
    let words = match standing {
        Standing::NotValidating => (
            "resolver-not-validating",
            "it answers names that are broken on purpose",
            "switch validation on at this resolver",
        ),
        Standing::Leaks => (
            "resolver-not-validating",
            "it hands out broken data from its cache once somebody has asked for it with checking disabled",
            "switch validation on at this resolver, not only at what it forwards to",
        ),
        Standing::Mixed => (
            "resolver-not-validating",
            "a resolver behind this address answers names that are broken on purpose",
            "switch validation on at every resolver behind this address",
        ),
        Standing::Strips => (
            "resolver-strips-dnssec",
            "it answers without signatures although DO was set",
            "have it, and whatever it forwards to, pass DO, RRSIG and DNSKEY on",
        ),
        Standing::Behind if tally.fails.is_empty() => (
            "resolver-ignores-cd",
            "it fails on broken names with checking disabled too, so nobody behind it can validate for themselves",
            "have it, and whatever it forwards to, heed CD",
        ),
        _ => return None,
    };
    Some(words)
}

fn of_service(standing: Standing) -> Option<Words> {
    let words = match standing {
        Standing::NotFound => (
            "resolver-name-not-found",
            "its name has no address here",
            "write its address, or put the name right",
        ),
        Standing::Down => (
            "resolver-unreachable",
            "nothing came back from it",
            "look whether it runs, and whether the way to it is open",
        ),
        Standing::Garbled => (
            "resolver-answer-invalid",
            "what it sends does not answer the questions",
            "look what stands on the way to it",
        ),
        Standing::Refuses => (
            "resolver-refuses",
            "it refuses this client",
            "have it allow the client, or ask from where it is allowed",
        ),
        Standing::NoRecursion => (
            "recursion-not-available",
            "it does not resolve for this client",
            "ask a resolver, or have this one allow the client",
        ),
        _ => return None,
    };
    Some(words)
}

fn gap(supported: &Supported) -> Finding {
    let tested = supported.tested;
    let wanted = tested
        .requirement()
        .map_or_else(String::new, |requirement| {
            format!("; validators: {requirement} implement it")
        });
    let does = match supported.support {
        Support::Fails => "fails on what is rightly signed with",
        _ => "treats as unsigned what is signed with",
    };
    Finding {
        code: "resolver-algorithm-gap",
        message: format!("it {does} {tested}{wanted}"),
        fix: "update the resolver, and look whether the system's policy for cryptography forbids the algorithm".to_owned(),
    }
}

/// Whether a key should be trusted and is not: one that is older than a key that is trusted need not be.
fn is_missing(key: &JudgedKey, judged: &[JudgedKey], keys: &[RootKey]) -> bool {
    let since = |tag| {
        keys.iter()
            .find(|key| key.tag == tag)
            .and_then(|key| key.valid_from)
    };
    let is_newer = |other: &&JudgedKey| {
        let (own, others) = (since(key.tag), since(other.tag));
        own.is_some() && others > own
    };
    let mut newer = judged.iter().filter(is_newer);
    key.trust == KeyTrust::NotTrusted && !newer.any(|other| other.trust == KeyTrust::Trusted)
}

fn missing(key: &JudgedKey) -> Finding {
    let tag = key.tag;
    let when = match key.is_signing {
        true => "the root is signed with it now",
        false => "it fails on every signed name once the root is signed with it alone",
    };
    Finding {
        code: "resolver-trust-anchor-missing",
        message: format!("root key {tag} is none of its trust anchors: {when}"),
        fix: format!(
            "add root key {tag} to its trust anchors, and have it follow changes (RFC 5011)"
        ),
    }
}
