//! The process inside the namespaces: sets its network up, hands the TUN out, becomes the command.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;
use telltale_core::attribute::LinuxOwners;
use telltale_core::engine::Tun;

use super::handover::Inner;
use super::network::{self, Plan};
use super::{namespaces, resolver};
use crate::error::chain;
use crate::output;

/// Name of the hidden subcommand.
pub(crate) const NAME: &str = "run-inside";

/// Exit statuses of shells for a command that is not there or cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_RUN: u8 = 126;

/// Arguments that `telltale run` gives to itself.
#[derive(Debug, Args)]
pub(crate) struct InsideArgs {
    #[arg(long)]
    folder: PathBuf,
    #[arg(long)]
    mtu: u16,
    #[arg(required = true, trailing_var_arg = true)]
    command: Vec<String>,
}

/// Becomes the command. Comes back only if it cannot.
pub(crate) fn become_command(args: &InsideArgs) -> ExitCode {
    let mut outside = match Inner::connect(&args.folder) {
        Ok(outside) => outside,
        Err(error) => {
            output::complain(&format!("`{NAME}` is for `telltale run` alone: {error}"));
            return ExitCode::from(2);
        }
    };
    if let Err(reason) = prepare(args, &mut outside) {
        // If the outside is gone, so is everyone who could read it.
        let _gone = outside.fail(&reason);
        return ExitCode::FAILURE;
    }
    drop(outside);
    let error = Command::new(&args.command[0]).args(&args.command[1..]).exec();
    output::complain(&format!("cannot run '{}': {error}", args.command[0]));
    ExitCode::from(if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_RUN })
}

fn prepare(args: &InsideArgs, outside: &mut Inner) -> Result<(), String> {
    let plan = Plan::new(args.mtu);
    namespaces::enter().map_err(|error| error.to_string())?;
    let tun = Tun::create(network::INTERFACE).map_err(|error| chain(&error))?;
    plan.apply().map_err(|error| format!("failed to configure '{}': {error}", network::INTERFACE))?;
    resolver::mount_files(&args.folder).map_err(|error| error.to_string())?;
    let diag = LinuxOwners::open_socket().map_err(|error| format!("no netlink socket: {error}"))?;
    outside.hand_over(tun.as_fd(), diag.as_fd()).map_err(|error| format!("the monitor is gone: {error}"))
}
