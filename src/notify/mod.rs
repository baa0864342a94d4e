//! From what is known of the zones to the messages that people and machines get.
//!
//! `Signal → Alarm → Incident → Notice → body`. A look at a zone gives signals; an [`Alarm`] is the state
//! machine of one of them (pending, firing, recovering, and then gone); alarms with one cause are one
//! [`Incident`]; a [`Notice`] tells that an incident began, grew or ended; `format` makes the body that
//! an endpoint understands out of it. The [`Board`] holds the alarms and incidents.
//!
//! Everything here is a pure function of what it is given: the instant is an argument, and so are
//! templates and secrets. The agent keeps the board in its store and carries the bodies.

pub mod alarm;
pub mod board;
pub mod format;
pub mod incident;
pub mod notice;
pub mod retry;
pub mod route;
pub mod signature;
pub mod silence;

pub use alarm::{Alarm, Key, Phase, Seen, Signal, Subject};
pub use board::{Board, Changes, Timing};
pub use incident::{Cause, Incident};
pub use notice::{Happening, Notice};
pub use route::{Pattern, Route};
pub use silence::Silence;

#[cfg(test)]
mod tests;
