//! The families of metrics that a zone has, one function each, in a file for each of zone, name server
//! and resolver.

mod resolver;
mod server;
mod zone;

use super::{Level, Samples, Watched};

/// A family of metrics.
pub(super) struct Family {
    pub name: &'static str,
    pub help: &'static str,
    pub kind: &'static str,
    /// The least level at which it is told.
    pub level: Level,
    /// Writes the samples of one zone.
    pub write: fn(&mut Samples<'_>, &Watched<'_>),
}

const fn gauge(
    name: &'static str,
    level: Level,
    help: &'static str,
    write: fn(&mut Samples<'_>, &Watched<'_>),
) -> Family {
    Family {
        name,
        help,
        kind: "gauge",
        level,
        write,
    }
}

const fn counter(
    name: &'static str,
    help: &'static str,
    write: fn(&mut Samples<'_>, &Watched<'_>),
) -> Family {
    Family {
        name,
        help,
        kind: "counter",
        level: Level::Detail,
        write,
    }
}

/// All of them, in the order of the page.
pub(super) fn all() -> impl Iterator<Item = &'static Family> {
    let parts = [zone::FAMILIES, server::FAMILIES, resolver::FAMILIES];
    parts.into_iter().flatten()
}
