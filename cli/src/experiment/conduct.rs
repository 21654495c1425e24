//! An experiment on a program: its steps to the program's side and to the person, and their answers to it.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use telltale_core::engine::wall_clock;
use telltale_core::experiment::Plan;
use telltale_core::session::conduct::{PageText, Pages, Phase, Run, Status, Step};
use telltale_core::sniff::CaptureLimits;
use telltale_core::store::{ExperimentRow, Journal};

use super::plan::{RunArgs, with_place};
use super::serve::{Answer, Order};
use super::{ExperimentError, serve, show};
use crate::args::Global;
use crate::error::Error;
use crate::output;
use crate::run::{self, Inner, Running};
use crate::session::SessionOptions;

/// Where nothing changes, something else happens first.
const IDLE: Duration = Duration::from_secs(3600);

/// Runs an experiment to its end, or until it is interrupted, and prints what came of it.
pub(super) fn run(args: &RunArgs, global: &Global) -> Result<(), Error> {
    let pages = pages(args)?;
    let row = begin(args, &address(args, pages.as_ref())?, global)?;
    let mut running = start(args, global)?;
    let pipe = || ExperimentError::Inside(io::ErrorKind::BrokenPipe.into());
    let orders = running.child.stdin.take().ok_or_else(pipe)?;
    let answers = running.child.stdout.take().ok_or_else(pipe)?;
    let run = running.conduct(row).map_err(ExperimentError::from)?;
    listen(answers, Arc::clone(&run));
    read_person(Arc::clone(&run));
    let followed = Hands { orders, quiet: global.quiet }.follow(&run);
    let row = run.stop();
    running.finish().map_err(ExperimentError::from)?;
    followed?;
    row.map_or(Ok(()), |row| show::print(&row, global))
}

/// The experiment to begin, or to go on with.
fn begin(args: &RunArgs, page: &str, global: &Global) -> Result<ExperimentRow, Error> {
    let Some(id) = args.resume else {
        return Ok(ExperimentRow::new(args.plan(page)?, args.subject(), wall_clock(), args.seed));
    };
    let found = Journal::open(global.record_path()?)?.experiment(id)?;
    let mut row = found.ok_or(ExperimentError::NoSuchExperiment(id))?;
    if row.experiment.is_over() {
        return Err(ExperimentError::Over(id).into());
    }
    row.experiment.set_page(page);
    Ok(row)
}

/// Pages of our own, where addresses are opened and no other page is named.
fn pages(args: &RunArgs) -> Result<Option<Pages>, ExperimentError> {
    if args.page.is_some() || !Plan::named(args.claim, "", "").opens_addresses() {
        return Ok(None);
    }
    let pages =
        Pages::start(PageText::default(), run::resolvers(&args.dns)?).map_err(ExperimentError::Page)?;
    // The program is in a network of its own.
    if pages.is_local() { Err(ExperimentError::NoAddress) } else { Ok(Some(pages)) }
}

/// Where pages are; empty where none are opened.
fn address(args: &RunArgs, own: Option<&Pages>) -> Result<String, ExperimentError> {
    match (&args.page, own) {
        (Some(page), _) => with_place(page),
        (None, Some(own)) => Ok(own.address().to_owned()),
        (None, None) => Ok(String::new()),
    }
}

/// Starts the program, and `telltale` beside it.
fn start(args: &RunArgs, global: &Global) -> Result<Running, Error> {
    let program = std::env::current_exe().map_err(ExperimentError::Inside)?;
    let mut command = vec![program.to_string_lossy().into_owned(), serve::NAME.to_owned()];
    let options = [("--open", &args.open), ("--background", &args.background)];
    for (option, value) in options.into_iter().filter_map(|(option, value)| Some((option, value.as_ref()?))) {
        command.push(format!("{option}={value}"));
    }
    command.push("--".to_owned());
    command.extend(args.browser.iter().cloned());
    let inner = Inner { mtu: args.mtu, dns: &args.dns, command: &command, is_piped: true };
    // The result is what is printed; flows are in the record.
    let options = SessionOptions { json: false, ..global.session_options(CaptureLimits::default()) };
    Ok(run::start(&inner, &options)?)
}

/// Does what an experiment asks for, or asks the person for it.
struct Hands {
    orders: ChildStdin,
    quiet: bool,
}

impl Hands {
    /// Until it ends; that it was interrupted is an error only if something went wrong.
    fn follow(mut self, run: &Run) -> Result<(), ExperimentError> {
        let mut last: Option<Status> = None;
        loop {
            // What it is at first is news as well.
            let status =
                last.as_ref().map_or_else(|| run.status(), |last| run.await_change(last.version, IDLE));
            self.tell_news(last.as_ref(), &status);
            if last.is_none_or(|last| last.asked != status.asked) {
                self.act(&status.step)?;
            }
            match status.phase {
                Phase::Running | Phase::Paused => last = Some(status),
                Phase::Over => return Ok(()),
                Phase::Interrupted => {
                    return status.problem.map_or(Ok(()), |why| Err(ExperimentError::Interrupted(why)));
                }
            }
        }
    }

    fn act(&mut self, step: &Step) -> Result<(), ExperimentError> {
        match step {
            Step::Open { address, .. } => self.order(&Order::Open(address.clone())),
            Step::Background => self.order(&Order::Background),
            Step::Ask { text, .. } | Step::SetUp { text, .. } => {
                output::remark(&format!("Please {text}\nThen press Enter."));
                Ok(())
            }
            Step::Visiting { .. } | Step::Wait { .. } | Step::Nothing => Ok(()),
        }
    }

    fn order(&mut self, order: &Order) -> Result<(), ExperimentError> {
        let written = writeln!(self.orders, "{}", order.line()).and_then(|()| self.orders.flush());
        match written {
            // The other end is gone, which is about to be told.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(ExperimentError::Inside),
        }
    }

    /// What has changed while it goes on; at its end the result is told.
    fn tell_news(&self, last: Option<&Status>, status: &Status) {
        if status.phase != Phase::Running {
            return;
        }
        if last.is_none_or(|last| last.over != status.over) {
            self.tell_progress(status);
        }
        if let Some(problem) = &status.problem
            && last.is_none_or(|last| last.problem != status.problem)
        {
            output::complain(problem);
        }
    }

    fn tell_progress(&self, status: &Status) {
        if !self.quiet {
            let minutes = status.left.as_secs().div_ceil(60);
            output::remark(&format!(
                "telltale: {} of {} trials are over; the rest takes {minutes} min",
                status.over, status.trials
            ));
        }
    }
}

/// Passes on what the program's side answers.
fn listen(answers: ChildStdout, run: Arc<Run>) {
    thread::spawn(move || {
        for line in BufReader::new(answers).lines().map_while(Result::ok) {
            match Answer::parse(&line) {
                Answer::Done => run.done(),
                Answer::Failed(why) => run.fail(why),
            }
        }
        run.stop();
    });
}

/// Passes on what the person types; at the end of it there is no person.
fn read_person(run: Arc<Run>) {
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            match line.trim() {
                "s" => run.skip(),
                "r" => run.repeat(),
                "q" => run.abort(),
                _ if matches!(run.status().step, Step::Ask { .. } | Step::SetUp { .. }) => run.done(),
                _ => {}
            }
        }
    });
}
