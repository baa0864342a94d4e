//! Audits of the lab in memory, at one instant: no socket, no clock. What servers and resolvers send may
//! be bent on the way.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use crate::audit;
use crate::dns::{Name, RecordType, Timestamp, master};
use crate::evidence::{Evidence, Exchange, Outcome, Resolver, Transport};
use crate::lab::{Action, Lab};
use crate::policy::Policy;
use crate::report::Report;
use crate::walk::{Ask, Settings, Walk};

/// The instant of every audit here.
pub const NOW: Timestamp = Timestamp(1_790_000_000);

/// What a bend makes of a response.
pub type Bend = fn(&Ask, Vec<u8>) -> Outcome;

static LAB: LazyLock<Lab> = LazyLock::new(|| Lab::with_rarities(NOW));

/// Lets everything through.
pub fn straight(_: &Ask, octets: Vec<u8>) -> Outcome {
    Outcome::Response(octets)
}

/// What is heard when a name is audited, at these resolvers of the lab as well or, when `is_iterating` is
/// false, at them alone. A word that is none of them stands for a name without an address.
pub fn evidence(name: &str, resolvers: &[&str], is_iterating: bool, bend: Bend) -> Evidence {
    evidence_of(&LAB, name, resolvers, is_iterating, bend)
}

/// The same of another lab.
pub fn evidence_of(
    lab: &Lab,
    name: &str,
    resolvers: &[&str],
    is_iterating: bool,
    bend: Bend,
) -> Evidence {
    let settings = settings(lab, name, resolvers);
    walked(
        lab,
        Settings {
            is_iterating,
            ..settings
        },
        bend,
    )
}

/// What is heard in a thorough look.
pub fn thorough(name: &str, resolvers: &[&str], bend: Bend) -> Evidence {
    let settings = settings(&LAB, name, resolvers);
    walked(
        &LAB,
        Settings {
            is_thorough: true,
            ..settings
        },
        bend,
    )
}

fn settings(lab: &Lab, name: &str, resolvers: &[&str]) -> Settings {
    let name: Name = name.parse().unwrap();
    let case = lab.cases().iter().find(|case| case.name == name);
    let rtype = case.map_or(RecordType::A, |case| case.rtype);
    let read = |text: String| master::read(&text, &Name::root()).unwrap();
    Settings {
        hints: read(lab.root_hints()),
        anchors: read(lab.trust_anchor()),
        resolvers: resolvers.iter().map(|label| resolver(label)).collect(),
        ..Settings::new(name, rtype, NOW)
    }
}

fn walked(lab: &Lab, settings: Settings, bend: Bend) -> Evidence {
    let mut walk = Walk::new(settings);
    loop {
        let asks = walk.next_asks();
        if asks.is_empty() {
            return walk.finish();
        }
        for ask in asks {
            walk.absorb(exchange(lab, ask, bend));
        }
    }
}

/// The judgement of that.
pub fn report(name: &str, resolvers: &[&str], bend: Bend) -> Report {
    judge(&evidence(name, resolvers, true, bend))
}

pub fn judge(evidence: &Evidence) -> Report {
    audit(evidence, &Policy::default(), evidence.started)
}

/// Every code that is reported, consequences included.
pub fn codes(report: &Report) -> Vec<&str> {
    let all = report.findings.iter().chain(&report.folded);
    all.map(|finding| finding.code.as_str()).collect()
}

fn resolver(label: &str) -> Resolver {
    let known = LAB.resolvers();
    let plain = label.strip_prefix("tls://");
    let found = known
        .iter()
        .find(|resolver| resolver.label == plain.unwrap_or(label));
    Resolver {
        label: label.to_owned(),
        address: found.map(|resolver| SocketAddr::new(resolver.address, 53)),
        transport: match plain {
            Some(_) => Transport::Tls,
            None => Transport::Udp,
        },
    }
}

/// What the lab's server sends; nothing when it is silent.
pub fn reply(ask: &Ask) -> Option<Vec<u8>> {
    reply_of(&LAB, ask)
}

fn reply_of(lab: &Lab, ask: &Ask) -> Option<Vec<u8>> {
    let transport = match ask.transport {
        Transport::Udp => crate::lab::Transport::Udp,
        _ => crate::lab::Transport::Tcp,
    };
    match lab.respond(ask.server.ip(), transport, &ask.query.to_wire(1)) {
        Action::Reply(octets) => Some(octets),
        Action::Silence => None,
    }
}

fn exchange(lab: &Lab, ask: Ask, bend: Bend) -> Exchange {
    let outcome = reply_of(lab, &ask).map_or(Outcome::Timeout, |octets| bend(&ask, octets));
    Exchange {
        server: ask.server,
        transport: ask.transport,
        query: ask.query,
        sent: NOW,
        elapsed: Duration::from_millis(1),
        strays: 0,
        outcome,
    }
}
