//! The hosts that records of the audited name point to: where mail goes (MX), where a service is (SRV), what
//! keys are pinned for (TLSA).

use std::collections::{BTreeMap, BTreeSet};

use super::{Basis, Zone, limits};
use crate::dns::{Name, RecordType, rdata};
use crate::evidence::probes::question;
use crate::evidence::view::{View, records};

/// These hosts, each with the type of the records, as the servers of the name's zone give them. That of TLSA
/// is the name itself without port and protocol (RFC 6698, section 3).
pub(super) fn of(view: &View, basis: &Basis<'_>, zone: &Zone) -> BTreeMap<Name, RecordType> {
    let (name, rtype) = (basis.name, basis.rtype);
    let mut hosts = BTreeMap::new();
    if rtype == RecordType::TLSA {
        let labels = name.label_count().saturating_sub(2);
        hosts.insert(name.suffix(labels), rtype);
    }
    let types: BTreeSet<_> = [RecordType::MX, rtype].into();
    for rtype in types {
        let skipped = match rtype {
            RecordType::MX => 2,
            RecordType::SRV => 6,
            _ => continue,
        };
        let replies = view.replies(&question(name, rtype));
        for reply in replies.filter(|reply| zone.servers.contains_key(&reply.server)) {
            let found = records(&reply.message.answer, name, rtype).take(limits::RECORDS);
            let targets = found.filter_map(|record| rdata::target(record.rdata.get(skipped..)?));
            hosts.extend(targets.map(|host| (host, rtype)));
        }
    }
    // The root in place of a host says that there is none (RFC 7505, section 3; RFC 2782).
    hosts.retain(|host, _| !host.is_root() && host != name);
    hosts
}
