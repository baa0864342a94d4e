//! What a resolver's word is worth: two names whose truth is known are asked of each resolver.
//!
//! One that answers the known-bad name does not validate, and one that fails on the known-good name fails
//! on everything. What such a resolver says of a zone is shown all the same.

use std::net::SocketAddr;

use super::Watch;
use super::look::Means;
use crate::agent::probe;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Message, Name, Rcode, RecordType};
use crate::evidence::probes::question;
use crate::evidence::{Outcome, Resolver};
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

/// Asks the control names of every resolver and shows the outcome in the meters.
pub async fn check(means: &Means, watch: &Watch) {
    for control in &means.controls {
        let told = validates(means, control).await;
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
