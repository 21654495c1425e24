//! A monitor at work, with its record and its view: what `run` and `tun` share.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use telltale_core::attribute::OwnerLookup;
use telltale_core::engine::{self, DirectSockets, Engine, EngineError, raise_descriptor_limit};
use telltale_core::event::GapReason;
use telltale_core::rules::RulesError;
use telltale_core::store::{StoreConfig, Writer};

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
    engine: Engine,
    view: View,
    record: Option<Arc<Writer>>,
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
        let config = engine::Config {
            session: record.as_ref().map_or(0, |record| record.session()),
            rules: rule_set(&options.lists)?,
            tunnel_dns: network.tunnel_dns,
            resolvers: network.resolvers,
            descriptors: descriptors_for_sockets(),
            sockets: Box::new(DirectSockets),
            owners: network.owners,
        };
        let (mut shown, recorded) = (view.feed(), record.clone());
        let engine = Engine::start(network.tun, config, move |event| {
            shown.show(&event);
            if let Some(record) = &recorded {
                record.record(event);
            }
        })?;
        Ok(Self { engine, view, record, quiet: options.quiet })
    }

    /// Whether the data plane has ended by itself.
    pub(crate) fn is_finished(&self) -> bool {
        self.engine.is_finished()
    }

    /// Lets bytes under way arrive, ends the session and sums it up.
    pub(crate) fn finish(self) -> Result<(), SessionError> {
        let outcome = self.engine.drain(DRAIN);
        self.view.finish();
        if let Some(record) = self.record.and_then(Arc::into_inner) {
            record.close(GapReason::NotRunning);
        }
        let dropped = outcome?.to_string();
        if !dropped.is_empty() && !self.quiet {
            output::remark(&format!("telltale: packets not relayed: {dropped}"));
        }
        Ok(())
    }
}

/// All but a few, which the record, the owner look-up and the view need.
fn descriptors_for_sockets() -> u64 {
    const KEPT: u64 = 48;
    let limit = raise_descriptor_limit().unwrap_or_else(|error| {
        log::warn!("the limit of open files is not known: {error}");
        1024
    });
    limit - KEPT.min(limit / 2)
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
