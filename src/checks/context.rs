//! What a check may look at.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use super::faults::{self, Denials, Faults};
use crate::dns::{Name, RecordType, Timestamp};
use crate::evidence::topology::{Topology, Zone};
use crate::evidence::view::{ExchangeId, Heard, View};
use crate::history::{History, Look};
use crate::policy::{Policy, Reach};
use crate::validate::anchor::TrustAnchor;
use crate::validate::{
    Chain, JudgedResolver, JudgedRrset, JudgedServer, JudgedZone, KeysReply, Status,
};

/// Evidence, judgement and policy of one audit.
pub struct Context<'a> {
    /// What servers said.
    pub view: &'a View,
    /// The zones on the way and their servers.
    pub topology: &'a Topology,
    /// The judgement.
    pub chain: &'a Chain,
    /// The thresholds.
    pub policy: &'a Policy,
    /// The instant judged at.
    pub now: Timestamp,
    /// The trust anchors that were configured, also those outside their interval.
    pub anchors: &'a [TrustAnchor],
    /// What each resolver said.
    pub resolvers: &'a [JudgedResolver],
    /// Whether resolvers alone were asked: then `chain` is what one of them hands out.
    pub is_resolvers_only: bool,
    /// What earlier looks saw, and what this one sees; `None` where nothing is remembered.
    pub past: Option<(&'a History, Look<'a>)>,
    /// Every signature that proves nothing, and every RRset without one, gathered over the servers.
    pub faults: Faults,
    /// Every proof that failed, gathered over the servers.
    pub denials: Denials,
    /// The exchanges with servers of zones of the chain, each with the place of its zone there.
    asked_of: Arc<[(usize, ExchangeId)]>,
}

impl<'a> Context<'a> {
    /// Gathers what checks share.
    pub fn new(
        view: &'a View,
        topology: &'a Topology,
        chain: &'a Chain,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        Self {
            view,
            topology,
            chain,
            policy,
            now,
            anchors: &[],
            resolvers: &[],
            is_resolvers_only: false,
            past: None,
            faults: faults::gather(chain),
            denials: faults::gather_denials(chain),
            asked_of: asked_of(view, topology, chain),
        }
    }

    /// Every exchange with a server of a zone of the chain, with that zone.
    ///
    /// A server may serve several zones; the question decides: the deepest zone that holds the name, and for
    /// DS the zone above the cut.
    pub fn heard(&self) -> impl Iterator<Item = (&'a JudgedZone, ExchangeId, &'a Heard)> + use<'a> {
        let (chain, heard) = (self.chain, self.view.heard());
        let asked_of = Arc::clone(&self.asked_of);
        (0..asked_of.len()).map(move |at| {
            let (zone, id) = asked_of[at];
            (&chain.zones[zone], id, &heard[id])
        })
    }

    /// With the trust anchors that the chain was judged by.
    pub fn with_anchors(mut self, anchors: &'a [TrustAnchor]) -> Self {
        self.anchors = anchors;
        self
    }

    /// With what resolvers said, who may have been the only ones to be asked.
    pub fn with_resolvers(mut self, resolvers: &'a [JudgedResolver], is_only: bool) -> Self {
        self.resolvers = resolvers;
        self.is_resolvers_only = is_only;
        self
    }

    /// With what earlier looks saw.
    pub fn with_past(mut self, past: Option<(&'a History, Look<'a>)>) -> Self {
        self.past = past;
        self
    }

    /// The history, this look and the zone that they are about, once an earlier look told anything.
    pub fn remembered(&self) -> Option<(&'a History, Look<'a>, &'a JudgedZone)> {
        let (history, look) = self.past.filter(|(history, _)| history.last.is_some())?;
        let zone = self.chain.zone(&look.inventory.zone)?;
        Some((history, look, zone))
    }

    /// Each zone of the chain with what is known of its servers.
    pub fn zones(&self) -> impl Iterator<Item = (&'a JudgedZone, &'a Zone)> {
        let topology = self.topology;
        self.chain
            .zones
            .iter()
            .filter_map(|judged| Some((judged, topology.zones.get(&judged.apex)?)))
    }

    /// "all 3 servers", or "2 of 4 servers (ns1.example. 192.0.2.1, …)".
    pub fn servers(&self, zone: &Name, affected: &BTreeSet<SocketAddr>) -> String {
        let Some(known) = self.topology.zones.get(zone) else {
            return format!("{} servers", affected.len());
        };
        let total = known.servers.len();
        if affected.len() == total && total > 1 {
            return format!("all {total} server addresses");
        }
        let shown: Vec<_> = affected
            .iter()
            .take(4)
            .map(|server| self.server(zone, *server))
            .collect();
        let more = if affected.len() > 4 { ", …" } else { "" };
        format!(
            "{} of {total} server addresses ({}{more})",
            affected.len(),
            shown.join(", ")
        )
    }

    /// "ns1.example. 192.0.2.1".
    pub fn server(&self, zone: &Name, server: SocketAddr) -> String {
        let names = self
            .topology
            .zones
            .get(zone)
            .and_then(|zone| zone.servers.get(&server));
        match names.and_then(|names| names.first()) {
            Some(name) => format!("{name} {}", server.ip()),
            None => server.ip().to_string(),
        }
    }

    /// How far a fault of these servers reaches: everybody, when no server of the zone that answers is
    /// without it.
    pub fn reach(&self, zone: &Name, affected: &BTreeSet<SocketAddr>) -> Reach {
        let others = self
            .chain
            .zone(zone)
            .into_iter()
            .flat_map(|judged| &judged.servers);
        let mut answering = others.filter(|(_, server)| is_answering(server));
        if answering.all(|(address, _)| affected.contains(address)) {
            Reach::Everywhere
        } else {
            Reach::SomeServers
        }
    }

    /// Every RRset judged in a zone: server, exchange, RRset.
    pub fn rrsets(
        &self,
        zone: &'a JudgedZone,
    ) -> impl Iterator<Item = (SocketAddr, ExchangeId, &'a JudgedRrset)> {
        zone.servers.iter().flat_map(|(&address, server)| {
            let keys = match &server.keys {
                KeysReply::Given(id, judged) => Some((address, *id, &judged.rrset)),
                _ => None,
            };
            let answers = server.answers.values();
            let sets = answers.flat_map(move |(id, answer)| {
                answer.rrsets.iter().map(move |set| (address, *id, set))
            });
            keys.into_iter().chain(sets)
        })
    }

    /// ", at 2 of 4 server addresses (…)", or nothing where everybody is hit.
    pub fn at(&self, zone: &Name, servers: &BTreeSet<SocketAddr>, reach: Reach) -> String {
        match reach {
            Reach::Everywhere => String::new(),
            Reach::Harmless if self.reach(zone, servers) == Reach::Everywhere => String::new(),
            _ => format!(", at {}", self.servers(zone, servers)),
        }
    }

    /// Whether the zone answers for the name audited, or for an alias on the way. What is a matter of
    /// taste is left unsaid of the zones above.
    pub fn is_target(&self, zone: &Name) -> bool {
        self.chain.targets.iter().any(|target| target.zone == *zone)
    }

    /// Whether a chain leads to the zone, or should.
    pub fn is_chained(zone: &JudgedZone) -> bool {
        matches!(zone.status, Status::Secure | Status::Bogus)
    }
}

fn asked_of(view: &View, topology: &Topology, chain: &Chain) -> Arc<[(usize, ExchangeId)]> {
    // One entry for each zone of the chain; what no trail leads through any more has no servers.
    let known: Vec<Option<&Zone>> = chain
        .zones
        .iter()
        .map(|zone| topology.zones.get(&zone.apex))
        .collect();
    let heard = view.heard().iter().enumerate();
    let placed = heard.filter_map(|(id, heard)| {
        let question = heard.exchange.question();
        let serves = |at: usize| {
            known[at].is_some_and(|zone| zone.servers.contains_key(&heard.exchange.server))
        };
        let holds = |zone: &JudgedZone| {
            let is_above = question.rtype == RecordType::DS
                && question.name == zone.apex
                && zone.parent.is_some();
            question.name.is_at_or_below(&zone.apex) && !is_above
        };
        let zones = chain.zones.iter().enumerate();
        let zones = zones.filter(|(at, zone)| serves(*at) && holds(zone));
        let (zone, _) = zones.max_by_key(|(_, zone)| zone.apex.label_count())?;
        Some((zone, id))
    });
    placed.collect()
}

fn is_answering(server: &JudgedServer) -> bool {
    !matches!(server.keys, KeysReply::Silent) || !server.answers.is_empty()
}
