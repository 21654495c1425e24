//! From link-layer frames to the IP packets within.

use super::tunnel;
use crate::limits::MAX_ENCAPSULATION;

/// What the bytes of a frame begin with, as capture files number it.
///
/// <https://www.tcpdump.org/linktypes.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkType(pub u32);

/// A header, named for what it is the header of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Ethernet,
    /// What an EtherType announces.
    Ether(u16),
    /// IEEE 802.2.
    Llc,
    Mpls,
    Ppp,
    CiscoHdlc,
    Pppoe,
    /// A protocol family of BSD, in the byte order of whoever captured.
    Loopback,
    CookedV1,
    CookedV2,
    Wifi,
    Radiotap,
    Prism,
    Avs,
    Ppi,
    Pktap,
    Nflog,
    Gre,
    Ip,
}

/// A part of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) bytes: &'a [u8],
    /// Bytes behind it that were not captured.
    pub(super) missing: usize,
    /// Headers that were taken off before it.
    depth: u8,
}

/// EtherTypes: <https://www.iana.org/assignments/ieee-802-numbers>
mod ether {
    pub(super) const IPV4: u16 = 0x0800;
    pub(super) const IPV6: u16 = 0x86dd;
    pub(super) const VLAN: u16 = 0x8100;
    pub(super) const VLAN_SERVICE: u16 = 0x88a8;
    pub(super) const VLAN_OLD: [u16; 3] = [0x9100, 0x9200, 0x9300];
    pub(super) const MPLS: [u16; 2] = [0x8847, 0x8848];
    pub(super) const PPPOE_SESSION: u16 = 0x8864;
    pub(super) const PPP: u16 = 0x880b;
    pub(super) const BRIDGED_ETHERNET: u16 = 0x6558;
    /// Linux' own numbers, in the protocol field of its cooked headers.
    pub(super) const LINUX_LLC: u16 = 0x0004;
    /// Below it the field is a length, and LLC follows (IEEE 802.3).
    pub(super) const SMALLEST: u16 = 0x0600;
}

impl LinkType {
    /// The header that frames of this type begin with, if it is one that can lead to IP.
    pub(super) fn layer(self) -> Option<Layer> {
        Some(match self.0 {
            0 | 108 => Layer::Loopback,
            1 => Layer::Ethernet,
            9 | 50 | 166 | 204 => Layer::Ppp,
            51 => Layer::Pppoe,
            // 12 and 14 are what OpenBSD and others called raw IP before it had a number.
            12 | 14 | 101 | 228 | 229 => Layer::Ip,
            104 => Layer::CiscoHdlc,
            105 => Layer::Wifi,
            113 => Layer::CookedV1,
            119 => Layer::Prism,
            127 => Layer::Radiotap,
            163 => Layer::Avs,
            192 => Layer::Ppi,
            219 => Layer::Mpls,
            239 => Layer::Nflog,
            149 | 258 => Layer::Pktap,
            276 => Layer::CookedV2,
            _ => return None,
        })
    }
}

impl<'a> Piece<'a> {
    /// A whole frame.
    pub(super) fn frame(bytes: &'a [u8], original_length: usize) -> Self {
        Self { bytes, missing: original_length.saturating_sub(bytes.len()), depth: 0 }
    }

    /// The payload of a packet found in this piece.
    pub(super) fn inner(self, bytes: &'a [u8], missing: usize) -> Self {
        Self { bytes, missing, ..self }
    }

    /// What follows `count` bytes.
    pub(super) fn after(self, count: usize) -> Option<Self> {
        self.bytes.get(count..).map(|bytes| Self { bytes, ..self })
    }

    pub(super) fn byte(self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn word(self, at: usize) -> Option<u16> {
        self.bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
    }

    fn word_le(self, at: usize) -> Option<u16> {
        self.word(at).map(u16::swap_bytes)
    }

    pub(super) fn long(self, at: usize) -> Option<u32> {
        self.bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
    }

    fn long_le(self, at: usize) -> Option<u32> {
        self.long(at).map(u32::swap_bytes)
    }
}

/// Takes headers off `piece`, which begins with `layer`, and hands every IP packet to `found`.
pub(super) fn peel(layer: Layer, piece: Piece<'_>, found: &mut dyn FnMut(Piece<'_>)) {
    let (mut layer, mut piece) = (layer, piece);
    while let Some(deeper) = piece.depth.checked_add(1).filter(|depth| *depth <= MAX_ENCAPSULATION) {
        piece.depth = deeper;
        if layer == Layer::Ip {
            return found(piece);
        }
        if layer == Layer::Wifi && is_aggregate(piece) {
            return peel_aggregate(piece, found);
        }
        let Some(next) = next(layer, piece) else { return };
        (layer, piece) = next;
    }
}

/// Takes one header off.
fn next(layer: Layer, piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    match layer {
        Layer::Ethernet => Some((ether_or_length(piece.word(12)?), piece.after(14)?)),
        Layer::Ether(kind) => ether(kind, piece),
        Layer::Llc => llc(piece),
        Layer::Mpls => mpls(piece),
        Layer::Ppp => ppp(piece),
        Layer::CiscoHdlc => Some((Layer::Ether(piece.word(2)?), piece.after(4)?)),
        Layer::Pppoe => pppoe(piece),
        Layer::Loopback => Some((Layer::Ip, piece.after(4)?)),
        Layer::CookedV1 => Some((ether_or_length(piece.word(14)?), piece.after(16)?)),
        Layer::CookedV2 => Some((ether_or_length(piece.word(0)?), piece.after(20)?)),
        Layer::Wifi => Some((Layer::Llc, wifi(piece)?)),
        Layer::Radiotap => Some((Layer::Wifi, piece.after(piece.word_le(2)?.into())?)),
        Layer::Prism => prism(piece),
        Layer::Avs => Some((Layer::Wifi, piece.after(usize::try_from(piece.long(4)?).ok()?)?)),
        Layer::Ppi => Some((LinkType(piece.long_le(4)?).layer()?, piece.after(piece.word_le(2)?.into())?)),
        Layer::Pktap => pktap(piece),
        Layer::Nflog => nflog(piece),
        Layer::Gre => tunnel::gre(piece),
        Layer::Ip => None,
    }
}

fn ether_or_length(field: u16) -> Layer {
    match field {
        ether::LINUX_LLC => Layer::Llc,
        length if length < ether::SMALLEST => Layer::Llc,
        kind => Layer::Ether(kind),
    }
}

fn ether(kind: u16, piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    match kind {
        ether::IPV4 | ether::IPV6 => Some((Layer::Ip, piece)),
        ether::PPPOE_SESSION => Some((Layer::Pppoe, piece)),
        ether::PPP => Some((Layer::Ppp, piece)),
        ether::BRIDGED_ETHERNET => Some((Layer::Ethernet, piece)),
        kind if ether::MPLS.contains(&kind) => Some((Layer::Mpls, piece)),
        kind if kind == ether::VLAN || kind == ether::VLAN_SERVICE || ether::VLAN_OLD.contains(&kind) => {
            Some((ether_or_length(piece.word(2)?), piece.after(4)?))
        }
        _ => None,
    }
}

/// SNAP (RFC 1042), or IP by its own LLC number.
fn llc(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    match piece.bytes.first_chunk()? {
        [0xaa, 0xaa, 0x03] => Some((Layer::Ether(piece.word(6)?), piece.after(8)?)),
        [0x06, 0x06, 0x03] => Some((Layer::Ip, piece.after(3)?)),
        _ => None,
    }
}

/// RFC 3032 section 2.1: labels up to the one that says it is the last. Behind it is IP, or Ethernet (RFC 4448).
fn mpls(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    let is_last = piece.byte(2)? & 1 != 0;
    let rest = piece.after(4)?;
    match (is_last, rest.byte(0)? >> 4) {
        (false, _) => Some((Layer::Mpls, rest)),
        (true, 4 | 6) => Some((Layer::Ip, rest)),
        // The control word of a pseudowire.
        (true, 0) => Some((Layer::Ethernet, rest.after(4)?)),
        (true, _) => Some((Layer::Ethernet, rest)),
    }
}

/// RFC 1661 and 1662: address and control may be left out, and so may the first byte of the protocol.
fn ppp(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    let rest = match piece.bytes.first_chunk()? {
        [0xff, 0x03] => piece.after(2)?,
        // Cisco's own framing, in captures of type PPP (RFC 1547 section 4.3.1).
        [0x0f | 0x8f, 0x00] => return Some((Layer::CiscoHdlc, piece)),
        // The direction, in captures that tell it.
        [0x00 | 0x01, 0xff] if piece.byte(2) == Some(0x03) => piece.after(3)?,
        _ => piece,
    };
    let (protocol, payload) = match rest.byte(0)? {
        short if short & 1 != 0 => (short.into(), rest.after(1)?),
        _ => (rest.word(0)?, rest.after(2)?),
    };
    match protocol {
        0x0021 | 0x0057 => Some((Layer::Ip, payload)),
        0x0031 => Some((Layer::Ethernet, payload.after(2)?)),
        0x0281 | 0x0283 => Some((Layer::Mpls, payload)),
        _ => None,
    }
}

/// RFC 2516 section 4.
fn pppoe(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const VERSION_AND_TYPE: u8 = 0x11;
    const SESSION: u8 = 0;
    let is_session = piece.byte(0)? == VERSION_AND_TYPE && piece.byte(1)? == SESSION;
    is_session.then_some((Layer::Ppp, piece.after(6)?))
}

/// A Prism header, or that of AVS under the same number.
fn prism(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const AVS_MAGIC: u32 = 0x8021_1000;
    const LENGTH: usize = 144;
    match piece.long(0)? & 0xffff_f000 {
        AVS_MAGIC => Some((Layer::Avs, piece)),
        _ => Some((Layer::Wifi, piece.after(LENGTH)?)),
    }
}

/// Apple's header: its own length, what it holds, and the type of the frame behind it.
fn pktap(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    let length = usize::try_from(piece.long_le(0)?).ok()?;
    let inner = LinkType(piece.long_le(8)?).layer()?;
    Some((inner, piece.after(length)?))
}

/// Attributes of netfilter's log; the payload is one of them.
fn nflog(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const HEADER: usize = 4;
    const PAYLOAD: u16 = 9;
    let mut rest = piece.after(HEADER)?;
    loop {
        let (length, kind) = (usize::from(rest.word_le(0)?), rest.word_le(2)?);
        if kind & 0x7fff == PAYLOAD {
            return Some((Layer::Ip, rest.after(HEADER)?));
        }
        rest = rest.after(length.max(HEADER).next_multiple_of(4))?;
    }
}

/// Frame control and what it says about the length of the header (IEEE 802.11 section 9.2.4).
mod frame_control {
    pub(super) const TYPE_MASK: u8 = 0x0c;
    pub(super) const DATA: u8 = 0x08;
    pub(super) const WITHOUT_DATA: u8 = 0x40;
    pub(super) const QUALITY: u8 = 0x80;
    pub(super) const BOTH_SYSTEMS: u8 = 0x03;
    pub(super) const PROTECTED: u8 = 0x40;
    pub(super) const ORDER: u8 = 0x80;
}

/// What a data frame of 802.11 carries, unless it is encrypted.
fn wifi(piece: Piece<'_>) -> Option<Piece<'_>> {
    use frame_control::{BOTH_SYSTEMS, DATA, ORDER, PROTECTED, QUALITY, TYPE_MASK, WITHOUT_DATA};
    let (kind, flags) = (piece.byte(0)?, piece.byte(1)?);
    if kind & TYPE_MASK != DATA || kind & WITHOUT_DATA != 0 || flags & PROTECTED != 0 {
        return None;
    }
    let has_quality = kind & QUALITY != 0;
    let length = 24
        + if flags & BOTH_SYSTEMS == BOTH_SYSTEMS { 6 } else { 0 }
        + if has_quality { 2 } else { 0 }
        + if has_quality && flags & ORDER != 0 { 4 } else { 0 };
    let rest = piece.after(length)?;
    // Some cards align what follows to four bytes.
    let padding = length.next_multiple_of(4) - length;
    let is_padded =
        padding > 0 && rest.bytes.get(padding..).is_some_and(|rest| rest.starts_with(&[0xaa, 0xaa, 3]));
    if is_padded { rest.after(padding) } else { Some(rest) }
}

/// Whether a frame of 802.11 holds several (A-MSDU).
fn is_aggregate(piece: Piece<'_>) -> bool {
    const AGGREGATE: u8 = 0x80;
    let both =
        piece.byte(1).is_some_and(|flags| flags & frame_control::BOTH_SYSTEMS == frame_control::BOTH_SYSTEMS);
    let quality_at = if both { 30 } else { 24 };
    piece.byte(0).is_some_and(|kind| kind & frame_control::QUALITY != 0)
        && piece.byte(quality_at).is_some_and(|quality| quality & AGGREGATE != 0)
}

/// IEEE 802.11 section 9.3.2.2.2: two addresses, a length and LLC each, padded to four bytes.
fn peel_aggregate(piece: Piece<'_>, found: &mut dyn FnMut(Piece<'_>)) {
    const HEADER: usize = 14;
    let mut rest = wifi(piece);
    while let Some(part) = rest {
        let Some(length) = part.word(12).map(usize::from).filter(|length| *length > 0) else { return };
        if let Some(payload) = part.after(HEADER) {
            let payload = Piece { bytes: &payload.bytes[..payload.bytes.len().min(length)], ..payload };
            peel(Layer::Llc, payload, found);
        }
        rest = part.after((HEADER + length).next_multiple_of(4));
    }
}
