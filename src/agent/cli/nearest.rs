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

/// Of how many near words a line tells.
const SEVERAL: usize = 3;

/// `; the nearest are …`, at most three of them, or what to do when nothing is near.
pub fn hint_several<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    let lower = word.to_lowercase();
    let limit = (word.chars().count() / 2).max(1);
    let distances = known
        .into_iter()
        .map(|known| (damerau_levenshtein(&lower, &known.to_lowercase()), known));
    let mut near: Vec<_> = distances
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort_unstable();
    near.dedup();
    let near: Vec<_> = near
        .into_iter()
        .take(SEVERAL)
        .map(|(_, known)| known)
        .collect();
    match near.as_slice() {
        [] => format!("; {otherwise}"),
        [one] => format!("; the nearest is {one}"),
        several => format!("; the nearest are {}", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_are_told_nearest_first_and_once() {
        let known = [
            "rrsig-expired",
            "rrsig-expiring",
            "ds-at-apex",
            "rrsig-expired",
        ];
        assert_eq!(
            hint_several("rrsig-expird", known, "see"),
            "; the nearest are rrsig-expired, rrsig-expiring"
        );
        assert_eq!(hint_several("zzz", known, "see"), "; see");
    }

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
