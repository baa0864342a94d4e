//! Everything that touches a clock, a socket, a disk or the environment.

pub mod cli;
