//! All integration tests in one binary: one link, one run. They use the package as its users do.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests read the sources, the environment and the clock, and start servers"
)]

mod alerts;
mod architecture;
mod catalogue;
mod config;
mod drill;
mod ds;
mod fuzz;
mod golden;
mod notify;
mod packaging;
mod readme;
mod real;
mod schema;
mod store;
mod watched;
mod web;
mod zone;
