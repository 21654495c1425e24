//! The versions of QUIC that phones have spoken, and what their Initial packets are protected with.

/// Which handshake the CRYPTO frames carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handshake {
    Tls,
    /// Google's own, before TLS.
    Google,
}

/// What differs between versions.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) salt: [u8; 20],
    pub(super) labels: &'static Labels,
    pub(super) handshake: Handshake,
    /// Type bits of an Initial packet.
    initial_type: u8,
}

/// Labels of the key derivation (RFC 9001 section 5.1, RFC 9369 section 3.3.2).
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) key: &'static [u8],
    pub(super) iv: &'static [u8],
    pub(super) header: &'static [u8],
}

const LABELS_1: Labels = Labels { key: b"quic key", iv: b"quic iv", header: b"quic hp" };
const LABELS_2: Labels = Labels { key: b"quicv2 key", iv: b"quicv2 iv", header: b"quicv2 hp" };

/// RFC 9001 section 5.2; also drafts 33 and 34.
const V1: Version = tls(hex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"));
/// RFC 9369 section 3.3.1.
const V2: Version =
    Version { labels: &LABELS_2, initial_type: 1, ..tls(hex("0dede3def700a6db819381be6e269dcbf9bd2ed9")) };
/// draft-ietf-quic-tls-29 to 32, section 5.2.
const DRAFT_29: Version = tls(hex("afbfec289993d24c9e9786f19c6111e04390a899"));
/// draft-ietf-quic-tls-23 to 28, section 5.2.
const DRAFT_23: Version = tls(hex("c3eef712c72ebb5a11a7d2432bb46365bef9f502"));
/// draft-ietf-quic-tls-21 and 22, section 5.2.
const DRAFT_22: Version = tls(hex("7fbcdb0e7c66bbe92a96cd21519ed7ef1be8c8a3"));
/// Chromium, net/third_party/quic: Google's Q050, T050 and T051.
const Q050: Version =
    Version { handshake: Handshake::Google, ..tls(hex("504574efd066fe2f9d945cfcdbd3a7f0d3b56b45")) };
const T050: Version = tls(hex("7ff579e5acd072915580304c43a2367c60488310"));
const T051: Version = tls(hex("7a4edef4e7ccee5fa4506c19124fc8ccda6e033d"));

impl Version {
    /// The version with this number.
    pub(super) fn of(number: u32) -> Option<&'static Self> {
        match number {
            0x0000_0001 | 0xff00_0021..=0xff00_0022 => Some(&V1),
            0x6b33_43cf => Some(&V2),
            0xff00_001d..=0xff00_0020 => Some(&DRAFT_29),
            // Facebook's mvfst followed the drafts under numbers of its own.
            0xff00_0017..=0xff00_001c | 0xface_b002 => Some(&DRAFT_23),
            0xff00_0016 | 0xface_b001 => Some(&DRAFT_22),
            0x5130_3530 => Some(&Q050),
            0x5430_3530 => Some(&T050),
            0x5430_3531 => Some(&T051),
            _ => None,
        }
    }

    /// The versions that packets of this number may be protected by. Under a number that is not known there is
    /// often a known version: packets tell by opening.
    pub(super) fn candidates(number: u32) -> impl Iterator<Item = &'static Self> {
        const ALL: [&Version; 5] = [&V1, &V2, &DRAFT_29, &DRAFT_23, &DRAFT_22];
        let known = Self::of(number);
        let is_open = known.is_none() && !is_reserved(number);
        known.into_iter().chain(ALL.into_iter().filter(move |_| is_open))
    }

    /// Whether this is the first byte of an Initial packet; its type bits are not protected.
    pub(super) fn is_initial(&self, first_byte: u8) -> bool {
        first_byte >> 4 & 3 == self.initial_type
    }
}

/// Numbers that stand for no version: clients send them so that servers name theirs (RFC 9000 section 15).
pub(super) fn is_reserved(number: u32) -> bool {
    number & 0x0f0f_0f0f == 0x0a0a_0a0a
}

const fn tls(salt: [u8; 20]) -> Version {
    Version { salt, labels: &LABELS_1, handshake: Handshake::Tls, initial_type: 0 }
}

/// Hexadecimal digits at compile time.
const fn hex(text: &str) -> [u8; 20] {
    let (text, mut bytes, mut index) = (text.as_bytes(), [0; 20], 0);
    assert!(text.len() == 40);
    while index < text.len() {
        let value = match text[index] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("not a hexadecimal digit"),
        };
        bytes[index / 2] = bytes[index / 2] << 4 | value;
        index += 1;
    }
    bytes
}
