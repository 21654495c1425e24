//! Pages of our own: a small server on an address of this device, while an experiment runs.
//!
//! A page leads to the next by itself: it asks for `next` after the pace, and is sent on when the next is due. So a
//! browser goes through a whole trial once its first address was opened. Who does not know the secret in the
//! addresses, which is another one each time, gets nothing; and nothing that is asked for is kept.
//!
//! | file | turns |
//! |---|---|
//! | `request` | bytes into what is asked for |
//! | `desk` | what is asked for into a reply, in turn with the experiment |
//! | `reply` | a reply into HTTP and HTML |
//! | `place` | routes into an address of this device |

mod desk;
mod place;
mod reply;
pub mod request;

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use socket2::SockRef;

pub(super) use self::desk::Turn;

use self::desk::{Desk, Seat};
use self::place::own_address;
use self::reply::Reply;
use self::request::Asked;
use super::Input;
use crate::engine::monotonic;

/// A browser that opens a connection for later is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// After something went wrong with the listener: it is about to be closed, or descriptors are short for a while.
const BREATH: Duration = Duration::from_millis(50);
/// What a thread needs to read one head.
const STACK: usize = 128 * 1024;

/// What pages say, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// While pages lead on by themselves.
    pub opened: String,
    /// When the person is to come back.
    pub back: String,
}

impl Default for PageText {
    fn default() -> Self {
        let [opened, back] = ["A page of an experiment.", "Now go back to Telltale."].map(str::to_owned);
        Self { opened, back }
    }
}

/// A server of pages. It ends when it is dropped.
#[derive(Debug)]
pub struct Pages {
    server: Server,
    address: String,
    text: PageText,
    remotes: Vec<SocketAddr>,
}

#[derive(Debug)]
struct Server {
    ip: IpAddr,
    desk: Arc<Desk>,
    listener: Arc<TcpListener>,
    thread: Option<JoinHandle<()>>,
}

impl Pages {
    /// Serves pages that say `text` at the address of this device that is used towards `remotes`, or anywhere; if
    /// there is none, at one that only this device reaches.
    ///
    /// # Errors
    /// When nothing can be listened on.
    pub fn start(text: PageText, remotes: Vec<SocketAddr>) -> io::Result<Self> {
        let ip = own_address(&remotes);
        let (server, address) = Server::start(ip, text.clone())?;
        Ok(Self { server, address, text, remotes })
    }

    /// The address of a page; `{}` in it stands for a text of one's own.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether only this device reaches them.
    pub fn is_local(&self) -> bool {
        self.server.ip.is_loopback()
    }

    /// Who is told which addresses are asked for.
    pub(super) fn report_to(&self, visits: SyncSender<Input>) {
        self.server.desk.report_to(visits);
    }

    /// What the browser gets from now on.
    pub(super) fn turn(&self, turn: Turn) {
        self.server.desk.turn(turn);
    }

    /// Moves to another address if this device has another one by now; whether it had to.
    pub(super) fn renew(&mut self) -> io::Result<bool> {
        let ip = own_address(&self.remotes);
        if ip == self.server.ip {
            return Ok(false);
        }
        let visits = self.server.desk.reports();
        (self.server, self.address) = Server::start(ip, self.text.clone())?;
        visits.into_iter().for_each(|visits| self.report_to(visits));
        Ok(true)
    }
}

#[cfg(test)]
impl Pages {
    /// As if the device had had another address before.
    pub(super) fn be_elsewhere(&mut self) {
        self.server.ip = std::net::Ipv4Addr::new(192, 0, 2, 1).into();
    }
}

impl Server {
    /// Answers with the address of its pages as well.
    fn start(ip: IpAddr, text: PageText) -> io::Result<(Self, String)> {
        let listener = Arc::new(TcpListener::bind((ip, 0))?);
        let desk = Arc::new(Desk::new(secret()?, text));
        let address = format!("http://{}/{}/{{}}", listener.local_addr()?, desk.secret());
        let thread = thread::Builder::new().name("telltale-pages".to_owned());
        let thread = thread.spawn({
            let (listener, desk) = (Arc::clone(&listener), Arc::clone(&desk));
            move || accept(&listener, &desk, ip)
        })?;
        Ok((Self { ip, desk, listener, thread: Some(thread) }, address))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.desk.close();
        // On Linux this ends an `accept` that waits.
        if let Err(error) = SockRef::from(&*self.listener).shutdown(std::net::Shutdown::Both) {
            log::debug!("the listener of pages was not shut down: {error}");
        }
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            log::error!("the thread of pages had panicked");
        }
    }
}

/// A hundred and twenty-eight bits that nobody can guess.
fn secret() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}

/// Serves each connection on a thread of its own, as many as there are seats.
fn accept(listener: &TcpListener, desk: &Arc<Desk>, ip: IpAddr) {
    while !desk.is_closed() {
        match listener.accept() {
            // Whatever runs on this device comes from its own address: who does not is a stranger on the network.
            Ok((stream, peer)) if peer.ip().to_canonical() == ip => {
                if let Some(seat) = Seat::take(desk) {
                    seat_down(stream, seat);
                }
            }
            Ok(_) => {}
            Err(_) if desk.is_closed() => {}
            Err(error) => {
                log::debug!("no page was served: {error}");
                thread::sleep(BREATH);
            }
        }
    }
}

fn seat_down(stream: TcpStream, seat: Seat) {
    let thread = thread::Builder::new().name("telltale-page".to_owned()).stack_size(STACK);
    let spawned = thread.spawn(move || {
        if let Err(error) = serve(&stream, &seat) {
            log::debug!("a page was not served: {error}");
        }
    });
    if let Err(error) = spawned {
        log::debug!("a page was not served: {error}");
    }
}

/// Reads one request and answers it.
fn serve(mut stream: &TcpStream, seat: &Seat) -> io::Result<()> {
    let reply = match read_request(stream)? {
        Asked::For(target) => seat.desk().reply(&target),
        Asked::Nonsense | Asked::More => Reply::NotUnderstood,
    };
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&reply.to_bytes())
}

fn read_request(mut stream: &TcpStream) -> io::Result<Asked> {
    let until = monotonic() + PATIENCE;
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        stream.set_read_timeout(Some(left(until)?))?;
        let read = stream.read(&mut buffer)?;
        head.extend_from_slice(&buffer[..read]);
        let asked = request::parse(&head);
        if asked != Asked::More || read == 0 {
            return Ok(asked);
        }
    }
}

fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(monotonic());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::Ipv4Addr;

    use super::*;

    fn pages() -> Pages {
        Pages::start(PageText::default(), vec![(Ipv4Addr::LOCALHOST, 9).into()]).unwrap()
    }

    fn host(pages: &Pages) -> SocketAddr {
        let authority = pages.address().strip_prefix("http://").unwrap().split('/').next().unwrap();
        authority.parse().unwrap()
    }

    /// What is answered to these bytes.
    fn answer(host: SocketAddr, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(host).unwrap();
        // Who is turned away early is not read to the end.
        let _unread = stream.write_all(bytes);
        let mut answer = String::new();
        // What was not read by then is answered by a reset.
        match stream.read_to_string(&mut answer) {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
            _ => answer,
        }
    }

    fn get(host: SocketAddr, target: &str) -> String {
        answer(host, format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes())
    }

    #[test]
    fn an_address_with_the_secret_is_a_page_and_no_other() {
        let pages = pages();
        let target = pages.address().replace("{}", &"a".repeat(8000));
        let target = target.strip_prefix(&format!("http://{}", host(&pages))).unwrap();
        assert!(get(host(&pages), target).starts_with("HTTP/1.1 200 OK"));
        for stranger in ["/", "/favicon.ico", &target[..20], &format!("/x{target}")] {
            assert!(get(host(&pages), stranger).starts_with("HTTP/1.1 404 "), "{stranger}");
        }
    }

    #[test]
    fn secrets_are_never_the_same() {
        assert_ne!(secret().unwrap(), secret().unwrap());
        assert_eq!(secret().unwrap().len(), 22);
    }

    #[test]
    fn what_is_no_request_is_turned_away_at_once() {
        let pages = pages();
        let endless = [b"GET /".as_slice(), &vec![b'a'; 2 * request::MAX_HEAD]].concat();
        for bytes in [b"\x16\x03\x01\x02\x00".as_slice(), b"HEAD / HTTP/1.1\r\n\r\n", &endless] {
            let answer = answer(host(&pages), bytes);
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
        }
    }

    #[test]
    fn the_listener_lives_as_long_as_the_pages() {
        let pages = pages();
        let host = host(&pages);
        drop(pages);
        assert_eq!(TcpStream::connect(host).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }

    #[test]
    fn pages_stay_where_they_are_unless_the_address_has_changed() {
        let mut pages = pages();
        let before = pages.address().to_owned();
        assert!(!pages.renew().unwrap());
        assert_eq!(pages.address(), before);
        pages.be_elsewhere();
        assert!(pages.renew().unwrap());
        assert_ne!(pages.address(), before);
        assert!(get(host(&pages), "/").starts_with("HTTP/1.1 404 "));
    }
}
