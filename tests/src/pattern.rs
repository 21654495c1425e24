//! Bytes that tell their own place in a stream: whatever is lost, doubled or swapped shows.

use std::io::{self, Read, Write};
use std::sync::LazyLock;

/// A prime, so that no buffer or segment size divides it and a lost block moves the pattern.
const PERIOD: usize = 65_521;
/// The longest piece that is written or compared at once.
const PIECE: usize = 64 << 10;

/// One period and one piece more, so that every piece is one slice of it.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut state = 0x2545_f491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    let period: Vec<u8> = (0..PERIOD).map(|_| next()).collect();
    period.iter().cycle().take(PERIOD + PIECE).copied().collect()
});

/// The `len` bytes of the pattern from `offset`; `len` is at most 65,536.
pub fn bytes(offset: usize, len: usize) -> &'static [u8] {
    assert!(len <= PIECE, "a piece of the pattern is at most {PIECE} bytes");
    &BYTES[offset % PERIOD..][..len]
}

/// Writes the first `len` bytes of the pattern.
pub fn write(mut to: impl Write, len: usize) -> io::Result<()> {
    let mut offset = 0;
    while offset < len {
        let piece = PIECE.min(len - offset);
        to.write_all(bytes(offset, piece))?;
        offset += piece;
    }
    Ok(())
}

/// Reads until the end of the stream, or until `limit` bytes came, and says how many; a byte out of place is an error.
pub fn read(mut from: impl Read, limit: usize) -> io::Result<usize> {
    let mut buffer = vec![0; PIECE];
    let mut offset = 0;
    while offset < limit {
        let wanted = PIECE.min(limit - offset);
        let read = from.read(&mut buffer[..wanted])?;
        if read == 0 {
            break;
        }
        if buffer[..read] != *bytes(offset, read) {
            let text = format!("the bytes {offset}..{} are not the pattern", offset + read);
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        offset += read;
    }
    Ok(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_reads_back() {
        let mut stream = Vec::new();
        write(&mut stream, 300_000).unwrap();
        assert_eq!(stream.len(), 300_000);
        assert_eq!(read(&stream[..], usize::MAX).unwrap(), 300_000);
    }

    #[test]
    fn a_lost_byte_and_a_swapped_segment_show() {
        let mut stream = Vec::new();
        write(&mut stream, 300_000).unwrap();
        let mut lost = stream.clone();
        lost.remove(150_000);
        assert_eq!(read(&lost[..], usize::MAX).unwrap_err().kind(), io::ErrorKind::InvalidData);
        stream[100_000..102_920].rotate_left(1460);
        assert_eq!(read(&stream[..], usize::MAX).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
