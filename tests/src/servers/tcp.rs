//! TCP servers that each misbehave, or behave, in one way; what they saw of a connection can be asked for.
//!
//! A behaviour takes the accepted connection and says how many bytes of the [pattern] it read.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::{each_connection, listen};
use crate::pattern;
use crate::world::Namespace;

/// No step of a scripted connection takes longer; a stalled one then fails instead of hanging.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// A server that treats every connection alike, until it is dropped.
pub struct TcpServer {
    pub address: SocketAddr,
    listener: TcpListener,
    seen: Receiver<io::Result<usize>>,
}

impl TcpServer {
    /// Serves on any free port of `address`, one thread per connection.
    pub fn start<B>(namespace: &Namespace, address: IpAddr, behaviour: B) -> Self
    where
        B: Fn(TcpStream) -> io::Result<usize> + Send + Sync + 'static,
    {
        Self::with_receive_buffer(namespace, address, None, behaviour)
    }

    /// The same with SO_RCVBUF set before the first segment arrives.
    pub fn with_receive_buffer<B>(
        namespace: &Namespace,
        address: IpAddr,
        size: Option<usize>,
        behaviour: B,
    ) -> Self
    where
        B: Fn(TcpStream) -> io::Result<usize> + Send + Sync + 'static,
    {
        let listener = namespace.run(move || listen(address, 0, size)).expect("a free port");
        let (sender, seen) = mpsc::channel();
        let accepting = listener.try_clone().expect("a descriptor is left");
        each_connection(accepting, move |stream| {
            let seen = patient(&stream).and_then(|()| behaviour(stream));
            // A test that does not ask has dropped the receiver.
            let _ = sender.send(seen);
        });
        Self { address: listener.local_addr().expect("bound"), listener, seen }
    }

    /// How many bytes the next connection to end brought, or the error that it met.
    pub fn seen(&self) -> io::Result<usize> {
        self.seen.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Drop for TcpServer {
    fn drop(&mut self) {
        // Wakes the thread in `accept`, which then ends.
        let _ = SockRef::from(&self.listener).shutdown(Shutdown::Both);
    }
}

/// Makes every read and write of `stream` end within [`PATIENCE`].
pub fn patient(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))
}

/// Sends back what comes, as it comes.
pub fn echo(mut stream: TcpStream) -> io::Result<usize> {
    let mut buffer = vec![0; 64 << 10];
    let mut total = 0;
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(total);
        }
        stream.write_all(&buffer[..read])?;
        total += read;
    }
}

/// Reads the pattern to its end.
pub fn discard(stream: TcpStream) -> io::Result<usize> {
    pattern::read(&stream, usize::MAX)
}

/// Reads to the end, then answers with `len` bytes of the pattern.
pub fn answer_after_end(len: usize) -> impl Fn(TcpStream) -> io::Result<usize> {
    move |stream| {
        let read = pattern::read(&stream, usize::MAX)?;
        pattern::write(&stream, len)?;
        Ok(read)
    }
}

/// Sends `len` bytes of the pattern without being asked, then reads to the end.
pub fn speak_first(len: usize) -> impl Fn(TcpStream) -> io::Result<usize> {
    move |stream| {
        pattern::write(&stream, len)?;
        stream.shutdown(Shutdown::Write)?;
        pattern::read(&stream, usize::MAX)
    }
}

/// Sends and reads `len` bytes of the pattern at the same time.
pub fn both_ways(len: usize) -> impl Fn(TcpStream) -> io::Result<usize> {
    move |stream| {
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                pattern::write(&stream, len)?;
                stream.shutdown(Shutdown::Write)
            });
            let read = pattern::read(&stream, usize::MAX);
            writer.join().expect("the writer does not panic")?;
            read
        })
    }
}

/// Closes its own direction first and reads on.
pub fn end_first(stream: TcpStream) -> io::Result<usize> {
    stream.shutdown(Shutdown::Write)?;
    pattern::read(&stream, usize::MAX)
}

/// Reads one byte, then resets the connection.
pub fn reset_after_first_byte(mut stream: TcpStream) -> io::Result<usize> {
    stream.read_exact(&mut [0])?;
    reset(&stream)?;
    Ok(1)
}

/// Resets the connection as soon as it is there.
pub fn reset_at_once(stream: TcpStream) -> io::Result<usize> {
    reset(&stream)?;
    Ok(0)
}

/// Says [`LAST_WORDS`], then resets the connection.
pub fn speak_and_reset(mut stream: TcpStream) -> io::Result<usize> {
    stream.write_all(LAST_WORDS)?;
    reset(&stream)?;
    Ok(0)
}

/// What [`speak_and_reset`] says.
pub const LAST_WORDS: &[u8] = b"so long";

/// Reads nothing for `pause`, so that its window closes, then everything.
pub fn stall(pause: Duration) -> impl Fn(TcpStream) -> io::Result<usize> {
    move |stream| {
        thread::sleep(pause);
        pattern::read(&stream, usize::MAX)
    }
}

/// Reads one byte at a time and sends each back in a segment of its own.
pub fn echo_bytes(mut stream: TcpStream) -> io::Result<usize> {
    stream.set_nodelay(true)?;
    let mut byte = [0];
    let mut total = 0;
    while stream.read(&mut byte)? != 0 {
        stream.write_all(&byte)?;
        total += 1;
    }
    Ok(total)
}

/// Makes the coming close of `stream` a reset.
pub fn reset(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}
