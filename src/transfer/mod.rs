//! A zone as a server hands it over: AXFR (RFC 5936), IXFR (RFC 1995) and TSIG (RFC 8945), as states and octets.
//!
//! [`Incoming`] gives the query to send, takes the messages that answer it one after another, and hands on
//! each record as octets in buffers that are used again, so that the memory of a transfer does not grow
//! with the zone. It ends with an [`Outcome`] only if the transfer is whole: from SOA record to the same SOA
//! record, every message such as the query asked for, and under a key the first and the last message
//! signed and all between covered. Until then nothing that was handed on is proven.
//!
//! Time is an argument; whoever carries the octets bounds how many there are and how long they may take.
//!
//! [`Differences`] gathers what an IXFR brings and puts it on the older version.
//!
//! Left out: every opinion on what the zone holds.

mod ask;
mod differences;
mod fault;
mod incoming;
mod message;
pub mod tsig;

#[cfg(test)]
mod tests;

pub use ask::Ask;
pub use differences::{Added, Differences};
pub use fault::Fault;
pub use incoming::{Counts, Incoming, Outcome, Part};
pub use message::WireRecord;
