//! Host names and where they were read.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Where a name was read. `Ord` is strength: later variants outweigh earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// The server's certificate is for it, and perhaps for others: seen on the flow itself, but not asked for.
    Certificate,
    /// The address was the answer to a look-up; others may share it.
    Dns,
    /// Answer of an HTTPDNS service.
    HttpDns,
    /// Host of an HTTP request, or that a proxy was asked to connect to: seen on the flow itself.
    HttpHost,
    /// Server name in the handshake of Xiaomi's push service, seen on the flow itself.
    MiPush,
    /// Server name in a QUIC ClientHello, seen on the flow itself.
    QuicSni,
    /// Server name in a TLS ClientHello, seen on the flow itself.
    TlsSni,
}

impl Provenance {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Dns => "dns",
            Self::HttpDns => "http-dns",
            Self::HttpHost => "http-host",
            Self::MiPush => "mi-push",
            Self::QuicSni => "quic-sni",
            Self::TlsSni => "tls-sni",
        }
    }

    /// The flow itself named its host; otherwise the name is a conclusion.
    pub fn is_of_flow(self) -> bool {
        match self {
            Self::Certificate | Self::Dns | Self::HttpDns => false,
            Self::HttpHost | Self::MiPush | Self::QuicSni | Self::TlsSni => true,
        }
    }
}

/// A host name of a flow with its provenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// Lower-case ASCII (IDNA) host name without a trailing dot. Where the flow itself gave an address instead of a
    /// name (`Host: 192.0.2.1`), that address.
    pub host: Arc<str>,
    pub provenance: Provenance,
    /// The ClientHello carries `encrypted_client_hello`: `host` may be an outer name that hides the real one.
    /// Clients also send it with nothing inside (GREASE), which looks the same from outside.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub ech: bool,
    /// Every name that it may be, `host` first, when there are several: names that resolved to this address (also
    /// behind the address that the flow gave instead), names in the certificate, hosts that one connection asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub candidates: Vec<Arc<str>>,
}

impl Name {
    /// The flow gave an address in place of a name.
    pub fn is_address(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok()
    }
}
