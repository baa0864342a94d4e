//! Families of each name server of a zone.

use super::{Family, gauge};
use crate::report::Verdict;
use crate::watch::ServerState;
use crate::watch::exposition::Level::Detail;
use crate::watch::exposition::{Samples, Watched, undotted};

pub(super) const FAMILIES: &[Family] = &[
    gauge(
        "dnssec_zone_nameserver_up",
        Detail,
        "Whether the name server answered.",
        |samples, zone| {
            servers(samples, zone, |server| Some(i64::from(server.is_answering)));
        },
    ),
    gauge(
        "dnssec_zone_nameserver_secure",
        Detail,
        "Whether its own data is secure; absent when it did not answer.",
        |samples, zone| {
            servers(samples, zone, |server| {
                server
                    .is_answering
                    .then_some(i64::from(server.verdict == Verdict::Secure))
            });
        },
    ),
    gauge(
        "dnssec_zone_nameserver_serial",
        Detail,
        "SOA serial at the name server.",
        |samples, zone| {
            servers(samples, zone, |server| server.serial.map(i64::from));
        },
    ),
    gauge(
        "dnssec_zone_nameserver_rrsig_expiry_timestamp_seconds",
        Detail,
        "When the first RRset there is left without a signature in force.",
        |samples, zone| {
            servers(samples, zone, |server| server.expires.map(|at| at.0));
        },
    ),
    gauge(
        "dnssec_zone_nameserver_rrsig_inception_timestamp_seconds",
        Detail,
        "The latest inception of a signature there.",
        |samples, zone| {
            servers(samples, zone, |server| server.signed.map(|at| at.0));
        },
    ),
];

fn servers(samples: &mut Samples<'_>, zone: &Watched<'_>, value: fn(&ServerState) -> Option<i64>) {
    for server in &zone.state.servers {
        if let Some(value) = value(server) {
            let name = undotted(server.name.split(' ').next().unwrap_or_default());
            samples.with(
                &[("nameserver", &name), ("address", &server.address)],
                value,
            );
        }
    }
}
