//! Equality, hash and canonical order of names (RFC 4034, section 6.1), without allocating: every index
//! of an audit stands on them.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{MAX_NAME, Name};

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.wire.eq_ignore_ascii_case(&other.wire)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // One write for the whole name costs a fraction of one for each octet.
        let mut lower = [0; MAX_NAME];
        let lower = &mut lower[..self.wire.len()];
        lower.copy_from_slice(&self.wire);
        lower.make_ascii_lowercase();
        state.write(lower);
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.wire == other.wire {
            return Ordering::Equal;
        }
        let (own, others) = (self.label_count(), other.label_count());
        // The rightmost labels that differ decide, and if none do, the number of labels. Read from the left,
        // with the labels that the other name has none for left out, these are the last that differ.
        let more = own.saturating_sub(others);
        let fewer = others.saturating_sub(own);
        let pairs = self.labels().skip(more).zip(other.labels().skip(fewer));
        pairs
            .map(|(a, b)| compare_labels(a, b))
            .filter(|order| order.is_ne())
            .last()
            .unwrap_or_else(|| own.cmp(&others))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare_labels(a: &[u8], b: &[u8]) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let lower = |octet: &u8| octet.to_ascii_lowercase();
    a.iter().map(lower).cmp(b.iter().map(lower))
}
