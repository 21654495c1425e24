//! The host of the first request of an HTTP/2 connection in the clear, as gRPC uses it among others.
//!
//! Later requests may be for others, but clients open a connection for each host unless TLS vouches for several:
//! <https://www.rfc-editor.org/rfc/rfc9113#section-9.1.1>

use std::sync::Arc;

use loona_hpack::Decoder;

use super::http::{http_host, split_port};
use super::pending::Pending;
use super::{Direction, Progress, Sighting, Sniffer, shown_host};
use crate::event::Application;

/// RFC 9113 section 3.4: <https://www.rfc-editor.org/rfc/rfc9113#section-3.4>
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Settings, windows and the fields of the first request; clients that send most, with cookies, need 8 KiB.
const MAX_UP: usize = 16 * 1024;

/// Of a block of fields, as much is decoded: the host is among the first, and decoding costs far more than reading.
const MAX_DECODED: usize = 4 * 1024;

/// RFC 9113 section 6: <https://www.rfc-editor.org/rfc/rfc9113#section-6>
const FRAME_HEADER: usize = 9;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// Reads what the client says up to the end of its first request's fields.
#[derive(Default)]
pub(super) struct Http2Sniffer {
    up: Vec<u8>,
    has_begun: bool,
    is_over: bool,
    pending: Pending,
}

impl Sniffer for Http2Sniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if direction == Direction::Up && !self.is_over {
            self.take(bytes);
        }
        self.pending.progress(self.is_over)
    }

    fn finish(&mut self) -> Option<Sighting> {
        host_of(&first_block(self.up.get(PREFACE.len()..)?)?.bytes).map(http_host)
    }
}

impl Http2Sniffer {
    fn take(&mut self, bytes: &[u8]) {
        self.up.extend_from_slice(&bytes[..bytes.len().min(MAX_UP - self.up.len())]);
        if !self.up.iter().zip(PREFACE).all(|(byte, expected)| byte == expected) {
            return self.end();
        }
        let Some(frames) = self.up.get(PREFACE.len()..) else { return };
        if !std::mem::replace(&mut self.has_begun, true) {
            self.pending.push(Sighting::Application(Application::Http2));
        }
        match first_block(frames) {
            Some(block) if block.is_whole => {
                self.pending.extend(host_of(&block.bytes).map(http_host));
                self.end();
            }
            _ if self.up.len() == MAX_UP => self.end(),
            _ => {}
        }
    }

    fn end(&mut self) {
        self.is_over = true;
        self.up = Vec::new();
    }
}

/// The fields of a request, compressed.
struct Block {
    bytes: Vec<u8>,
    is_whole: bool,
}

/// The fields of the first request, as far as they came.
fn first_block(mut frames: &[u8]) -> Option<Block> {
    let mut block: Option<Block> = None;
    while let Some((header, rest)) = frames.split_first_chunk::<FRAME_HEADER>() {
        let &[high, middle, low, kind, flags, ..] = header;
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let payload = &rest[..length.min(rest.len())];
        let is_last = flags & END_HEADERS != 0 && payload.len() == length;
        let fragment = match (&block, kind) {
            (None, HEADERS) => fragment(flags, payload),
            (Some(_), CONTINUATION) => payload,
            // Nothing may come between the frames of one block.
            (Some(_), _) => return None,
            (None, _) => &[],
        };
        if block.is_some() || kind == HEADERS {
            let block = block.get_or_insert(Block { bytes: Vec::new(), is_whole: false });
            block.bytes.extend_from_slice(fragment);
            block.is_whole = is_last;
        }
        match rest.get(length..) {
            Some(next) if !is_last || block.is_none() => frames = next,
            _ => break,
        }
    }
    block
}

/// The fields in a HEADERS frame, without padding and priority.
fn fragment(flags: u8, mut payload: &[u8]) -> &[u8] {
    if flags & PADDED != 0 {
        let Some((&padding, rest)) = payload.split_first() else { return &[] };
        payload = &rest[..rest.len().saturating_sub(padding.into())];
    }
    if flags & PRIORITY != 0 { payload.get(5..).unwrap_or_default() } else { payload }
}

/// `:authority` outweighs `host`: <https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1>
fn host_of(block: &[u8]) -> Option<Arc<str>> {
    let (mut authority, mut host) = (None, None);
    // What was cut off is an error behind the fields that were whole.
    let _ = Decoder::new().decode_with_cb(&block[..block.len().min(MAX_DECODED)], |name, value| {
        let field = match &*name {
            b":authority" => &mut authority,
            b"host" => &mut host,
            _ => return,
        };
        field.get_or_insert(value.into_owned());
    });
    shown_host(split_port(&authority.or(host)?).0)
}

#[cfg(test)]
mod tests {
    use loona_hpack::Encoder;
    use proptest::prelude::*;

    use super::*;
    use crate::sniff::testing::{host_of, name_in};
    use Direction::{Down, Up};

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags, 0, 0, 0, 1], payload].concat()
    }

    fn block(fields: &[(&str, &str)]) -> Vec<u8> {
        Encoder::new().encode(fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())))
    }

    fn request() -> Vec<u8> {
        block(&[(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "A.example:50051")])
    }

    fn connection(frames: &[Vec<u8>]) -> Vec<u8> {
        [PREFACE, &frame(4, 0, &[0, 3, 0, 0, 0, 100]), &frame(8, 0, &[0, 0, 1, 0]), &frames.concat()].concat()
    }

    #[test]
    fn reads_the_authority() {
        let fields = request();
        let (first, second) = fields.split_at(5);
        let padded = [&[3, 0, 0, 0, 0, 16], &fields[..], &[0; 3]].concat();
        for frames in [
            vec![frame(HEADERS, END_HEADERS, &fields)],
            vec![frame(HEADERS, 1, first), frame(CONTINUATION, END_HEADERS, second)],
            vec![frame(HEADERS, END_HEADERS | PADDED | PRIORITY, &padded)],
        ] {
            let host = host_of(&mut Http2Sniffer::default(), &connection(&frames));
            assert_eq!(host.as_deref(), Some("a.example"));
        }
    }

    #[test]
    fn reads_what_curl_compresses() {
        // :method GET, :scheme http, :path /, :authority www.example.com (RFC 7541 section C.4.1)
        let fields = b"\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff";
        let bytes = connection(&[frame(HEADERS, END_HEADERS, fields)]);
        assert_eq!(host_of(&mut Http2Sniffer::default(), &bytes).as_deref(), Some("www.example.com"));
    }

    #[test]
    fn the_host_field_will_do() {
        let bytes = connection(&[frame(HEADERS, END_HEADERS, &block(&[("host", "b.example")]))]);
        assert_eq!(host_of(&mut Http2Sniffer::default(), &bytes).as_deref(), Some("b.example"));
    }

    #[test]
    fn the_preface_alone_tells_the_protocol() {
        let mut sniffer = Http2Sniffer::default();
        assert_eq!(sniffer.push(Down, b"\0\0\0\x04\0\0\0\0\0"), Progress::NeedMore);
        assert_eq!(sniffer.push(Up, &PREFACE[..20]), Progress::NeedMore);
        let told = Sighting::Application(Application::Http2);
        assert_eq!(sniffer.push(Up, &PREFACE[20..]), Progress::Seen(told));
        assert_eq!(Http2Sniffer::default().push(Up, b"PRI * HTTP/1"), Progress::NotMine);
    }

    #[test]
    fn a_request_that_is_cut_off_or_endless() {
        let bytes = connection(&[frame(HEADERS, 0, &request()), frame(CONTINUATION, 0, &[0; 40])]);
        let mut sniffer = Http2Sniffer::default();
        assert_eq!(host_of(&mut sniffer, &bytes), None);
        assert_eq!(&*name_in(&sniffer.finish().unwrap()).unwrap().host, "a.example");
        assert_eq!(sniffer.push(Up, &[0; MAX_UP]), Progress::NotMine);
        assert_eq!(sniffer.up.capacity(), 0);
    }

    proptest! {
        #[test]
        fn cuts_do_not_matter(cuts in proptest::collection::vec(1usize..30, 1..20)) {
            let bytes = connection(&[frame(HEADERS, END_HEADERS, &request())]);
            let (mut sniffer, mut rest, mut found) = (Http2Sniffer::default(), &bytes[..], None);
            for cut in cuts.iter().cycle() {
                let (piece, next) = rest.split_at((*cut).min(rest.len()));
                found = found.or(host_of(&mut sniffer, piece));
                rest = next;
                if rest.is_empty() { break }
            }
            prop_assert_eq!(found.as_deref(), Some("a.example"));
        }

        #[test]
        fn never_panics(fields: Vec<u8>, flags: u8, frames: Vec<u8>) {
            let bytes = connection(&[frame(HEADERS, flags, &fields), frames]);
            let mut sniffer = Http2Sniffer::default();
            host_of(&mut sniffer, &bytes);
            sniffer.finish();
        }
    }
}
