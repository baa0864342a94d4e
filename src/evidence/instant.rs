//! Instants as text that gives the same instant back.
//!
//! RFC 3339, except for the years that it has no room for: those are `@` and seconds since 1970.

use crate::dns::Timestamp;

/// The instant as text.
pub fn write(time: Timestamp) -> String {
    let text = time.to_string();
    if text.parse() == Ok(time) {
        text
    } else {
        format!("@{}", time.0)
    }
}

/// Reads what [`write()`] gives, and any other RFC 3339 form. `None` when the text is neither.
pub fn read(text: &str) -> Option<Timestamp> {
    match text.strip_prefix('@') {
        Some(seconds) => seconds.parse().ok().map(Timestamp),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_comes_back() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (-62_167_219_201, "@-62167219201"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "@253402300800"),
            (i64::MAX, "@9223372036854775807"),
            (i64::MIN, "@-9223372036854775808"),
        ] {
            assert_eq!(write(Timestamp(seconds)), text);
            assert_eq!(read(text), Some(Timestamp(seconds)));
        }
        assert_eq!(read("@"), None);
        assert_eq!(read("yesterday"), None);
    }
}
