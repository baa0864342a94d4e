//! Whether a resolver validates, in one sentence with what it rests on.

use super::names::DrillName;
use super::observed::Observed;
use super::standing::{Standing, Tally};

/// "validates: it fails on 4 of 4 known-broken names, …"; the resolver's name stands before it.
pub(super) fn sentence(
    names: &[DrillName],
    standing: Standing,
    tally: &Tally,
    seen: &Observed,
) -> String {
    match standing {
        Standing::Validates => validates(tally),
        Standing::Behind => behind(tally),
        Standing::Leaks => format!(
            "is behind something that validates, and undoes it: {}, but answers {} of them once somebody has asked with checking disabled",
            rejects(tally),
            tally.leaking
        ),
        Standing::Partial => partial(names, tally),
        Standing::Mixed => format!(
            "validates only sometimes: it fails on {} one time and answers the next; several resolvers stand behind this address, and not all validate",
            broken(tally.wavers.len())
        ),
        Standing::Broken => format!(
            "fails on {} of {} known-good names, which it hands out with checking disabled: its clock, its trust anchor, or its way to the servers is wrong",
            tally.good_fails.len(),
            tally.good()
        ),
        Standing::NotValidating => not_validating(tally),
        Standing::Strips => strips(tally),
        Standing::NotFound => "has no address: the name does not resolve here".to_owned(),
        Standing::Down => {
            let why = seen
                .silence()
                .map_or("it was not asked".to_owned(), ToString::to_string);
            format!("does not answer: {why}")
        }
        Standing::Garbled => "sends what does not answer the questions".to_owned(),
        Standing::Refuses => "refuses to answer this client (REFUSED)".to_owned(),
        Standing::NoRecursion => {
            "offers no recursion (RA clear): it is no resolver, or none for this client".to_owned()
        }
        Standing::Untold => format!("could not be told apart: {}", untold(tally)),
    }
}

fn broken(count: usize) -> String {
    match count {
        1 => "a known-broken name".to_owned(),
        _ => format!("{count} known-broken names"),
    }
}

fn rejects(tally: &Tally) -> String {
    format!(
        "it fails on {} of {} known-broken names",
        tally.rejected(),
        tally.broken()
    )
}

fn authentic(tally: &Tally) -> String {
    format!(
        "calls {} of {} known-good names authentic (AD)",
        tally.authentic.len(),
        tally.good()
    )
}

fn validates(tally: &Tally) -> String {
    let handed_out = match tally.fails_both.is_empty() {
        true => "which it hands out with checking disabled",
        false => "most of which it hands out with checking disabled",
    };
    format!(
        "validates: {}, {handed_out}, and {}",
        rejects(tally),
        authentic(tally)
    )
}

fn behind(tally: &Tally) -> String {
    match tally.fails.is_empty() {
        true => format!(
            "is behind something that validates, or ignores CD: {}, with checking disabled too, and {}",
            rejects(tally),
            authentic(tally)
        ),
        false => format!(
            "is behind something that validates, or keeps AD back: {}, but calls no good name authentic (AD)",
            rejects(tally)
        ),
    }
}

/// Of how many names a sentence tells.
const SEVERAL: usize = 3;

fn partial(names: &[DrillName], tally: &Tally) -> String {
    let answered = tally.answers.iter().filter_map(|index| names.get(*index));
    let mut words: Vec<String> = answered.map(|name| name.name.to_string()).collect();
    let rest = words.len().saturating_sub(SEVERAL);
    words.truncate(SEVERAL);
    if rest > 0 {
        words.push(format!("{rest} more"));
    }
    format!(
        "validates some faults and not others: {}, and answers {} each time: a negative trust anchor there, or a kind of fault that it lets pass",
        rejects(tally),
        words.join(", ")
    )
}

fn not_validating(tally: &Tally) -> String {
    let answers = format!(
        "does not validate: it answers {} of {} known-broken names",
        tally.answers.len(),
        tally.broken()
    );
    match tally.authentic.len() {
        0 => answers,
        _ => format!("{answers}, although it {}", authentic(tally)),
    }
}

fn strips(tally: &Tally) -> String {
    let stripped = "strips DNSSEC: not one signature came with its answers, although DO was set, so nobody behind it can validate";
    match (tally.rejected(), tally.answers.len()) {
        (0 | 1, _) => stripped.to_owned(),
        (_, 0) => format!(
            "{stripped}; something behind it validates: {}",
            rejects(tally)
        ),
        _ => format!("{stripped}; {}", rejects(tally)),
    }
}

fn untold(tally: &Tally) -> String {
    let (broken, silent) = (tally.broken(), tally.silent.len());
    if broken < 2 {
        return format!(
            "two known-broken names must agree, and there {}",
            match broken {
                0 => "is none",
                _ => "is one",
            }
        );
    }
    if tally.good() > 0 && tally.good_silent.len() == tally.good() {
        return "it answers no known-good name, with checking or without".to_owned();
    }
    if silent > 0 && tally.rejected() + tally.answers.len() < 2 {
        return format!("nothing came for {silent} of {broken} known-broken names");
    }
    format!(
        "it fails on {} of {broken} known-broken names and answers {}",
        tally.rejected(),
        tally.answers.len() + tally.wavers.len()
    )
}
