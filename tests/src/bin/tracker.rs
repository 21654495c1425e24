//! A browser with a tracker in it, for experiments: `telltale-tracker browse SOCKET ...` in one place,
//! `telltale-tracker open SOCKET ADDRESS` and `telltale-tracker leave SOCKET` in another.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use telltale_tests::tracker::{self, Habits};

#[derive(Parser)]
enum Arguments {
    /// Browse as one is told
    Browse {
        socket: PathBuf,
        /// The authority to trust, in PEM
        #[arg(long)]
        authority: PathBuf,
        #[command(flatten)]
        habits: Habits,
    },
    /// Tell it to open an address
    Open { socket: PathBuf, address: String },
    /// Send it to the background
    Leave { socket: PathBuf },
}

#[expect(clippy::print_stderr, reason = "a command complains on standard error")]
fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("telltale-tracker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> io::Result<()> {
    match arguments {
        Arguments::Browse { socket, authority, habits } => tracker::browse(&socket, &authority, habits),
        Arguments::Open { socket, address } => tracker::open(&socket, &address),
        Arguments::Leave { socket } => tracker::leave(&socket),
    }
}
