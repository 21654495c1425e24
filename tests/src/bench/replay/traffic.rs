//! What the flows of a made capture say: look-ups, handshakes of real TLS and QUIC stacks, requests, and bulk.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use hickory_proto::op::{Message, MessageType, OpCode, Query};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{Name, RData, Record, RecordType};
use quinn_proto::crypto::rustls::QuicClientConfig;
use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection};

use crate::servers::web;

/// One thing that one side sends.
pub(super) enum Step {
    Up(Vec<u8>),
    Down(Vec<u8>),
    /// So many bytes of the responder's that look encrypted.
    Bulk(usize),
}

/// Whoever speaks TLS here: the world's authority, a client that trusts it, a server that it vouches for.
pub(super) struct Speakers {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    quic: quinn_proto::ClientConfig,
}

impl Speakers {
    pub(super) fn new() -> io::Result<Self> {
        let (authority, server) = web::certify().map_err(io::Error::other)?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.der).map_err(io::Error::other)?;
        let mut client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut over_quic = client.clone();
        over_quic.alpn_protocols = vec![b"h3".to_vec()];
        let crypto = QuicClientConfig::try_from(over_quic).map_err(io::Error::other)?;
        let quic = quinn_proto::ClientConfig::new(Arc::new(crypto));
        Ok(Self { client: Arc::new(client), server, quic })
    }

    /// A TLS connection that fetches `bytes`.
    pub(super) fn encrypted(&self, host: &str, bytes: usize) -> io::Result<Vec<Step>> {
        let name = host.to_owned().try_into().map_err(io::Error::other)?;
        let mut client = ClientConnection::new(Arc::clone(&self.client), name).map_err(io::Error::other)?;
        let mut server = ServerConnection::new(Arc::clone(&self.server)).map_err(io::Error::other)?;
        let mut steps = Vec::new();
        while client.is_handshaking() || server.is_handshaking() {
            steps.push(Step::Up(carry(&mut client, &mut server)?));
            steps.push(Step::Down(carry(&mut server, &mut client)?));
        }
        io::Write::write_all(&mut client.writer(), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")?;
        steps.push(Step::Up(carry(&mut client, &mut server)?));
        steps.push(Step::Bulk(bytes));
        Ok(steps)
    }

    /// A QUIC connection that fetches `bytes`: real Initial packets, and then bulk behind short headers.
    pub(super) fn quic(
        &self,
        host: &str,
        remote: SocketAddr,
        now: Instant,
        bytes: usize,
    ) -> io::Result<Vec<Step>> {
        let config = Arc::new(quinn_proto::EndpointConfig::default());
        let mut endpoint = quinn_proto::Endpoint::new(config, None, true, None);
        let (_, mut connection) =
            endpoint.connect(now, self.quic.clone(), remote, host).map_err(io::Error::other)?;
        let mut steps = Vec::new();
        let mut datagram = Vec::new();
        while connection.poll_transmit(now, 1, &mut datagram).is_some() {
            steps.push(Step::Up(std::mem::take(&mut datagram)));
        }
        steps.push(Step::Bulk(bytes));
        Ok(steps)
    }
}

/// Carries what `from` has to send over to `to`.
fn carry<A, B>(
    from: &mut rustls::ConnectionCommon<A>,
    to: &mut rustls::ConnectionCommon<B>,
) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut bytes)?;
    }
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        to.read_tls(&mut rest)?;
        to.process_new_packets().map_err(io::Error::other)?;
    }
    Ok(bytes)
}

/// A request and its answer in the clear.
pub(super) fn plain(host: &str, bytes: usize) -> Vec<Step> {
    let request =
        format!("GET /index.html HTTP/1.1\r\nHost: {host}\r\nUser-Agent: made\r\nAccept: */*\r\n\r\n");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {bytes}\r\n\r\n");
    vec![Step::Up(request.into()), Step::Down(head.into()), Step::Bulk(bytes)]
}

/// The look-up of `host`.
pub(super) fn look_up(host: &str, address: IpAddr, id: u16) -> io::Result<Vec<Step>> {
    let name = Name::from_ascii(format!("{host}.")).map_err(io::Error::other)?;
    let mut query = Message::new(id, MessageType::Query, OpCode::Query);
    query.add_query(Query::query(name.clone(), RecordType::A));
    let mut answer = Message::new(id, MessageType::Response, OpCode::Query);
    answer.add_query(Query::query(name.clone(), RecordType::A));
    if let IpAddr::V4(address) = address {
        answer.add_answer(Record::from_rdata(name, 300, RData::A(A(address))));
    }
    let bytes = |message: Message| message.to_vec().map_err(io::Error::other);
    Ok(vec![Step::Up(bytes(query)?), Step::Down(bytes(answer)?)])
}
