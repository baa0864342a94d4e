//! The questions an audit asks every zone beyond the one it was called for.
//!
//! Faults of denial cannot be seen in the answer for a name that exists, so each zone is also asked for
//! a name and for a type that do not exist.

use super::topology::{Zone, limits};
use super::view::View;
use crate::dns::message::Question;
use crate::dns::{Class, Message, Name, Nsec, Nsec3, RecordType};

/// The label of the name that should not exist. It is fixed, so that an audit asks the same each time.
pub const MISSING_LABEL: &[u8] = b"anchorwatch-no-such-name";

/// A type from the private-use range (RFC 6895, section 3.1) that no zone should hold at its apex.
pub const MISSING_TYPE: RecordType = RecordType(65399);

/// A question in class IN.
pub fn question(name: &Name, rtype: RecordType) -> Question {
    Question {
        name: name.clone(),
        rtype,
        class: Class::IN,
    }
}

/// The question for a name that should not exist; `None` when `apex` is too long to have it below.
pub fn missing_name(apex: &Name) -> Option<Question> {
    let name = apex.child(MISSING_LABEL).ok()?;
    Some(question(&name, RecordType::A))
}

/// The question for a type that should not exist at the apex.
pub fn missing_type(apex: &Name) -> Question {
    question(apex, MISSING_TYPE)
}

/// What the servers of a zone are asked at its apex beside what every zone is: CSYNC where the types that a
/// server lists there have it, and all of it in a thorough look.
pub fn further(view: &View, zone: &Zone) -> Vec<Question> {
    let types: &[RecordType] = match zone.is_thorough {
        true => &[RecordType::CSYNC, RecordType::NSEC],
        false => &[RecordType::CSYNC],
    };
    let is_wanted = |rtype: &RecordType| {
        let denial = missing_type(&zone.apex);
        let mut replies = view.replies(&denial);
        zone.is_thorough || replies.any(|reply| is_listed(reply.message, &zone.apex, *rtype))
    };
    let types = types.iter().filter(|rtype| is_wanted(rtype));
    types.map(|rtype| question(&zone.apex, *rtype)).collect()
}

/// Whether a message lists a type at an apex: in the NSEC there, or in an NSEC3 with SOA, which no other
/// name has.
pub fn is_listed(message: &Message, apex: &Name, rtype: RecordType) -> bool {
    let types = message
        .authority
        .iter()
        .filter_map(|record| match record.rtype {
            RecordType::NSEC if record.owner == *apex => {
                Some(Nsec::parse(&record.rdata).ok()?.types)
            }
            RecordType::NSEC3 if record.owner.is_below(apex) => {
                let types = Nsec3::parse(&record.rdata).ok()?.types;
                types.contains(RecordType::SOA).then_some(types)
            }
            _ => None,
        });
    types
        .take(limits::RECORDS)
        .any(|types| types.contains(rtype))
}

/// The question for where the parent wants to be told of the CDS and CSYNC of a zone (RFC 9859, section
/// 4.1); `None` when the name is too long.
pub fn endpoint(child: &Name, parent: &Name) -> Option<Question> {
    let own = child.label_count().checked_sub(parent.label_count())?;
    let labels = child.labels().take(own);
    let labels = labels.chain([&b"_dsync"[..]]).chain(parent.labels());
    let name = Name::from_labels(labels).ok()?;
    Some(question(&name, RecordType::DSYNC))
}

/// The question whose answer every resolver that validates calls authentic: the SOA of the root.
pub fn known_good() -> Question {
    question(&Name::root(), RecordType::SOA)
}
