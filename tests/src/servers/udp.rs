//! UDP servers that each answer in one way, until they are dropped.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use crate::world::Namespace;

/// How often a server looks whether it was dropped.
const LOOK: Duration = Duration::from_millis(200);
/// Room for every datagram of a burst, whatever the kernel adds to each.
const BUFFER: usize = 4 << 20;

/// A server that answers every datagram in the same way.
pub struct UdpServer {
    pub address: SocketAddr,
    dropped: Arc<AtomicBool>,
}

impl UdpServer {
    /// Serves on any free port of `address`; `answer` gets the socket, the datagram and who sent it.
    pub fn start<A>(namespace: &Namespace, address: IpAddr, answer: A) -> Self
    where
        A: Fn(&UdpSocket, &[u8], SocketAddr) -> io::Result<()> + Send + 'static,
    {
        let socket = namespace.run(move || bind(address)).expect("a free port");
        let address = socket.local_addr().expect("bound");
        let dropped = Arc::new(AtomicBool::new(false));
        let ends = dropped.clone();
        let serve = move || {
            let mut buffer = vec![0; 1 << 16];
            while !ends.load(Ordering::Relaxed) {
                // An error is a timeout or what an earlier answer came back with; neither concerns the next datagram.
                if let Ok((len, from)) = socket.recv_from(&mut buffer) {
                    let _ = answer(&socket, &buffer[..len], from);
                }
            }
        };
        thread::Builder::new().name("udp-server".into()).spawn(serve).expect("a thread can be started");
        Self { address, dropped }
    }
}

impl Drop for UdpServer {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

/// A socket with room for a burst; its reads end every now and then.
pub fn bind(address: IpAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((address, 0))?;
    // Beyond the host's limit without privilege, the limit is what we get.
    let _ = SockRef::from(&socket).set_recv_buffer_size(BUFFER);
    let _ = SockRef::from(&socket).set_send_buffer_size(BUFFER);
    socket.set_read_timeout(Some(LOOK))?;
    Ok(socket)
}

/// Sends every datagram back whole.
pub fn echo(socket: &UdpSocket, datagram: &[u8], from: SocketAddr) -> io::Result<()> {
    socket.send_to(datagram, from).map(drop)
}

/// Says in text from where the datagram came.
pub fn tell_peer(socket: &UdpSocket, _: &[u8], from: SocketAddr) -> io::Result<()> {
    socket.send_to(from.to_string().as_bytes(), from).map(drop)
}

/// Sends every datagram back `times` times, each copy with its number in front.
pub fn repeat(times: u8) -> impl Fn(&UdpSocket, &[u8], SocketAddr) -> io::Result<()> {
    move |socket, datagram, from| {
        for number in 0..times {
            socket.send_to(&[&[number], datagram].concat(), from)?;
        }
        Ok(())
    }
}

/// Sends every datagram back through another socket.
pub fn answer_through(other: UdpSocket) -> impl Fn(&UdpSocket, &[u8], SocketAddr) -> io::Result<()> {
    move |_, datagram, from| other.send_to(datagram, from).map(drop)
}
