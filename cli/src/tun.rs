//! `telltale tun`: relays whatever is routed into a device, until it is told to stop.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use clap::Args;
use nix::net::if_::if_nametoindex;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use telltale_core::attribute::LinuxOwners;
use telltale_core::engine::{Tun, TunError};

use crate::args::CaptureArgs;
use crate::error::chain;
use crate::netlink::Netlink;
use crate::session::{Network, Session, SessionError, SessionOptions};

/// A data plane that ended by itself is noticed this often.
const WATCH: Duration = Duration::from_millis(200);

/// Arguments of `telltale tun`.
#[derive(Debug, Args)]
pub(crate) struct TunArgs {
    /// Name of the device to create
    name: String,
    /// Its MTU
    #[arg(long, value_name = "N", default_value_t = 1500, value_parser = clap::value_parser!(u16).range(1280..))]
    mtu: u16,
    #[command(flatten)]
    pub(crate) capture: CaptureArgs,
}

/// Why there is no relay.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TunCommandError {
    #[error("{}", chain(.0))]
    Tun(#[from] TunError),
    #[error("failed to set the MTU of '{name}': {source}")]
    Configure { name: String, source: io::Error },
    #[error("failed to wait for signals: {0}")]
    Signals(#[source] io::Error),
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Serves until SIGINT or SIGTERM, or until the device is gone.
pub(crate) fn tun(args: &TunArgs, options: &SessionOptions) -> Result<(), TunCommandError> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(TunCommandError::Signals)?;
    let tun = Tun::create(&args.name)?;
    configure(args).map_err(|source| TunCommandError::Configure { name: args.name.clone(), source })?;
    let diag = LinuxOwners::open_socket().map_err(TunCommandError::Signals)?;
    let owners = LinuxOwners::new(diag, std::process::id());
    let network =
        Network { tun, tunnel_dns: Vec::new(), resolvers: Vec::new(), owners: Some(Box::new(owners)) };
    let session = Session::start(network, options)?;
    say_ready(&args.name);
    while signals.pending().next().is_none() && !session.is_finished() {
        thread::sleep(WATCH);
    }
    Ok(session.finish()?)
}

fn configure(args: &TunArgs) -> io::Result<()> {
    Netlink::open()?.set_tun(if_nametoindex(args.name.as_str())?, args.mtu)
}

fn say_ready(name: &str) {
    let mut out = io::stdout().lock();
    // Whoever started us may have closed its end; the relay serves all the same.
    let _unheard = writeln!(out, "ready {name}").and_then(|()| out.flush());
}
