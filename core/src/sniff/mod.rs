//! Names that pass in the clear. One file per protocol, each a small resumable reader with a budget.
//!
//! [`StreamSniffer`] and [`DatagramSniffer`] are what a flow holds: they offer its bytes to every protocol
//! that may be spoken there, until one claims them or all decline.

mod candidates;
mod datagram;
mod dns;
mod host;
mod http;
mod quic;
mod stream;
mod tls;

use crate::event::Name;

pub use datagram::DatagramSniffer;
pub use dns::{DnsAnswer, DnsMessage};
pub use stream::StreamSniffer;

pub(crate) use host::normalise as normalise_host;

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
    /// The flow's own host name.
    Name(Name),
    /// A look-up or its answer; the flow itself is one with a name server.
    Dns(DnsMessage),
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
