//! Instants, and the 32-bit times of RRSIG records.
//!
//! An RRSIG carries the low 32 bits of seconds since 1970 and is compared by serial arithmetic
//! (RFC 4034, section 3.1.5; RFC 1982). A [`Serial`] is such a value; placed beside a [`Timestamp`] it
//! becomes the instant nearest to it, so that comparisons go on working across 2106.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

/// An instant in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A 32-bit value compared by RFC 1982: an RRSIG time or an SOA serial.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Serial(pub u32);

impl Serial {
    /// The instant with these low 32 bits that is nearest to `now`.
    ///
    /// Exactly 2^31 seconds away both ways, where RFC 1982 leaves the comparison undefined, the past is
    /// chosen, so that an undefined expiration never counts as valid.
    pub fn near(self, now: Timestamp) -> Timestamp {
        let low = now.0 as u32;
        let ahead = self.0.wrapping_sub(low) as i32;
        Timestamp(now.0 + i64::from(ahead))
    }

    /// Whether this serial is greater than `other` (RFC 1982, section 3.2); `None` where that is undefined.
    pub fn is_after(self, other: Self) -> Option<bool> {
        match self.0.wrapping_sub(other.0) {
            0 => Some(false),
            0x8000_0000 => None,
            ahead => Some(ahead < 0x8000_0000),
        }
    }
}

impl Timestamp {
    /// The low 32 bits, as an RRSIG carries them.
    pub fn serial(self) -> Serial {
        Serial(self.0 as u32)
    }

    /// This instant moved by `seconds`, kept inside the range of the type.
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this instant; negative when it lies before.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn utc(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.0, 0)
    }

    /// The form `YYYYMMDDHHmmSS` of RRSIG presentation (RFC 4034, section 3.2).
    pub fn compact(self) -> String {
        match self.utc() {
            Some(time) => time.format("%Y%m%d%H%M%S").to_string(),
            None => self.0.to_string(),
        }
    }

    /// Reads `YYYYMMDDHHmmSS`.
    pub fn from_compact(text: &str) -> Option<Self> {
        let time = NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok()?;
        Some(Self(time.and_utc().timestamp()))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.utc() {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => write!(f, "{}s", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnInstant;

impl fmt::Display for NotAnInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an RFC 3339 instant such as 2027-01-01T00:00:00Z")
    }
}

impl std::error::Error for NotAnInstant {}

impl FromStr for Timestamp {
    type Err = NotAnInstant;

    /// Reads RFC 3339, with any offset; fractions of a second are dropped. Without seconds, as ISO 8601 allows
    /// and people type, it is the full minute.
    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        let whole = DateTime::parse_from_rfc3339(text);
        let time = whole.or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"));
        let time = time.or_else(|_| {
            let text = text.replace(['Z', 'z'], "+00:00");
            DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M%:z")
        });
        Ok(Self(time.map_err(|_| NotAnInstant)?.timestamp()))
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A length of time for people: the two greatest units, such as `3d 4h` or `12s`.
pub fn humane(seconds: i64) -> String {
    let total = seconds.unsigned_abs();
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let mut rest = total;
    let mut parts = Vec::new();
    for (unit, length) in units {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            parts.push(format!("{count}{unit}"));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() {
        return "0s".to_owned();
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_may_stop_at_the_minute() {
        let read = |text: &str| text.parse::<Timestamp>().ok();
        let minute = read("2026-12-01T06:00:00Z");
        assert!(minute.is_some());
        assert_eq!(read("2026-12-01T06:00Z"), minute);
        assert_eq!(read("2026-12-01T08:00+02:00"), minute);
        assert_eq!(read("2026-12-01T06Z"), None);
        assert_eq!(read("2026-12-01T06:00"), None);
    }

    #[test]
    fn serial_times_work_across_2106() {
        let now: Timestamp = "2106-02-07T06:28:10Z".parse().unwrap();
        let later = now.plus(86_400);
        assert!(later.0 > i64::from(u32::MAX));
        assert_eq!(later.serial().near(now), later);
        assert_eq!(now.serial().near(later), now);
    }

    #[test]
    fn the_undefined_distance_counts_as_past() {
        let now = Timestamp(1_800_000_000);
        let opposite = Serial((1_800_000_000_u32).wrapping_add(0x8000_0000));
        assert!(opposite.near(now) < now);
    }

    #[test]
    fn serial_order_is_that_of_rfc_1982() {
        assert_eq!(Serial(1).is_after(Serial(0)), Some(true));
        assert_eq!(Serial(0).is_after(Serial(u32::MAX)), Some(true));
        assert_eq!(Serial(0).is_after(Serial(0)), Some(false));
        assert_eq!(Serial(0x8000_0000).is_after(Serial(0)), None);
    }

    #[test]
    fn texts_round_trip() {
        let time: Timestamp = "2026-11-21T12:00:00+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-21T11:00:00Z");
        assert_eq!(time.compact(), "20261121110000");
        assert_eq!(Timestamp::from_compact("20261121110000"), Some(time));
        assert!("tomorrow".parse::<Timestamp>().is_err());
    }

    #[test]
    fn lengths_are_humane() {
        assert_eq!(humane(0), "0s");
        assert_eq!(humane(90), "1m 30s");
        assert_eq!(humane(86_400 * 3 + 3_600 * 4 + 5), "3d 4h");
        assert_eq!(humane(-3_600), "1h");
    }
}
