//! Whole audits of the lab, in memory, where some replies are bent and some never come.
//!
//! Whatever servers send, the walk ends within its budget, the evidence goes through a file, and the
//! report is the same in every order of the exchanges. `ANCHORWATCH_FUZZ_AUDITS` says how many.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use anchorwatch::dns::Timestamp;
use anchorwatch::evidence::{Evidence, Exchange, Outcome, archive, hints};
use anchorwatch::lab::{self, Action, Case, Lab};
use anchorwatch::policy::Policy;
use anchorwatch::report::render;
use anchorwatch::validate::anchor;
use anchorwatch::walk::limits::EXCHANGES;
use anchorwatch::walk::{Ask, Settings, Walk};

use super::mutate::Generator;
use super::setting;

/// Audits unless the environment says otherwise: about as long as the other targets take.
const AUDITS: u64 = 150;
/// When the lab was signed.
const SIGNED: Timestamp = Timestamp(1_790_000_000);
/// Replies of one walk that others are spliced with.
const KEPT: usize = 16;

/// The servers of the lab and what stands between them and us.
struct Network<'a> {
    lab: &'a Lab,
    /// One reply in so many is bent or lost.
    one_in: usize,
    kept: Vec<Vec<u8>>,
}

impl Network<'_> {
    fn outcome(&mut self, ask: &Ask, generator: &mut Generator) -> Outcome {
        let transport = match ask.transport {
            anchorwatch::evidence::Transport::Udp => lab::Transport::Udp,
            _ => lab::Transport::Tcp,
        };
        let query = ask.query.to_wire(7);
        match self.lab.respond(ask.server.ip(), transport, &query) {
            Action::Silence => Outcome::Timeout,
            Action::Reply(octets) if generator.below(self.one_in) > 0 => Outcome::Response(octets),
            Action::Reply(octets) => self.harm(octets, generator),
        }
    }

    fn harm(&mut self, mut octets: Vec<u8>, generator: &mut Generator) -> Outcome {
        if self.kept.len() < KEPT {
            self.kept.push(octets.clone());
        }
        match generator.below(16) {
            0 => return Outcome::Timeout,
            1 => return Outcome::Closed,
            2 => return Outcome::Unreachable("connection refused".to_owned()),
            // Another server's reply as a whole: it is about something else.
            3 => return Outcome::Response(generator.choose(&self.kept).clone()),
            _ => {}
        }
        for _ in 0..=generator.below(3) {
            generator.bend(&mut octets, &self.kept);
        }
        octets.truncate(usize::from(u16::MAX));
        Outcome::Response(octets)
    }
}

fn walk(lab: &Lab, case: &Case, generator: &mut Generator) -> Evidence {
    let mut settings = Settings::new(case.name.clone(), case.rtype, SIGNED);
    settings.hints = hints::read_hints(&lab.root_hints()).unwrap();
    settings.anchors = anchor::to_records(&anchor::read(&lab.trust_anchor()).unwrap());
    let mut network = Network {
        lab,
        one_in: *generator.choose(&[2, 8, 32, 128]),
        kept: Vec::new(),
    };
    let mut walk = Walk::new(settings);
    loop {
        let asks = walk.next_asks();
        assert!(walk.sent() <= EXCHANGES);
        if asks.is_empty() {
            assert!(walk.is_done());
            return walk.finish();
        }
        for ask in asks {
            let outcome = network.outcome(&ask, generator);
            walk.absorb(exchange(ask, outcome));
        }
    }
}

fn exchange(ask: Ask, outcome: Outcome) -> Exchange {
    Exchange {
        server: ask.server,
        transport: ask.transport,
        query: ask.query,
        sent: SIGNED,
        elapsed: Duration::from_micros(10),
        strays: 0,
        outcome,
    }
}

/// One audit of a case with everything that must hold for it.
fn audit(lab: &Lab, generator: &mut Generator) {
    let case = generator.choose(lab.cases());
    let mut evidence = walk(lab, case, generator);
    let policy = Policy::default();
    let now = Timestamp(SIGNED.0 + 86_400 * generator.below(60) as i64);
    let report = anchorwatch::audit(&evidence, &policy, now);
    let json = render::json(&report);
    assert!(render::markdown(&report, true).len() < 4 << 20);

    let count = evidence.exchanges.len();
    evidence
        .exchanges
        .rotate_left(generator.below(count.max(1)));
    evidence.exchanges.reverse();
    let replayed = archive::read(&archive::write(&evidence)).unwrap();
    for evidence in [&evidence, &replayed] {
        let again = render::json(&anchorwatch::audit(evidence, &policy, now));
        assert_eq!(again, json, "{}", case.name);
    }
}

#[test]
fn audits_of_hostile_servers() {
    let lab = Lab::new(SIGNED);
    let seed = setting("ANCHORWATCH_FUZZ_SEED", 1);
    for iteration in 0..setting("ANCHORWATCH_FUZZ_AUDITS", AUDITS) {
        let mut generator = Generator::new(seed, iteration);
        if catch_unwind(AssertUnwindSafe(|| audit(&lab, &mut generator))).is_err() {
            panic!("seed {seed}, audit {iteration}");
        }
    }
}
