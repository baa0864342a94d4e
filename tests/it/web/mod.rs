//! The endpoints of the real program over the lab, asked by a real client: probes, TLS, users, and what is
//! answered to those who ask for something else.

mod authority;
mod endpoints;
mod program;
mod secured;

pub use authority::Authority;
