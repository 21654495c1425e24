//! Measures `telltale tun` beside no relay and beside peers; see `docs/benchmark.md`.

use std::process::ExitCode;

use clap::Parser;
use telltale_tests::bench::{Options, run};
use telltale_tests::world::enter;

fn main() -> ExitCode {
    let options = Options::parse();
    // While there is one thread.
    enter();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error.to_string()),
    }
}

#[expect(clippy::print_stderr, reason = "a command complains on standard error")]
fn complain(text: &str) -> ExitCode {
    eprintln!("telltale-bench: {text}");
    ExitCode::FAILURE
}
