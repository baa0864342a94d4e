//! What an audit wants to know: a pure function of topology and replies.
//!
//! Zones of the target's and the aliases' trails are audited themselves, so every server of theirs is
//! asked everything. Other zones only serve to find an address: there one good reply is enough.

use std::net::SocketAddr;

use crate::dns::message::Question;
use crate::dns::{Name, Rcode, RecordType};
use crate::evidence::probes::{self, question};
use crate::evidence::topology::{self, Frontier, Purpose, Topology, Trail, Zone};
use crate::evidence::view::View;

/// What is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Questions that every server of the list is to answer.
    pub every: Vec<Every>,
    /// Questions to which one good reply is enough.
    pub any: Vec<Any>,
}

/// A question for each of some servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Every {
    pub question: Question,
    pub servers: Vec<SocketAddr>,
    /// Whether the walk cannot go on down without it.
    pub is_urgent: bool,
}

/// A question for whichever of some servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Any {
    pub question: Question,
    pub servers: Vec<SocketAddr>,
}

impl Plan {
    /// All that is wanted, whether it was asked already or not.
    pub fn new(topology: &Topology, view: &View) -> Self {
        let mut plan = Self::default();
        for trail in &topology.trails {
            plan.add_trail(topology, view, trail);
        }
        for zone in topology.main_zones() {
            plan.add_zone(topology, zone);
            for question in probes::further(view, zone) {
                plan.all(zone, question, false);
            }
        }
        for zone in topology.thorough_zones() {
            for question in thorough_questions(topology, zone) {
                plan.all(zone, question, false);
            }
            plan.add_beside(topology, view);
        }
        plan.add_endpoints(topology, view);
        plan
    }

    fn add_trail(&mut self, topology: &Topology, view: &View, trail: &Trail) {
        let is_main = trail.purpose.is_main();
        if is_main {
            for pair in trail.zones.windows(2) {
                if let Some(zone) = topology.zones.get(&pair[0]) {
                    self.add_cut(zone, &pair[1]);
                }
            }
        }
        if let Purpose::Signal { .. } = trail.purpose {
            self.add_chain(topology, view, trail);
        }
        let last = trail.zones.last().and_then(|apex| topology.zones.get(apex));
        if let Some(zone) = last {
            self.add_frontier(view, zone, trail, is_main);
        }
    }

    fn add_cut(&mut self, zone: &Zone, child: &Name) {
        for rtype in [RecordType::NS, RecordType::DS] {
            self.all(zone, question(child, rtype), false);
        }
    }

    /// What it takes to judge the end of a trail through zones that are not audited: a DS and the keys of
    /// each.
    fn add_chain(&mut self, topology: &Topology, view: &View, trail: &Trail) {
        for (at, apex) in trail.zones.iter().enumerate() {
            let Some(zone) = topology.zones.get(apex) else {
                continue;
            };
            let keys = question(apex, RecordType::DNSKEY);
            let child = trail.zones.get(at + 1);
            let ds = child.map(|child| question(child, RecordType::DS));
            let open = [Some(keys), ds].into_iter().flatten();
            let open = open.filter(|question| !is_answered(view, zone, question));
            self.any.extend(open.map(|question| Any {
                question,
                servers: zone.servers.keys().copied().collect(),
            }));
        }
    }

    fn add_frontier(&mut self, view: &View, zone: &Zone, trail: &Trail, is_main: bool) {
        let questions = trail_questions(trail);
        match &trail.frontier {
            Frontier::Minimised {
                question,
                mishandled,
            } => {
                self.any.push(Any {
                    question: question.clone(),
                    servers: zone.servers.keys().copied().collect(),
                });
                self.every.extend(questions.map(|question| Every {
                    question,
                    servers: mishandled.iter().copied().collect(),
                    is_urgent: true,
                }));
            }
            Frontier::Whole if is_main => questions.for_each(|q| self.all(zone, q, true)),
            Frontier::Whole => self.any.extend(
                questions
                    .filter(|question| !is_answered(view, zone, question))
                    .map(|question| Any {
                        question,
                        servers: zone.servers.keys().copied().collect(),
                    }),
            ),
        }
    }

    fn add_zone(&mut self, topology: &Topology, zone: &Zone) {
        for question in zone_questions(zone) {
            self.all(zone, question, false);
        }
        // The hosts of the root are the hints, and the priming response tells their addresses too.
        if zone.apex.is_root() {
            return;
        }
        for host in hosts_inside(topology, zone) {
            for rtype in [RecordType::A, RecordType::AAAA] {
                self.all(zone, question(host, rtype), false);
            }
        }
    }

    /// What shows whether the zones of hosts beside the chain are secure: the DS and the keys of each, from
    /// whichever server.
    fn add_beside(&mut self, topology: &Topology, view: &View) {
        let trails = topology.trails.iter();
        for trail in trails.filter(|trail| !trail.purpose.is_main()) {
            let zones = trail
                .zones
                .iter()
                .filter_map(|apex| topology.zones.get(apex));
            for zone in zones.filter(|zone| !zone.is_main) {
                let keys = question(&zone.apex, RecordType::DNSKEY);
                self.one(view, zone, keys);
                let parent = zone.parent.as_ref();
                if let Some(parent) = parent.and_then(|apex| topology.zones.get(apex)) {
                    self.one(view, parent, question(&zone.apex, RecordType::DS));
                }
            }
        }
    }

    /// A question to which one reply is enough, unless there is one.
    fn one(&mut self, view: &View, zone: &Zone, question: Question) {
        let any = Any {
            servers: zone.servers.keys().copied().collect(),
            question,
        };
        if !is_answered(view, zone, &any.question) && !self.any.contains(&any) {
            self.any.push(any);
        }
    }

    /// Where parents of thorough zones want to be told of changes; their servers are asked no more than
    /// that.
    fn add_endpoints(&mut self, topology: &Topology, view: &View) {
        for zone in topology.thorough_zones() {
            let parent = zone.parent.as_ref();
            let parent = parent.and_then(|apex| topology.zones.get(apex));
            let question = parent.and_then(|parent| probes::endpoint(&zone.apex, &parent.apex));
            if let (Some(parent), Some(question)) = (parent, question) {
                self.one(view, parent, question);
            }
        }
    }

    fn all(&mut self, zone: &Zone, question: Question, is_urgent: bool) {
        self.every.push(Every {
            question,
            servers: zone.servers.keys().copied().collect(),
            is_urgent,
        });
    }
}

fn trail_questions(trail: &Trail) -> impl Iterator<Item = Question> {
    let types = std::iter::once(trail.rtype).chain(trail.purpose.second_type());
    types.map(|rtype| question(&trail.name, rtype))
}

/// What every zone is asked.
fn zone_questions(zone: &Zone) -> Vec<Question> {
    let apex = &zone.apex;
    let mut types = vec![
        RecordType::DNSKEY,
        RecordType::SOA,
        RecordType::NS,
        RecordType::NSEC3PARAM,
    ];
    if !apex.is_root() {
        // What a zone wishes its parent to publish (RFC 7344); the root has no parent.
        types.extend([RecordType::CDS, RecordType::CDNSKEY]);
    }
    let mut questions: Vec<_> = types.into_iter().map(|t| question(apex, t)).collect();
    questions.extend(probes::missing_name(apex));
    questions.push(probes::missing_type(apex));
    questions
}

/// What a thorough look asks beyond that: a DS where none may be, keys at a name that is no apex, and where
/// mail for the name goes, to see whether that is secure too.
fn thorough_questions(topology: &Topology, zone: &Zone) -> Vec<Question> {
    let mut questions = Vec::new();
    if !zone.apex.is_root() {
        questions.push(question(&zone.apex, RecordType::DS));
    }
    let Some(trail) = topology.trails.first() else {
        return questions;
    };
    if trail.name.is_below(&zone.apex) {
        questions.push(question(&trail.name, RecordType::DS));
        questions.push(question(&trail.name, RecordType::DNSKEY));
    }
    questions.push(question(&trail.name, RecordType::MX));
    questions
}

/// The NS names that lie in the zone itself, not below a cut that is known.
fn hosts_inside<'t>(topology: &'t Topology, zone: &'t Zone) -> impl Iterator<Item = &'t Name> {
    let names = zone.ns_names.iter().take(topology::limits::NS_NAMES);
    names.filter(move |name| {
        let mut below = topology
            .zones
            .keys()
            .filter(|apex| apex.is_below(&zone.apex));
        name.is_at_or_below(&zone.apex) && !below.any(|apex| name.is_at_or_below(apex))
    })
}

/// Whether a server of the zone gave data or the absence of data. The frontier says that one of the
/// questions was answered, not which.
fn is_answered(view: &View, zone: &Zone, question: &Question) -> bool {
    let mut replies = view.replies(question);
    replies.any(|reply| {
        zone.servers.contains_key(&reply.server)
            && !reply.message.is_truncated()
            && matches!(reply.message.rcode(), Rcode::NOERROR | Rcode::NXDOMAIN)
    })
}
