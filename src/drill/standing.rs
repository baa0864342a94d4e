//! From what a resolver did with each name to whether it validates. No single name decides.

use std::collections::BTreeMap;

use super::names::{DrillName, Expect, Tests};
use super::observed::{Observed, Reaction};
use crate::dns::Rcode;
use crate::validate::resolver::Silence;

/// How many broken names must agree.
const AGREEMENT: usize = 2;

/// Whether a resolver validates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It fails on what is broken, hands it out with CD, and calls what is good authentic.
    Validates,
    /// It fails on what is broken with CD too, or calls nothing authentic: something behind it validates,
    /// or it does and does not let its clients see.
    Behind,
    /// It fails on what is broken until somebody asks for it with CD, and hands it out from then on.
    Leaks,
    /// It fails on some broken names each time, and answers others each time.
    Partial,
    /// It fails on a broken name one time and answers it another: several resolvers, not all validating.
    Mixed,
    /// It fails on known-good names as well, which it hands out with CD.
    Broken,
    /// It answers what is broken.
    NotValidating,
    /// Not one signature comes with its answers.
    Strips,
    /// Its name has no address.
    NotFound,
    /// It does not answer.
    Down,
    /// What it sends does not answer the questions.
    Garbled,
    /// It refuses to answer here.
    Refuses,
    /// It offers no recursion.
    NoRecursion,
    /// The answers do not suffice.
    Untold,
}

impl Standing {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Validates => "validates",
            Self::Behind => "behind-validator",
            Self::Leaks => "validates-until-asked-with-cd",
            Self::Partial => "validates-some-faults",
            Self::Mixed => "validates-sometimes",
            Self::Broken => "fails-known-good",
            Self::NotValidating => "not-validating",
            Self::Strips => "strips-dnssec",
            Self::NotFound => "not-found",
            Self::Down => "down",
            Self::Garbled => "garbled",
            Self::Refuses => "refuses",
            Self::NoRecursion => "no-recursion",
            Self::Untold => "untold",
        }
    }

    /// Whether clients are kept from broken data; `None` when it could not be told.
    pub fn is_validating(self) -> Option<bool> {
        match self {
            Self::Validates | Self::Behind => Some(true),
            Self::Leaks
            | Self::Partial
            | Self::Mixed
            | Self::Broken
            | Self::NotValidating
            | Self::Strips => Some(false),
            _ => None,
        }
    }
}

/// The names that count, sorted by what one resolver did with them: places in the list.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Broken names that fail with checking alone.
    pub fails: Vec<usize>,
    /// Broken names that fail with checking disabled too.
    pub fails_both: Vec<usize>,
    /// Broken names that are answered.
    pub answers: Vec<usize>,
    /// Broken names that are answered at times.
    pub wavers: Vec<usize>,
    /// Broken names of which nothing is known.
    pub silent: Vec<usize>,
    /// Good names with AD.
    pub authentic: Vec<usize>,
    /// Good names without.
    pub plain: Vec<usize>,
    /// Good names that fail with checking alone.
    pub good_fails: Vec<usize>,
    /// Good names that are not answered either way.
    pub good_silent: Vec<usize>,
    /// Broken names that fail until somebody asks for them with checking disabled.
    pub leaking: usize,
    /// Answered broken names on which another resolver fails, so that they are still broken.
    pub confirmed: Vec<usize>,
}

impl Tally {
    /// Sorts the names that tell of validation.
    pub fn of(
        names: &[DrillName],
        seen: &Observed,
        all: &[Observed],
        left_out: &BTreeMap<usize, String>,
    ) -> Self {
        let mut tally = Self::default();
        for (index, _) in
            controls(names, Expect::Bogus).filter(|(index, _)| !left_out.contains_key(index))
        {
            let place = match seen.reaction(index) {
                Reaction::Fails => &mut tally.fails,
                Reaction::FailsBoth => &mut tally.fails_both,
                Reaction::Authentic | Reaction::Plain => &mut tally.answers,
                Reaction::Wavers => &mut tally.wavers,
                Reaction::Untold => &mut tally.silent,
            };
            place.push(index);
        }
        for (index, _) in
            controls(names, Expect::Secure).filter(|(index, _)| !left_out.contains_key(index))
        {
            let place = match seen.reaction(index) {
                Reaction::Authentic => &mut tally.authentic,
                Reaction::Plain => &mut tally.plain,
                Reaction::Fails | Reaction::Wavers => &mut tally.good_fails,
                Reaction::FailsBoth | Reaction::Untold => &mut tally.good_silent,
            };
            place.push(index);
        }
        let is_broken = |index: &&usize| {
            all.iter()
                .any(|other| other.reaction(**index) == Reaction::Fails)
        };
        let found = tally
            .fails
            .iter()
            .filter_map(|index| seen.found.get(*index));
        tally.leaking = found.filter(|found| found.is_leaking()).count();
        tally.confirmed = tally.answers.iter().filter(is_broken).copied().collect();
        tally
    }

    /// Broken names that it keeps from its clients.
    pub fn rejected(&self) -> usize {
        self.fails.len() + self.fails_both.len()
    }

    /// Known-broken names that count.
    pub fn broken(&self) -> usize {
        self.rejected() + self.answers.len() + self.wavers.len() + self.silent.len()
    }

    /// Known-good names that count.
    pub fn good(&self) -> usize {
        self.authentic.len() + self.plain.len() + self.good_fails.len() + self.good_silent.len()
    }

    /// What all that comes to.
    pub fn standing(&self, seen: &Observed) -> Standing {
        if let Some(standing) = without_service(seen) {
            return standing;
        }
        match (self.of_names(seen), seen.is_stripping) {
            (Standing::Partial | Standing::Mixed | Standing::Broken, true) | (_, false) => {
                self.of_names(seen)
            }
            (_, true) => Standing::Strips,
        }
    }

    fn of_names(&self, seen: &Observed) -> Standing {
        let is_answering = !self.authentic.is_empty() || !self.plain.is_empty();
        let is_wavering = self.wavers.len() >= AGREEMENT
            || (!self.wavers.is_empty()
                && (!self.fails.is_empty() || self.wavers.len() + self.answers.len() >= AGREEMENT));
        if is_wavering && is_answering {
            return Standing::Mixed;
        }
        let is_rejecting = self.rejected() >= AGREEMENT;
        // A broken name that is answered and left alone may have been put right.
        let is_passing = self.answers.len() >= AGREEMENT || !self.confirmed.is_empty();
        let has_ad = !self.authentic.is_empty() || seen.validates_root == Some(true);
        match (is_rejecting, is_passing) {
            (true, true) if self.fails.len() >= AGREEMENT => Standing::Partial,
            (true, false) if !is_answering && !self.good_fails.is_empty() => Standing::Broken,
            (true, false) if !is_answering => Standing::Untold,
            (true, false) if self.leaking >= AGREEMENT => Standing::Leaks,
            (true, false) if self.fails.is_empty() || !has_ad => Standing::Behind,
            (true, false) => Standing::Validates,
            (false, _) if self.rejected() == 0 && self.answers.len() >= AGREEMENT => {
                Standing::NotValidating
            }
            _ => Standing::Untold,
        }
    }
}

/// What keeps a resolver from being one here.
fn without_service(seen: &Observed) -> Option<Standing> {
    if !seen.is_found {
        return Some(Standing::NotFound);
    }
    let mut answers = seen.answers().peekable();
    if answers.peek().is_none() {
        return Some(match seen.silence() {
            Some(Silence::Garbled) => Standing::Garbled,
            _ => Standing::Down,
        });
    }
    let (mut refused, mut without_recursion, mut all) = (0, 0, 0);
    for said in answers {
        all += 1;
        refused += usize::from(said.rcode == Some(Rcode::REFUSED));
        without_recursion += usize::from(!said.is_recursion_available);
    }
    match all {
        _ if without_recursion == all => Some(Standing::NoRecursion),
        _ if refused == all => Some(Standing::Refuses),
        _ => None,
    }
}

fn controls(names: &[DrillName], expect: Expect) -> impl Iterator<Item = (usize, &DrillName)> {
    let numbered = names.iter().enumerate();
    numbered.filter(move |(_, name)| name.tests == Tests::Validation && name.expect == expect)
}

/// The names that do not behave as they should at any resolver that behaves as it should elsewhere.
pub(super) fn left_out(names: &[DrillName], all: &[Observed]) -> BTreeMap<usize, String> {
    let mut out = BTreeMap::new();
    for (index, _) in controls(names, Expect::Bogus) {
        if is_put_right(names, all, index) {
            out.insert(
                index,
                "answered where other broken names fail: put right, or let pass".to_owned(),
            );
        }
    }
    for (index, _) in controls(names, Expect::Secure) {
        if is_no_longer_good(names, all, index) {
            out.insert(
                index,
                "authentic nowhere, although other good names are".to_owned(),
            );
        }
    }
    out
}

/// Whether every resolver that fails on other broken names answers this one. Where there is but one such
/// resolver, it must be the only name that it answers.
fn is_put_right(names: &[DrillName], all: &[Observed], index: usize) -> bool {
    let count = |seen: &Observed, wanted: &[Reaction]| {
        let broken = controls(names, Expect::Bogus);
        broken
            .filter(|(index, _)| wanted.contains(&seen.reaction(*index)))
            .count()
    };
    let rejecting = all
        .iter()
        .filter(|seen| count(seen, &[Reaction::Fails]) >= AGREEMENT);
    let rejecting: Vec<&Observed> = rejecting.collect();
    let answered = [Reaction::Plain, Reaction::Authentic];
    let is_alone = |seen: &&Observed| count(seen, &answered) == 1;
    !rejecting.is_empty()
        && rejecting
            .iter()
            .all(|seen| answered.contains(&seen.reaction(index)))
        && (rejecting.len() > 1 || rejecting.iter().all(is_alone))
}

fn is_no_longer_good(names: &[DrillName], all: &[Observed], index: usize) -> bool {
    let is_authentic = |seen: &Observed, index| seen.reaction(index) == Reaction::Authentic;
    let has_others = |seen: &Observed| {
        controls(names, Expect::Secure).any(|(other, _)| is_authentic(seen, other))
    };
    all.iter().any(has_others) && !all.iter().any(|seen| is_authentic(seen, index))
}
