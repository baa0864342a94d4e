//! Against real components: zones that BIND, ldns and Knot signed, served by named, NSD and Knot, judged
//! by us, by delv and by named as a validating resolver.
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
mod resolvers;
mod thorough;
