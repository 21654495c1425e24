//! The load: an echo server and clients with one flow, with ever new flows, and with many idle ones.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::libc::EINPROGRESS;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use socket2::{Domain, Socket, Type};

use crate::servers;
use crate::world::place::NAMED;
use crate::world::{Family, Namespace};

pub(super) const PORT: u16 = 7000;
/// What a ping carries, and its answer.
const PING: [u8; 64] = [b'p'; 64];
/// Flows go to this many addresses of the server, so that closed ones do not use up the ports of one.
const ADDRESSES: u8 = 64;
/// A single step that takes longer has stalled.
const STALLED: Duration = Duration::from_secs(5);
/// So many flows at once that one should end within much less.
const SILENCE: Duration = Duration::from_secs(1);
/// New flows under way at once.
const UNDER_WAY: u64 = 64;
/// Round trips before the clock runs.
const WARM_UP: usize = 200;
/// How long an event loop sleeps at most, in milliseconds.
const TICK: u16 = 100;

/// The server's addresses in turn.
pub(super) fn targets() -> impl Iterator<Item = SocketAddr> {
    (1..=ADDRESSES).cycle().map(|host| SocketAddr::new(NAMED.host(host).at(Family::V4), PORT))
}

/// Sends back what it receives until dropped, over any number of connections.
pub(super) struct Echo {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Echo {
    pub(super) fn start(namespace: &Namespace) -> io::Result<Self> {
        let any = IpAddr::from([0, 0, 0, 0]);
        let listener = namespace.run(move || servers::listen(any, PORT, None))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let serve = move || serve(&listener, &stopped).expect("epoll and accept work");
        let thread = thread::Builder::new().name("echo".into()).spawn(serve)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed.
            let _ = thread.join();
        }
    }
}

fn serve(listener: &TcpListener, stop: &AtomicBool) -> io::Result<()> {
    const LISTENER: u64 = u64::MAX;
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    listener.set_nonblocking(true)?;
    epoll.add(listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))?;
    let mut connections = HashMap::new();
    let mut events = [EpollEvent::empty(); 256];
    let mut buffer = [0; 4096];
    while !stop.load(Ordering::Relaxed) {
        let count = epoll.wait(&mut events, EpollTimeout::from(TICK))?;
        for event in &events[..count] {
            if event.data() == LISTENER {
                accept(listener, &epoll, &mut connections)?;
                continue;
            }
            let Some(connection) = connections.get_mut(&event.data()) else { continue };
            if !echo(connection, &mut buffer) {
                connections.remove(&event.data());
            }
        }
    }
    Ok(())
}

fn accept(
    listener: &TcpListener,
    epoll: &Epoll,
    connections: &mut HashMap<u64, TcpStream>,
) -> io::Result<()> {
    loop {
        let connection = match listener.accept() {
            Ok((connection, _)) => connection,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            // The client gave up while it waited here.
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
            Err(error) => return Err(error),
        };
        connection.set_nonblocking(true)?;
        connection.set_nodelay(true)?;
        let key = u64::try_from(connection.as_raw_fd()).expect("an open descriptor is not negative");
        epoll.add(&connection, EpollEvent::new(EpollFlags::EPOLLIN, key))?;
        connections.insert(key, connection);
    }
}

/// Whether the connection goes on.
fn echo(connection: &mut TcpStream, buffer: &mut [u8]) -> bool {
    match connection.read(buffer) {
        Ok(0) => false,
        // A ping fits in any send buffer.
        Ok(len) => connection.write_all(&buffer[..len]).is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

/// A flow to `target` after one ping. Runs where the app is.
pub(super) fn open(target: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&target, STALLED)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(STALLED))?;
    stream.set_write_timeout(Some(STALLED))?;
    ping(&mut stream)?;
    Ok(stream)
}

fn ping(stream: &mut TcpStream) -> io::Result<()> {
    let answered = stream.write_all(&PING).and_then(|()| stream.read_exact(&mut [0; PING.len()]));
    // That is how a socket says that its time is up.
    let late = |error: &io::Error| error.kind() == ErrorKind::WouldBlock;
    answered.map_err(|error| if late(&error) { stalled("no answer", STALLED) } else { error })
}

fn stalled(what: &str, time: Duration) -> io::Error {
    io::Error::new(ErrorKind::TimedOut, format!("{what} in {:.1} s", time.as_secs_f64()))
}

/// `count` flows, each after one ping, opened one after the other within `limit`.
pub(super) fn open_many(count: usize, limit: Duration) -> io::Result<Vec<TcpStream>> {
    let deadline = Instant::now() + limit;
    let mut flows = Vec::with_capacity(count);
    for target in targets().take(count) {
        let open = flows.len();
        let context = |error| io::Error::other(format!("flow {} of {count}: {error}", open + 1));
        if Instant::now() > deadline {
            return Err(context(io::Error::from(ErrorKind::TimedOut)));
        }
        flows.push(self::open(target).map_err(context)?);
    }
    Ok(flows)
}

/// Times of the round trips on one flow, sorted.
pub(super) fn round_trips(duration: Duration) -> io::Result<Vec<Duration>> {
    let mut flow = open(targets().next().expect("they never end"))?;
    for _ in 0..WARM_UP {
        ping(&mut flow)?;
    }
    let mut times = Vec::new();
    let start = Instant::now();
    let mut before = start;
    while before - start < duration {
        ping(&mut flow)?;
        let after = Instant::now();
        times.push(after - before);
        before = after;
    }
    times.sort_unstable();
    Ok(times)
}

#[derive(Debug, Default)]
pub(super) struct NewFlows {
    pub(super) done: u32,
    pub(super) failed: u32,
}

/// Connects, exchanges a ping and closes, over and over on [`UNDER_WAY`] flows at once. That none comes to its end
/// for a while is an error, and no low rate.
pub(super) fn new_flows(duration: Duration) -> io::Result<NewFlows> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let mut targets = targets();
    let mut slots: Vec<Option<NewFlow>> = (0..UNDER_WAY).map(|_| None).collect();
    let mut result = NewFlows::default();
    let mut events = [EpollEvent::empty(); 256];
    let start = Instant::now();
    let mut last = start;
    while start.elapsed() < duration {
        for (slot, key) in slots.iter_mut().zip(0..).filter(|(slot, _)| slot.is_none()) {
            let target = targets.next().expect("they never end");
            match NewFlow::start(target, &epoll, key) {
                Ok(flow) => *slot = Some(flow),
                Err(_) => {
                    // No port or descriptor is left: a little later there will be.
                    result.failed += 1;
                    thread::sleep(Duration::from_millis(1));
                    break;
                }
            }
        }
        let count = epoll.wait(&mut events, EpollTimeout::from(TICK))?;
        for event in &events[..count] {
            let slot = usize::try_from(event.data()).ok().and_then(|index| slots.get_mut(index));
            let Some(slot @ Some(_)) = slot else { continue };
            match slot.as_mut().map(|flow| flow.proceed(&epoll, event.data())) {
                Some(Ok(false)) => continue,
                Some(Ok(true)) => {
                    result.done += 1;
                    last = Instant::now();
                }
                Some(Err(_)) | None => result.failed += 1,
            }
            *slot = None;
        }
        if last.elapsed() > SILENCE {
            let NewFlows { done, failed } = result;
            return Err(stalled(&format!("after {done} flows and {failed} failures: none ended"), SILENCE));
        }
    }
    Ok(result)
}

struct NewFlow {
    socket: Socket,
    connected: bool,
}

impl NewFlow {
    fn start(target: SocketAddr, epoll: &Epoll, key: u64) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM.nonblocking().cloexec(), None)?;
        socket.set_tcp_nodelay(true)?;
        match socket.connect(&target.into()) {
            Err(error) if error.raw_os_error() != Some(EINPROGRESS) => return Err(error),
            Ok(()) | Err(_) => {}
        }
        epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLOUT, key))?;
        Ok(Self { socket, connected: false })
    }

    /// Does the step that the socket is ready for; whether it was the last one.
    fn proceed(&mut self, epoll: &Epoll, key: u64) -> io::Result<bool> {
        if !self.connected {
            if let Some(error) = self.socket.take_error()? {
                return Err(error);
            }
            self.socket.write_all(&PING)?;
            epoll.modify(&self.socket, &mut EpollEvent::new(EpollFlags::EPOLLIN, key))?;
            self.connected = true;
            return Ok(false);
        }
        match self.socket.read_exact(&mut [0; PING.len()]) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }
}
