//! A hierarchy in memory: zones as text, and addresses that serve them in one way or another.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::dns::edns::NSID;
use crate::dns::message::Question;
use crate::dns::query::Query;
use crate::dns::{Name, Rcode, Record, RecordType, Timestamp, master, rdata};
use crate::evidence::view::View;
use crate::evidence::{Evidence, Exchange, Outcome, Transport};
use crate::walk::{Ask, Settings, Walk};

pub fn name(text: &str) -> Name {
    text.parse().expect(text)
}

/// Port 53 at an address.
pub fn at(address: &str) -> SocketAddr {
    SocketAddr::new(address.parse().expect(address), 53)
}

/// How an address behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    Good,
    /// It never answers.
    Silent,
    /// ICMP port unreachable.
    Closed,
    /// REFUSED to everything.
    Lame,
    /// A referral to the root for everything.
    Upward,
    /// A referral to the zone it should serve itself.
    Circular,
    /// NXDOMAIN for names that are only ancestors of others (as before RFC 8020).
    NoEmptyNames,
    /// SERVFAIL to type NS.
    FailsNs,
    /// FORMERR without OPT to any query with EDNS.
    NoEdns,
    /// TC over UDP for DNSKEY.
    Truncates,
    /// TC over UDP for everything, and nobody answers over TCP.
    TruncatesAll,
    /// No answer to types it does not know (NSEC3PARAM, CDS, CDNSKEY, private).
    IgnoresNewTypes,
}

#[derive(Debug, Clone)]
struct Host {
    zones: Vec<Name>,
    manner: Manner,
}

/// The hierarchy.
#[derive(Debug, Clone, Default)]
pub struct Net {
    zones: BTreeMap<Name, Vec<Record>>,
    hosts: BTreeMap<SocketAddr, Host>,
}

impl Net {
    /// Adds a zone; its SOA record comes by itself.
    pub fn zone(mut self, apex: &str, text: &str) -> Self {
        let text = format!("@ 60 SOA ns.invalid. host.invalid. 1 2 3 4 5\n{text}");
        let records = master::read(&text, &name(apex)).expect("a zone");
        self.zones.insert(name(apex), records);
        self
    }

    pub fn host(mut self, address: &str, zones: &[&str], manner: Manner) -> Self {
        let zones = zones.iter().map(|apex| name(apex)).collect();
        self.hosts.insert(at(address), Host { zones, manner });
        self
    }

    pub fn serve(self, address: &str, zones: &[&str]) -> Self {
        self.host(address, zones, Manner::Good)
    }

    /// What comes back.
    pub fn ask(&self, ask: &Ask) -> Outcome {
        let Some(host) = self.hosts.get(&ask.server) else {
            return Outcome::Timeout;
        };
        let question = &ask.query.question;
        let is_new = [51, 59, 60, 65399].contains(&question.rtype.0);
        match host.manner {
            Manner::Silent => return Outcome::Timeout,
            Manner::IgnoresNewTypes if is_new => return Outcome::Timeout,
            Manner::TruncatesAll if ask.transport == Transport::Tcp => return Outcome::Timeout,
            Manner::Closed => return Outcome::Unreachable("connection refused".into()),
            _ => {}
        }
        let mut answer = self.answer(host, question);
        match host.manner {
            Manner::Lame => answer = Answer::error(Rcode::REFUSED),
            Manner::FailsNs if question.rtype == RecordType::NS => {
                answer = Answer::error(Rcode::SERVFAIL);
            }
            Manner::NoEdns if ask.query.edns.is_some() => answer = Answer::error(Rcode::FORMERR),
            Manner::TruncatesAll => {
                answer = Answer::data(Vec::new());
                answer.flags |= 0x0200;
            }
            Manner::Truncates
                if ask.transport == Transport::Udp && question.rtype == RecordType::DNSKEY =>
            {
                answer = Answer::error(Rcode::NOERROR);
                answer.flags |= 0x0200;
            }
            _ => {}
        }
        answer.has_opt = ask.query.edns.is_some() && host.manner != Manner::NoEdns;
        Outcome::Response(answer.to_wire(&ask.query))
    }

    fn answer(&self, host: &Host, question: &Question) -> Answer {
        let mut zones = host.zones.clone();
        zones.retain(|apex| question.name.is_at_or_below(apex));
        zones.sort_by_key(Name::label_count);
        if question.rtype == RecordType::DS && zones.len() > 1 {
            zones.retain(|apex| *apex != question.name);
        }
        let Some(apex) = zones.pop() else {
            return Answer::error(Rcode::REFUSED);
        };
        match host.manner {
            Manner::Upward => self.referral(&name("."), &name(".")),
            Manner::Circular => self.referral(&apex.parent().unwrap(), &apex),
            manner => self.answer_from(&apex, question, manner == Manner::NoEmptyNames),
        }
    }

    fn answer_from(&self, apex: &Name, question: &Question, no_empty_names: bool) -> Answer {
        let records = &self.zones[apex];
        let qname = &question.name;
        let find = |owner: &Name, rtype: RecordType| -> Vec<Record> {
            let fits = |r: &&Record| r.owner == *owner && r.rtype == rtype;
            records.iter().filter(fits).cloned().collect()
        };
        for count in apex.label_count() + 1..=qname.label_count() {
            let cut = qname.suffix(count);
            let is_ds = question.rtype == RecordType::DS && cut == *qname;
            if !find(&cut, RecordType::NS).is_empty() && !is_ds {
                return self.referral(apex, &cut);
            }
            let dname = find(&cut, RecordType::DNAME);
            if !dname.is_empty() && cut != *qname {
                return Answer::data(dname);
            }
        }
        let mut found = find(qname, question.rtype);
        if found.is_empty() {
            found = find(qname, RecordType::CNAME);
        }
        if !found.is_empty() {
            let mut answer = Answer::data(found);
            answer.add_glue(records);
            return answer;
        }
        let exists = records.iter().any(|r| match no_empty_names {
            true => r.owner == *qname,
            false => r.owner.is_at_or_below(qname),
        });
        let mut answer = Answer::error(if exists {
            Rcode::NOERROR
        } else {
            Rcode::NXDOMAIN
        });
        answer.flags |= 0x0400;
        answer.authority = find(apex, RecordType::SOA);
        answer
    }

    fn referral(&self, apex: &Name, cut: &Name) -> Answer {
        let records = self.zones.get(apex).cloned().unwrap_or_default();
        let mut answer = Answer::error(Rcode::NOERROR);
        let is_ns = |r: &&Record| r.owner == *cut && r.rtype == RecordType::NS;
        answer.authority = records.iter().filter(is_ns).cloned().collect();
        answer.add_glue(&records);
        answer
    }
}

#[derive(Debug)]
struct Answer {
    flags: u16,
    answer: Vec<Record>,
    authority: Vec<Record>,
    additional: Vec<Record>,
    has_opt: bool,
}

impl Answer {
    fn error(rcode: Rcode) -> Self {
        Self {
            flags: 0x8000 | rcode.0,
            answer: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            has_opt: false,
        }
    }

    fn data(records: Vec<Record>) -> Self {
        let mut answer = Self::error(Rcode::NOERROR);
        answer.flags |= 0x0400;
        answer.answer = records;
        answer
    }

    fn add_glue(&mut self, records: &[Record]) {
        let ns = self.answer.iter().chain(&self.authority);
        let hosts: Vec<Name> = ns
            .filter(|record| record.rtype == RecordType::NS)
            .filter_map(|record| rdata::target(&record.rdata))
            .collect();
        let glue = records.iter().filter(|record| {
            rdata::address(record.rtype, &record.rdata).is_some() && hosts.contains(&record.owner)
        });
        self.additional = glue.cloned().collect();
    }

    fn to_wire(&self, query: &Query) -> Vec<u8> {
        let mut octets = query.to_wire(0);
        octets.truncate(12 + query.question.name.wire().len() + 4);
        let counts = [
            1,
            self.answer.len(),
            self.authority.len(),
            self.additional.len() + usize::from(self.has_opt),
        ];
        octets[2..4].copy_from_slice(&self.flags.to_be_bytes());
        for (at, count) in counts.into_iter().enumerate() {
            let count = u16::try_from(count).unwrap().to_be_bytes();
            octets[4 + 2 * at..6 + 2 * at].copy_from_slice(&count);
        }
        let sections = self.answer.iter().chain(&self.authority);
        for record in sections.chain(&self.additional) {
            push_record(&mut octets, record);
        }
        if self.has_opt {
            let mut opt = vec![0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 6, 0, 0, 0, 2];
            opt[12] = NSID as u8;
            octets.extend(opt);
            octets.extend(b"x1");
        }
        octets
    }
}

fn push_record(octets: &mut Vec<u8>, record: &Record) {
    octets.extend_from_slice(record.owner.wire());
    octets.extend(record.rtype.0.to_be_bytes());
    octets.extend(record.class.0.to_be_bytes());
    octets.extend(record.ttl.to_be_bytes());
    octets.extend(u16::try_from(record.rdata.len()).unwrap().to_be_bytes());
    octets.extend_from_slice(&record.rdata);
}

/// Settings with hints in the syntax of a zone.
pub fn settings(target: &str, rtype: RecordType, hints: &str) -> Settings {
    let mut settings = Settings::new(name(target), rtype, Timestamp(1_800_000_000));
    settings.hints = master::read(hints, &name(".")).expect("hints");
    settings
}

/// Answers everything the walk asks. `pick` chooses which of so many questions in flight ends next.
pub fn drive(net: &Net, walk: Walk, pick: impl FnMut(usize) -> usize) -> Walk {
    drive_by(|ask| net.ask(ask), walk, pick)
}

/// Like [`drive`], with answers from anywhere.
pub fn drive_by(
    mut answer: impl FnMut(&Ask) -> Outcome,
    mut walk: Walk,
    mut pick: impl FnMut(usize) -> usize,
) -> Walk {
    let mut waiting: Vec<Ask> = Vec::new();
    loop {
        waiting.extend(walk.next_asks());
        assert_eq!(walk.in_flight(), waiting.len());
        if waiting.is_empty() {
            assert!(walk.is_done());
            return walk;
        }
        let ask = waiting.remove(pick(waiting.len()));
        let outcome = answer(&ask);
        walk.absorb(exchange(ask, outcome));
    }
}

fn exchange(ask: Ask, outcome: Outcome) -> Exchange {
    Exchange {
        server: ask.server,
        transport: ask.transport,
        query: ask.query,
        sent: Timestamp(1_800_000_000),
        elapsed: Duration::from_micros(10),
        strays: 0,
        outcome,
    }
}

/// A finished walk, with what it saw.
pub struct Done {
    pub topology: crate::evidence::topology::Topology,
    pub limits: std::collections::BTreeSet<crate::evidence::topology::Limit>,
    pub evidence: Evidence,
    pub view: View,
}

/// Walks in the order of asking.
pub fn walk(net: &Net, settings: Settings) -> Done {
    let walk = drive(net, Walk::new(settings), |_| 0);
    let (topology, limits) = (walk.topology().clone(), walk.limits());
    let evidence = walk.finish();
    let view = View::new(evidence.exchanges.clone());
    Done {
        topology,
        limits,
        evidence,
        view,
    }
}

impl Done {
    /// The questions one address was asked, in the form `name TYPE transport`.
    pub fn asked(&self, server: &str) -> Vec<String> {
        let exchanges = self.evidence.exchanges.iter();
        let own = exchanges.filter(|exchange| exchange.server == at(server));
        own.map(|e| {
            format!(
                "{} {} {}",
                e.question().name,
                e.question().rtype,
                e.transport
            )
        })
        .collect()
    }

    /// The apexes on the way to a name.
    pub fn trail(&self, target: &str) -> Vec<String> {
        let mut trails = self.topology.trails.iter();
        let trail = trails.find(|trail| trail.name == name(target));
        let zones = &trail.expect("a trail").zones;
        zones.iter().map(ToString::to_string).collect()
    }

    pub fn is_complete(&self, target: &str) -> bool {
        let mut trails = self.topology.trails.iter();
        trails.any(|trail| trail.name == name(target) && trail.is_complete)
    }

    pub fn zone(&self, apex: &str) -> &crate::evidence::topology::Zone {
        &self.topology.zones[&name(apex)]
    }
}
