//! Everything that touches clock, socket, disk or environment.

pub mod cli;
pub mod probe;
