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
        let (own, others) = (LabelStarts::of(self), LabelStarts::of(other));
        let labels = own.labels().rev().zip(others.labels().rev());
        labels
            .map(|(a, b)| compare_labels(a, b))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| own.count.cmp(&others.count))
    }
}

/// Where the labels of a name begin, so that they can be read from the right without allocating.
struct LabelStarts<'a> {
    wire: &'a [u8],
    starts: [u8; MAX_NAME / 2],
    count: usize,
}

impl<'a> LabelStarts<'a> {
    fn of(name: &'a Name) -> Self {
        let (mut starts, mut count) = ([0; MAX_NAME / 2], 0);
        let mut at = 0_u8;
        while name.wire[usize::from(at)] > 0 {
            starts[count] = at;
            count += 1;
            at += 1 + name.wire[usize::from(at)];
        }
        Self {
            wire: &name.wire,
            starts,
            count,
        }
    }

    fn labels(&self) -> impl DoubleEndedIterator<Item = &'a [u8]> + ExactSizeIterator + '_ {
        let wire = self.wire;
        self.starts[..self.count].iter().map(move |&start| {
            let start = usize::from(start);
            &wire[start + 1..=start + usize::from(wire[start])]
        })
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare_labels(a: &[u8], b: &[u8]) -> Ordering {
    let lower = |octet: &u8| octet.to_ascii_lowercase();
    a.iter().map(lower).cmp(b.iter().map(lower))
}
