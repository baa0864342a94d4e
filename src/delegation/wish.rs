//! What the zone asks its parent for by CDS and CDNSKEY: RFC 7344, sections 3 and 4; RFC 8078, section 4.

use std::fmt;

use super::digest::{is_of, may_be_used};
use super::facts::{Child, Facts};
use super::{ds_of, line};
use crate::crypto::{Algorithm, DigestType};
use crate::dns::{Ds, Name};

/// What the zone asks for, over all servers that answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Nothing.
    None,
    /// This DS RRset.
    Set {
        /// Whose it is.
        zone: Name,
        /// The records.
        ds: Vec<Ds>,
    },
    /// No DS at all.
    Delete,
    /// What must not be acted on, and why.
    Ignored(String),
}

impl Wish {
    /// The wish of all servers together.
    pub fn of(facts: &Facts) -> Self {
        let mut asked: Vec<(Vec<Ds>, bool)> = Vec::new();
        for child in facts.answering_children() {
            let Some(one) = of_server(&facts.zone, child) else {
                return Self::Ignored(format!(
                    "CDS and CDNSKEY at {} do not ask for the same (RFC 7344, section 4)",
                    child.server.ip()
                ));
            };
            if !asked.contains(&one) {
                asked.push(one);
            }
        }
        match asked.as_slice() {
            [] => Self::None,
            [(set, false)] if set.is_empty() => Self::None,
            [(_, true)] => Self::Delete,
            [(set, false)] => checked(facts, set),
            _ => Self::Ignored(
                "the servers of the zone do not have the same CDS and CDNSKEY (RFC 7344, section 4.1)"
                    .to_owned(),
            ),
        }
    }

    /// Whether this DS is asked for.
    pub fn asks_for(&self, wanted: &Ds) -> bool {
        matches!(self, Self::Set { ds, .. } if ds.contains(wanted))
    }
}

/// The DS RRset one server asks for, and whether it asks for none at all. `None` when CDS and CDNSKEY
/// contradict each other.
fn of_server(zone: &Name, child: &Child) -> Option<(Vec<Ds>, bool)> {
    let is_delete = |algorithm: u8| Algorithm(algorithm) == Algorithm::DELETE;
    let deletes = [
        child.cds.iter().all(|ds| is_delete(ds.algorithm)),
        child.cdnskey.iter().all(|key| is_delete(key.algorithm)),
    ];
    match (child.cds.is_empty(), child.cdnskey.is_empty()) {
        (true, true) => return Some((Vec::new(), false)),
        _ if deletes == [true, true] => return Some((Vec::new(), true)),
        (false, false) => {
            let agree = child
                .cds
                .iter()
                .all(|ds| child.cdnskey.iter().any(|key| is_of(zone, ds, key)))
                && child
                    .cdnskey
                    .iter()
                    .all(|key| child.cds.iter().any(|ds| is_of(zone, ds, key)));
            if !agree {
                return None;
            }
        }
        _ => {}
    }
    let mut set: Vec<Ds> = if child.cds.is_empty() {
        let keys = child.cdnskey.iter();
        keys.filter_map(|key| ds_of(zone, key, DigestType::SHA256))
            .collect()
    } else {
        let all = child.cds.iter().cloned();
        all.filter(|ds| may_be_used(DigestType(ds.digest_type)))
            .collect()
    };
    set.sort_by_key(|ds| (ds.key_tag, ds.algorithm, ds.digest_type));
    set.dedup();
    Some((set, false))
}

/// A set that would break the delegation must not be acted on (RFC 7344, section 4.1).
fn checked(facts: &Facts, set: &[Ds]) -> Wish {
    let broken = facts
        .answering_children()
        .find(|child| !facts.set_leads(set, child));
    match broken {
        Some(child) => Wish::Ignored(format!(
            "what CDS and CDNSKEY ask for leads to no key that signs at {} (RFC 7344, section 4.1)",
            child.server.ip()
        )),
        None => Wish::Set {
            zone: facts.zone.clone(),
            ds: set.to_vec(),
        },
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nothing: there is no CDS and no CDNSKEY"),
            Self::Delete => f.write_str("that every DS be removed"),
            Self::Ignored(why) => write!(f, "nothing that may be acted on: {why}"),
            Self::Set { zone, ds } => {
                let lines: Vec<_> = ds.iter().map(|ds| line(zone, ds)).collect();
                f.write_str(&lines.join(", "))
            }
        }
    }
}
