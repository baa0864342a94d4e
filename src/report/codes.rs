//! Codes of findings that were renamed: whoever silenced, weighed or looked up the old one keeps what they had.
//!
//! A code is never used again for something else, so an old one can always be followed.

/// Each old code with the one that took its place.
pub const RENAMED: &[(&str, &str)] = &[];

/// The code in use for `code`, which may be an old one.
pub fn current(code: &str) -> &str {
    follow(RENAMED, code)
}

/// `code` and every old code that leads to it.
pub fn names_of(code: &str) -> impl Iterator<Item = &str> {
    let is_old = move |(old, _): &&(&'static str, &'static str)| current(old) == code;
    let old = RENAMED.iter().filter(is_old).map(|(old, _)| *old);
    std::iter::once(code).chain(old)
}

/// Follows a code that may have been renamed more than once. The table bounds the steps, so a ring in it
/// ends too.
fn follow<'a>(table: &[(&'static str, &'static str)], code: &'a str) -> &'a str {
    let mut found = code;
    for _ in table {
        match table.iter().find(|(old, _)| *old == found) {
            Some((_, new)) => found = new,
            None => break,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_followed_through_every_rename() {
        let table = &[("a", "b"), ("b", "c"), ("x", "c")];
        for (code, found) in [
            ("a", "c"),
            ("b", "c"),
            ("x", "c"),
            ("c", "c"),
            ("new", "new"),
        ] {
            assert_eq!(follow(table, code), found, "{code}");
        }
    }

    #[test]
    fn a_ring_ends() {
        assert_eq!(follow(&[("a", "b"), ("b", "a")], "a"), "a");
    }

    #[test]
    fn every_name_of_a_code_leads_back_to_it() {
        for (old, new) in RENAMED {
            assert_ne!(old, new);
            assert!(names_of(current(new)).any(|name| name == *old), "{old}");
        }
        assert_eq!(names_of("anything").next(), Some("anything"));
    }
}
