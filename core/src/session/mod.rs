//! A monitor at work: an engine with its record and its counts, and experiments on what passes. What the command and
//! the phone share.

pub mod conduct;
mod counts;
mod flows;

use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use counts::{Amount, Counts, LiveCounts, Totals};

use self::conduct::{ConductError, Pages, Run};
use self::flows::Feed;
use crate::attribute::OwnerLookup;
use crate::engine::{self, Engine, EngineError, SocketFactory, raise_descriptor_limit};
use crate::event::{Event, GapReason};
use crate::monitor::Statistics;
use crate::rules::RuleSet;
use crate::sniff::CaptureLimits;
use crate::store::{ExperimentRow, Writer};

/// What is monitored, and by which means.
pub struct Setup {
    pub tun: OwnedFd,
    /// Addresses of the tunnel itself at which apps find a resolver.
    pub tunnel_dns: Vec<IpAddr>,
    /// The real resolvers behind them.
    pub resolvers: Vec<SocketAddr>,
    pub sockets: Box<dyn SocketFactory>,
    pub owners: Option<Box<dyn OwnerLookup>>,
    pub rules: RuleSet,
    /// Where it is kept; without it nothing is.
    pub record: Option<Arc<Writer>>,
    /// How much of what flows send in the clear is kept in it.
    pub capture: CaptureLimits,
}

/// A running monitor. Dropping it stops it.
pub struct Session {
    engine: Engine,
    record: Option<Arc<Writer>>,
    flows: Feed,
    /// The experiment that runs, or the last that did.
    run: Mutex<Option<Arc<Run>>>,
}

/// A monitor that relays no more; its record is still open, for whoever wants to have a last look.
pub struct Stopped {
    outcome: Result<Statistics, EngineError>,
    record: Option<Arc<Writer>>,
}

impl Session {
    /// Starts to relay and to record. `watch` sees every event on the data-plane thread: it must only pass them on.
    ///
    /// # Errors
    /// When the system gives no descriptors or threads.
    pub fn start(setup: Setup, mut watch: impl FnMut(&Event) + Send + 'static) -> Result<Self, EngineError> {
        let config = engine::Config {
            session: setup.record.as_ref().map_or(0, |record| record.session()),
            rules: setup.rules,
            tunnel_dns: setup.tunnel_dns,
            resolvers: setup.resolvers,
            descriptors: descriptors_for_sockets(),
            sockets: setup.sockets,
            owners: setup.owners,
            capture: if setup.record.is_some() { setup.capture } else { CaptureLimits::OFF },
        };
        let record = setup.record.clone();
        let mut source = flows::Source::default();
        let flows = source.feed();
        let engine = Engine::start(setup.tun, config, move |event| {
            watch(&event);
            source.observe(&event);
            if let Some(record) = &record {
                record.record(event);
            }
        })?;
        Ok(Self { engine, record: setup.record, flows, run: Mutex::new(None) })
    }

    /// Whether the data plane has ended by itself.
    pub fn is_finished(&self) -> bool {
        self.engine.is_finished()
    }

    /// Sends look-ups to the tunnel's own DNS address to these from now on.
    pub fn set_resolvers(&self, resolvers: Vec<SocketAddr>) {
        self.engine.set_resolvers(resolvers);
    }

    /// Where it is kept.
    pub fn record(&self) -> Option<&Writer> {
        self.record.as_deref()
    }

    /// Begins an experiment on what passes here, or goes on with one that was interrupted. With `pages` of its own, it
    /// is these that are opened, and that say so.
    ///
    /// # Errors
    /// When another one runs, or this one is over.
    pub fn conduct(&self, row: ExperimentRow, pages: Option<Pages>) -> Result<Arc<Run>, ConductError> {
        if self.experiment().is_some() {
            return Err(ConductError::Busy);
        }
        let run = Arc::new(Run::start(row, self.record.clone(), pages)?);
        self.flows.follow(run.inputs());
        *self.run() = Some(Arc::clone(&run));
        Ok(run)
    }

    /// The experiment that goes on, or is paused, here.
    pub fn experiment(&self) -> Option<Arc<Run>> {
        self.run().as_ref().filter(|run| !run.has_ended()).map(Arc::clone)
    }

    /// Lets bytes under way arrive, at most for `patience`, and ends all flows. An experiment that runs is interrupted.
    pub fn stop(self, patience: Duration) -> Stopped {
        if let Some(run) = self.run().take() {
            run.stop();
        }
        let outcome = if patience.is_zero() { self.engine.stop() } else { self.engine.drain(patience) };
        Stopped { outcome, record: self.record }
    }
}

impl Stopped {
    /// Writes what is left; `reason` is that of the gap which begins now. Nobody else may hold the record any more.
    ///
    /// # Errors
    /// Why the data plane had ended before it was stopped, if it had.
    pub fn close(self, reason: GapReason) -> Result<Statistics, EngineError> {
        if let Some(record) = self.record.and_then(Arc::into_inner) {
            record.close(reason);
        }
        self.outcome
    }
}

impl Session {
    fn run(&self) -> MutexGuard<'_, Option<Arc<Run>>> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
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
