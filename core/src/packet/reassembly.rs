//! IP fragments put together again (RFC 791 section 3.2, RFC 8200 section 4.5), bounded in number, bytes and time.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Instant;

use super::compose;
use super::parse::{Fragment, IpHeader, IpPacket, Malformed};
use crate::limits::{FRAGMENT_TIMEOUT, MAX_FRAGMENTED_PACKETS};

/// Packets whose fragments are still arriving.
#[derive(Debug, Default)]
pub struct Reassembler {
    /// Oldest first. Few at any time, so a walk is cheaper than a map.
    partial: VecDeque<Partial>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    source: IpAddr,
    destination: IpAddr,
    identification: u32,
    protocol: u8,
}

#[derive(Debug)]
struct Partial {
    key: Key,
    started: Instant,
    bytes: Vec<u8>,
    /// Received ranges, sorted, disjoint, not touching.
    ranges: Vec<(usize, usize)>,
    total: Option<usize>,
}

/// A packet that came in pieces, such as it would have come in one.
#[derive(Debug)]
pub struct Reassembled {
    header: IpHeader,
    bytes: Vec<u8>,
}

impl Reassembled {
    /// The bytes that it would have come in.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads it. What came in fragments may go on in fragments.
    ///
    /// # Errors
    /// As [`IpPacket::parse`].
    pub fn packet(&self) -> Result<IpPacket<'_>, Malformed> {
        let packet = IpPacket::parse(&self.bytes)?;
        Ok(IpPacket { header: IpHeader { dont_fragment: false, ..self.header }, ..packet })
    }
}

impl Reassembler {
    /// Takes one fragment; answers with the whole when it was the last one missing.
    ///
    /// # Errors
    /// Fragments that overlap (a packet with such is dropped as a whole, RFC 5722) or exceed an IP packet.
    pub fn push(
        &mut self,
        header: &IpHeader,
        fragment: &Fragment<'_>,
        now: Instant,
    ) -> Result<Option<Reassembled>, Malformed> {
        self.expire(now);
        let key = Key {
            source: header.source,
            destination: header.destination,
            identification: fragment.identification,
            protocol: fragment.protocol,
        };
        let index = self.find_or_start(key, now);
        let added = self.partial[index].add(fragment, compose::largest_payload(header.source));
        if added.is_err() || self.partial[index].is_whole() {
            let partial = self.partial.remove(index);
            added?;
            return Ok(partial.map(|partial| partial.into_packet(header)));
        }
        Ok(None)
    }

    fn expire(&mut self, now: Instant) {
        while self.partial.front().is_some_and(|p| now.duration_since(p.started) > FRAGMENT_TIMEOUT) {
            self.partial.pop_front();
        }
    }

    fn find_or_start(&mut self, key: Key, now: Instant) -> usize {
        if let Some(index) = self.partial.iter().position(|p| p.key == key) {
            return index;
        }
        if self.partial.len() == MAX_FRAGMENTED_PACKETS {
            self.partial.pop_front();
        }
        self.partial.push_back(Partial {
            key,
            started: now,
            bytes: Vec::new(),
            ranges: Vec::new(),
            total: None,
        });
        self.partial.len() - 1
    }
}

impl Partial {
    fn add(&mut self, fragment: &Fragment<'_>, largest: usize) -> Result<(), Malformed> {
        let start = usize::from(fragment.offset);
        let end = start + fragment.payload.len();
        let ragged = fragment.more && !fragment.payload.len().is_multiple_of(8);
        let past_end = self.total.is_some_and(|total| end > total || (!fragment.more && end != total));
        if end > largest || ragged || past_end {
            return Err(Malformed::Fragments);
        }
        if !fragment.more {
            self.total = Some(end);
        }
        // A repeated fragment is harmless; any other overlap is not.
        if self.ranges.iter().any(|&(from, to)| from <= start && end <= to) {
            return Ok(());
        }
        if self.ranges.iter().any(|&(from, to)| from < end && start < to)
            || self.total.is_some_and(|t| self.bytes.len() > t)
        {
            return Err(Malformed::Fragments);
        }
        self.store(start, fragment.payload);
        Ok(())
    }

    fn store(&mut self, start: usize, payload: &[u8]) {
        let end = start + payload.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[start..end].copy_from_slice(payload);
        let at = self.ranges.partition_point(|&(from, _)| from < start);
        self.ranges.insert(at, (start, end));
        self.ranges.dedup_by(|next, previous| {
            let touches = previous.1 == next.0;
            if touches {
                previous.1 = next.1;
            }
            touches
        });
    }

    fn into_packet(self, header: &IpHeader) -> Reassembled {
        let mut bytes = Vec::with_capacity(compose::ip_header_length(header.source) + self.bytes.len());
        compose::quote(&mut bytes, header.source, header.destination, self.key.protocol, &self.bytes);
        Reassembled { header: *header, bytes }
    }

    fn is_whole(&self) -> bool {
        self.total.is_some_and(|total| self.ranges.as_slice() == [(0, total)])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HEADER: IpHeader = IpHeader {
        source: IpAddr::V4(std::net::Ipv4Addr::new(198, 18, 0, 1)),
        destination: IpAddr::V4(std::net::Ipv4Addr::new(198, 18, 0, 2)),
        hop_limit: 64,
        dont_fragment: false,
    };

    fn piece(offset: u16, more: bool, payload: &[u8]) -> Fragment<'_> {
        Fragment { identification: 7, protocol: 253, offset, more, payload }
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn whole(reassembled: Option<Reassembled>) -> Vec<u8> {
        reassembled.expect("whole").bytes[20..].to_vec()
    }

    #[test]
    fn any_order_and_repeats() {
        let (mut pool, now) = (Reassembler::default(), start());
        assert!(pool.push(&HEADER, &piece(16, false, b"end"), now).unwrap().is_none());
        assert!(pool.push(&HEADER, &piece(0, true, b"01234567"), now).unwrap().is_none());
        assert!(pool.push(&HEADER, &piece(0, true, b"01234567"), now).unwrap().is_none());
        let done = pool.push(&HEADER, &piece(8, true, b"89abcdef"), now).unwrap();
        assert_eq!(whole(done), b"0123456789abcdefend");
        assert!(pool.partial.is_empty());
    }

    #[test]
    fn overlap_drops_the_packet() {
        let (mut pool, now) = (Reassembler::default(), start());
        pool.push(&HEADER, &piece(0, true, &[0; 16]), now).unwrap();
        assert_eq!(pool.push(&HEADER, &piece(8, true, &[0; 16]), now).unwrap_err(), Malformed::Fragments);
        assert!(pool.partial.is_empty());
    }

    #[test]
    fn gives_up_late_and_surplus_packets() {
        let (mut pool, now) = (Reassembler::default(), start());
        pool.push(&HEADER, &piece(0, true, &[0; 8]), now).unwrap();
        let late = now + FRAGMENT_TIMEOUT + Duration::from_secs(1);
        for identification in (0..).take(MAX_FRAGMENTED_PACKETS + 5) {
            let fragment = Fragment { identification: 100 + identification, ..piece(0, true, &[0; 8]) };
            pool.push(&HEADER, &fragment, late).unwrap();
        }
        assert_eq!(pool.partial.len(), MAX_FRAGMENTED_PACKETS);
        assert!(pool.partial.iter().all(|p| p.key.identification != 7));
    }
}
