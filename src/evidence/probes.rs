//! The questions an audit asks every zone beyond the one it was called for.
//!
//! Faults of denial cannot be seen in the answer for a name that exists, so each zone is also asked for
//! a name and for a type that do not exist.

use crate::dns::message::Question;
use crate::dns::{Class, Name, RecordType};

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

/// The question whose answer every resolver that validates calls authentic: the SOA of the root.
pub fn known_good() -> Question {
    question(&Name::root(), RecordType::SOA)
}
