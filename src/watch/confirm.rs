//! When a verdict is called: two of the last three looks, or an audit and a resolver that agree.
//!
//! A single audit may meet a server in the middle of a transfer, or a lost packet. What it finds is kept
//! as a doubt, and the zone is looked at again within seconds. The way back is held to the same rule, so
//! that a zone that flaps does not resolve an alert with every other look.

use serde::{Deserialize, Serialize};

use crate::dns::Timestamp;
use crate::report::Verdict;

/// Looks that are remembered.
const LOOKS: usize = 3;
/// How many of them must agree.
const ENOUGH: usize = 2;

/// The verdict that is called, and the looks it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// What is called; `None` before anything is.
    pub verdict: Option<Verdict>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The last looks, the latest at the end.
    pub looks: Vec<Verdict>,
}

impl Called {
    /// Takes in a look. `is_backed` says that a resolver saw the same.
    pub fn look(&self, verdict: Verdict, is_backed: bool, at: Timestamp) -> Self {
        let mut looks = self.looks.clone();
        looks.push(verdict);
        let excess = looks.len().saturating_sub(LOOKS);
        looks.drain(..excess);
        let agreeing = looks.iter().filter(|look| **look == verdict).count();
        let is_first = self.verdict.is_none() && is_calm(verdict);
        let is_called = is_first || is_backed || agreeing >= ENOUGH;
        if !is_called || self.verdict == Some(verdict) {
            return Self {
                looks,
                ..self.clone()
            };
        }
        Self {
            verdict: Some(verdict),
            since: Some(at),
            looks,
        }
    }

    /// Whether the last look differs from what is called, so that another is due soon.
    pub fn is_in_doubt(&self) -> bool {
        self.looks
            .last()
            .is_some_and(|last| Some(*last) != self.verdict)
    }
}

/// Verdicts under which names resolve.
fn is_calm(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Secure | Verdict::Insecure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Bogus, Indeterminate, Secure};

    fn after(looks: &[Verdict]) -> Called {
        let begun = Called::default();
        looks.iter().zip(1..).fold(begun, |called, (look, at)| {
            called.look(*look, false, Timestamp(at))
        })
    }

    #[test]
    fn one_look_makes_no_outage_and_two_of_three_do() {
        assert_eq!(after(&[Secure]).verdict, Some(Secure));
        assert_eq!(after(&[Secure, Bogus]).verdict, Some(Secure));
        assert!(after(&[Secure, Bogus]).is_in_doubt());
        let called = after(&[Secure, Bogus, Bogus]);
        assert_eq!(
            (called.verdict, called.since),
            (Some(Bogus), Some(Timestamp(3)))
        );
        assert!(!called.is_in_doubt());
        assert_eq!(after(&[Secure, Bogus, Secure, Bogus]).verdict, Some(Bogus));
        assert_eq!(after(&[Secure, Bogus, Indeterminate]).verdict, Some(Secure));
    }

    #[test]
    fn a_first_look_at_an_outage_is_not_yet_called() {
        assert_eq!(after(&[Bogus]).verdict, None);
        assert_eq!(after(&[Bogus, Bogus]).verdict, Some(Bogus));
    }

    #[test]
    fn the_way_back_takes_two_looks_as_well() {
        assert_eq!(after(&[Bogus, Bogus, Secure]).verdict, Some(Bogus));
        let back = after(&[Bogus, Bogus, Secure, Secure]);
        assert_eq!(
            (back.verdict, back.since),
            (Some(Secure), Some(Timestamp(4)))
        );
    }

    #[test]
    fn a_resolver_that_agrees_is_the_second_look() {
        let called = after(&[Secure]).look(Bogus, true, Timestamp(9));
        assert_eq!(called.verdict, Some(Bogus));
    }

    #[test]
    fn the_instant_of_the_call_stays_while_nothing_changes() {
        assert_eq!(after(&[Secure, Secure, Secure]).since, Some(Timestamp(1)));
    }
}
