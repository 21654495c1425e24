//! An experiment at work: its prompts to the program and to the person, and the program's flows to it.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use telltale_core::event::{Event, FlowRecord, Mark, MarkKind, Timestamp};
use telltale_core::experiment::{Experiment, Note, Plan, Prompt, State};
use telltale_core::sniff::CaptureLimits;
use telltale_core::store::{ExperimentRow, Journal};

use super::plan::{RunArgs, with_place};
use super::serve::{Answer, Order};
use super::{ExperimentError, page, serve, show};
use crate::args::Global;
use crate::error::Error;
use crate::output;
use crate::run::{self, Inner, Running};
use crate::session::SessionOptions;

/// What may wait to be looked at. A flow tells its state at most once a second.
const QUEUE: usize = 8192;
/// Where nothing is due, something else happens first.
const IDLE: Duration = Duration::from_secs(3600);

/// What happens to an experiment.
enum Input {
    Flow(Box<FlowRecord>),
    Answer(Answer),
    /// A line that the person typed.
    Line(String),
    /// The program's side is gone.
    Gone,
}

/// Runs an experiment to its end, or until it is interrupted, and prints what came of it.
pub(super) fn run(args: &RunArgs, global: &Global) -> Result<(), Error> {
    let row = begin(args, global)?;
    let (sender, inbox) = mpsc::sync_channel(QUEUE);
    let running = start(args, global, sender.clone())?;
    let mut conductor = Conductor::new(running, row, sender, global.quiet)?;
    let conducted = conductor.conduct(&inbox);
    let row = conductor.finish()?;
    conducted?;
    show::print(&row, global)
}

/// The experiment to begin, or to go on with.
fn begin(args: &RunArgs, global: &Global) -> Result<ExperimentRow, Error> {
    let page = pages(args)?;
    let Some(id) = args.resume else {
        return Ok(new_row(args.plan(&page)?, args));
    };
    let found = Journal::open(global.record_path()?)?.experiment(id)?;
    let mut row = found.ok_or(ExperimentError::NoSuchExperiment(id))?;
    if row.experiment.is_over() {
        return Err(ExperimentError::Over(id).into());
    }
    row.experiment.set_page(&page);
    Ok(row)
}

/// Where pages are. Only what opens addresses has any.
fn pages(args: &RunArgs) -> Result<String, Error> {
    match &args.page {
        Some(page) => Ok(with_place(page)?),
        None if Plan::named(args.claim, "", "").opens_addresses() => {
            Ok(page::serve(&run::resolvers(&args.dns).map_err(ExperimentError::from)?)?)
        }
        None => Ok(String::new()),
    }
}

fn new_row(plan: Plan, args: &RunArgs) -> ExperimentRow {
    let started = wall_clock();
    let seed = args.seed.unwrap_or_else(|| started.0.unsigned_abs());
    let experiment = Experiment::new(plan, seed);
    let outcome = experiment.outcome();
    ExperimentRow { id: None, app: args.subject(), started, ended: None, experiment, outcome }
}

/// Starts the program, and `telltale` beside it. What the program sends is told to `inputs`.
fn start(args: &RunArgs, global: &Global, inputs: SyncSender<Input>) -> Result<Running, Error> {
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
    let watch = move |event: &Event| {
        if let Event::FlowUpdated(flow) | Event::FlowClosed(flow) = event
            && inputs.try_send(Input::Flow(flow.clone())).is_err()
        {
            // The next state of the flow has its bytes as well.
            log::debug!("a state of a flow came too fast to be looked at");
        }
    };
    Ok(run::start(&inner, &options, watch)?)
}

/// Who does what an experiment asks for.
struct Conductor {
    running: Running,
    orders: ChildStdin,
    row: ExperimentRow,
    quiet: bool,
    /// A person was asked to do something, and says so with an empty line.
    is_person_asked: bool,
    /// Trials that were over when it was last recorded.
    over: Option<usize>,
}

impl Conductor {
    fn new(
        mut running: Running,
        row: ExperimentRow,
        inputs: SyncSender<Input>,
        quiet: bool,
    ) -> Result<Self, ExperimentError> {
        let pipe = || ExperimentError::Inside(io::ErrorKind::BrokenPipe.into());
        let orders = running.child.stdin.take().ok_or_else(pipe)?;
        listen(running.child.stdout.take().ok_or_else(pipe)?, inputs.clone());
        read_person(inputs);
        Ok(Self { running, orders, row, quiet, is_person_asked: false, over: None })
    }

    /// Until it is over; what is not over by then was interrupted.
    fn conduct(&mut self, inbox: &Receiver<Input>) -> Result<(), ExperimentError> {
        self.row.experiment.handle_start(now());
        while self.act()? {
            match inbox.recv_timeout(self.patience()) {
                Ok(Input::Gone) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(input) => self.take(input)?,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.row.experiment.handle_timeout(now());
        }
        self.row.experiment.handle_pause(now());
        Ok(())
    }

    /// Records it, ends the program and the session.
    fn finish(mut self) -> Result<ExperimentRow, ExperimentError> {
        self.save();
        drop(self.orders);
        self.running.finish()?;
        Ok(self.row)
    }

    fn patience(&self) -> Duration {
        self.row.experiment.poll_timeout().map_or(IDLE, |due| due.saturating_duration_since(now()))
    }

    /// Does what is asked for now; false at the end.
    fn act(&mut self) -> Result<bool, ExperimentError> {
        while let Some(note) = self.row.experiment.poll_note() {
            self.mark(note);
        }
        self.tell_progress();
        while let Some(prompt) = self.row.experiment.poll_prompt() {
            match prompt {
                Prompt::Open { address } => self.order(&Order::Open(address))?,
                Prompt::Background => self.order(&Order::Background)?,
                Prompt::Ask { text, .. } | Prompt::SetUp { text, .. } => self.ask(&text),
                Prompt::Wait { .. } => {}
                Prompt::Over => return Ok(false),
            }
        }
        Ok(true)
    }

    fn take(&mut self, input: Input) -> Result<(), ExperimentError> {
        let experiment = &mut self.row.experiment;
        match input {
            Input::Flow(flow) => experiment.handle_flow(&flow, now()),
            Input::Answer(Answer::Done) => experiment.handle_done(now()),
            Input::Answer(Answer::Failed(why)) => return Err(ExperimentError::Open(why)),
            Input::Line(line) => self.take_line(&line),
            Input::Gone => {}
        }
        Ok(())
    }

    fn take_line(&mut self, line: &str) {
        let experiment = &mut self.row.experiment;
        match line.trim() {
            "s" => experiment.handle_skip(now()),
            "r" => experiment.handle_repeat(now()),
            "q" => experiment.handle_abort(now()),
            _ if std::mem::take(&mut self.is_person_asked) => experiment.handle_done(now()),
            _ => {}
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

    fn ask(&mut self, text: &str) {
        output::remark(&format!("Please {text}\nThen press Enter."));
        self.is_person_asked = true;
    }

    fn mark(&self, note: Note) {
        if let Some(record) = self.running.record() {
            let (text, app) = (Some(note.text.into()), note.app.map(Into::into));
            record.record_mark(Mark { time: wall_clock(), kind: MarkKind::Note, text, app });
        }
    }

    /// After each trial, so that no more than one is lost.
    fn tell_progress(&mut self) {
        let progress = self.row.experiment.progress(now());
        if self.over.replace(progress.over) == Some(progress.over) {
            return;
        }
        self.save();
        if !self.quiet && progress.state == State::Running {
            let minutes = progress.left.0.div_ceil(60_000);
            output::remark(&format!(
                "telltale: {} of {} trials are over; the rest takes {minutes} min",
                progress.over, progress.trials
            ));
        }
    }

    fn save(&mut self) {
        let row = &mut self.row;
        row.outcome = row.experiment.outcome();
        row.ended = row.experiment.is_over().then(wall_clock);
        let Some(record) = self.running.record() else { return };
        match record.record_experiment(row.clone()) {
            Ok(id) => row.id = Some(id),
            Err(error) => output::complain(&format!("{error}; the experiment goes on")),
        }
    }
}

/// Passes on what the program's side answers.
fn listen(answers: ChildStdout, inputs: SyncSender<Input>) {
    thread::spawn(move || {
        for line in BufReader::new(answers).lines().map_while(Result::ok) {
            if inputs.send(Input::Answer(Answer::parse(&line))).is_err() {
                return;
            }
        }
        // An error means that nobody waits any more.
        let _ = inputs.send(Input::Gone);
    });
}

/// Passes on what the person types; at the end of it there is no person.
fn read_person(inputs: SyncSender<Input>) {
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if inputs.send(Input::Line(line)).is_err() {
                return;
            }
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "whoever drives a machine reads the clock")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the record is about the wall clock")]
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
