//! `telltale rules`: what the catalogue and the owner's own lists say, and why.

mod check;
mod list;
mod own;

use clap::{Args, Subcommand};
use telltale_core::rules::{ListError, NotASubject, RulesError};

pub(crate) use self::own::{OwnLists, rule_set};

use self::check::CheckArgs;
use self::list::ListArgs;
use self::own::{AddArgs, RemoveArgs};
use crate::args::Global;
use crate::error::Error;

/// Arguments of `telltale rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// What is known of hosts, addresses or URLs, and from where
    Check(CheckArgs),
    /// All rules, own ones first; what is known of a party
    List(ListArgs),
    /// Keep a list of one's own: a hosts file, domains, or adblock rules
    Add(AddArgs),
    /// Forget a list of one's own
    Remove(RemoveArgs),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesCommandError {
    #[error("the embedded catalogue is broken, this is a bug: {0}")]
    Rules(#[from] RulesError),
    #[error("{file}: {source}")]
    File { file: String, source: std::io::Error },
    #[error("{0}")]
    List(#[from] ListError),
    #[error("{file}: {source}")]
    Add { file: String, source: ListError },
    #[error("{0}")]
    Subject(#[from] NotASubject),
    #[error("nothing is known of a party '{party}'; known are {known}")]
    Party { party: String, known: String },
    #[error("'{0}' has no name that a list could have; give it one with --name")]
    Nameless(String),
    #[error("no home directory to keep lists in; set HOME or XDG_CONFIG_HOME")]
    NoHome,
}

pub(crate) fn rules(args: &RulesArgs, global: &Global) -> Result<(), Error> {
    match &args.command {
        RulesCommand::Check(args) => check::check(args, global),
        RulesCommand::List(args) => list::list(args, global),
        RulesCommand::Add(args) => own::add(args, global),
        RulesCommand::Remove(args) => own::remove(args, global),
    }
}
