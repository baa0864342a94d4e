//! One step down: what the replies of a zone's servers say about the next cut on the way to a name.
//!
//! Names are minimised (RFC 9156): the servers of a zone are asked NS for names with one label more at a
//! time. A cut shows in one of two ways: a *referral* has NS records of the child in the authority section
//! (RFC 1034, section 4.3.2, step 3b); a server that holds parent and child answers with the child's own
//! NS RRset. Referrals upward or sideways say nothing here.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::limits;
use crate::dns::message::Question;
use crate::dns::{Message, Name, Rcode, RecordType};
use crate::evidence::probes::question;
use crate::evidence::view::{Reply, View};

/// The servers of one zone, and a name at or below it that is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Descent<'a> {
    pub view: &'a View,
    pub servers: &'a BTreeMap<SocketAddr, BTreeSet<Name>>,
    pub apex: &'a Name,
    pub goal: &'a Goal,
}

/// A name that is looked for, with the questions for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goal {
    /// The questions that the last zone is to answer.
    pub questions: Vec<Question>,
    /// The name that cuts may lie at or above.
    path: Name,
    /// `path` with 0, 1, 2 … labels.
    suffixes: Vec<Name>,
}

/// What is to be asked of the last zone on a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frontier {
    /// A minimised question; one good reply is enough to go on.
    Minimised {
        /// The question.
        question: Question,
        /// Servers that gave an error to it, which are asked the whole name at once.
        mishandled: BTreeSet<SocketAddr>,
    },
    /// The questions of the trail themselves.
    Whole,
}

/// Where the replies lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// To a zone cut.
    Cut(Name),
    /// Nowhere yet, or this is the zone that answers.
    Here(Frontier),
}

/// What one reply to a minimised question is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    /// An error, or a message that says nothing about the name.
    Nothing,
    /// The name does not exist or is an alias: only the whole name can tell more.
    DeadEnd,
    /// The name exists, or something below it, and is no cut.
    NoCut,
}

impl Goal {
    /// The goal of a trail: DS is answered on the parent side of a cut (RFC 4035, section 3.1.4.1), so
    /// that its path ends one label above.
    pub fn new(name: &Name, rtypes: &[RecordType]) -> Self {
        let path = match rtypes {
            [RecordType::DS] => name.parent().unwrap_or_else(Name::root),
            _ => name.clone(),
        };
        let labels = path.label_count();
        Self {
            questions: rtypes.iter().map(|&rtype| question(name, rtype)).collect(),
            suffixes: (0..=labels).map(|count| path.suffix(count)).collect(),
            path,
        }
    }

    /// The name that is looked for.
    pub fn name(&self) -> &Name {
        self.questions.first().map_or(&self.path, |q| &q.name)
    }

    /// The labels of the shallowest cut below `above` labels that a message shows on the path.
    fn cut(&self, message: &Message, above: usize) -> Option<usize> {
        if message.rcode() != Rcode::NOERROR {
            return None;
        }
        let sections = message.answer.iter().chain(&message.authority);
        sections
            .filter(|record| record.rtype == RecordType::NS)
            .take(limits::RECORDS)
            .map(|record| (record.owner.label_count(), &record.owner))
            .filter(|(labels, owner)| {
                *labels > above
                    && self
                        .suffixes
                        .get(*labels)
                        .is_some_and(|name| name == *owner)
            })
            .map(|(labels, _)| labels)
            .min()
    }
}

impl<'a> Descent<'a> {
    /// The step that the replies allow.
    pub fn step(&self) -> Step {
        let above = self.apex.label_count();
        let cuts = self.questions().filter_map(|question| {
            let replies = self.replies(&question);
            let labels = replies.filter_map(|reply| self.goal.cut(reply.message, above));
            labels.min()
        });
        match cuts.min() {
            Some(labels) => Step::Cut(self.goal.path.suffix(labels)),
            None => Step::Here(self.frontier(above)),
        }
    }

    /// Every question whose replies can show a cut between this zone and the goal.
    pub fn questions(&self) -> impl Iterator<Item = Question> + 'a {
        let goal = self.goal;
        let below = goal.suffixes.iter().skip(self.apex.label_count() + 1);
        let types = [RecordType::NS, RecordType::DS];
        let minimised =
            below.flat_map(move |name| types.map(|rtype| question(name, rtype)).into_iter());
        minimised.chain(goal.questions.iter().cloned())
    }

    /// Replies from servers of this zone.
    pub fn replies(&self, question: &Question) -> impl Iterator<Item = Reply<'a>> + use<'a> {
        let servers = self.servers;
        let replies = self.view.replies(question);
        replies.filter(move |reply| servers.contains_key(&reply.server))
    }

    /// Whether a server of this zone answered one of the goal's questions itself.
    pub fn is_answered(&self) -> bool {
        let above = self.apex.label_count();
        let mut replies = self.goal.questions.iter().flat_map(|q| self.replies(q));
        replies.any(|reply| {
            let message = reply.message;
            let rcode = message.rcode();
            !message.is_truncated()
                && self.goal.cut(message, above).is_none()
                && (rcode == Rcode::NXDOMAIN || rcode == Rcode::NOERROR && is_about_data(message))
        })
    }

    fn frontier(&self, above: usize) -> Frontier {
        if self.is_answered() {
            return Frontier::Whole;
        }
        let below = self.goal.suffixes.iter().skip(above + 1);
        for name in below.take(limits::MINIMISED_LABELS) {
            let question = question(name, RecordType::NS);
            // What a truncated message lacks may be in the part that was cut off.
            let replies = self.replies(&question);
            let worths: Vec<_> = replies
                .filter(|reply| !reply.message.is_truncated())
                .map(|reply| (worth(reply.message), reply.server))
                .collect();
            match worths.iter().map(|(worth, _)| *worth).max() {
                Some(Worth::NoCut) => continue,
                Some(Worth::DeadEnd) => return Frontier::Whole,
                Some(Worth::Nothing) | None => {
                    return Frontier::Minimised {
                        question,
                        mishandled: worths.into_iter().map(|(_, server)| server).collect(),
                    };
                }
            }
        }
        Frontier::Whole
    }

    /// Whether the name has so many labels below this zone that not all were tried one by one.
    pub fn is_cut_short(&self) -> bool {
        self.goal.suffixes.len() - 1 > self.apex.label_count() + limits::MINIMISED_LABELS
    }
}

fn worth(message: &Message) -> Worth {
    let is_alias = |rtype| matches!(rtype, RecordType::CNAME | RecordType::DNAME);
    match message.rcode() {
        Rcode::NXDOMAIN => Worth::DeadEnd,
        Rcode::NOERROR if message.answer.iter().any(|record| is_alias(record.rtype)) => {
            Worth::DeadEnd
        }
        Rcode::NOERROR if is_about_data(message) => Worth::NoCut,
        _ => Worth::Nothing,
    }
}

/// Whether a message without an error tells of data or of its absence, as opposed to a referral to
/// somewhere else, which is not authoritative and holds neither an answer nor an SOA record.
fn is_about_data(message: &Message) -> bool {
    message.is_authoritative()
        || !message.answer.is_empty()
        || message
            .authority
            .iter()
            .any(|record| record.rtype == RecordType::SOA)
}
