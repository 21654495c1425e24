//! Measures telltale beside others of its kind; see `docs/benchmark.md`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use telltale_tests::bench::{Options, ReplayOptions, run, run_replay};
use telltale_tests::world::enter;

#[derive(Debug, Parser)]
#[command(name = "telltale-bench", max_term_width = 100, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    relays: Options,
    #[command(subcommand)]
    other: Option<Other>,
}

#[derive(Debug, Subcommand)]
enum Other {
    /// Measure `telltale replay` instead, beside tshark and ndpiReader
    Replay(ReplayOptions),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.other {
        Some(Other::Replay(options)) => run_replay(&options),
        None => {
            // While there is one thread.
            enter();
            run(&arguments.relays)
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error.to_string()),
    }
}

#[expect(clippy::print_stderr, reason = "a command complains on standard error")]
fn complain(text: &str) -> ExitCode {
    eprintln!("telltale-bench: {text}");
    ExitCode::FAILURE
}
