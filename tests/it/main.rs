//! All integration tests in one binary: one link, one run.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests read the sources, the environment and the clock"
)]

mod architecture;
mod fuzz;
