//! A TLS ClientHello that comes later than the first byte: behind STARTTLS, a proxy's greeting, or whatever a protocol
//! says before it turns to TLS.

use super::tls::TlsSniffer;
use super::{Direction, Progress, Sighting, Sniffer};

/// Bytes of the app's that are searched. Protocols that turn to TLS do so within some hundred.
const MAX_SEARCHED: usize = 16 * 1024;

/// Header of the record, header of the handshake message, and its version.
const SIGNATURE: usize = 5 + 4 + 2;

/// The largest ClientHello that is read; see [`TlsSniffer`].
const MAX_HELLO: usize = 16 * 1024;

/// Searches the app's bytes for a ClientHello, and reads it. One at the very first byte is left to others.
#[derive(Default)]
pub(super) struct Hunt {
    /// Bytes that were searched.
    searched: usize,
    /// The last of them, which may begin a signature.
    tail: [u8; SIGNATURE - 1],
    tls: Option<Box<TlsSniffer>>,
    is_over: bool,
}

impl Sniffer for Hunt {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if self.is_over {
            return Progress::NotMine;
        }
        let progress = match (&mut self.tls, direction) {
            (Some(tls), _) => tls.push(direction, bytes),
            (None, Direction::Up) => self.search(bytes),
            (None, Direction::Down) => Progress::NeedMore,
        };
        if matches!(progress, Progress::Found(_) | Progress::NotMine) {
            self.is_over = true;
            self.tls = None;
        }
        progress
    }

    fn finish(&mut self) -> Option<Sighting> {
        self.tls.take()?.finish()
    }
}

impl Hunt {
    /// There is nothing to find any more.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    fn search(&mut self, bytes: &[u8]) -> Progress {
        let searched = &bytes[..bytes.len().min(MAX_SEARCHED - self.searched)];
        let tail_length = self.searched.min(self.tail.len());
        let tail = &self.tail[self.tail.len() - tail_length..];
        // What may begin in the tail ends within as many bytes again.
        let seam = [tail, &searched[..searched.len().min(SIGNATURE - 1)]].concat();
        let is_tail_first = usize::from(self.searched == tail_length);
        if let Some(start) = position(&seam, is_tail_first..tail_length) {
            return self.read(&[&seam[start..tail_length], bytes].concat());
        }
        if let Some(start) = position(searched, usize::from(self.searched == 0)..searched.len()) {
            return self.read(&bytes[start..]);
        }
        self.remember(searched);
        if self.searched == MAX_SEARCHED { Progress::NotMine } else { Progress::NeedMore }
    }

    fn read(&mut self, bytes: &[u8]) -> Progress {
        self.tls.insert(Box::default()).push(Direction::Up, bytes)
    }

    fn remember(&mut self, bytes: &[u8]) {
        let kept = &bytes[bytes.len().saturating_sub(self.tail.len())..];
        self.tail.rotate_left(kept.len());
        let length = self.tail.len();
        self.tail[length - kept.len()..].copy_from_slice(kept);
        self.searched += bytes.len();
    }
}

/// Where a ClientHello begins, of the places in `starts`.
fn position(bytes: &[u8], starts: std::ops::Range<usize>) -> Option<usize> {
    let last = (bytes.len() + 1).saturating_sub(SIGNATURE).min(starts.end);
    let mut start = starts.start;
    while start < last {
        start += bytes[start..last].iter().position(|&byte| byte == 22)?;
        if bytes[start..].first_chunk().is_some_and(is_client_hello) {
            return Some(start);
        }
        start += 1;
    }
    None
}

/// A handshake record (RFC 8446 section 5.1) with a ClientHello (section 4.1.2) in it, or with as much of one as fits.
/// Seven bytes are as good as fixed and two lengths must agree: chance does not make it.
fn is_client_hello(signature: &[u8; SIGNATURE]) -> bool {
    let &[22, 3, 0..=4, high, low, 1, 0, hello_high, hello_low, 3, 0..=4] = signature else { return false };
    let record = usize::from(u16::from_be_bytes([high, low]));
    let hello = usize::from(u16::from_be_bytes([hello_high, hello_low])) + 4;
    // Shorter hellos have no room for a name, and a record holds nothing else beside its hello.
    (64..=MAX_HELLO).contains(&hello) && (SIGNATURE - 5..=hello).contains(&record)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sniff::testing::{ClientHello, host_of};
    use Direction::{Down, Up};

    fn hello() -> Vec<u8> {
        ClientHello::of("a.example").records()
    }

    #[test]
    fn finds_a_hello_behind_anything_but_nothing() {
        let before = b"EHLO x\r\nSTARTTLS\r\n";
        assert_eq!(
            host_of(&mut Hunt::default(), &[before, &hello()[..]].concat()).as_deref(),
            Some("a.example")
        );
        assert_eq!(host_of(&mut Hunt::default(), &hello()), None);
    }

    #[test]
    fn lookalikes_are_passed_over() {
        let mut almost = hello();
        almost[8] -= 1; // the lengths disagree
        let bytes = [b"x\x16\x16\x03\x01", &almost[..], &hello()].concat();
        assert_eq!(host_of(&mut Hunt::default(), &bytes).as_deref(), Some("a.example"));
    }

    #[test]
    fn gives_up_after_its_budget() {
        let mut hunt = Hunt::default();
        assert_eq!(hunt.push(Up, &[b'x'; MAX_SEARCHED - 1]), Progress::NeedMore);
        assert_eq!(hunt.push(Down, &[b'x'; 2 * MAX_SEARCHED]), Progress::NeedMore);
        assert_eq!(hunt.push(Up, b"x"), Progress::NotMine);
        assert_eq!(hunt.push(Up, &hello()), Progress::NotMine);
    }

    #[test]
    fn is_small() {
        assert!(size_of::<Hunt>() <= 40);
    }

    proptest! {
        #[test]
        fn cuts_do_not_matter(
            before in proptest::collection::vec(prop_oneof![Just(22u8), Just(3), any::<u8>()], 1..60),
            cuts in proptest::collection::vec(1usize..20, 1..30),
        ) {
            let bytes = [before, hello()].concat();
            let (mut hunt, mut rest, mut found) = (Hunt::default(), &bytes[..], None);
            for cut in cuts.iter().cycle() {
                let (piece, next) = rest.split_at((*cut).min(rest.len()));
                found = found.or(host_of(&mut hunt, piece));
                rest = next;
                if rest.is_empty() { break }
            }
            prop_assert_eq!(found.as_deref(), Some("a.example"));
        }

        #[test]
        fn noise_is_no_hello(noise in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(host_of(&mut Hunt::default(), &noise), None);
        }
    }
}
