//! Compressed bytes into what they were.

use std::io::Read;

use brotli_decompressor::Decompressor as Brotli;
use flate2::read::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::StreamingDecoder;

use crate::decode::layer::Coding;
use crate::decode::limits::MAX_WINDOW;

const CHUNK: usize = 8 * 1024;

/// What came out.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::decode) struct Unpacked {
    pub(in crate::decode) bytes: Vec<u8>,
    pub(in crate::decode) end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::decode) enum End {
    Whole,
    /// The rest is missing, or is not what it should be.
    Broken,
    /// There is more than may be had.
    Capped,
}

/// The compression that bytes show by their first ones.
pub(in crate::decode) fn by_magic(bytes: &[u8]) -> Option<Coding> {
    match bytes {
        [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => Some(Coding::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Coding::Zstd),
        [first @ 0x78, second @ (0x01 | 0x5e | 0x9c | 0xda), ..]
            if u16::from_be_bytes([*first, *second]) % 31 == 0 =>
        {
            Some(Coding::Zlib)
        }
        _ => None,
    }
}

/// Unpacks at most `limit` bytes; `None` if there are none to be had.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are no compressions")]
pub(in crate::decode) fn unpack(coding: Coding, bytes: &[u8], limit: usize) -> Option<Unpacked> {
    let unpacked = match coding {
        Coding::Gzip => read_all(MultiGzDecoder::new(bytes), limit),
        Coding::Br => read_all(Brotli::new(bytes, CHUNK), limit),
        Coding::Zstd => read_all(StreamingDecoder::new_with_max_window_size(bytes, MAX_WINDOW).ok()?, limit),
        Coding::Zlib => inflate(Decompress::new(true), bytes, limit).0,
        Coding::Deflate => inflate(Decompress::new(false), bytes, limit).0,
        _ => return None,
    };
    (!unpacked.bytes.is_empty()).then_some(unpacked)
}

/// Bare deflate shows itself by nothing: it is believed where it ends with the last byte. What it came to at most is
/// `limit`.
pub(in crate::decode) fn bare_deflate(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let (unpacked, used) = inflate(Decompress::new(false), bytes, limit);
    (unpacked.end == End::Whole && used == bytes.len()).then_some(unpacked.bytes)
}

fn read_all(mut source: impl Read, limit: usize) -> Unpacked {
    let (mut bytes, mut chunk) = (Vec::new(), [0; CHUNK]);
    let end = loop {
        match source.read(&mut chunk) {
            Ok(0) => break End::Whole,
            Ok(length) if bytes.len() + length > limit => {
                bytes.extend_from_slice(&chunk[..limit - bytes.len()]);
                break End::Capped;
            }
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
            Err(_) => break End::Broken,
        }
    };
    Unpacked { bytes, end }
}

/// Zlib or bare deflate, and how many bytes of `source` it took. Done by hand, for a reader does not tell whether the
/// stream ended.
fn inflate(mut state: Decompress, source: &[u8], limit: usize) -> (Unpacked, usize) {
    let mut bytes = Vec::new();
    let end = loop {
        let used = position(state.total_in(), source);
        bytes.reserve(CHUNK);
        let before = (used, bytes.len());
        let status = state.decompress_vec(&source[used..], &mut bytes, FlushDecompress::None);
        if bytes.len() > limit {
            bytes.truncate(limit);
            break End::Capped;
        }
        match status {
            Ok(Status::StreamEnd) => break End::Whole,
            Ok(Status::Ok | Status::BufError)
                if before != (position(state.total_in(), source), bytes.len()) => {}
            Ok(Status::Ok | Status::BufError) | Err(_) => break End::Broken,
        }
    };
    (Unpacked { bytes, end }, position(state.total_in(), source))
}

fn position(total: u64, source: &[u8]) -> usize {
    usize::try_from(total).unwrap_or(usize::MAX).min(source.len())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"what was said, said again, said again, said again";

    fn deflate() -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(TEXT).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn knows_them_by_their_first_bytes() {
        let zstd = ruzstd::encoding::compress_to_vec(TEXT, ruzstd::encoding::CompressionLevel::Fastest);
        for (coding, bytes) in [(Coding::Gzip, gzip(TEXT)), (Coding::Zlib, zlib(TEXT)), (Coding::Zstd, zstd)]
        {
            assert_eq!(by_magic(&bytes), Some(coding));
            let unpacked = unpack(coding, &bytes, 1000).unwrap();
            assert_eq!((&unpacked.bytes[..], unpacked.end), (TEXT, End::Whole), "{coding:?}");
        }
        assert_eq!(by_magic(b"x\x02"), None);
    }

    #[test]
    fn a_cut_stream_gives_what_it_has() {
        let long = TEXT.repeat(500);
        for (coding, bytes) in [(Coding::Gzip, gzip(&long)), (Coding::Zlib, zlib(&long))] {
            let unpacked = unpack(coding, &bytes[..bytes.len() - 20], usize::MAX).unwrap();
            assert_eq!(unpacked.end, End::Broken);
            assert!(unpacked.bytes.starts_with(TEXT), "{coding:?}");
        }
    }

    #[test]
    fn a_bomb_is_not_blown_up() {
        let bomb = vec![0; 3_000_000];
        for (coding, bytes) in [(Coding::Gzip, gzip(&bomb)), (Coding::Zlib, zlib(&bomb))] {
            let unpacked = unpack(coding, &bytes, 100_000).unwrap();
            assert_eq!((unpacked.bytes.len(), unpacked.end), (100_000, End::Capped));
        }
    }

    #[test]
    fn brotli_is_read() {
        // An uncompressed meta-block: RFC 7932 section 9.2.
        let stream = b"\x0b\x02\x80hello\x03";
        assert_eq!(unpack(Coding::Br, stream, 100).unwrap().bytes, b"hello");
    }

    #[test]
    fn bare_deflate_must_end_with_its_bytes() {
        assert_eq!(bare_deflate(&deflate(), 1000).unwrap(), TEXT);
        assert_eq!(bare_deflate(&[&deflate()[..], b"x"].concat(), 1000), None);
        assert_eq!(bare_deflate(&deflate()[..10], 1000), None);
    }
}
