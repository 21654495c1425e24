//! A browser with a tracker in it: fetches the pages that it is told to open and uploads, or does not, where it was.
//!
//! It stands for no real program. Its habits are those that `facts` tell of real ones, at a pace at which a test can wait
//! for them: what takes 15 s there takes 1.5 s here, and a queue of 50 events has eight places.

mod encode;
mod habits;
mod line;
mod queue;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

pub use habits::{Connection, Encoding, Habits, Noise, Tells, Together, When};
use line::Line;
use queue::Queue;

/// Where it uploads to.
pub const COLLECTOR: &str = "tracking.intl.miui.com";

const PATIENCE: Duration = Duration::from_secs(20);

/// What it is told.
enum Order {
    /// To open an address, and to say when the page has come.
    Open(String, UnixStream),
    /// To go to the background.
    Leave(UnixStream),
}

/// Browses as it is told through `socket` until that is gone or the process ends. `authority` is whom it trusts.
///
/// # Errors
/// When the socket or the authority cannot be had, or an upload fails.
pub fn browse(socket: &Path, authority: &Path, habits: Habits) -> io::Result<()> {
    let listener = UnixListener::bind(socket)?;
    let (sender, orders) = mpsc::sync_channel(64);
    thread::spawn(move || listen(&listener, &sender));
    let line = Line::new(authority, habits.connection == Connection::Kept)?;
    Browser { queue: Queue::new(habits), line, habits, random: fastrand::Rng::new() }.run(&orders)
}

/// Tells the browser at `socket` to open `address`; returns when the page has come.
///
/// # Errors
/// When it does not answer, or says what failed.
pub fn open(socket: &Path, address: &str) -> io::Result<()> {
    tell(socket, &format!("open {address}"))
}

/// Sends the browser at `socket` to the background.
///
/// # Errors
/// As of [`open`].
pub fn leave(socket: &Path) -> io::Result<()> {
    tell(socket, "leave")
}

fn tell(socket: &Path, order: &str) -> io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    writeln!(stream, "{order}")?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    if answer == "done\n" { Ok(()) } else { Err(io::Error::other(answer)) }
}

fn listen(listener: &UnixListener, orders: &SyncSender<Order>) {
    for stream in listener.incoming().map_while(Result::ok) {
        let Some(order) = read_order(stream) else { continue };
        if orders.send(order).is_err() {
            return;
        }
    }
}

fn read_order(stream: UnixStream) -> Option<Order> {
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).ok()?;
    match line.trim_end().split_once(' ') {
        Some(("open", address)) => Some(Order::Open(address.to_owned(), stream)),
        None if line == "leave\n" => Some(Order::Leave(stream)),
        _ => None,
    }
}

struct Browser {
    habits: Habits,
    queue: Queue,
    line: Line,
    random: fastrand::Rng,
}

impl Browser {
    fn run(&mut self, orders: &Receiver<Order>) -> io::Result<()> {
        let (mut timer, mut noise) = (now() + habits::TIMER, now() + self.next_noise());
        loop {
            let next = timer.min(noise);
            match orders.recv_timeout(next.saturating_duration_since(now())) {
                Ok(order) => self.obey(order)?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) if timer <= noise => {
                    timer += habits::TIMER;
                    let due = self.queue.take_at_time();
                    self.upload(&due)?;
                }
                Err(RecvTimeoutError::Timeout) => {
                    noise = now() + self.next_noise();
                    let unrelated = vec![0x20; self.random.usize(100..800)];
                    self.line.post(&unrelated)?;
                }
            }
        }
    }

    fn obey(&mut self, order: Order) -> io::Result<()> {
        let (due, mut asker) = match order {
            Order::Open(address, asker) => {
                fetch(&address)?;
                (self.queue.visited(&address), asker)
            }
            Order::Leave(asker) => (self.queue.take_in_background(), asker),
        };
        // Whoever asked may have gone.
        let _gone = asker.write_all(b"done\n");
        self.upload(&due)
    }

    fn upload(&mut self, events: &[String]) -> io::Result<()> {
        let together = match self.habits.together {
            Together::Batch => events.len().max(1),
            Together::EachEvent => 1,
        };
        events.chunks(together).try_for_each(|part| self.line.post(&encode::body(self.habits.encoding, part)))
    }

    fn next_noise(&self) -> Duration {
        match self.habits.noise {
            Noise::None => Duration::from_secs(3600),
            Noise::Light => Duration::from_millis(fastrand::u64(500..4000)),
        }
    }
}

/// Fetches a page and forgets it.
fn fetch(address: &str) -> io::Result<()> {
    let rest = address.strip_prefix("http://").ok_or_else(|| io::Error::other("not an address of http"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut page = Vec::new();
    stream.read_to_end(&mut page)?;
    Ok(())
}

fn now() -> Instant {
    Instant::now()
}
