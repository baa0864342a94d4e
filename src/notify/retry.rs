//! When a message is sent again: the schedule of Standard Webhooks 1.0.0, with jitter.
//!
//! Ten attempts over some three days; then the message is dead, which somebody is told by another way. An
//! answer 410 means that nobody is there any more, and ends all attempts for the endpoint at once. The
//! jitter is a hash of message and attempt, so that a thousand messages that failed together do not come
//! back together, and a replay of the same history gives the same instants.

use crate::crypto::sha256;
use crate::dns::Timestamp;

/// Seconds to wait after each attempt that failed: Standard Webhooks 1.0.0, "Retry schedule".
pub const SCHEDULE: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Longest wait that a receiver may ask for with Retry-After, in seconds.
const MOST: i64 = 86_400;

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A status, and the seconds of Retry-After if it had any.
    Status(u16, Option<i64>),
    /// No whole answer; why, in words.
    None(String),
}

impl Answer {
    /// Whether the receiver has the message.
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Status(200..=299, _))
    }

    /// Whether the receiver is in trouble as a whole, and not just with this message (429, 502, 503, 504,
    /// or silence), so that other messages may wait as well.
    pub fn is_of_endpoint(&self) -> bool {
        matches!(self, Self::None(_) | Self::Status(429 | 502..=504, _))
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status, None) => write!(f, "status {status}"),
            Self::Status(status, Some(after)) => {
                write!(f, "status {status}, Retry-After {after} s")
            }
            Self::None(problem) => f.write_str(problem),
        }
    }
}

/// What happens to the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It has arrived.
    Done,
    /// It is sent again.
    At(Timestamp),
    /// It was sent often enough.
    Dead,
    /// Nobody is there any more.
    Gone,
}

/// What follows after the attempt number `attempt`, the first being 1, ended at `now`.
pub fn next(schedule: &[i64], id: &str, attempt: u32, answer: &Answer, now: Timestamp) -> Next {
    let after = match answer {
        Answer::Status(200..=299, _) => return Next::Done,
        Answer::Status(410, _) => return Next::Gone,
        Answer::Status(_, after) => after.unwrap_or(0).clamp(0, MOST),
        Answer::None(_) => 0,
    };
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    match schedule.get(index) {
        Some(wait) => Next::At(now.plus(jittered(*wait, id, attempt).max(after))),
        None => Next::Dead,
    }
}

/// Up to a tenth longer.
fn jittered(wait: i64, id: &str, attempt: u32) -> i64 {
    let hash = sha256(format!("{id} {attempt}").as_bytes());
    let number = i64::from(u32::from_be_bytes([0, hash[0], hash[1], hash[2]]));
    wait + number % (wait / 10 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000);

    fn status(status: u16) -> Answer {
        Answer::Status(status, None)
    }

    #[test]
    fn ten_attempts_over_three_days_and_then_it_is_dead() {
        let mut now = NOW;
        for attempt in 1..=9 {
            let Next::At(at) = next(&SCHEDULE, "msg_1", attempt, &status(500), now) else {
                panic!("attempt {attempt}");
            };
            let wait = SCHEDULE[attempt as usize - 1];
            assert!((wait..=wait + wait / 10).contains(&at.since(now)));
            now = at;
        }
        assert!((250_000..320_000).contains(&now.since(NOW)));
        assert_eq!(next(&SCHEDULE, "msg_1", 10, &status(500), now), Next::Dead);
    }

    #[test]
    fn a_receiver_says_when_and_whether_at_all() {
        let throttled = Answer::Status(429, Some(60));
        assert_eq!(
            next(&SCHEDULE, "m", 1, &throttled, NOW),
            Next::At(NOW.plus(60))
        );
        let absurd = Answer::Status(503, Some(i64::MAX));
        assert_eq!(
            next(&SCHEDULE, "m", 1, &absurd, NOW),
            Next::At(NOW.plus(MOST))
        );
        assert_eq!(next(&SCHEDULE, "m", 1, &status(410), NOW), Next::Gone);
        assert_eq!(next(&SCHEDULE, "m", 1, &status(204), NOW), Next::Done);
        assert!(matches!(
            next(&SCHEDULE, "m", 1, &status(302), NOW),
            Next::At(_)
        ));
    }

    #[test]
    fn jitter_spreads_and_repeats() {
        let at = |id: &str| next(&SCHEDULE, id, 2, &status(500), NOW);
        assert_eq!(at("a"), at("a"));
        let instants: std::collections::BTreeSet<_> = (0..100)
            .map(|id| match at(&id.to_string()) {
                Next::At(at) => at,
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(instants.len() > 15, "{}", instants.len());
    }
}
