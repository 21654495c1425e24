//! The command `telltale`: reads the arguments, does what they say, and turns the outcome into an exit status.

mod args;
mod decode;
mod error;
mod experiment;
mod export;
mod logger;
mod netlink;
mod output;
mod query;
mod replay;
mod report;
mod rows;
mod rules;
mod run;
mod session;
mod tun;
mod view;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::{Args, Command, Global};
use crate::error::Error;
use crate::run::RunArgs;

fn main() -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(refusal) => return refusal.print(),
    };
    logger::start(&args.global);
    match run(&args) {
        Ok(code) => code,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<ExitCode, Error> {
    let global = &args.global;
    match &args.command {
        Command::Run(run) => return run_and_report(run, global),
        Command::RunInside(inside) => return Ok(run::become_command(inside)),
        Command::Tun(tun) => tun::tun(tun, &global.session_options(tun.capture.limits()))?,
        Command::Replay(replay) => return Ok(replay::replay(replay, global)?),
        Command::Apps(query) => query::apps(global, query)?,
        Command::Hosts(query) => query::hosts(global, query)?,
        Command::Places(query) => query::places(global, query)?,
        Command::Flows(query) => query::flows(global, query)?,
        Command::Findings(query) => query::findings(global, query)?,
        Command::Evidence(evidence) => query::evidence(global, evidence)?,
        Command::Coverage(coverage) => query::coverage(global, coverage)?,
        Command::Gaps(query) => query::gaps(global, query)?,
        Command::Claims(query) => query::claims(global, query)?,
        Command::Report(report) => return report::report(report, global),
        Command::Decode(decode) => decode::decode(decode, global)?,
        Command::Experiment(args) => experiment::experiment(args, global)?,
        Command::ExperimentInside(args) => return Ok(experiment::serve(args)),
        Command::Export(export) => export::export(export, &global.record_path()?, global)?,
        Command::Rules(args) => rules::rules(args, global)?,
        Command::Completions { shell } => completions(*shell)?,
        Command::Man => clap_mangen::Man::new(Args::command()).render(&mut io::stdout())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The command's own status, unless there was to be a report and is none.
fn run_and_report(run: &RunArgs, global: &Global) -> Result<ExitCode, Error> {
    let since = query::now();
    let status = run::run(run, &global.session_options(run.capture.limits()))?;
    if let Some(file) = &run.report {
        report::report_run(file, since, global)?;
    }
    Ok(status)
}

fn completions(shell: Shell) -> io::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "telltale", &mut script);
    io::stdout().write_all(&script)
}
