//! The watch: what is remembered of a zone from one audit to the next, what is called a fact and what is
//! still in doubt, what is told as an event, and when the zone is audited again.
//!
//! Everything here is a pure function of what it is given. One audit is one look; an outage is called when
//! two of three looks, or an audit and a resolver, agree (the file `confirm`). The agent keeps the
//! [`ZoneState`] in its store and hands it back with the next report.

pub mod confirm;
pub mod event;
pub mod exposition;

pub mod schedule;
mod state;
mod thorough;

pub use event::{Event, Kind};
pub use state::{FindingCount, ResolverState, ServerState, ZoneState};
pub use thorough::Thorough;
