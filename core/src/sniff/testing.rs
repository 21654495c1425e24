//! Bytes as clients and servers send them, and ways to feed them.

use std::sync::Arc;

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::rdata::{A, AAAA, CNAME};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::{Direction, Sighting, Sniffer};
use crate::event;

/// Pushes `bytes` upwards in pieces as long as `cuts`, over and over; what was read.
pub(super) fn push_cut(sniffer: &mut impl Sniffer, mut bytes: &[u8], cuts: &[usize]) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    for cut in cuts.iter().cycle() {
        let (piece, rest) = bytes.split_at((*cut).min(bytes.len()));
        let before = sightings.len();
        sniffer.read(Direction::Up, piece, |sighting| sightings.push(sighting));
        bytes = rest;
        let named = matches!(sightings[before..], [.., Sighting::Name(_) | Sighting::Hello(_)]);
        if bytes.is_empty() || named {
            break;
        }
    }
    sightings
}

/// The host that a sniffer reads from `bytes`.
pub(super) fn host_of(sniffer: &mut impl Sniffer, bytes: &[u8]) -> Option<String> {
    let mut host = None;
    sniffer.read(Direction::Up, bytes, |sighting| {
        if let Some(name) = name_in(&sighting) {
            host = Some(name.host.to_string());
        }
    });
    host
}

/// What a sniffer reads from `bytes`: hosts as they are, protocols by their word.
pub(super) fn words(sniffer: &mut impl Sniffer, direction: Direction, bytes: &[u8]) -> Vec<String> {
    let mut told = Vec::new();
    sniffer.read(direction, bytes, |sighting| {
        told.push(if let Sighting::Application(application) = &sighting {
            application.as_str().to_owned()
        } else {
            name_in(&sighting).map_or("?".to_owned(), |name| name.host.to_string())
        });
    });
    told
}

/// The flow's own name, if that is what was read.
pub(super) fn name_in(sighting: &Sighting) -> Option<&event::Name> {
    if let Sighting::Hello(hello) = sighting {
        hello.name.as_ref()
    } else if let Sighting::Name(name) = sighting {
        Some(name)
    } else {
        None
    }
}

/// A client and a server that it trusts, whose certificate is for `names`.
pub(super) fn peers(
    names: &[&str],
    version: &'static SupportedProtocolVersion,
) -> (ClientConfig, ServerConfig) {
    let key = rcgen::KeyPair::generate().unwrap();
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let provider = Arc::new(ring::default_provider());
    let client = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let client = client.with_protocol_versions(&[version]).unwrap().with_root_certificates(roots);
    let server = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let server = server.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key);
    (client.with_no_client_auth(), server.unwrap())
}

/// Builds a ClientHello extension by extension.
pub(super) struct ClientHello {
    extensions: Vec<u8>,
}

impl ClientHello {
    pub(super) fn new() -> Self {
        Self::empty().with_extension(43, &[2, 3, 4])
    }

    /// Without any extension: of TLS 1.2 or DTLS 1.2.
    pub(super) fn empty() -> Self {
        Self { extensions: Vec::new() }
    }

    pub(super) fn of(host: &str) -> Self {
        Self::new().with_host(host)
    }

    pub(super) fn with_host(self, host: &str) -> Self {
        let name = [&[0], &counted(host.as_bytes())[..]].concat();
        self.with_extension(0, &counted(&name))
    }

    pub(super) fn with_ech(self) -> Self {
        self.with_extension(0xfe0d, &[0, 0, 1, 0, 1, 7])
    }

    pub(super) fn with_padding(self, length: usize) -> Self {
        self.with_extension(21, &vec![0; length])
    }

    pub(super) fn with_extension(mut self, kind: u16, body: &[u8]) -> Self {
        self.extensions.extend(kind.to_be_bytes());
        self.extensions.extend(counted(body));
        self
    }

    /// The hello in as few records as it takes.
    pub(super) fn records(&self) -> Vec<u8> {
        self.records_of(1 << 14)
    }

    /// The hello in records of at most `length` bytes.
    pub(super) fn records_of(&self, length: usize) -> Vec<u8> {
        let handshake = self.handshake();
        handshake.chunks(length).flat_map(|chunk| [&[22, 3, 1], &counted(chunk)[..]].concat()).collect()
    }

    /// The handshake message, without records.
    pub(super) fn handshake(&self) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([7; 32]); // random
        body.extend([0, 0, 4, 0x13, 0x01, 0x13, 0x02, 1, 0]); // no session, two ciphers, no compression
        body.extend(counted(&self.extensions));
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[1], &length[1..], &body].concat()
    }
}

/// `bytes` behind their length in two bytes, as in TLS and in DNS over TCP.
pub(super) fn counted(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

pub(super) use counted as framed;

/// A resource record.
pub(super) struct Rr(Record);

impl Rr {
    pub(super) fn a(owner: &str, address: [u8; 4], ttl: u32) -> Self {
        Self(Record::from_rdata(name(owner), ttl, RData::A(A(address.into()))))
    }

    pub(super) fn aaaa(owner: &str, address: &str, ttl: u32) -> Self {
        Self(Record::from_rdata(name(owner), ttl, RData::AAAA(AAAA(address.parse().unwrap()))))
    }

    pub(super) fn cname(owner: &str, target: &str, ttl: u32) -> Self {
        Self(Record::from_rdata(name(owner), ttl, RData::CNAME(CNAME(name(target)))))
    }
}

/// A look-up of the address of `host`.
pub(super) fn query(host: &str) -> Vec<u8> {
    message(host, false, &[])
}

/// Its answer.
pub(super) fn response(host: &str, address: [u8; 4]) -> Vec<u8> {
    message(host, true, &[Rr::a(host, address, 60)])
}

pub(super) fn message(host: &str, response: bool, records: &[Rr]) -> Vec<u8> {
    let mut message = Message::query();
    if response {
        message = message.into_response();
    }
    message.add_query(Query::query(name(host), RecordType::A));
    message.add_answers(records.iter().map(|record| record.0.clone()));
    message.to_vec().unwrap()
}

fn name(text: &str) -> Name {
    Name::from_ascii(format!("{text}.")).unwrap()
}
