//! Validation of DNSSEC: what follows from the evidence, and nothing about what is wise.

pub mod anchor;
