//! The two questions that only Android can answer.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::Arc;

use telltale_core::attribute::{self, OwnerLookup as _};
use telltale_core::engine::{DirectSockets, ProtectedSockets, SocketFactory};
use telltale_core::event;
use telltale_core::packet::{FiveTuple, Protocol};

use crate::error::AnswerError;
use crate::records::Owner;

/// Keeps a socket outside the tunnel, where the app itself is not outside as a whole (`docs/adr/0005`).
#[uniffi::export(foreign)]
pub trait Protector: Send + Sync {
    /// `VpnService.protect`. Asked on the data-plane thread for every socket: it must not wait for anything.
    fn protect(&self, fd: i32) -> Result<bool, AnswerError>;
}

/// Knows whose a flow is.
#[uniffi::export(foreign)]
pub trait OwnerLookup: Send + Sync {
    /// The owner, or nothing if it cannot be told (yet: there is one more try). Asked on a thread of its own, which
    /// may wait.
    fn owner(&self, flow: FlowTuple) -> Result<Option<Owner>, AnswerError>;
}

/// A flow by its addresses, as `ConnectivityManager.getConnectionOwnerUid` wants it: local is the app's side.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FlowTuple {
    pub protocol: Protocol,
    pub local_address: String,
    pub local_port: u16,
    pub remote_address: String,
    pub remote_port: u16,
}

/// The sockets of the relay.
pub(crate) fn sockets(protector: Option<Arc<dyn Protector>>) -> Box<dyn SocketFactory> {
    match protector {
        Some(protector) => Box::new(ProtectedSockets(move |socket: BorrowedFd<'_>| {
            keep_attached();
            protector.protect(socket.as_raw_fd()).unwrap_or(false)
        })),
        None => Box::new(DirectSockets),
    }
}

/// Owners as the app knows them.
pub(crate) struct ForeignOwners(Arc<dyn OwnerLookup>);

impl ForeignOwners {
    /// Asks once for nothing. The first calls into Java load the classes that answer, which can take longer than a
    /// connection lives: it is done before there is one.
    pub(crate) fn warmed_up(lookup: Arc<dyn OwnerLookup>) -> Self {
        let nobody = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0);
        let mut owners = Self(lookup);
        let _nobody =
            owners.owner(&FiveTuple { protocol: Protocol::Tcp, originator: nobody, responder: nobody });
        owners
    }
}

impl attribute::OwnerLookup for ForeignOwners {
    fn owner(&mut self, tuple: &FiveTuple) -> Option<event::Owner> {
        keep_attached();
        // What failed was logged where it failed: for the flow it is as if nobody knew.
        self.0.owner(tuple.into()).ok().flatten().map(Into::into)
    }
}

/// A thread that is not attached to the Java machine is attached and detached again by every single call.
fn keep_attached() {
    #[cfg(target_os = "android")]
    crate::android::keep_attached();
}

impl From<&FiveTuple> for FlowTuple {
    fn from(tuple: &FiveTuple) -> Self {
        Self {
            protocol: tuple.protocol,
            local_address: tuple.originator.ip().to_string(),
            local_port: tuple.originator.port(),
            remote_address: tuple.responder.ip().to_string(),
            remote_port: tuple.responder.port(),
        }
    }
}
