//! What a resolver's word is worth: two names whose truth is known are asked of each resolver.
//!
//! One that answers the known-bad name does not validate, and one that fails on the known-good name fails
//! on everything. What such a resolver says of a zone is shown, and neither confirms an outage nor makes
//! findings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// How often in a row a resolver has to fail its control names until its word is worth nothing.
const ENOUGH: u8 = 2;

/// How often in a row each resolver failed its control names.
#[derive(Debug, Default)]
pub struct Standing(Mutex<BTreeMap<String, u8>>);

impl Standing {
    fn failures(&self) -> MutexGuard<'_, BTreeMap<String, u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what control names told. No answer tells nothing.
    fn take(&self, resolver: &str, validates: Option<bool>) {
        let mut failures = self.failures();
        let count = failures.entry(resolver.to_owned()).or_default();
        *count = match validates {
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
        let told = validates(means, control).await;
        means.standing.take(&control.resolver.label, told);
        let meter = &watch.meters.resolver_validates;
        let label = control.resolver.label.as_str();
        match told {
            Some(validates) => meter.with_label_values(&[label]).set(i64::from(validates)),
            // What does not answer is not said to do anything; the label may not be there.
            None => drop(meter.remove_label_values(&[label])),
        }
    }
}

/// Whether it fails on the known-bad name and not on the known-good one; `None` without an answer.
async fn validates(means: &Means, control: &Control) -> Option<bool> {
    let address = control.resolver.address?;
    let bad = rcode(means, control, address, &control.known_bad);
    let good = rcode(means, control, address, &control.known_good);
    let (bad, good) = tokio::join!(bad, good);
    Some(bad? == Rcode::SERVFAIL && good? == Rcode::NOERROR)
}

async fn rcode(means: &Means, control: &Control, server: SocketAddr, name: &Name) -> Option<Rcode> {
    let ask = Ask {
        server,
        transport: control.resolver.transport,
        query: Query {
            question: question(name, RecordType::A),
            recursion_desired: true,
            checking_disabled: false,
            authentic_data: true,
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
    Message::parse(octets).ok().map(|message| message.rcode())
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
