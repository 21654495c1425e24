//! Lists of one's own: kept, forgotten, and read at the start of whatever judges flows.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use telltale_core::rules::{ListFolder, ListReport, OwnRules, RuleSet, RulesError};

use super::RulesCommandError;
use crate::args::Global;
use crate::error::Error;
use crate::output;

/// Arguments of `telltale rules add`.
#[derive(Debug, Args)]
#[command(after_help = ADD_HELP)]
pub(crate) struct AddArgs {
    /// A hosts file, a list of domains, or adblock rules, also mixed; `-` is standard input
    file: PathBuf,
    /// What to call it, instead of its file name
    #[arg(long)]
    name: Option<String>,
    /// In place of the list that has this name
    #[arg(long)]
    replace: bool,
}

const ADD_HELP: &str = "A copy is kept in $XDG_CONFIG_HOME/telltale/lists. Its hosts, and what is below them, are \
findings of the category `own` from then on; exceptions (@@||host^) are not flagged any more, whatever other lists or \
the catalogue say. Lines that are not about hosts are named and skipped.";

/// Arguments of `telltale rules remove`.
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    /// What the list is called
    name: String,
}

/// Where own lists are, if there is a place for them.
#[derive(Debug, Clone)]
pub(crate) struct OwnLists(pub(crate) Option<PathBuf>);

/// The catalogue with own lists before it. A list that cannot be read is told of, and does without.
pub(crate) fn rule_set(lists: &OwnLists) -> Result<RuleSet, RulesError> {
    Ok(RuleSet::embedded()?.with_own(load(lists)))
}

fn load(lists: &OwnLists) -> OwnRules {
    let Some(path) = &lists.0 else { return OwnRules::default() };
    let (own, outcomes) = ListFolder::new(path).load();
    for outcome in outcomes {
        match outcome {
            Ok(report) => log::info!("own list {}", summary(&report)),
            Err(error) => output::complain(&format!("an own list is not used: {error}")),
        }
    }
    own
}

pub(super) fn add(args: &AddArgs, global: &Global) -> Result<(), Error> {
    let file = args.file.display().to_string();
    let folder = folder(global)?;
    let name = args.name.clone().or_else(|| name_of(&args.file));
    let name = name.ok_or_else(|| RulesCommandError::Nameless(file.clone()))?;
    let source = open(&args.file).map_err(|source| RulesCommandError::File { file: file.clone(), source })?;
    let report = folder
        .add(source, &name, args.replace)
        .map_err(|source| RulesCommandError::Add { file: file.clone(), source })?;
    if !global.quiet {
        tell_problems(&file, &report);
    }
    if global.json {
        output::print_json(&report)?;
    } else {
        output::print(&format!("{}\nKept as {}.", summary(&report), folder.path().join(&name).display()))?;
    }
    Ok(())
}

pub(super) fn remove(args: &RemoveArgs, global: &Global) -> Result<(), Error> {
    Ok(folder(global)?.remove(&args.name).map_err(RulesCommandError::from)?)
}

fn folder(global: &Global) -> Result<ListFolder, RulesCommandError> {
    global.own_lists().0.map(ListFolder::new).ok_or(RulesCommandError::NoHome)
}

fn name_of(file: &Path) -> Option<String> {
    (file != Path::new("-")).then(|| file.file_name()?.to_str().map(str::to_owned)).flatten()
}

fn open(file: &Path) -> io::Result<Box<dyn Read>> {
    Ok(if file == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(File::open(file)?) })
}

fn tell_problems(file: &str, report: &ListReport) {
    for problem in &report.problems {
        output::complain(&format!("{file}, {problem}"));
    }
    let untold = report.unusable.saturating_sub(u64::try_from(report.problems.len()).unwrap_or(u64::MAX));
    if untold > 0 {
        output::complain(&format!("{file}: {untold} more lines are of no use"));
    }
}

fn summary(report: &ListReport) -> String {
    let ListReport { list, rules, exceptions, unusable, .. } = report;
    format!("{list}: hosts to flag {rules}, exceptions {exceptions}, lines of no use {unusable}")
}
