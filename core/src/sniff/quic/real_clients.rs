//! What quinn's clients send, read on the way.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use quinn_proto::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn_proto::{
    ClientConfig, Connection, ConnectionHandle, DatagramEvent, Endpoint, EndpointConfig, ServerConfig,
};
use rustls::version::TLS13;

use super::*;
use crate::sniff::testing::peers;

const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 443);
const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 40_000);
const HOST: &str = "quinn.example";

/// A client and a server that speak with each other, and what reads along.
struct World {
    client: Endpoint,
    server: Endpoint,
    connection: (ConnectionHandle, Connection),
    sniffer: QuicSniffer,
    sightings: Vec<Sighting>,
    datagrams: usize,
    retries: bool,
}

impl World {
    fn new(version: u32, protocols: usize, retries: bool) -> Self {
        let (mut client, mut server) = peers(&[HOST], &TLS13);
        // Many protocols, so that the hello is as long as those with post-quantum key shares.
        client.alpn_protocols = (0..protocols).map(|index| format!("{index:060}").into_bytes()).collect();
        server.alpn_protocols = client.alpn_protocols.clone();
        let mut config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(client).unwrap()));
        config.version(version);
        let server = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(server).unwrap()));
        let endpoint = Arc::new(EndpointConfig::default());
        let mut client = Endpoint::new(Arc::clone(&endpoint), None, true, None);
        let connection = client.connect(now(), config, SERVER, HOST).unwrap();
        Self {
            client,
            server: Endpoint::new(endpoint, Some(Arc::new(server)), true, None),
            connection,
            sniffer: QuicSniffer::default(),
            sightings: Vec::new(),
            datagrams: 0,
            retries,
        }
    }

    /// Lets the client send what it has, and the server answer with a retry.
    fn turn(&mut self) {
        let mut bytes = Vec::new();
        while let Some(transmit) = self.connection.1.poll_transmit(now(), 1, &mut bytes) {
            let datagram: Vec<u8> = bytes.drain(..).take(transmit.size).collect();
            self.datagrams += 1;
            self.sniffer.read(Direction::Up, &datagram, |sighting| self.sightings.push(sighting));
            self.answer(&datagram);
        }
    }

    fn answer(&mut self, datagram: &[u8]) {
        let mut answer = Vec::new();
        let event = self.server.handle(now(), CLIENT, None, None, datagram.into(), &mut answer);
        let size = match event {
            Some(DatagramEvent::NewConnection(incoming)) if self.retries && incoming.may_retry() => {
                answer.clear();
                self.server.retry(incoming, &mut answer).unwrap().size
            }
            Some(DatagramEvent::NewConnection(incoming)) => {
                self.server.ignore(incoming);
                return;
            }
            Some(DatagramEvent::Response(transmit)) => transmit.size,
            Some(DatagramEvent::ConnectionEvent(..)) | None => return,
        };
        self.sniffer.read(Direction::Down, &answer[..size], |sighting| self.sightings.push(sighting));
        let event = self.client.handle(now(), SERVER, None, None, answer[..size].into(), &mut Vec::new());
        if let Some(DatagramEvent::ConnectionEvent(_, event)) = event {
            self.connection.1.handle_event(event);
        }
    }

    fn host(&self) -> Option<&str> {
        self.sightings.iter().find_map(crate::sniff::testing::name_in).map(|name| &*name.host)
    }
}

#[expect(clippy::disallowed_methods, reason = "any instant will do")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn every_version_that_quinn_speaks() {
    for version in quinn_proto::DEFAULT_SUPPORTED_VERSIONS {
        let mut world = World::new(*version, 0, false);
        world.turn();
        assert_eq!((world.host(), world.datagrams), (Some(HOST), 1), "{version:#x}");
    }
}

#[test]
fn a_hello_that_fills_several_datagrams() {
    let mut world = World::new(1, 50, false);
    world.turn();
    assert!(world.datagrams > 2);
    assert_eq!(world.host(), Some(HOST));
}

#[test]
fn a_retry_that_cost_the_first_hello() {
    let mut world = World::new(1, 50, true);
    // All but the first datagram of the first try is lost on the way to whoever reads.
    let mut bytes = Vec::new();
    let transmit = world.connection.1.poll_transmit(now(), 1, &mut bytes).unwrap();
    world.sniffer.read(Direction::Up, &bytes[..transmit.size], |_| {});
    world.answer(&bytes[..transmit.size]);
    world.turn();
    assert_eq!(world.host(), Some(HOST));
}
