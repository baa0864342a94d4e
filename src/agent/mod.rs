//! Everything that touches clock, socket, disk or environment.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the edge: clock, sockets, disk and environment are read here"
)]

pub mod cli;
pub mod config;
pub mod daemon;
pub mod faults;
pub mod http;
pub mod many;
pub mod notify;
pub mod probe;
pub mod store;
pub mod transfer;
