//! Runs what the fuzzer runs, on the committed corpus and on seeded mutations of it: no nightly compiler needed.
//!
//! The real thing is `scripts/fuzz.sh`. A crash that it finds becomes a file of the corpus, named `crash-...`.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failed input is told, so that it can be kept"
)]

use std::fs;
use std::panic::{catch_unwind, resume_unwind};
use std::path::Path;

use telltale_tests::fuzz::TARGETS;
use telltale_tests::sim::Rng;

/// Mutated inputs per target; some seconds in all.
const MUTATIONS: u64 = 20_000;

#[test]
fn the_corpus_and_mutations_of_it_do_no_harm() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        for input in &corpus {
            run(name, target, input);
        }
        for seed in 0..MUTATIONS {
            run(name, target, &mutated(&corpus, &mut Rng::new(seed)));
        }
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!paths.is_empty(), "no corpus in {}", folder.display());
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn run(name: &str, target: fn(&[u8]), input: &[u8]) {
    if let Err(panic) = catch_unwind(|| target(input)) {
        eprintln!("target {name} fails with {input:02x?}");
        resume_unwind(panic);
    }
}

/// An input with some bytes changed, cut out, doubled, or followed by another input.
fn mutated(corpus: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut input = corpus[rng.below(corpus.len())].clone();
    for _ in 0..rng.within(1..=6) {
        let at = rng.below(input.len() + 1);
        match rng.below(5) {
            0 => input.truncate(at),
            1 => input.extend_from_slice(&corpus[rng.below(corpus.len())]),
            2 => {
                let again = input[at..].to_vec();
                input.extend_from_slice(&again[..rng.below(again.len() + 1)]);
            }
            _ => {
                let byte = rng.number().to_le_bytes()[0];
                let interesting = rng.pick(&[byte, 0, 1, 0x7f, 0x80, 0xff]);
                if let Some(place) = input.get_mut(at) {
                    *place = interesting;
                }
            }
        }
    }
    input.truncate(8192);
    input
}
