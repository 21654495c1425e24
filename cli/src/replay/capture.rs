//! Capture files as a stream of frames: pcap and pcapng, from anything that can be read, in constant memory.
//!
//! Written here because no library does all of it: fractions of time in powers of two and time offsets in either
//! byte order (pcapng), lengths that do not add up, and the offset of what is broken.
//!
//! pcap: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-06.html>, pcapng:
//! <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-04.html>

use std::io::{self, Read};
use std::time::Duration;

use telltale_core::replay::{Frame, LinkType};

/// No frame is longer: libpcap's own limit is 256 KiB, Wireshark's for oddities 128 MiB.
const MAX_BLOCK: u32 = 16 << 20;

/// Interfaces of one section; a phone has some dozens.
const MAX_INTERFACES: usize = 65_536;

/// A capture that is being read.
pub(crate) struct Capture<R> {
    source: R,
    /// Bytes read so far.
    offset: u64,
    buffer: Vec<u8>,
    format: Format,
    /// Time of the frame before, for blocks that carry none.
    time: Duration,
}

/// Why a capture cannot be read any further.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaptureError {
    #[error("neither pcap nor pcapng")]
    NotACapture,
    #[error("pcapng of version {0}, of which only 1 is known")]
    Version(u16),
    #[error("ends in the middle of a packet that begins at byte {at}")]
    Truncated { at: u64 },
    #[error("broken at byte {at}: {what}")]
    Broken { at: u64, what: &'static str },
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

enum Format {
    Pcap { order: Order, link: LinkType, nanoseconds: bool, header: usize },
    Pcapng { order: Order, interfaces: Vec<Interface> },
}

/// What a pcapng section says of the frames of one interface.
#[derive(Debug, Clone, Copy)]
struct Interface {
    link: LinkType,
    snap_length: u32,
    resolution: Resolution,
    /// Seconds that are to be added to its times.
    offset: i64,
}

/// The unit of time: a negative power of ten or two.
#[derive(Debug, Clone, Copy)]
struct Resolution(u8);

/// The first four bytes as the writer's own byte order has them.
mod magic {
    pub(super) const MICROSECONDS: u32 = 0xa1b2_c3d4;
    pub(super) const NANOSECONDS: u32 = 0xa1b2_3c4d;
    /// With longer packet headers (Alexey Kuznetsov's patch).
    pub(super) const MODIFIED: u32 = 0xa1b2_cd34;
    /// A section header block; the same in either order.
    pub(super) const SECTION: u32 = 0x0a0d_0d0a;
    pub(super) const BYTE_ORDER: u32 = 0x1a2b_3c4d;
}

/// Block types of pcapng.
mod block {
    pub(super) const INTERFACE: u32 = 1;
    pub(super) const PACKET: u32 = 2;
    pub(super) const SIMPLE_PACKET: u32 = 3;
    pub(super) const ENHANCED_PACKET: u32 = 6;
}

impl<R: Read> Capture<R> {
    /// Reads the beginning, which says what it is.
    pub(crate) fn open(source: R) -> Result<Self, CaptureError> {
        let format = Format::Pcapng { order: Order::Little, interfaces: Vec::new() };
        let mut capture = Self { source, offset: 0, buffer: Vec::new(), format, time: Duration::ZERO };
        if !capture.fill(4).map_err(not_a_capture)? {
            return Err(CaptureError::NotACapture);
        }
        let first = [Order::Little, Order::Big].map(|order| (order, order.long(&capture.buffer, 0)));
        if first[0].1 == magic::SECTION {
            capture.begin_section(0)?;
            return Ok(capture);
        }
        let known = [magic::MICROSECONDS, magic::NANOSECONDS, magic::MODIFIED];
        let Some((order, magic)) = first.into_iter().find(|(_, magic)| known.contains(magic)) else {
            return Err(CaptureError::NotACapture);
        };
        capture.extend(20).map_err(not_a_capture)?;
        // The upper bits tell of checksums at the end of frames.
        let link = LinkType(order.long(&capture.buffer, 20) & 0x03ff_ffff);
        let header = if magic == magic::MODIFIED { 24 } else { 16 };
        capture.format = Format::Pcap { order, link, nanoseconds: magic == magic::NANOSECONDS, header };
        Ok(capture)
    }

    /// The next frame, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Frame<'_>>, CaptureError> {
        match self.format {
            Format::Pcap { order, link, nanoseconds, header } => {
                self.next_record(order, link, nanoseconds, header)
            }
            Format::Pcapng { .. } => self.next_packet(),
        }
    }

    fn next_record(
        &mut self,
        order: Order,
        link: LinkType,
        nanoseconds: bool,
        header: usize,
    ) -> Result<Option<Frame<'_>>, CaptureError> {
        let at = self.offset;
        if !self.fill(header)? {
            return Ok(None);
        }
        let field = |index: usize| order.long(&self.buffer, 4 * index);
        let (seconds, fraction, length, original) = (field(0), field(1), field(2), field(3));
        if length > MAX_BLOCK {
            return Err(CaptureError::Broken { at, what: "a packet of impossible length" });
        }
        self.extend(length as usize)?;
        let fraction = if nanoseconds { fraction } else { fraction.saturating_mul(1000) };
        Ok(Some(Frame {
            link,
            bytes: &self.buffer[header..],
            original_length: original.max(length) as usize,
            time: Duration::from_secs(seconds.into()) + Duration::from_nanos(fraction.into()),
        }))
    }

    /// Reads blocks up to one with a frame in it.
    fn next_packet(&mut self) -> Result<Option<Frame<'_>>, CaptureError> {
        loop {
            let at = self.offset;
            if !self.fill(8)? {
                return Ok(None);
            }
            let Format::Pcapng { order, .. } = self.format else { return Ok(None) };
            let kind = order.long(&self.buffer, 0);
            if kind == magic::SECTION {
                self.begin_section(at)?;
                continue;
            }
            self.read_block(order, at)?;
            if kind == block::INTERFACE {
                self.add_interface(order, at)?;
            } else if let Some(found) = self.find_frame(kind, order, at)? {
                self.time = found.frame.time;
                return Ok(Some(Frame { bytes: &self.buffer[found.bytes], ..found.frame }));
            }
        }
    }

    /// Reads the rest of a block of which the first eight bytes are there.
    fn read_block(&mut self, order: Order, at: u64) -> Result<(), CaptureError> {
        let length = order.long(&self.buffer, 4);
        if !(12..=MAX_BLOCK).contains(&length) || !length.is_multiple_of(4) {
            return Err(CaptureError::Broken { at, what: "a block of impossible length" });
        }
        let length = length as usize;
        self.extend(length - self.buffer.len())?;
        if order.long(&self.buffer, length - 4) as usize != length {
            return Err(CaptureError::Broken { at, what: "a block whose two lengths differ" });
        }
        Ok(())
    }

    /// Reads a section header of which a part is there: it tells the byte order of what follows.
    fn begin_section(&mut self, at: u64) -> Result<(), CaptureError> {
        self.extend(12 - self.buffer.len())?;
        let order = [Order::Little, Order::Big]
            .into_iter()
            .find(|order| order.long(&self.buffer, 8) == magic::BYTE_ORDER)
            .ok_or(CaptureError::Broken { at, what: "a section without byte order" })?;
        self.read_block(order, at)?;
        if self.buffer.len() < 28 {
            return Err(CaptureError::Broken { at, what: "a section header that is too short" });
        }
        match order.word(&self.buffer, 12) {
            1 => {}
            version => return Err(CaptureError::Version(version)),
        }
        self.format = Format::Pcapng { order, interfaces: Vec::new() };
        Ok(())
    }

    fn add_interface(&mut self, order: Order, at: u64) -> Result<(), CaptureError> {
        let Format::Pcapng { interfaces, .. } = &mut self.format else { return Ok(()) };
        if self.buffer.len() < 20 || interfaces.len() >= MAX_INTERFACES {
            return Err(CaptureError::Broken { at, what: "an interface that cannot be read" });
        }
        interfaces.push(Interface::parse(&self.buffer, order));
        Ok(())
    }

    fn find_frame(&self, kind: u32, order: Order, at: u64) -> Result<Option<Found>, CaptureError> {
        let Format::Pcapng { interfaces, .. } = &self.format else { return Ok(None) };
        let long = |at| order.long(&self.buffer, at);
        let header = match kind {
            block::ENHANCED_PACKET | block::PACKET => 28,
            block::SIMPLE_PACKET => 12,
            _ => return Ok(None),
        };
        let room = self.buffer.len().checked_sub(header + 4);
        let room = room.ok_or(CaptureError::Broken { at, what: "a packet that is too short" })?;
        let interface = match kind {
            block::ENHANCED_PACKET => long(8) as usize,
            block::PACKET => order.word(&self.buffer, 8).into(),
            _ => 0,
        };
        let interface = interfaces
            .get(interface)
            .ok_or(CaptureError::Broken { at, what: "a packet of an interface that was not described" })?;
        let (length, original, time) = if kind == block::SIMPLE_PACKET {
            // It carries neither a time nor the captured length.
            let snap_length = if interface.snap_length == 0 { u32::MAX } else { interface.snap_length };
            (long(8).min(snap_length), long(8), self.time)
        } else {
            (long(20), long(24), interface.time(u64::from(long(12)) << 32 | u64::from(long(16))))
        };
        let length = length as usize;
        if length > room {
            return Err(CaptureError::Broken { at, what: "a packet that is longer than its block" });
        }
        let original_length = length.max(original as usize);
        let frame = Frame { link: interface.link, bytes: &[], original_length, time };
        Ok(Some(Found { frame, bytes: header..header + length }))
    }

    /// Begins with an empty buffer and reads `count` bytes into it; false if there are no more at all.
    fn fill(&mut self, count: usize) -> Result<bool, CaptureError> {
        self.buffer.clear();
        match self.extend(count) {
            Err(CaptureError::Truncated { .. }) if self.buffer.is_empty() => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }

    /// Reads `count` more bytes into the buffer.
    fn extend(&mut self, count: usize) -> Result<(), CaptureError> {
        let begun = self.offset - self.buffer.len() as u64;
        let read = self.source.by_ref().take(count as u64).read_to_end(&mut self.buffer)?;
        self.offset += read as u64;
        if read < count { Err(CaptureError::Truncated { at: begun }) } else { Ok(()) }
    }
}

/// A frame and where in the buffer its bytes are.
struct Found {
    frame: Frame<'static>,
    bytes: std::ops::Range<usize>,
}

/// What ends before it says what it is.
fn not_a_capture(error: CaptureError) -> CaptureError {
    match error {
        CaptureError::Truncated { .. } => CaptureError::NotACapture,
        other @ (CaptureError::NotACapture
        | CaptureError::Version(_)
        | CaptureError::Broken { .. }
        | CaptureError::Io(_)) => other,
    }
}

impl Interface {
    fn parse(block: &[u8], order: Order) -> Self {
        const OPTIONS: usize = 16;
        const END: u16 = 0;
        const RESOLUTION: u16 = 9;
        const OFFSET: u16 = 14;
        let mut interface = Self {
            link: LinkType(order.word(block, 8).into()),
            snap_length: order.long(block, 12),
            resolution: Resolution(6),
            offset: 0,
        };
        let mut options = &block[OPTIONS..block.len() - 4];
        while options.len() >= 4 {
            let (code, length) = (order.word(options, 0), usize::from(order.word(options, 2)));
            let Some(value) = options.get(4..4 + length) else { break };
            match (code, value) {
                (END, _) => break,
                (RESOLUTION, [resolution, ..]) => interface.resolution = Resolution(*resolution),
                (OFFSET, value) if let Some(value) = value.first_chunk() => {
                    interface.offset = order.offset(*value)
                }
                _ => {}
            }
            options = options.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
        }
        interface
    }

    /// The time since 1970 that so many units are.
    fn time(&self, units: u64) -> Duration {
        let time = self.resolution.of(units);
        let offset = Duration::from_secs(self.offset.unsigned_abs());
        if self.offset < 0 { time.saturating_sub(offset) } else { time.saturating_add(offset) }
    }
}

impl Resolution {
    /// Units as a time.
    fn of(self, units: u64) -> Duration {
        const BINARY: u8 = 0x80;
        let (base, exponent) = if self.0 & BINARY == 0 { (10, self.0) } else { (2, self.0 & !BINARY) };
        let Some(per_second) = u128::checked_pow(base, exponent.into()) else {
            return Duration::ZERO;
        };
        let units = u128::from(units);
        let seconds = u64::try_from(units / per_second).unwrap_or(u64::MAX);
        // A remainder of 64 bits times a billion fits into 128.
        let nanoseconds = (units % per_second) * 1_000_000_000 / per_second;
        Duration::new(seconds, u32::try_from(nanoseconds).unwrap_or(0))
    }
}

/// The fields lie within what was read: the callers know.
impl Order {
    fn word(self, bytes: &[u8], at: usize) -> u16 {
        let field = [bytes[at], bytes[at + 1]];
        if self == Self::Little { u16::from_le_bytes(field) } else { u16::from_be_bytes(field) }
    }

    fn long(self, bytes: &[u8], at: usize) -> u32 {
        let field = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        if self == Self::Little { u32::from_le_bytes(field) } else { u32::from_be_bytes(field) }
    }

    fn offset(self, field: [u8; 8]) -> i64 {
        if self == Self::Little { i64::from_le_bytes(field) } else { i64::from_be_bytes(field) }
    }
}
