//! All integration tests in one binary: one link, one run. They use the package as its users do.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests read the sources, the environment and the clock, and start servers"
)]

mod alerts;
mod architecture;
mod catalogue;
mod change;
mod commands;
mod config;
mod delta;
mod drill;
mod ds;
mod fuzz;
mod golden;
mod hostile;
mod many;
mod notify;
mod packaging;
mod peers;
mod policy;
mod readme;
mod real;
mod schema;
mod store;
mod transfer;
mod watched;
mod web;
mod zone;
