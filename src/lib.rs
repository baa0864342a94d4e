//! Anchorwatch keeps watch over the DNSSEC chain of trust, from the root trust anchor to a zone's records.
//!
//! The modules stand in the order of the pipeline; each imports only from those before it.

pub mod dns;

pub mod crypto;

pub mod evidence;

pub mod report;

#[cfg(feature = "agent")]
pub mod lab;
