//! The only place with sockets, files, clock and threads: it carries out what the
//! [`Monitor`](crate::monitor::Monitor) asks for.
//!
//! One thread serves the TUN and every socket; the observer and the owner look-up must not hold it up.

mod clock;
mod descriptors;
mod event_loop;
mod owners;
mod relay;
mod token;
mod tun;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::eventfd::{EfdFlags, EventFd};

#[cfg(feature = "store")]
pub(crate) use clock::now as monotonic;
pub use clock::wall_clock;
pub use descriptors::raise_descriptor_limit;
pub use relay::{DirectSockets, ProtectedSockets, SocketFactory};
pub use tun::{Tun, TunError};

use self::event_loop::EventLoop;
use crate::attribute::OwnerLookup;
use crate::event::{Event, FlowId, Owner};
use crate::monitor::Statistics;
use crate::packet::FiveTuple;
use crate::rules::RuleSet;
use crate::sniff::CaptureLimits;

/// Takes events on the data-plane thread: it must only pass them on.
pub trait Observer: Send {
    /// Something happened.
    fn observe(&mut self, event: Event);
}

impl<F: FnMut(Event) + Send> Observer for F {
    fn observe(&mut self, event: Event) {
        self(event);
    }
}

/// What an engine is started with.
pub struct Config {
    /// Number of this session in the record.
    pub session: u32,
    pub rules: RuleSet,
    /// Addresses of the tunnel itself at which apps find a resolver.
    pub tunnel_dns: Vec<IpAddr>,
    /// The real resolvers behind them.
    pub resolvers: Vec<SocketAddr>,
    /// Sockets that may be open at once; leave some descriptors to the rest of the process.
    pub descriptors: u64,
    /// Makes sockets that stay outside the tunnel.
    pub sockets: Box<dyn SocketFactory>,
    /// Tells who owns a flow; without it nobody is asked.
    pub owners: Option<Box<dyn OwnerLookup>>,
    /// How much is kept of what flows send in the clear.
    pub capture: CaptureLimits,
}

/// A running engine. Dropping it stops it.
pub struct Engine {
    commands: Sender<Command>,
    waker: Arc<EventFd>,
    thread: Option<JoinHandle<Result<Statistics, EngineError>>>,
}

/// Why an engine does not run, or no more.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("failed to set up the event loop")]
    Setup(#[source] io::Error),
    #[error("the TUN was closed")]
    TunClosed(#[source] io::Error),
    #[error("the data-plane thread panicked; this is a bug")]
    Panicked,
}

/// What other threads tell the data plane.
pub(crate) enum Command {
    Owner {
        flow: FlowId,
        tuple: FiveTuple,
        owner: Option<Owner>,
    },
    /// The first try to find the owner failed.
    OwnerLate {
        tuple: FiveTuple,
    },
    Resolvers(Vec<SocketAddr>),
    Drain(Duration),
    Stop,
}

impl Engine {
    /// Starts to relay what comes from `tun`, which it owns from now on.
    ///
    /// # Errors
    /// When the system gives no descriptors or threads.
    pub fn start(
        tun: OwnedFd,
        config: Config,
        observer: impl Observer + 'static,
    ) -> Result<Self, EngineError> {
        let waker = EventFd::from_flags(EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC);
        let waker = Arc::new(waker.map_err(|error| EngineError::Setup(error.into()))?);
        let (commands, inbox) = mpsc::channel();
        let tun = Tun::new(tun).map_err(EngineError::Setup)?;
        let mut event_loop =
            EventLoop::new(tun, config, Box::new(observer), (commands.clone(), inbox), Arc::clone(&waker))
                .map_err(EngineError::Setup)?;
        let thread = thread::Builder::new()
            .name("telltale-data".to_owned())
            .spawn(move || event_loop.run())
            .map_err(EngineError::Setup)?;
        Ok(Self { commands, waker, thread: Some(thread) })
    }

    /// Sends look-ups to the tunnel's own DNS address to these from now on.
    pub fn set_resolvers(&self, resolvers: Vec<SocketAddr>) {
        self.tell(Command::Resolvers(resolvers));
    }

    /// Whether the data plane has ended by itself.
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until every byte of the apps has reached its remote, at most for `patience`, then stops.
    ///
    /// # Errors
    /// As [`Self::stop`].
    pub fn drain(self, patience: Duration) -> Result<Statistics, EngineError> {
        self.tell(Command::Drain(patience));
        self.join()
    }

    /// Ends all flows and waits until everything is told to the observer.
    ///
    /// # Errors
    /// Why it had ended before, if it had.
    pub fn stop(self) -> Result<Statistics, EngineError> {
        self.tell(Command::Stop);
        self.join()
    }

    fn join(mut self) -> Result<Statistics, EngineError> {
        let ended = self.thread.take().map(JoinHandle::join);
        ended.and_then(Result::ok).unwrap_or(Err(EngineError::Panicked))
    }

    fn tell(&self, command: Command) {
        // Both fail only if the loop has ended, which then says so itself.
        if self.commands.send(command).is_ok()
            && let Err(error) = self.waker.write(1)
        {
            log::debug!("data plane not woken: {error}");
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.tell(Command::Stop);
            if !matches!(thread.join(), Ok(Ok(_))) {
                log::warn!("the data plane ended with an error");
            }
        }
    }
}
