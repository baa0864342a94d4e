//! Anchorwatch keeps watch over the DNSSEC chain of trust, from the root trust anchor to a zone's records.
//!
//! The modules stand in the order of the pipeline; each imports only from those before it.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        reason = "tests may read files, the environment and the clock"
    )
)]

pub mod dns;

pub mod crypto;

pub mod evidence;

pub mod walk;

pub mod validate;

pub mod report;

pub mod policy;

pub mod history;

pub mod delegation;

pub mod drill;

pub mod checks;

mod audit;
pub use audit::{audit, audit_after, audit_among, audit_supposing, audit_view, views};

pub mod hypothesis;

pub mod fix;

pub mod transfer;

pub mod watch;

pub mod zone;

#[cfg(feature = "agent")]
pub mod notify;

#[cfg(feature = "agent")]
pub mod lab;

#[cfg(feature = "agent")]
pub mod agent;
