//! What a resolver answered, name by name, taken at its word.

use super::Interview;
use super::errands::{Errand, Subject};
use super::names::{DrillName, Expect};
use super::sentinel::RootKey;
use crate::dns::{Message, Rcode, RecordType};
use crate::evidence::view::View;
use crate::validate::resolver::{Said, Silence};

/// What was found for one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// With checking, once for each round; empty when it was not asked.
    pub checked: Vec<Said>,
    /// With checking disabled.
    pub unchecked: Option<Said>,
    /// With checking again, once it was asked for without.
    pub afterwards: Option<Said>,
    /// What the first two come to.
    pub reaction: Reaction,
}

/// What a resolver does with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reaction {
    /// It answers and calls the answer authentic.
    Authentic,
    /// It answers without AD.
    Plain,
    /// It fails with checking, and answers without: validation fails there.
    Fails,
    /// It fails with checking and without.
    FailsBoth,
    /// It fails one time and answers another.
    Wavers,
    /// It does not answer, refuses, or was not asked.
    Untold,
}

impl Reaction {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Authentic => "authentic",
            Self::Plain => "answered",
            Self::Fails => "validation-fails",
            Self::FailsBoth => "fails",
            Self::Wavers => "wavers",
            Self::Untold => "untold",
        }
    }

    /// Whether that is what a validator does; `None` when it cannot be told.
    pub fn is_as(self, expect: Expect) -> Option<bool> {
        match (self, expect) {
            (Self::Untold, _) => None,
            // The data may be out of reach.
            (Self::FailsBoth, Expect::Secure | Expect::Insecure) => None,
            (Self::Authentic, _) => Some(expect == Expect::Secure),
            (Self::Plain, _) => Some(expect == Expect::Insecure),
            (Self::Fails | Self::FailsBoth, _) => Some(expect == Expect::Bogus),
            (Self::Wavers, _) => Some(false),
        }
    }
}

/// All that one resolver answered.
#[derive(Debug, Clone)]
pub(super) struct Observed {
    /// Whether there is an address to ask.
    pub is_found: bool,
    /// For each name of the list.
    pub found: Vec<Found>,
    /// For each root key: is-ta and not-ta.
    pub keys: Vec<[Found; 2]>,
    /// Whether it calls the SOA of the root authentic; `None` when it did not answer.
    pub validates_root: Option<bool>,
    /// Whether it answers, and not one signature came with anything that was answered.
    pub is_stripping: bool,
    /// The tags of the keys that the root's DNSKEY RRset is signed with, as the resolver hands it out.
    pub root_signers: Vec<u16>,
    /// Everything it said, in no order that matters.
    pub all: Vec<Said>,
}

impl Observed {
    /// Reads the exchanges of one interview.
    pub fn read(
        names: &[DrillName],
        keys: &[RootKey],
        plan: &[Errand],
        interview: &Interview,
    ) -> Self {
        let mut seen = Self {
            is_found: interview.resolver.address.is_some(),
            found: names.iter().map(|_| Found::none()).collect(),
            keys: keys
                .iter()
                .map(|_| [Found::none(), Found::none()])
                .collect(),
            validates_root: None,
            is_stripping: false,
            root_signers: Vec::new(),
            all: Vec::new(),
        };
        for (errand, exchanges) in plan.iter().zip(&interview.heard) {
            let view = View::new(exchanges.clone());
            let view = view.through(&interview.resolver, errand.is_checking_disabled);
            let said = Said::read(&view, interview.resolver.address, &errand.question);
            seen.take(errand, said, &view);
        }
        let rest = seen.found.iter_mut().chain(seen.keys.iter_mut().flatten());
        rest.for_each(|found| found.reaction = reaction(&found.checked, found.unchecked.as_ref()));
        let has_keys = !seen.root_signers.is_empty();
        seen.is_stripping &= !has_keys && seen.all.iter().all(|said| !said.has_signatures);
        seen
    }

    fn take(&mut self, errand: &Errand, said: Said, view: &View) {
        let found = match errand.subject {
            Subject::Root => {
                self.validates_root = said.is_answer().then_some(said.is_authentic);
                None
            }
            Subject::RootKeys => {
                self.is_stripping = said.rcode == Some(Rcode::NOERROR);
                let messages = view.heard().iter().filter_map(|heard| heard.usable());
                self.root_signers = messages.flat_map(signers).collect();
                None
            }
            Subject::Name(index) => self.found.get_mut(index),
            Subject::Afterwards(index) => {
                if let Some(found) = self.found.get_mut(index) {
                    found.afterwards = Some(said);
                }
                return;
            }
            Subject::IsTrusted(index) => self.keys.get_mut(index).map(|both| &mut both[0]),
            Subject::IsNotTrusted(index) => self.keys.get_mut(index).map(|both| &mut both[1]),
        };
        self.all.push(said.clone());
        match found {
            Some(found) if errand.is_checking_disabled => found.unchecked = Some(said),
            Some(found) => found.checked.push(said),
            None => {}
        }
    }

    /// What it did with a name.
    pub fn reaction(&self, index: usize) -> Reaction {
        self.found
            .get(index)
            .map_or(Reaction::Untold, |found| found.reaction)
    }

    /// Everything that came with a response code.
    pub fn answers(&self) -> impl Iterator<Item = &Said> {
        self.all.iter().filter(|said| said.rcode.is_some())
    }

    /// Why nothing came, as far as that is the same throughout.
    pub fn silence(&self) -> Option<&Silence> {
        let mut silences = self.all.iter().filter_map(|said| said.silence.as_ref());
        let garbled = self.all.iter().filter_map(|said| said.silence.as_ref());
        let garbled = garbled
            .into_iter()
            .find(|silence| **silence == Silence::Garbled);
        garbled.or_else(|| silences.next())
    }
}

/// The tags of the keys whose signatures stand in a DNSKEY answer.
fn signers(message: &Message) -> Vec<u16> {
    let signatures = message
        .answer
        .iter()
        .filter(|record| record.rtype == RecordType::RRSIG);
    // Type covered, algorithm, labels, TTL and both times come first: 16 octets (RFC 4034, section 3.1).
    let tag = |record: &crate::dns::Record| {
        let octets = record.rdata.get(16..18)?;
        Some(u16::from_be_bytes([octets[0], octets[1]]))
    };
    signatures.filter_map(tag).collect()
}

impl Found {
    fn none() -> Self {
        Self {
            checked: Vec::new(),
            unchecked: None,
            afterwards: None,
            reaction: Reaction::Untold,
        }
    }

    /// Whether it is handed out to those who check once somebody asked without: kept from before.
    pub fn is_leaking(&self) -> bool {
        self.reaction == Reaction::Fails && self.afterwards.as_ref().is_some_and(Said::is_answer)
    }

    /// The extended errors that came, each once, in words.
    pub fn hints(&self) -> Vec<String> {
        let all = self.checked.iter().chain(&self.unchecked);
        let errors: std::collections::BTreeSet<_> =
            all.flat_map(|said| &said.extended_errors).collect();
        errors.into_iter().map(|error| error.in_words()).collect()
    }
}

/// What the answers with checking and the one without come to.
fn reaction(checked: &[Said], unchecked: Option<&Said>) -> Reaction {
    let is_refused =
        |said: &&Said| said.rcode == Some(Rcode::REFUSED) || !said.is_recursion_available;
    let told: Vec<&Said> = checked
        .iter()
        .filter(|said| said.rcode.is_some() && !is_refused(said))
        .collect();
    let answers = told.iter().filter(|said| said.is_answer()).count();
    match (told.len(), answers) {
        (0, _) => Reaction::Untold,
        (all, answers) if all == answers => match told.iter().any(|said| said.is_authentic) {
            true => Reaction::Authentic,
            false => Reaction::Plain,
        },
        (_, 0) => match unchecked {
            Some(said) if said.is_answer() => Reaction::Fails,
            Some(said) if said.rcode.is_some() => Reaction::FailsBoth,
            _ => Reaction::Untold,
        },
        _ => Reaction::Wavers,
    }
}
