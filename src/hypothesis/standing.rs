//! What a world is worth to resolvers: to one that asks on until something is right, and to one that takes what
//! the first server says.
//!
//! The status of a chain is that of its best server, so servers that are not in step hide in it. A change is
//! harmless only where the unlucky lose nothing either: those that got the DS RRset of one server of the parent,
//! keys of one server of the zone and data of another.

use std::collections::BTreeMap;

use crate::dns::message::Question;
use crate::dns::{Name, RecordType, Timestamp};
use crate::evidence::Evidence;
use crate::evidence::probes::question;
use crate::evidence::topology::{Basis, Topology};
use crate::evidence::view::View;
use crate::validate::traits::Retries;
use crate::validate::{Chain, Luck, Status, Supposed, Terms, anchor, chain};

/// What one world is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// The name audited, at the best servers.
    pub lucky: Status,
    /// The same for who asks the wrong servers, and no others after them.
    unlucky: Status,
    /// What else the zone is asked by everybody: its SOA and NS, a name and a type that it does not have.
    beside: BTreeMap<Question, Status>,
}

/// Who is worse off in one world than in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// Everybody.
    All,
    /// Who meets the wrong server.
    Unlucky,
    /// Who asks for other names or types.
    Beside,
}

impl Standing {
    /// What evidence of a world is worth.
    pub fn of(evidence: &Evidence, supposed: &Supposed, zone: &Name, at: Timestamp) -> Self {
        let lucky = judged(evidence, supposed, Luck::Good, at);
        Self {
            unlucky: judged(evidence, supposed, Luck::Bad, at).status,
            beside: beside(&lucky, zone),
            lucky: lucky.status,
        }
    }

    /// Takes in what the same world is worth where every server of the parent says what one of them says.
    pub fn also(&mut self, evidence: &Evidence, supposed: &Supposed, at: Timestamp) {
        let other = judged(evidence, supposed, Luck::Bad, at).status;
        self.unlucky = Status::worst([self.unlucky, other]);
    }

    /// Who is worse off here than there.
    pub fn loss(&self, there: &Self) -> Option<Loss> {
        let is_lost_beside = || {
            let mut both = self.beside.iter();
            both.any(|(asked, &is)| there.beside.get(asked).is_some_and(|&was| is_lost(was, is)))
        };
        if is_lost(there.lucky, self.lucky) {
            return Some(Loss::All);
        }
        if is_lost(there.unlucky, self.unlucky) {
            return Some(Loss::Unlucky);
        }
        is_lost_beside().then_some(Loss::Beside)
    }
}

/// Whether an answer that was of use is of none.
fn is_lost(was: Status, is: Status) -> bool {
    match is {
        Status::Bogus => was != Status::Bogus,
        Status::Indeterminate => !matches!(was, Status::Bogus | Status::Indeterminate),
        Status::Secure | Status::Insecure => false,
    }
}

fn judged(evidence: &Evidence, supposed: &Supposed, luck: Luck, at: Timestamp) -> Chain {
    let view = View::new(evidence.exchanges.clone());
    let topology = Topology::new(&view, &Basis::of(evidence));
    let anchors = anchor::from_records(&evidence.anchors).unwrap_or_default();
    let mut terms = Terms {
        supposed: supposed.clone(),
        luck,
        ..Terms::default()
    };
    if luck == Luck::Bad {
        terms.traits.retries = Retries::Never;
    }
    chain::judge_under(&view, &topology, &anchors, terms, at)
}

fn beside(chain: &Chain, zone: &Name) -> BTreeMap<Question, Status> {
    let probes = chain.probes.iter();
    let mut all: BTreeMap<_, _> = probes
        .filter(|probe| probe.zone == *zone)
        .map(|probe| (probe.question.clone(), probe.status))
        .collect();
    for asked in [RecordType::SOA, RecordType::NS].map(|rtype| question(zone, rtype)) {
        let servers = chain
            .zone(zone)
            .into_iter()
            .flat_map(|zone| zone.servers.values());
        let said: Vec<_> = servers
            .filter_map(|server| server.answers.get(&asked))
            .map(|(_, answer)| answer.status)
            .collect();
        if !said.is_empty() {
            all.insert(asked, Status::best(said));
        }
    }
    all
}
