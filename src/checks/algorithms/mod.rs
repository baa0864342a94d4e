//! Algorithms in use, against the IANA registry.

pub mod algorithm_all_deprecated;
pub mod algorithm_must_not_use;
pub mod algorithm_not_for_zone_signing;
pub mod algorithm_not_recommended;
pub mod algorithm_policy_violation;
pub mod algorithm_unassigned;
pub mod algorithm_unsupported;
pub mod algorithm_validation_prohibited;

use std::collections::{BTreeMap, BTreeSet};

use super::delegation::{ds_name, key_name, list, published};
use super::keys::keys;
use super::{Context, Statement};
use crate::crypto::Algorithm;
use crate::dns::Name;
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{Arrival, EntryPoint};

/// An algorithm that keys or DS records of a zone have.
#[derive(Default)]
pub struct Use {
    /// "DNSKEY 12345 (…)", each once.
    pub keys: Vec<String>,
    /// "DS 12345 (…)", each once.
    pub ds: Vec<String>,
    /// The tags of both.
    pub tags: BTreeSet<u16>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

/// One statement for each algorithm of each zone of which `words` has something to say. With `of_keys`
/// alone DS records do not count. The words follow "example. uses RSASHA1 (DNSKEY …): ".
pub fn state_each(
    context: &Context<'_>,
    of_keys: bool,
    words: impl Fn(Algorithm) -> Option<(String, String)>,
) -> Vec<Statement> {
    let found = uses(context);
    let states = found.iter().filter_map(|((apex, algorithm), used)| {
        if of_keys && used.keys.is_empty() {
            return None;
        }
        let (text, fix) = words(*algorithm)?;
        let names = [&used.keys[..], &used.ds[..]].concat();
        let tags: Vec<_> = used.tags.iter().map(u16::to_string).collect();
        Some(
            Statement::new(
                apex,
                format!("{apex} uses {algorithm} ({}): {text}", list(&names)),
            )
            .reach(reach(context, apex))
            .about("algorithm", algorithm)
            .about("key_tag", tags.join(", "))
            .fix(fix)
            .shown_by(used.evidence.iter().copied()),
        )
    });
    states.collect()
}

/// Where no chain leads to a zone, nothing is lost by its algorithms.
fn reach(context: &Context<'_>, apex: &Name) -> Reach {
    match context.chain.zone(apex).map(|zone| &zone.arrival) {
        Some(Arrival::Ended(..)) => Reach::Harmless,
        _ => Reach::Everywhere,
    }
}

fn uses<'a>(context: &Context<'a>) -> BTreeMap<(&'a Name, Algorithm), Use> {
    let mut found: BTreeMap<_, Use> = BTreeMap::new();
    for one in keys(context) {
        let used = found.entry((&one.zone.apex, one.algorithm())).or_default();
        used.keys.push(key_name(one.key));
        used.tags.insert(one.key.key_tag());
        used.evidence.extend(one.evidence);
    }
    for one in published(context) {
        let algorithm = Algorithm(one.ds.algorithm);
        let used = found.entry((&one.zone.apex, algorithm)).or_default();
        used.tags.insert(one.ds.key_tag);
        used.ds.push(ds_name(&EntryPoint::Ds(one.ds)));
        used.evidence.extend(one.evidence);
    }
    found
}
