//! What the tests and the benchmark share: real name servers, real signers, and the tools people use today.
//!
//! A [`Hierarchy`](hierarchy::Hierarchy) is a private root with everything below it, signed by the signers
//! of BIND, ldns, Knot and PowerDNS, served by named, NSD, Knot and PowerDNS on loopback addresses of its own at one high port.
//! Each server is a child process that ends with the test. Nothing here uses the code under test, so a
//! fault of the validator cannot hide in the harness.

#![allow(
    dead_code,
    reason = "each binary that includes this uses its own part of it"
)]

pub mod fault;
pub mod hierarchy;
pub mod isolation;
pub mod lab;
pub mod ledger;
pub mod matrix;
pub mod powerdns;
pub mod process;
pub mod resolver;
pub mod scratch;
pub mod server;
pub mod sign;
pub mod six;
pub mod stripper;
pub mod tools;
pub mod wire;
pub mod zone;
pub mod zonefile;
