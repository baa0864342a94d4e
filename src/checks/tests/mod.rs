//! The catalogue holds what it promises; the checks speak up when they must and only then.

#[cfg(feature = "agent")]
mod cases;
mod delegation;
#[cfg(feature = "agent")]
mod edit;
mod keys;
#[cfg(feature = "agent")]
pub mod lab;
#[cfg(feature = "agent")]
mod network;
mod resolvers;
mod servers;
mod world;

use super::*;

#[test]
fn codes_are_kebab_case_and_stand_once() {
    let mut codes: Vec<_> = CHECKS.iter().map(|check| check.code).collect();
    for code in &codes {
        let is_kebab = code.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        assert!(is_kebab, "{code}");
    }
    codes.sort_unstable();
    assert!(
        codes.windows(2).all(|pair| pair[0] != pair[1]),
        "a code stands twice"
    );
}

#[test]
fn every_page_has_its_parts() {
    for check in CHECKS {
        for part in [
            "## Why it matters",
            "## What resolvers do",
            "## How to put it right",
            "## References",
        ] {
            assert!(check.page.contains(part), "{} lacks `{part}`", check.code);
        }
        assert!(check.summary.ends_with('.'), "{}", check.code);
    }
}

#[test]
fn explanations_name_codes_that_exist() {
    for check in CHECKS {
        for code in check.explained_by {
            assert!(find(code).is_some(), "{}: {code}", check.code);
            assert_ne!(*code, check.code);
        }
    }
}
