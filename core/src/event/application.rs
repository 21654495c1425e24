//! What a flow was recognised to speak, and what it keeps from view.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A protocol that a flow was recognised by, the innermost that was seen: TLS inside of a proxy's connection is TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Application {
    Dns,
    /// Look-ups among neighbours (RFC 6762).
    Mdns,
    /// Look-ups among neighbours, Microsoft's way (RFC 4795).
    Llmnr,
    DnsOverTls,
    DnsOverHttps,
    DnsOverQuic,
    /// Look-ups over HTTP at bare addresses, Alibaba's and Tencent's way.
    HttpDns,
    Http,
    /// HTTP/2 in the clear.
    Http2,
    WebSocket,
    Tls,
    Dtls,
    Quic,
    Socks,
    Smtp,
    Imap,
    Pop3,
    /// Xiaomi's push service.
    MiPush,
}

impl Application {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Mdns => "mdns",
            Self::Llmnr => "llmnr",
            Self::DnsOverTls => "dns-over-tls",
            Self::DnsOverHttps => "dns-over-https",
            Self::DnsOverQuic => "dns-over-quic",
            Self::HttpDns => "http-dns",
            Self::Http => "http",
            Self::Http2 => "http2",
            Self::WebSocket => "web-socket",
            Self::Tls => "tls",
            Self::Dtls => "dtls",
            Self::Quic => "quic",
            Self::Socks => "socks",
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::MiPush => "mi-push",
        }
    }

    /// Its flows are look-ups, readable or not, rather than talk with a host.
    pub fn is_look_up(self) -> bool {
        matches!(
            self,
            Self::Dns | Self::Mdns | Self::Llmnr | Self::DnsOverTls | Self::DnsOverHttps | Self::DnsOverQuic
        )
    }
}

/// What cannot be read of a flow although it was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hidden {
    /// The names that were looked up (DNS over TLS, HTTPS or QUIC).
    LookUps,
    /// The host's name, which is encrypted (ESNI, or ECH without an outer name). An outer name that hides another
    /// is told by [`Name::ech`](super::Name::ech).
    Name,
    /// The whole first message: a QUIC version with keys of its own, or one whose packets do not open.
    Hello,
}

impl Hidden {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LookUps => "look-ups",
            Self::Name => "name",
            Self::Hello => "hello",
        }
    }
}

/// A TLS, DTLS or QUIC handshake, as far as it passed in the clear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tls {
    /// `1.3`, `1.2`, ...: what the server chose; the highest that the client offered where no answer was seen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<Arc<str>>,
    /// Application protocols that the client offered, the preferred one first (RFC 7301): `h2`, `http/1.1`, `h3`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub alpn: Vec<Arc<str>>,
}
