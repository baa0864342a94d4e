//! Names as octets in lower case, where a `Name` for each of millions would be too much.

use std::cmp::Ordering;

use crate::dns::Name;

/// Greatest number of labels of a name, the root label not counted.
const MAX_LABELS: usize = 127;

/// Where each label begins, from the left.
struct Labels {
    starts: [u8; MAX_LABELS],
    count: usize,
}

fn labels(name: &[u8]) -> Labels {
    let mut labels = Labels {
        starts: [0; MAX_LABELS],
        count: 0,
    };
    let mut at = 0;
    while let Some(&length) = name.get(at) {
        if length == 0 || labels.count == MAX_LABELS {
            break;
        }
        labels.starts[labels.count] = at as u8;
        labels.count += 1;
        at += 1 + usize::from(length);
    }
    labels
}

fn label(name: &[u8], at: u8) -> &[u8] {
    let at = usize::from(at);
    &name[at + 1..at + 1 + usize::from(name[at])]
}

/// Canonical order (RFC 4034, section 6.1).
pub fn compare(one: &[u8], two: &[u8]) -> Ordering {
    if one == two {
        return Ordering::Equal;
    }
    let (ones, twos) = (labels(one), labels(two));
    let pairs = ones.starts[..ones.count]
        .iter()
        .rev()
        .zip(twos.starts[..twos.count].iter().rev());
    for (a, b) in pairs {
        match label(one, *a).cmp(label(two, *b)) {
            Ordering::Equal => {}
            order => return order,
        }
    }
    ones.count.cmp(&twos.count)
}

/// Number of labels, the root label not counted.
pub fn label_count(name: &[u8]) -> usize {
    labels(name).count
}

/// As the RRSIG Labels field counts: without root and without a leading `*` (RFC 4034, section 3.1.3).
pub fn rrsig_labels(name: &[u8]) -> usize {
    label_count(name) - usize::from(name.starts_with(&[1, b'*']))
}

/// Whether `name` is `ancestor` or lies below it.
pub fn is_at_or_below(name: &[u8], ancestor: &[u8]) -> bool {
    let Some(extra) = name.len().checked_sub(ancestor.len()) else {
        return false;
    };
    if name[extra..] != *ancestor {
        return false;
    }
    let mut at = 0;
    while at < extra {
        at += 1 + usize::from(name[at]);
    }
    at == extra
}

/// Whether `name` lies below `ancestor` and is not the same.
pub fn is_below(name: &[u8], ancestor: &[u8]) -> bool {
    name.len() > ancestor.len() && is_at_or_below(name, ancestor)
}

/// The name without its leftmost label; the root itself at the root.
pub fn parent(name: &[u8]) -> &[u8] {
    match name.first() {
        Some(&length) if length > 0 => &name[1 + usize::from(length)..],
        _ => name,
    }
}

/// For messages.
pub fn shown(name: &[u8]) -> String {
    Name::from_wire(name).map_or_else(|_| "(no name)".to_owned(), |name| name.to_string())
}

/// The length of the name that `octets` begin with.
pub fn name_length(octets: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let length = usize::from(*octets.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
        if length > 63 || at > 255 {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_ancestry_are_those_of_names() {
        let texts = [
            ".", "a.", "b.", "ab.", "a.b.", "*.b.", "a.a.b.", "\\000.b.", "z.a.b.", "aa.b.",
        ];
        let names: Vec<Name> = texts.iter().map(|text| text.parse().unwrap()).collect();
        for one in &names {
            for two in &names {
                assert_eq!(compare(one.wire(), two.wire()), one.cmp(two), "{one} {two}");
                assert_eq!(
                    is_at_or_below(one.wire(), two.wire()),
                    one.is_at_or_below(two)
                );
                assert_eq!(is_below(one.wire(), two.wire()), one.is_below(two));
            }
            assert_eq!(rrsig_labels(one.wire()), one.rrsig_labels());
            assert_eq!(name_length(one.wire()), Some(one.wire().len()));
        }
    }
}
