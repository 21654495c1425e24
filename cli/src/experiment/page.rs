//! Pages of our own: whatever is asked for is there, and nothing is kept.
//!
//! They are served from an address of this computer. The program reaches it through the relay, as any other host.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

use super::ExperimentError;

/// Longest head of a request: twice what an address of the longest plan needs.
const MAX_HEAD: u64 = 16 * 1024;
/// A browser that opens a connection for later is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const BODY: &str = "<!doctype html><title>Telltale</title><p>A page of an experiment.";

/// Serves pages until the process ends; answers with their address, `{}` in it for the text. `remotes` are hosts whose
/// way out of this computer shows an address of it.
pub(super) fn serve(remotes: &[SocketAddr]) -> Result<String, ExperimentError> {
    let address = own_address(remotes).ok_or(ExperimentError::NoAddress)?;
    let listener = TcpListener::bind((address, 0)).map_err(ExperimentError::Page)?;
    let host = listener.local_addr().map_err(ExperimentError::Page)?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                if let Err(error) = answer(&stream) {
                    log::debug!("a page was not served: {error}");
                }
            });
        }
    });
    Ok(format!("http://{host}/{{}}"))
}

/// The address from which this computer would reach one of `remotes`, or any other; nothing is sent.
fn own_address(remotes: &[SocketAddr]) -> Option<IpAddr> {
    // RFC 5737 and RFC 3849: for documentation.
    let anywhere = [
        SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 9)),
        SocketAddr::from((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9)),
    ];
    remotes.iter().chain(&anywhere).filter_map(|remote| address_towards(*remote)).find(|ip| !ip.is_loopback())
}

fn address_towards(remote: SocketAddr) -> Option<IpAddr> {
    let any = if remote.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.connect(remote).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Reads one request and answers it.
fn answer(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = BufReader::new(stream.take(MAX_HEAD));
    for line in head.split(b'\n') {
        if line?.strip_suffix(b"\r").is_some_and(<[u8]>::is_empty) {
            break;
        }
    }
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\nContent-Length: {}\r\nConnection: \
         close\r\n\r\n{BODY}",
        BODY.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_is_a_page() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let server = thread::spawn(move || answer(&listener.accept().unwrap().0).unwrap());
        write!(client, "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(8000)).unwrap();
        let mut page = String::new();
        client.read_to_string(&mut page).unwrap();
        server.join().unwrap();
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.ends_with(BODY), "{page}");
    }
}
