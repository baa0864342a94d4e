//! Which resolver's data is shown when resolvers alone were asked.

use crate::validate::{JudgedResolver, Status};

/// The first of those whose data is worth least, since somebody's users live with that. Data about which
/// nothing can be told is shown only when there is no other.
pub fn shown(resolvers: &[JudgedResolver]) -> Option<&JudgedResolver> {
    let telling = resolvers
        .iter()
        .filter(|resolver| resolver.conduct.hands_out_data());
    telling.min_by_key(|resolver| match resolver.chain.status {
        Status::Bogus => 0,
        Status::Insecure => 1,
        Status::Secure => 2,
        Status::Indeterminate => 3,
    })
}
