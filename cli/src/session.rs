//! A monitor at work, with its view: what `run` and `tun` share.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use telltale_core::attribute::OwnerLookup;
use telltale_core::engine::{DirectSockets, EngineError};
use telltale_core::event::GapReason;
use telltale_core::rules::RulesError;
use telltale_core::session::conduct::{self, ConductError};
use telltale_core::session::{self, Setup};
use telltale_core::sniff::CaptureLimits;
use telltale_core::store::{ExperimentRow, StoreConfig, Writer};

use crate::error::{Error, chain};
use crate::output;
use crate::rules::{OwnLists, rule_set};
use crate::view::View;

/// Bytes of a program that has ended are given so long to reach their remotes.
const DRAIN: Duration = Duration::from_secs(10);

/// How a session is kept and shown.
#[derive(Debug, Clone)]
pub(crate) struct SessionOptions {
    /// The record, if there is a place for one.
    pub(crate) db: Option<PathBuf>,
    /// Lists of hosts that the owner wants flagged, or not.
    pub(crate) lists: OwnLists,
    /// How much of what is sent in the clear is kept in it.
    pub(crate) capture: CaptureLimits,
    /// Flows as JSON on standard output.
    pub(crate) json: bool,
    /// No view.
    pub(crate) quiet: bool,
}

/// What is monitored.
pub(crate) struct Network {
    pub(crate) tun: OwnedFd,
    pub(crate) tunnel_dns: Vec<IpAddr>,
    pub(crate) resolvers: Vec<SocketAddr>,
    pub(crate) owners: Option<Box<dyn OwnerLookup>>,
}

/// A running monitor.
pub(crate) struct Session {
    monitor: session::Session,
    view: View,
    quiet: bool,
}

/// Why a session did not start or go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("the embedded catalogue is broken, this is a bug: {0}")]
    Rules(#[from] RulesError),
    #[error("{}", chain(.0))]
    Engine(#[from] EngineError),
}

impl Session {
    /// Starts to relay and to record. Without a record it goes on, and says so.
    pub(crate) fn start(network: Network, options: &SessionOptions) -> Result<Self, SessionError> {
        let record = open_record(options);
        let view = View::start(options, record.clone());
        let setup = Setup {
            tun: network.tun,
            tunnel_dns: network.tunnel_dns,
            resolvers: network.resolvers,
            sockets: Box::new(DirectSockets),
            owners: network.owners,
            rules: rule_set(&options.lists)?,
            record,
            capture: options.capture,
        };
        let mut shown = view.feed();
        let monitor = session::Session::start(setup, move |event| shown.show(event))?;
        Ok(Self { monitor, view, quiet: options.quiet })
    }

    /// Begins an experiment on what passes, or goes on with one.
    pub(crate) fn conduct(&self, row: ExperimentRow) -> Result<Arc<conduct::Run>, ConductError> {
        self.monitor.conduct(row, None)
    }

    /// Whether the data plane has ended by itself.
    pub(crate) fn is_finished(&self) -> bool {
        self.monitor.is_finished()
    }

    /// Lets bytes under way arrive, ends the session and sums it up.
    pub(crate) fn finish(self) -> Result<(), SessionError> {
        let stopped = self.monitor.stop(DRAIN);
        self.view.finish();
        let dropped = stopped.close(GapReason::NotRunning)?.to_string();
        if !dropped.is_empty() && !self.quiet {
            output::remark(&format!("telltale: packets not relayed: {dropped}"));
        }
        Ok(())
    }
}

fn open_record(options: &SessionOptions) -> Option<Arc<Writer>> {
    let opened = match &options.db {
        Some(db) => Writer::open(db, StoreConfig::default()).map_err(Error::from),
        None => Err(Error::NoHome),
    };
    opened
        .inspect_err(|error| output::complain(&format!("{error}; nothing will be recorded")))
        .map(Arc::new)
        .ok()
}
