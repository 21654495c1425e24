//! `telltale run`: a command in a network of its own, whose every packet passes the monitor.
//!
//! The command starts as `telltale` itself, inside new namespaces: it makes the TUN, hands its descriptor out
//! and becomes the command once the monitor serves. Outside, the monitor relays over the ordinary network.

mod handover;
mod inside;
mod namespaces;
mod network;
mod resolver;

use std::io::{self, IsTerminal};
use std::net::IpAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;

use clap::Args;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use telltale_core::attribute::LinuxOwners;
use telltale_core::session::conduct::{self, ConductError};
use telltale_core::store::ExperimentRow;

pub(crate) use self::resolver::resolvers;
pub(crate) use inside::{InsideArgs, NAME as INSIDE, become_command};

use self::handover::Control;
use self::network::Plan;
use crate::args::CaptureArgs;
use crate::session::{Network, Session, SessionError, SessionOptions};

/// Arguments of `telltale run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// MTU that the command's network shows
    #[arg(long, value_name = "N", default_value_t = 1500, value_parser = clap::value_parser!(u16).range(1280..))]
    mtu: u16,
    /// Resolver for the command's look-ups, instead of those in /etc/resolv.conf
    #[arg(long, value_name = "ADDR")]
    dns: Vec<IpAddr>,
    /// Afterwards, write a report of this run to FILE (see `telltale report`)
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) capture: CaptureArgs,
    /// The program to run, with its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Why the command could not be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error("failed to prepare a private folder in {folder}: {source}")]
    Folder { folder: PathBuf, source: io::Error },
    #[error("failed to start telltale a second time: {0}")]
    Spawn(#[source] io::Error),
    #[error("the command's network could not be set up: {0}")]
    Inside(String),
    #[error("no resolver in /etc/resolv.conf ({0}); name one with --dns")]
    Resolvers(String),
    #[error("failed to wait for the command: {0}")]
    Wait(#[source] io::Error),
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// What is run, and in what network.
pub(crate) struct Inner<'a> {
    pub(crate) mtu: u16,
    pub(crate) dns: &'a [IpAddr],
    /// The program with its arguments.
    pub(crate) command: &'a [String],
    /// Standard input and output are pipes to whoever starts it, not the terminal's.
    pub(crate) is_piped: bool,
}

/// A command at work, and what watches it.
pub(crate) struct Running {
    pub(crate) child: Child,
    session: Session,
    /// What the inner process mounted lies in it.
    _folder: tempfile::TempDir,
}

/// Runs the command and answers with its exit status.
pub(crate) fn run(args: &RunArgs, options: &SessionOptions) -> Result<ExitCode, RunError> {
    let inner = Inner { mtu: args.mtu, dns: &args.dns, command: &args.command, is_piped: false };
    Ok(exit_code(start(&inner, options)?.finish()?))
}

/// Starts a command behind a monitor.
pub(crate) fn start(inner: &Inner<'_>, options: &SessionOptions) -> Result<Running, RunError> {
    let resolvers = resolvers(inner.dns)?;
    let plan = Plan::new(inner.mtu);
    let (folder, control) = private_folder(&plan)?;
    let mut child = spawn(inner, folder.path())?;
    let handed_over = control.accept(&mut child).and_then(handover::Connection::receive);
    let (mut waiting, tun, diag) = handed_over.map_err(RunError::Inside)?;
    let network = Network {
        tun,
        tunnel_dns: plan.resolver_addresses(),
        resolvers,
        owners: Some(Box::new(LinuxOwners::new(diag, child.id()))),
    };
    let session = Session::start(network, options)?;
    forward_signals(&child);
    waiting.go().map_err(|error| RunError::Inside(error.to_string()))?;
    Ok(Running { child, session, _folder: folder })
}

impl Running {
    /// Begins an experiment on it, or goes on with one.
    pub(crate) fn conduct(&self, row: ExperimentRow) -> Result<Arc<conduct::Run>, ConductError> {
        self.session.conduct(row)
    }

    /// Waits for the command to end, then ends the session and sums it up.
    pub(crate) fn finish(mut self) -> Result<ExitStatus, RunError> {
        let status = self.child.wait().map_err(RunError::Wait)?;
        self.session.finish()?;
        Ok(status)
    }
}

/// A folder with the files that the inner process needs, and the socket that it calls.
fn private_folder(plan: &Plan) -> Result<(tempfile::TempDir, Control), RunError> {
    let parent = std::env::temp_dir();
    let failed = |source| RunError::Folder { folder: parent.clone(), source };
    let folder = tempfile::Builder::new().prefix("telltale-").tempdir_in(&parent).map_err(failed)?;
    resolver::write_files(folder.path(), plan).map_err(failed)?;
    let control = Control::listen(folder.path()).map_err(failed)?;
    Ok((folder, control))
}

fn spawn(inner: &Inner<'_>, folder: &Path) -> Result<Child, RunError> {
    let program = std::env::current_exe().map_err(RunError::Spawn)?;
    let mut command = Command::new(program);
    command.arg(inside::NAME).arg("--folder").arg(folder);
    command.args(["--mtu", &inner.mtu.to_string(), "--"]).args(inner.command);
    if inner.is_piped {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
    }
    command.spawn().map_err(RunError::Spawn)
}

/// A terminal sends its signals to the command as well; a signal that is meant for us alone is passed on.
fn forward_signals(child: &Child) {
    let Some(pid) = i32::try_from(child.id()).ok().map(Pid::from_raw) else { return };
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let is_terminal = io::stdin().is_terminal();
    thread::spawn(move || {
        for signal in signals.forever().filter(|signal| *signal != SIGINT || !is_terminal) {
            if let Ok(signal) = Signal::try_from(signal)
                && let Err(error) = kill(pid, signal)
            {
                log::debug!("{signal} not passed on: {error}");
            }
        }
    });
}

/// The command's own status; 128 and the signal, as shells have it, if one ended it.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
