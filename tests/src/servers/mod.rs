//! Servers of the world: scripted TCP and UDP peers for single checks, and the named hosts of a small internet.

pub mod tcp;
pub mod udp;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};

use socket2::{Domain, Socket, Type};

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
