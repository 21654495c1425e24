//! The host that Xiaomi's push service says it connects to, in the first message of its connection.
//!
//! A frame is a magic number, a version, the length of what follows, that, and an Adler-32 sum of it all. What follows is
//! two lengths and two Protocol Buffers messages: a header, which names the command, and its content. The first
//! command, `CONN`, is in the clear and lists the model of the phone, its system and the host; all others are encrypted.

use std::sync::Arc;

use super::http::split_port;
use super::kept::{CaptureBudget, KeptRequest};
use super::pending::Pending;
use super::{Direction, Progress, Sighting, Sniffer, shown_host};
use crate::decode::Request;
use crate::event::{Application, Name, Provenance};

/// Magic number, version and length.
const FRAME_HEADER: usize = 8;
const START: [u8; 4] = [0xc2, 0xfe, 0, 5];
const SUM: usize = 4;

/// The service drops frames above 32 KiB; the first takes some 250 bytes.
const MAX_FRAME: usize = 8 * 1024;

/// Fields of the header and of the content of `CONN`.
const COMMAND: u64 = 5;
const HOST: u64 = 7;

/// Reads the first frame of each direction, and keeps the app's if it is in the clear.
#[derive(Default)]
pub(super) struct MiPushSniffer {
    budget: CaptureBudget,
    up: Frame,
    down: Frame,
    has_begun: bool,
    is_over: bool,
    pending: Pending,
}

#[derive(Default)]
struct Frame {
    bytes: Vec<u8>,
    is_read: bool,
}

impl Sniffer for MiPushSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if !self.is_over {
            self.take(direction, bytes);
        }
        self.pending.progress(self.is_over)
    }
}

/// The first frame of a direction.
struct Whole {
    /// Only `CONN` says one.
    host: Option<Arc<str>>,
    bytes: Vec<u8>,
}

impl MiPushSniffer {
    pub(super) fn keeping(budget: CaptureBudget) -> Self {
        Self { budget, ..Self::default() }
    }

    fn take(&mut self, direction: Direction, bytes: &[u8]) {
        let frame = match direction {
            Direction::Up => &mut self.up,
            Direction::Down => &mut self.down,
        };
        match frame.take(bytes) {
            Ok(None) => {}
            Ok(Some(whole)) => {
                if !std::mem::replace(&mut self.has_begun, true) {
                    self.pending.push(Sighting::Application(Application::MiPush));
                }
                self.is_over = direction == Direction::Up;
                if let Some(host) = &whole.host {
                    self.pending.push(name(Arc::clone(host)));
                    let kept = if self.is_over { self.keep(whole) } else { None };
                    self.pending.extend(kept.map(|kept| Sighting::Request(Box::new(kept))));
                }
            }
            Err(NotMiPush) => self.is_over = true,
        }
    }

    /// As a request with the command for a method: there is no path.
    fn keep(&self, whole: Whole) -> Option<KeptRequest> {
        let limits = self.budget.limits();
        let has_room = whole.bytes.len() <= limits.per_request.min(limits.per_flow);
        let host = whole.host.map(|host| host.to_string());
        let request = Request { method: "CONN".to_owned(), host, body: whole.bytes, ..Request::default() };
        has_room.then(|| KeptRequest::within(&self.budget, request)).flatten()
    }
}

/// No connection of the service starts like this.
struct NotMiPush;

impl Frame {
    /// Takes bytes of the first frame, and gives it once it is whole.
    fn take(&mut self, bytes: &[u8]) -> Result<Option<Whole>, NotMiPush> {
        if self.is_read {
            return Ok(None);
        }
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(MAX_FRAME - self.bytes.len())]);
        if !self.bytes.iter().zip(START).all(|(byte, expected)| *byte == expected) {
            return Err(NotMiPush);
        }
        let Some(length) = frame_length(&self.bytes)? else { return Ok(None) };
        let Some(frame) = self.bytes.get(..length) else { return Ok(None) };
        let host = read(frame).ok_or(NotMiPush)?;
        self.is_read = true;
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(length);
        Ok(Some(Whole { host, bytes }))
    }
}

/// Length of the frame that begins with `bytes`, all included; `None` as long as that is not known.
fn frame_length(bytes: &[u8]) -> Result<Option<usize>, NotMiPush> {
    let Some(&[_, _, _, _, rest @ ..]) = bytes.first_chunk::<FRAME_HEADER>() else { return Ok(None) };
    let length = usize::try_from(u32::from_be_bytes(rest)).unwrap_or(usize::MAX);
    match length.saturating_add(FRAME_HEADER + SUM) {
        length @ ..=MAX_FRAME => Ok(Some(length)),
        _ => Err(NotMiPush),
    }
}

/// The host that a whole frame says, if any; `None` if its sum is wrong.
#[expect(clippy::option_option, reason = "a whole frame need not say a host")]
fn read(frame: &[u8]) -> Option<Option<Arc<str>>> {
    let (frame, sum) = frame.split_last_chunk::<SUM>()?;
    let is_right = adler32(frame) == u32::from_be_bytes(*sum);
    is_right.then(|| host_of(frame.get(FRAME_HEADER..)?))
}

fn host_of(body: &[u8]) -> Option<Arc<str>> {
    let (&[_, _, high, low, length @ ..], rest) = body.split_first_chunk::<8>()?;
    let (header, content) = rest.split_at_checked(u16::from_be_bytes([high, low]).into())?;
    let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
    (field(header, COMMAND)? == b"CONN" && content.len() == length).then_some(())?;
    shown_host(split_port(field(content, HOST)?).0)
}

/// The text of a Protocol Buffers field: <https://protobuf.dev/programming-guides/encoding/>
fn field(mut message: &[u8], number: u64) -> Option<&[u8]> {
    while !message.is_empty() {
        let tag = varint(&mut message)?;
        let length = match tag & 7 {
            0 => {
                varint(&mut message)?;
                0
            }
            1 => 8,
            2 => usize::try_from(varint(&mut message)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (value, rest) = message.split_at_checked(length)?;
        if tag == number << 3 | 2 {
            return Some(value);
        }
        message = rest;
    }
    None
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = message.split_first()?;
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// RFC 1950 section 8.2: <https://www.rfc-editor.org/rfc/rfc1950#section-8>
pub(crate) fn adler32(bytes: &[u8]) -> u32 {
    let add = |(low, high): (u32, u32), byte: &u8| {
        let low = (low + u32::from(*byte)) % 65521;
        (low, (high + low) % 65521)
    };
    let (low, high) = bytes.iter().fold((1, 0), add);
    high << 16 | low
}

fn name(host: Arc<str>) -> Sighting {
    Sighting::Name(Name { host, provenance: Provenance::MiPush, ech: false, candidates: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::CaptureLimits;
    use crate::sniff::testing::name_in;
    use Direction::{Down, Up};

    fn text(number: u8, value: &str) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(value.len()).unwrap()], value.as_bytes()].concat()
    }

    fn frame(body: &[u8]) -> Vec<u8> {
        let frame = [&START, &u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat();
        let sum = adler32(&frame).to_be_bytes();
        [frame, sum.to_vec()].concat()
    }

    fn command(word: &str, content: &[u8]) -> Vec<u8> {
        let header = [&[8, 0], &text(3, "xiaomi.com")[..], &text(5, word), &[72, 0]].concat();
        let [.., high, low] = header.len().to_be_bytes();
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        frame(&[&[0, 2, high, low], &length[..], &header, content].concat())
    }

    /// What a phone says first.
    fn conn(host: &str) -> Vec<u8> {
        let fields =
            [text(2, "Redmi Note 9 Pro"), text(3, "V12"), vec![40, 41], text(6, "wifi"), text(7, host)];
        command("CONN", &[vec![8, 106], fields.concat(), text(8, "en_US")].concat())
    }

    fn read(sniffer: &mut MiPushSniffer, direction: Direction, bytes: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        sniffer.read(direction, bytes, |sighting| {
            told.push(match name_in(&sighting) {
                Some(name) => format!("{} {}", name.provenance.as_str(), name.host),
                None => {
                    assert_eq!(sighting, Sighting::Application(Application::MiPush));
                    "it".to_owned()
                }
            });
        });
        told
    }

    #[test]
    fn tells_the_host_without_its_port() {
        for (said, host) in [
            ("app.chat.global.xiaomi.net", "app.chat.global.xiaomi.net"),
            ("app.chat.global.xiaomi.net:5222", "app.chat.global.xiaomi.net"),
            ("192.0.2.1:443", "192.0.2.1"),
        ] {
            let told = read(&mut MiPushSniffer::default(), Up, &conn(said));
            assert_eq!(told, ["it".to_owned(), format!("mi-push {host}")]);
        }
    }

    #[test]
    fn what_the_phone_says_in_the_clear_is_kept() {
        let bytes = [conn("a.example"), frame(&[0xaa; 30])].concat();
        let kept = |limits| {
            let mut kept = Vec::new();
            let mut sniffer = MiPushSniffer::keeping(CaptureBudget::new(limits));
            sniffer.read(Down, &command("CONN", &text(7, "a.example")), |_| {});
            sniffer.read(Up, &bytes, |sighting| {
                if let Sighting::Request(request) = sighting {
                    kept.push(request.request);
                }
            });
            kept
        };
        let [request] = &kept(CaptureLimits::default())[..] else { panic!("one is kept") };
        assert_eq!((request.method.as_str(), request.host.as_deref()), ("CONN", Some("a.example")));
        assert_eq!(request.body, conn("a.example"));
        assert_eq!(kept(CaptureLimits::OFF), []);
        assert_eq!(kept(CaptureLimits { per_request: 20, ..CaptureLimits::default() }), []);
    }

    #[test]
    fn the_sum_of_a_captured_frame_is_right() {
        let ping = b"\xc2\xfe\0\x05\0\0\0\0\x0d\x23\x01\xc6";
        assert_eq!(read(&mut MiPushSniffer::default(), Up, ping), ["it"]);
    }

    #[test]
    fn the_server_alone_tells_the_protocol() {
        let mut sniffer = MiPushSniffer::default();
        assert_eq!(read(&mut sniffer, Down, &command("CONN", &text(1, "3268684933"))), ["it"]);
        assert_eq!(read(&mut sniffer, Up, &conn("a.example")), ["mi-push a.example"]);
    }

    #[test]
    fn cuts_do_not_matter() {
        let mut sniffer = MiPushSniffer::default();
        let told: Vec<_> =
            conn("a.example").iter().flat_map(|byte| read(&mut sniffer, Up, &[*byte])).collect();
        assert_eq!(told, ["it", "mi-push a.example"]);
    }

    #[test]
    fn what_is_encrypted_says_no_host() {
        let bytes = frame(&[0xaa; 300]);
        assert_eq!(read(&mut MiPushSniffer::default(), Up, &bytes), ["it"]);
    }

    #[test]
    fn other_protocols_are_declined() {
        let mut wrong_sum = conn("a.example");
        wrong_sum[60] ^= 1;
        for bytes in [&b"<?xml"[..], b"\xc2\xfe\0\x04", b"\xc2\xfe\0\x05\x01\0\0\0", &wrong_sum] {
            assert_eq!(MiPushSniffer::default().push(Up, bytes), Progress::NotMine, "{bytes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(body: Vec<u8>, content: Vec<u8>) {
            read(&mut MiPushSniffer::default(), Up, &frame(&body));
            read(&mut MiPushSniffer::default(), Up, &command("CONN", &content));
        }
    }
}
