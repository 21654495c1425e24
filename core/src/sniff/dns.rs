//! DNS over UDP and TCP: which names were asked for, and the addresses that were the answer.
//!
//! Any port may speak it. Port 53 is believed at once, others only after a datagram or message that is hard to
//! mistake: a query of the app's for a host name.

mod message;
mod over_tcp;
mod over_udp;

use std::net::IpAddr;
use std::sync::Arc;

use crate::event::Application;

pub(super) use over_tcp::DnsStream;
pub(super) use over_udp::DnsDatagrams;

/// The port of plain DNS: <https://www.rfc-editor.org/rfc/rfc1035#section-4.2>
const DNS_PORT: u16 = 53;

/// A query or a response, as far as it is about host names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsMessage {
    /// How it was asked: `Dns`, `Mdns`, `Llmnr` or `HttpDns`.
    pub application: Application,
    pub response: bool,
    /// The names asked for: lower-case ASCII without a trailing dot. Not all are host names (`*.example`).
    pub questions: Vec<Arc<str>>,
    /// The addresses of those names; empty in a query.
    pub answers: Vec<DnsAnswer>,
}

/// One address of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsAnswer {
    pub address: IpAddr,
    /// The name that was asked for, at the start of the chain of aliases that led to the address.
    pub name: Arc<str>,
    /// Seconds that the whole chain may be kept: the least of its links.
    pub ttl: u32,
}
