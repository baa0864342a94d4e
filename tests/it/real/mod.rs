//! Against real components: zones that BIND, ldns, Knot and PowerDNS signed, served by named, NSD, Knot and
//! PowerDNS, judged by us, by delv and by named as a validating resolver.
//!
//! [`harness`] proves the hierarchy itself with delv and named alone.

#[path = "../support/mod.rs"]
pub mod support;

mod broken;
mod cases;
mod conduct;
mod harness;
mod healthy;
mod knockout;
mod lab;
mod peculiar;
mod resolvers;
mod thorough;
