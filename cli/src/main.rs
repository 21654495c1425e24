//! The command `telltale`: reads the arguments, does what they say, and turns the outcome into an exit status.

mod args;
mod error;
mod logger;
mod output;
mod query;
mod rows;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;

use crate::args::{Args, Command};
use crate::error::Error;

fn main() -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(refusal) => return refusal.print(),
    };
    logger::start(&args.global);
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Error> {
    match &args.command {
        Command::Apps(query) => query::apps(&args.global, query),
        Command::Hosts(query) => query::hosts(&args.global, query),
        Command::Flows(query) => query::flows(&args.global, query),
        Command::Findings(query) => query::findings(&args.global, query),
        Command::Gaps(query) => query::gaps(&args.global, query),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Args::command(), "telltale", &mut script);
            Ok(io::stdout().write_all(&script)?)
        }
        Command::Man => Ok(clap_mangen::Man::new(Args::command()).render(&mut io::stdout())?),
    }
}
