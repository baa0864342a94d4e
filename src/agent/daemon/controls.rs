//! What a resolver's word is worth: two names whose truth is known are asked of each resolver.
//!
//! One that answers the known-bad name does not validate, and one that fails on the known-good name fails
//! on everything. One whose answer for the known-good name has no signature, although DO was set, strips
//! them: whatever it does itself, nobody behind it can validate. What such a resolver says of a zone is
//! shown, and neither confirms an outage nor makes findings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus::IntGaugeVec;

use super::Watch;
use super::look::Means;
use crate::agent::probe;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Message, Name, Rcode, RecordType};
use crate::evidence::probes::question;
use crate::evidence::{Outcome, Resolver};
use crate::policy::Policy;
use crate::walk::{Ask, UDP_SIZE};

/// The names for one resolver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The resolver.
    pub resolver: Resolver,
    /// A name that is secure.
    pub known_good: Name,
    /// A name that is bogus.
    pub known_bad: Name,
}

/// What the control names showed of a resolver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    /// It fails on the known-bad name and not on the known-good one.
    validates: bool,
    /// Signatures are missing in its answer for the known-good name, although DO was set.
    strips: bool,
}

/// How often in a row a resolver has to fail its control names until its word is worth nothing.
const ENOUGH: u8 = 2;

/// How often in a row each resolver failed its control names.
#[derive(Debug, Default)]
pub struct Standing(Mutex<BTreeMap<String, u8>>);

impl Standing {
    fn failures(&self) -> MutexGuard<'_, BTreeMap<String, u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in whether the control names spoke for it. No answer tells nothing.
    fn take(&self, resolver: &str, is_worth: Option<bool>) {
        let mut failures = self.failures();
        let count = failures.entry(resolver.to_owned()).or_default();
        *count = match is_worth {
            Some(true) => 0,
            Some(false) => count.saturating_add(1),
            None => *count,
        };
    }

    /// The policy with the resolvers whose word is worth nothing noted in it.
    pub fn weigh(&self, policy: &Arc<Policy>) -> Arc<Policy> {
        let failures = self.failures();
        let mut discredited = failures
            .iter()
            .filter(|(_, count)| **count >= ENOUGH)
            .peekable();
        if discredited.peek().is_none() {
            return Arc::clone(policy);
        }
        let mut weighed = Policy::clone(policy);
        for (resolver, _) in discredited {
            let known = weighed.resolvers.entry(resolver.clone()).or_default();
            known.is_discredited = true;
        }
        Arc::new(weighed)
    }
}

/// Asks the control names of every resolver and shows the outcome in the meters.
pub async fn check(means: &Means, watch: &Watch) {
    for control in &means.controls {
        let shown = ask(means, control).await;
        if !watch.has(means) {
            // Others are asked by now.
            return;
        }
        let validates = shown.map(|shown| shown.validates);
        let strips = shown.map(|shown| shown.strips);
        let label = control.resolver.label.as_str();
        let is_worth = shown.map(|shown| shown.validates && !shown.strips);
        means.standing.take(label, is_worth);
        show(&watch.meters.resolver_validates, label, validates);
        show(&watch.meters.resolver_strips, label, strips);
    }
}

/// What does not answer is not said to do anything.
fn show(meter: &IntGaugeVec, label: &str, told: Option<bool>) {
    match told {
        Some(told) => meter.with_label_values(&[label]).set(i64::from(told)),
        // The label may not be there.
        None => drop(meter.remove_label_values(&[label])),
    }
}

/// What its answers tell; `None` without both.
async fn ask(means: &Means, control: &Control) -> Option<Shown> {
    let address = control.resolver.address?;
    let bad = answer(means, control, address, &control.known_bad);
    let good = answer(means, control, address, &control.known_good);
    let (bad, good) = tokio::join!(bad, good);
    let (bad, good) = (bad?, good?);
    let is_good = good.rcode() == Rcode::NOERROR;
    Some(Shown {
        validates: bad.rcode() == Rcode::SERVFAIL && is_good,
        strips: is_good && !good.is_truncated() && !has_signature(&good),
    })
}

fn has_signature(message: &Message) -> bool {
    let sections = [&message.answer, &message.authority];
    let mut records = sections.into_iter().flatten();
    records.any(|record| record.rtype == RecordType::RRSIG)
}

async fn answer(
    means: &Means,
    control: &Control,
    server: SocketAddr,
    name: &Name,
) -> Option<Message> {
    let ask = Ask {
        server,
        transport: control.resolver.transport,
        query: Query {
            question: question(name, RecordType::A),
            recursion_desired: true,
            checking_disabled: false,
            authentic_data: true,
            probe: None,
            edns: Some(QueryEdns {
                udp_size: UDP_SIZE,
                dnssec_ok: true,
                nsid: false,
            }),
        },
    };
    let exchange = probe::send(ask, &means.probe).await;
    let Outcome::Response(octets) = &exchange.outcome else {
        return None;
    };
    Message::parse(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_worth_nothing_after_two_failures_until_one_success() {
        let (standing, policy) = (Standing::default(), Arc::default());
        let is_discredited = |standing: &Standing| {
            let weighed = standing.weigh(&policy);
            weighed
                .resolvers
                .get("one")
                .is_some_and(|known| known.is_discredited)
        };
        let mut told = Vec::new();
        for validates in [
            Some(false),
            None,
            Some(false),
            None,
            Some(true),
            Some(false),
        ] {
            standing.take("one", validates);
            told.push(is_discredited(&standing));
        }
        assert_eq!(told, [false, false, true, true, false, false]);
    }
}
