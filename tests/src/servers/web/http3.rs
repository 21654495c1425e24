//! HTTP/3 on UDP port 443: the same answers as over TCP.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use h3::server::{Connection, RequestStream};
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Endpoint, EndpointConfig, Incoming, ServerConfig, TokioRuntime};
use socket2::{Domain, Socket, Type};

use super::{Answer, HTTPS_PORT};
use crate::world::Namespace;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves for as long as the process lives.
pub(super) fn start(namespace: &Namespace, address: IpAddr, mut tls: rustls::ServerConfig) {
    tls.alpn_protocols = vec![b"h3".to_vec()];
    let crypto = QuicServerConfig::try_from(tls).expect("TLS 1.3 with its usual ciphers");
    let config = ServerConfig::with_crypto(Arc::new(crypto));
    let socket = namespace.run(move || open(address)).expect("UDP port 443 of the world is free");
    let serve = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a thread can wait for sockets").block_on(accept(socket, config));
    };
    std::thread::Builder::new().name("http3".into()).spawn(serve).expect("a thread can be started");
}

fn open(address: IpAddr) -> io::Result<UdpSocket> {
    let address = SocketAddr::new(address, HTTPS_PORT);
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
        // Answers come from the address that was asked, which belongs to the host by a route only.
        socket.set_freebind_v6(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

async fn accept(socket: UdpSocket, config: ServerConfig) {
    let runtime = Arc::new(TokioRuntime);
    let endpoint =
        Endpoint::new(EndpointConfig::default(), Some(config), socket, runtime).expect("a bound socket");
    while let Some(incoming) = endpoint.accept().await {
        // The client hangs up when it has enough.
        tokio::spawn(async { drop(serve(incoming).await) });
    }
}

async fn serve(incoming: Incoming) -> Result<(), Failure> {
    let connection = h3_quinn::Connection::new(incoming.await?);
    let mut connection = Connection::<_, Bytes>::new(connection).await?;
    while let Some(resolver) = connection.accept().await? {
        let (request, stream) = resolver.resolve_request().await?;
        tokio::spawn(async { drop(answer(request.into_parts().0, stream).await) });
    }
    Ok(())
}

async fn answer(
    head: http::request::Parts,
    mut stream: RequestStream<h3_quinn::BidiStream<Bytes>, Bytes>,
) -> Result<(), Failure> {
    let mut bytes = 0;
    while let Some(piece) = stream.recv_data().await? {
        bytes += piece.remaining() as u64;
    }
    let authority = head.uri.authority().map_or("", |authority| authority.as_str());
    let body =
        Answer { host: authority, method: head.method.as_str(), path: head.uri.path(), bytes }.to_string();
    let response = http::Response::builder().header("content-type", "application/json").body(())?;
    stream.send_response(response).await?;
    stream.send_data(Bytes::from(body)).await?;
    Ok(stream.finish().await?)
}
