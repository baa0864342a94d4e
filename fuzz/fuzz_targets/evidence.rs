//! Any octets, given to the reader of evidence files.

#![no_main]

#[allow(dead_code, reason = "each binary takes one of the targets")]
#[path = "../../tests/it/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::evidence(octets));
