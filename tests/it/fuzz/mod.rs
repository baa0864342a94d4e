//! A bounded fuzz run in the ordinary tests, on stable Rust.
//!
//! Valid inputs are bent by a generator with a fixed seed: bits flipped, pieces cut, doubled, moved and
//! spliced, lengths made to lie. So each run tries the same inputs, and a failure names the one that
//! failed. `ANCHORWATCH_FUZZ_ITERATIONS=1000000` runs longer, `ANCHORWATCH_FUZZ_SEED=7` elsewhere. The
//! directory `fuzz/` has the same targets for cargo-fuzz, which is led by coverage.

mod corpus;
mod hostile;
mod mutate;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};

use data_encoding::BASE64;
use mutate::Generator;

/// Inputs tried for each target unless the environment says otherwise: about two seconds for all of them
/// without optimisation.
const ITERATIONS: u64 = 10_000;
/// Greatest length of an input, in octets.
const MAX_INPUT: usize = 16 << 10;

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is `{text}`, not a number")),
        Err(_) => default,
    }
}

fn run(target: fn(&[u8]), corpus: &[Vec<u8>]) {
    let seed = setting("ANCHORWATCH_FUZZ_SEED", 1);
    corpus.iter().for_each(|input| target(input));
    for iteration in 0..setting("ANCHORWATCH_FUZZ_ITERATIONS", ITERATIONS) {
        let mut generator = Generator::new(seed, iteration);
        let mut input = generator.choose(corpus).clone();
        for _ in 0..=generator.below(6) {
            generator.bend(&mut input, corpus);
        }
        input.truncate(MAX_INPUT);
        if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
            let input = BASE64.encode(&input);
            panic!("seed {seed}, iteration {iteration}, input in Base64: {input}");
        }
    }
}

#[test]
fn messages() {
    run(targets::message, &corpus::messages());
}

#[test]
fn anchors() {
    run(targets::anchors, &corpus::anchors());
}

#[test]
fn hints() {
    run(targets::hints, &corpus::hints());
}

#[test]
fn evidence() {
    run(targets::evidence, &corpus::evidence());
}

#[test]
fn the_corpus_is_accepted() {
    use anchorwatch::dns::Message;
    use anchorwatch::evidence::{archive, hints};
    use anchorwatch::validate::anchor;
    for octets in corpus::messages() {
        assert_eq!(Message::parse(&octets).unwrap().faults, []);
    }
    for octets in corpus::anchors() {
        assert!(anchor::read(std::str::from_utf8(&octets).unwrap()).is_ok());
    }
    for octets in corpus::hints() {
        assert!(hints::read_hints(std::str::from_utf8(&octets).unwrap()).is_ok());
    }
    for octets in corpus::evidence() {
        assert!(archive::read(&octets).is_ok());
    }
}
