//! Names that pass in the clear. One file per protocol, each a small resumable reader with a budget.
//!
//! [`StreamSniffer`] and [`DatagramSniffer`] are what a flow holds: they offer its bytes to every protocol
//! that may be spoken there, until one claims them or all decline.

mod candidates;
mod certificate;
mod client_hello;
mod datagram;
mod dns;
mod dtls;
mod host;
mod http;
mod http2;
mod hunt;
mod kept;
mod mail;
mod mipush;
mod pending;
mod pieces;
mod quic;
mod readings;
pub(crate) mod resolvers;
mod server_hello;
mod socks;
mod stream;
mod stun;
mod tls;

use std::sync::Arc;

use crate::event::{Application, Hidden, Name, Tls};

pub use datagram::DatagramSniffer;
pub use dns::{DnsAnswer, DnsMessage};
pub use kept::{CaptureBudget, CaptureLimits, KeptRequest};
pub use stream::StreamSniffer;

pub(crate) use http::{is_http_dns, split_port};
pub(crate) use mipush::adler32;

pub(crate) use host::{covers as covers_host, normalise as normalise_host, shown as shown_host};

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the app to the remote.
    Up,
    /// From the remote to the app.
    Down,
}

/// What a sniffer read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sighting {
    /// What the flow speaks, where nothing else that was read says so.
    Application(Application),
    /// What cannot be read of the flow.
    Hidden(Hidden),
    /// The flow's own host name.
    Name(Name),
    /// The first message of a TLS, DTLS or QUIC client.
    Hello(Box<Hello>),
    /// The version of TLS that the server chose.
    TlsVersion(Arc<str>),
    /// Host names that the server's certificate is for, wildcards (`*.example`) among them.
    Certificate(Vec<Arc<str>>),
    /// A look-up or its answer; the flow itself is one with a name server.
    Dns(DnsMessage),
    /// A request that carried something in the clear.
    Request(Box<KeptRequest>),
}

/// What a ClientHello says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// `Tls`, `Dtls`, `Quic`, or the look-ups that they carry.
    pub application: Application,
    pub name: Option<Name>,
    pub tls: Tls,
    pub hidden: Option<Hidden>,
}

/// How far a sniffer got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// So far it fits; give more bytes.
    NeedMore,
    /// Read something; more may come (a DNS connection carries many messages). What the same bytes held
    /// besides is told by further pushes, of no bytes: [`Sniffer::read`] does that.
    Seen(Sighting),
    /// Read all there is to read; push no more.
    Found(Sighting),
    /// Not this protocol, or its budget is spent.
    NotMine,
}

/// A reader of one protocol on one flow. Streams may be cut anywhere; datagrams come whole.
///
/// It never panics, whatever the bytes, keeps at most its budget in memory, and frees it after a verdict.
pub trait Sniffer {
    /// Takes the next bytes that went in `direction`.
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress;

    /// What the bytes so far show, now that those which should follow will not come. Said once.
    fn finish(&mut self) -> Option<Sighting> {
        None
    }

    /// Pushes `bytes` and tells everything that was read because of them.
    fn read(&mut self, direction: Direction, bytes: &[u8], mut tell: impl FnMut(Sighting))
    where
        Self: Sized,
    {
        let mut progress = self.push(direction, bytes);
        while let Progress::Seen(sighting) = progress {
            tell(sighting);
            progress = self.push(direction, &[]);
        }
        if let Progress::Found(sighting) = progress {
            tell(sighting);
        }
    }
}

#[cfg(test)]
mod testing;
