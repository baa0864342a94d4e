//! The word that was probably meant.

use strsim::damerau_levenshtein;

/// The word of `known` nearest to `word` in edits, letter case aside; `None` when more than half of
/// `word` would have to change.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let limit = (word.chars().count() / 2).max(1);
    let distances = known
        .into_iter()
        .map(|known| (damerau_levenshtein(&lower, &known.to_lowercase()), known));
    let best = distances.min_by_key(|(distance, _)| *distance);
    best.filter(|(distance, _)| *distance <= limit)
        .map(|(_, known)| known)
}

/// `; the nearest is …`, or what to do when nothing is near.
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    match nearest(word, known) {
        Some(known) => format!("; the nearest is {known}"),
        None => format!("; {otherwise}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_nonsense_is_not() {
        let known = ["audit", "drill", "lab", "explain"];
        for (word, found) in [
            ("audti", Some("audit")),
            ("DRIL", Some("drill")),
            ("explian", Some("explain")),
            ("frobnicate", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), found, "{word}");
        }
    }
}
