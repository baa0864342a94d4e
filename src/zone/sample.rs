//! A random sample of the names of a zone, the same for the same seed.

use std::collections::BTreeSet;

use super::names::{Kind, Node};

/// The places of the names that the zone answers for and that have signatures.
pub fn candidates(nodes: &[Node]) -> impl Iterator<Item = usize> {
    let all = nodes.iter().enumerate();
    let signed = all.filter(|(_, node)| node.kind.is_inside() && node.has.signature());
    signed.map(|(at, _)| at)
}

/// `count` of the names that the zone answers for, each as likely as any other (Knuth, volume 2, algorithm
/// 3.4.2 S), by the numbers of SplitMix64.
pub fn chosen(nodes: &[Node], count: usize, seed: u64) -> BTreeSet<usize> {
    let candidates: Vec<usize> = candidates(nodes).collect();
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    };
    // The keys at the apex decide about all others, so it is looked at whatever chance says.
    let apex = (0..nodes.len()).filter(|at| nodes[*at].kind == Kind::Apex);
    let always: BTreeSet<usize> = apex.collect();
    let mut chosen = BTreeSet::new();
    for (seen, index) in candidates.iter().enumerate() {
        let (left, needed) = (candidates.len() - seen, count - chosen.len());
        if needed == 0 {
            break;
        }
        if next() % (left as u64) < needed as u64 {
            chosen.insert(*index);
        }
    }
    chosen.extend(always);
    chosen
}
