//! What a resolver's word is worth: two names whose truth is known are asked of each resolver.
//!
//! One that answers the known-bad name does not validate, and one that fails on the known-good name fails
//! on everything. One whose answer for the known-good name has no signature, although DO was set, strips
//! them: whatever it does itself, nobody behind it can validate. What such a resolver says of a zone is
//! shown all the same.

use std::net::SocketAddr;

use prometheus::IntGaugeVec;

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

/// What the control names showed of a resolver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    /// It fails on the known-bad name and not on the known-good one.
    validates: bool,
    /// Signatures are missing in its answer for the known-good name, although DO was set.
    strips: bool,
}

/// Asks the control names of every resolver and shows the outcome in the meters.
pub async fn check(means: &Means, watch: &Watch) {
    for control in &means.controls {
        let told = standing(means, control).await;
        let label = [control.resolver.label.as_str()];
        let meters = &watch.meters;
        show(
            &meters.resolver_validates,
            label,
            told.map(|told| told.validates),
        );
        show(&meters.resolver_strips, label, told.map(|told| told.strips));
    }
}

/// What does not answer is not said to do anything.
fn show(meter: &IntGaugeVec, label: [&str; 1], told: Option<bool>) {
    match told {
        Some(told) => meter.with_label_values(&label).set(i64::from(told)),
        // The label may not be there.
        None => drop(meter.remove_label_values(&label)),
    }
}

/// What its answers tell; `None` without both.
async fn standing(means: &Means, control: &Control) -> Option<Standing> {
    let address = control.resolver.address?;
    let bad = answer(means, control, address, &control.known_bad);
    let good = answer(means, control, address, &control.known_good);
    let (bad, good) = tokio::join!(bad, good);
    let (bad, good) = (bad?, good?);
    let is_good = good.rcode() == Rcode::NOERROR;
    Some(Standing {
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
