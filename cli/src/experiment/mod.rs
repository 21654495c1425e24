//! `telltale experiment`: shows a program texts of random length, and judges by what it sends whether it uploads them.
//!
//! The program runs as under `telltale run`. Beside it, in the same network, runs `telltale` itself and opens what it
//! is told to; outside, the experiment says when.

mod conduct;
mod plan;
mod serve;
mod show;

use std::io;

use clap::{Args, Subcommand};
use telltale_core::session::conduct::ConductError;

pub(crate) use self::serve::{NAME as INSIDE, ServeArgs, serve};

use self::plan::RunArgs;
use crate::args::{Global, Query};
use crate::error::Error;
use crate::run::RunError;

/// Arguments of `telltale experiment`.
#[derive(Debug, Args)]
pub(crate) struct ExperimentArgs {
    #[command(subcommand)]
    command: ExperimentCommand,
}

#[derive(Debug, Subcommand)]
enum ExperimentCommand {
    /// Run one on a program of this computer
    Run(RunArgs),
    /// Those in the record, the latest first
    List(Query),
    /// What came of one
    Show {
        /// Its number in `telltale experiment list`
        id: i64,
    },
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExperimentError {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(
        "{claim} is told by the record, not by an experiment; see `telltale findings` and `telltale hosts`"
    )]
    Watch { claim: String },
    #[error("{claim} opens addresses: say with --open 'COMMAND {{url}}' how the program is told to")]
    NoOpen { claim: String },
    #[error(
        "no address of this computer that the program could reach; serve a page elsewhere and name it with --page"
    )]
    NoAddress,
    #[error("failed to serve pages: {0}")]
    Page(#[source] io::Error),
    #[error("'{0}' has no {{}} for the text that is shown")]
    NoPlace(String),
    #[error(transparent)]
    Conduct(#[from] ConductError),
    #[error("{0}; the experiment was interrupted")]
    Interrupted(String),
    #[error("failed to reach the program's side: {0}")]
    Inside(#[source] io::Error),
    #[error("there is no experiment {0}; `telltale experiment list` shows those that there are")]
    NoSuchExperiment(i64),
    #[error("experiment {0} is over; `telltale experiment show {0}` tells its result")]
    Over(i64),
}

pub(crate) fn experiment(args: &ExperimentArgs, global: &Global) -> Result<(), Error> {
    match &args.command {
        ExperimentCommand::Run(run) => conduct::run(run, global),
        ExperimentCommand::List(query) => show::list(query, global),
        ExperimentCommand::Show { id } => show::show(*id, global),
    }
}
