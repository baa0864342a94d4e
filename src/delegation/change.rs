//! What should stand at the parent, against what does.
//!
//! CDS and CDNSKEY say what the zone wants, where they may be acted on; else each key that signs the
//! DNSKEY RRset is to have its DS.

use super::digest::{ds_of, is_of, may_be_used};
use super::facts::Facts;
use super::wish::Wish;
use crate::crypto::DigestType;
use crate::dns::{Dnskey, Ds};

/// What should be published, what is lacking and what is too much.
pub(super) struct Change {
    /// Wanted, and lacking at some parent server.
    pub publish: Vec<Ds>,
    /// Published, and not wanted.
    pub withdraw: Vec<Ds>,
    /// All that is wanted.
    pub wanted: Vec<Ds>,
}

impl Change {
    /// The change of a delegation whose chain holds, in words.
    pub fn summary(&self) -> String {
        let (publish, withdraw) = (self.publish.len(), self.withdraw.len());
        match (publish, withdraw) {
            (0, 0) => {
                "the chain holds; a key that signs has no DS, and none is asked for".to_owned()
            }
            (0, _) => format!("the chain holds; withdraw {}", counted(withdraw)),
            (_, 0) => format!("the chain holds; publish {}", counted(publish)),
            _ => format!(
                "the chain holds; publish {}, then withdraw {}",
                counted(publish),
                counted(withdraw)
            ),
        }
    }
}

/// "2 DS".
pub(super) fn counted(count: usize) -> String {
    format!("{count} DS")
}

/// Compares what should be published with what is.
pub(super) fn change(facts: &Facts, wish: &Wish, digests: &[DigestType]) -> Change {
    let published = facts.published_anywhere();
    let wanted = match wish {
        Wish::Delete => Vec::new(),
        Wish::Set { ds, .. } if digests.is_empty() => ds.clone(),
        _ => facts
            .live_keys()
            .into_iter()
            .flat_map(|key| wanted_of(facts, key, &published, digests))
            .collect(),
    };
    let lacking = |ds: &&Ds| !facts.is_everywhere(ds);
    // A DS that some server's keys rest on stays as long as nothing wanted leads there.
    let is_needed = |ds: &Ds| {
        let mut forsaken = facts
            .answering_children()
            .filter(|child| !facts.set_leads(&wanted, child));
        *wish != Wish::Delete && forsaken.any(|child| facts.leads(ds, child))
    };
    Change {
        publish: wanted.iter().filter(lacking).cloned().collect(),
        withdraw: published
            .into_iter()
            .filter(|ds| !wanted.contains(ds) && !is_needed(ds))
            .collect(),
        wanted,
    }
}

/// The DS of a key in the digests asked for; else in those already published; else with SHA-256.
fn wanted_of(facts: &Facts, key: &Dnskey, published: &[Ds], digests: &[DigestType]) -> Vec<Ds> {
    let mut chosen = digests.to_vec();
    if chosen.is_empty() {
        let own = published.iter().filter(|ds| is_of(&facts.zone, ds, key));
        let own = own.map(|ds| DigestType(ds.digest_type));
        chosen = own.filter(|digest| may_be_used(*digest)).collect();
    }
    if chosen.is_empty() {
        chosen.push(DigestType::SHA256);
    }
    let all = chosen.iter().filter_map(|&d| ds_of(&facts.zone, key, d));
    all.collect()
}
