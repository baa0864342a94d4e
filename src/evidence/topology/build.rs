//! Following the trails until nothing new is found.
//!
//! A trail needs the servers of its zones; servers without an address need a trail of their own. So all
//! trails are followed in rounds, while zones keep what they learned, and a round is the last when it
//! changed no zone that an earlier trail of the same round had read. What zones know only grows and is
//! bounded, so the rounds end, and each is a function of the replies alone.

mod beside;

use std::collections::{BTreeSet, VecDeque};

use super::descent::{Descent, Frontier, Goal, Step};
use super::servers::{self, Dialling, Hosts};
use super::{Basis, Limit, Purpose, Topology, Trail, Zone, limits};
use crate::dns::{Name, RecordType, rdata};
use crate::evidence::view::View;

/// The state of building.
pub(super) struct Builder<'a> {
    view: &'a View,
    basis: &'a Basis<'a>,
    dialling: Dialling<'a>,
    topology: Topology,
    resolved: Hosts,
    /// Zones that a trail of this round went through.
    visited: BTreeSet<Name>,
    /// Whether such a zone changed afterwards.
    is_stale: bool,
}

/// A trail to be followed.
struct Task {
    name: Name,
    rtype: RecordType,
    purpose: Purpose,
    /// How many name server trails depend on one another down to this one.
    depth: usize,
}

impl<'a> Builder<'a> {
    pub fn new(view: &'a View, basis: &'a Basis<'a>) -> Self {
        let mut topology = Topology::default();
        let root = Zone::root(basis.hints);
        topology.zones.insert(root.apex.clone(), root);
        Self {
            view,
            basis,
            dialling: Dialling {
                port: basis.port,
                allow_private: basis.allow_private,
                hints: basis.hints,
            },
            topology,
            resolved: Hosts::new(),
            visited: BTreeSet::new(),
            is_stale: false,
        }
    }

    /// The topology.
    pub fn build(mut self) -> Topology {
        for _ in 0..limits::ROUNDS {
            self.round();
            if !self.is_stale {
                break;
            }
        }
        self.finish()
    }

    fn round(&mut self) {
        self.is_stale = false;
        self.visited.clear();
        self.topology.trails.clear();
        self.topology.limits.clear();
        for zone in self.topology.zones.values_mut() {
            zone.is_main = false;
            zone.is_thorough = false;
        }
        self.follow_main();
        self.note_thorough();
        self.follow_dependencies();
        self.follow_signals();
        self.follow_name_servers();
    }

    fn follow_main(&mut self) {
        let mut task = Some(Task {
            name: self.basis.name.clone(),
            rtype: self.basis.rtype,
            purpose: Purpose::Target,
            depth: 0,
        });
        let mut waiting = VecDeque::new();
        while let Some(current) = task {
            let goal = Goal::new(&current.name, &[current.rtype]);
            let zones = self.follow(current, &goal);
            for apex in &zones {
                if let Some(zone) = self.topology.zones.get_mut(apex) {
                    zone.is_main = true;
                }
            }
            self.note_aliases(&goal, zones.last(), &mut waiting);
            task = waiting.pop_front();
        }
    }

    /// Marks the zone that answers for the audited name, once it is known that it does. A name that does
    /// not exist ends in the zone above, which is not the asker's own when it is the root or a top-level
    /// domain.
    fn note_thorough(&mut self) {
        let own = self
            .topology
            .trails
            .first()
            .filter(|trail| trail.is_complete);
        let Some(apex) = own.and_then(|trail| trail.zones.last()) else {
            return;
        };
        let is_own = apex.label_count() > 1 || apex == self.basis.name;
        if let Some(zone) = self.topology.zones.get_mut(apex) {
            zone.is_thorough = self.basis.is_thorough && is_own;
        }
    }

    /// Queues a trail for each alias that the last zone's servers gave, if there is none yet.
    fn note_aliases(&mut self, goal: &Goal, last: Option<&Name>, waiting: &mut VecDeque<Task>) {
        let Some(zone) = last.and_then(|apex| self.topology.zones.get(apex)) else {
            return;
        };
        let descent = self.descent(zone, goal);
        let mut targets = BTreeSet::new();
        for question in &goal.questions {
            let replies = descent.replies(question);
            targets.extend(replies.flat_map(|reply| {
                aliases(&reply.message.answer, &question.name, self.basis.rtype)
            }));
        }
        for name in targets {
            let mut known = self.topology.trails.iter().map(|trail| &trail.name);
            let mut queued = waiting.iter().map(|task| &task.name);
            if known.any(|known| *known == name) || queued.any(|queued| *queued == name) {
                continue;
            }
            if self.topology.trails.len() + waiting.len() > limits::ALIASES {
                self.topology.limits.insert(Limit::Aliases);
                return;
            }
            waiting.push_back(Task {
                name,
                rtype: self.basis.rtype,
                purpose: Purpose::Alias {
                    from: goal.name().clone(),
                },
                depth: 0,
            });
        }
    }

    fn follow_name_servers(&mut self) {
        let mut waiting = VecDeque::new();
        let mut known = BTreeSet::new();
        // Those that are audited first, so that what lies beside them takes nothing from them.
        let (main, beside): (Vec<&Trail>, Vec<&Trail>) =
            (self.topology.trails.iter()).partition(|trail| trail.purpose.is_main());
        let zones = |trails: &[&Trail]| -> BTreeSet<Name> {
            trails
                .iter()
                .flat_map(|trail| trail.zones.clone())
                .collect()
        };
        let (main, beside) = (zones(&main), zones(&beside));
        let served: Vec<Name> = main
            .iter()
            .chain(beside.difference(&main))
            .cloned()
            .collect();
        for apex in served {
            self.note_hosts(&apex, 0, &mut known, &mut waiting);
        }
        while let Some(task) = waiting.pop_front() {
            let (name, depth) = (task.name.clone(), task.depth);
            let goal = Goal::new(&name, &[RecordType::A, RecordType::AAAA]);
            let zones = self.follow(task, &goal);
            self.note_addresses(&goal, &name, zones.last());
            for apex in zones {
                self.note_hosts(&apex, depth, &mut known, &mut waiting);
            }
        }
    }

    /// Keeps the addresses that the last zone's servers gave for a host.
    fn note_addresses(&mut self, goal: &Goal, host: &Name, last: Option<&Name>) {
        let Some(zone) = last.and_then(|apex| self.topology.zones.get(apex)) else {
            return;
        };
        let descent = self.descent(zone, goal);
        let replies = goal.questions.iter().flat_map(|q| descent.replies(q));
        let found: BTreeSet<_> = replies
            .flat_map(|reply| servers::addresses_of(reply.message, host))
            .collect();
        if !found.is_empty() {
            let known = self.resolved.entry(host.clone()).or_default();
            let before = known.len();
            known.extend(found);
            self.is_stale |= known.len() != before;
        }
    }

    /// Queues a trail for each NS name of a zone that needs one.
    fn note_hosts(
        &mut self,
        apex: &Name,
        depth: usize,
        known: &mut BTreeSet<Name>,
        waiting: &mut VecDeque<Task>,
    ) {
        for name in self.hosts_to_resolve(apex) {
            if known.contains(&name) {
                continue;
            }
            let limit = match () {
                () if depth >= limits::NAME_SERVER_DEPTH => Limit::NameServerDepth,
                () if known.len() >= limits::NAME_SERVER_TRAILS => Limit::NameServerTrails,
                () => {
                    known.insert(name.clone());
                    waiting.push_back(Task {
                        name,
                        rtype: RecordType::A,
                        purpose: Purpose::NameServer,
                        depth: depth + 1,
                    });
                    continue;
                }
            };
            self.topology.limits.insert(limit);
            return;
        }
    }

    /// NS names outside the zone without an address that may be asked: all of them for a zone that is
    /// audited; for another only when nobody else serves it, and then a few. In a thorough look also those
    /// with an address, to see in which zone they are.
    fn hosts_to_resolve(&self, apex: &Name) -> Vec<Name> {
        let Some(zone) = self.topology.zones.get(apex) else {
            return Vec::new();
        };
        let names = zone.ns_names.iter().take(limits::NS_NAMES);
        if zone.is_thorough {
            let outside = names.filter(|name| !name.is_at_or_below(apex));
            return outside.cloned().collect();
        }
        let (own, missing): (Vec<_>, Vec<_>) =
            names.partition(|name| zone.has_own_address(name, self.dialling));
        let missing = missing
            .into_iter()
            .filter(|name| !name.is_at_or_below(apex));
        if zone.is_main {
            return missing.cloned().collect();
        }
        if own.iter().any(|name| !self.is_silent(zone, name)) {
            return Vec::new();
        }
        missing.take(limits::SUPPORTING_NS_NAMES).cloned().collect()
    }

    fn is_silent(&self, zone: &Zone, ns_name: &Name) -> bool {
        let mut servers = zone.servers.iter();
        servers.all(|(server, names)| !names.contains(ns_name) || self.view.is_silent(*server))
    }

    /// Follows a trail from the root; the apexes it went through.
    fn follow(&mut self, task: Task, goal: &Goal) -> Vec<Name> {
        let mut zones = Vec::new();
        let mut apex = Name::root();
        let (frontier, is_complete) = loop {
            zones.push(apex.clone());
            self.grow(&apex);
            let Some(zone) = self.topology.zones.get(&apex) else {
                break (Frontier::Whole, false);
            };
            let descent = self.descent(zone, goal);
            match descent.step() {
                Step::Here(frontier) => {
                    let (is_answered, is_cut_short) =
                        (descent.is_answered(), descent.is_cut_short());
                    if is_cut_short {
                        self.topology.limits.insert(Limit::MinimisedLabels);
                    }
                    break (frontier, is_answered);
                }
                Step::Cut(_) if zones.len() >= limits::ZONES => {
                    self.topology.limits.insert(Limit::Zones);
                    break (Frontier::Whole, false);
                }
                Step::Cut(child) => {
                    self.delegate(&apex, &child, goal);
                    apex = child;
                }
            }
        };
        self.topology.trails.push(Trail {
            name: task.name,
            rtype: task.rtype,
            zones: zones.clone(),
            purpose: task.purpose,
            is_complete,
            frontier,
        });
        zones
    }

    fn descent<'b>(&'b self, zone: &'b Zone, goal: &'b Goal) -> Descent<'b> {
        Descent {
            view: self.view,
            servers: &zone.servers,
            apex: &zone.apex,
            goal,
        }
    }

    /// Lets a zone learn from its own servers.
    fn grow(&mut self, apex: &Name) {
        let is_first = self.visited.insert(apex.clone());
        if let Some(zone) = self.topology.zones.get_mut(apex) {
            let is_changed = zone.grow(self.view, &self.resolved, self.dialling);
            self.is_stale |= is_changed && !is_first;
        }
    }

    /// Lets the child learn from the replies of the parent's servers.
    fn delegate(&mut self, parent: &Name, child: &Name, goal: &Goal) {
        let mut zone = match self.topology.zones.remove(child) {
            Some(zone) => zone,
            None => Zone::new(child.clone(), Some(parent.clone())),
        };
        if let Some(above) = self.topology.zones.get(parent) {
            zone.add_delegation(&self.descent(above, goal));
        }
        self.topology.zones.insert(child.clone(), zone);
    }

    /// Drops zones that no trail goes through any more, and notes the limits that zones show.
    fn finish(mut self) -> Topology {
        let topology = &mut self.topology;
        let used: BTreeSet<&Name> = topology.trails.iter().flat_map(|t| &t.zones).collect();
        topology.zones.retain(|apex, _| used.contains(apex));
        for zone in topology.zones.values() {
            if zone.ns_names.len() > limits::NS_NAMES {
                topology.limits.insert(Limit::NsNames);
            }
            if zone.servers.len() >= limits::ADDRESSES {
                topology.limits.insert(Limit::Addresses);
            }
        }
        self.topology
    }
}

/// Where a CNAME at `name`, or a DNAME above it, points to.
fn aliases(
    answer: &[crate::dns::Record],
    name: &Name,
    rtype: RecordType,
) -> impl Iterator<Item = Name> {
    answer.iter().filter_map(move |record| {
        let target = rdata::target(&record.rdata)?;
        match record.rtype {
            RecordType::CNAME if rtype != RecordType::CNAME && rtype != RecordType::ANY => {
                (record.owner == *name).then_some(target)
            }
            RecordType::DNAME => name.substitute(&record.owner, &target)?.ok(),
            _ => None,
        }
    })
}
