//! Trails that lead beside the chain: to signals about the zone, and to hosts that its records point to.
//! Nothing that the audited name is worth rests on what is at their ends.

use std::collections::BTreeMap;

use super::super::descent::Goal;
use super::super::{Limit, Purpose, dependencies, limits, signals};
use super::{Builder, Task};
use crate::dns::RecordType;

impl Builder<'_> {
    /// Follows a trail to each signal that is due for the zone that answers for the audited name.
    pub(super) fn follow_signals(&mut self) {
        let own = self.topology.trails.first();
        let own = own.filter(|trail| trail.is_complete);
        let [.., above, apex] = own.map_or(&[][..], |trail| &trail.zones) else {
            return;
        };
        let zones = &self.topology.zones;
        let (Some(zone), Some(parent)) = (zones.get(apex), zones.get(above)) else {
            return;
        };
        let child = apex.clone();
        for (name, ns_name) in signals::due(self.view, zone, parent) {
            let goal = Goal::new(&name, &[RecordType::CDS, RecordType::CDNSKEY]);
            let purpose = Purpose::Signal {
                child: child.clone(),
                ns_name,
            };
            let task = Task {
                name,
                rtype: RecordType::CDS,
                purpose,
                depth: 0,
            };
            self.follow(task, &goal);
        }
    }

    /// Follows the way to each host that records of the name point to, to see in which zone it is.
    pub(super) fn follow_dependencies(&mut self) {
        let own = self.topology.thorough_zones().next();
        let hosts = own.map_or_else(BTreeMap::new, |zone| {
            dependencies::of(self.view, self.basis, zone)
        });
        if hosts.len() > limits::DEPENDENCIES {
            self.topology.limits.insert(Limit::Dependencies);
        }
        for (name, rtype) in hosts.into_iter().take(limits::DEPENDENCIES) {
            let goal = Goal::new(&name, &[RecordType::A]);
            let from = self.basis.name.clone();
            let purpose = Purpose::Dependency { from, rtype };
            self.follow(
                Task {
                    name,
                    rtype: RecordType::A,
                    purpose,
                    depth: 0,
                },
                &goal,
            );
        }
    }
}
