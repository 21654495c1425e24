//! Servers of the world: scripted TCP and UDP peers for single checks, and the named hosts of a small internet.

pub mod dns;
pub mod hosts;
pub mod proxy;
pub mod tcp;
pub mod udp;
pub mod web;

use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::{io, thread};

use socket2::{Domain, Socket, Type};

use crate::world::Namespace;
use web::Authority;

/// Starts the DNS, HTTP and HTTPS servers of all named hosts; they serve for as long as the process lives.
pub fn start_internet(namespace: &Namespace) -> Authority {
    dns::start(namespace);
    web::start(namespace)
}

/// A listener that keeps to its own address family and takes a port again at once.
pub fn listen(address: IpAddr, port: u16, receive_buffer: Option<usize>) -> io::Result<TcpListener> {
    let address = SocketAddr::new(address, port);
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if let Some(size) = receive_buffer {
        socket.set_recv_buffer_size(size)?;
    }
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    Ok(socket.into())
}

/// Runs `serve` for every connection on a thread of its own, for as long as the listener is not shut down.
fn each_connection(listener: TcpListener, serve: impl Fn(TcpStream) + Send + Sync + 'static) {
    let serve = Arc::new(serve);
    let accept = move || {
        while let Ok((stream, _)) = listener.accept() {
            let serve = serve.clone();
            thread::Builder::new().spawn(move || serve(stream)).expect("a thread can be started");
        }
    };
    thread::Builder::new().name("server".into()).spawn(accept).expect("a thread can be started");
}
