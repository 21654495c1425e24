//! Packets and frames inside of others.

use super::link::{Layer, Piece};

/// What a datagram between these ports carries, if that is packets or frames.
pub(super) fn in_datagram<'a>(ports: [u16; 2], payload: Piece<'a>) -> Option<(Layer, Piece<'a>)> {
    ports.into_iter().find_map(|port| match port {
        1701 => l2tp(payload),
        2152 => gtp_u(payload),
        3544 => teredo(payload),
        4789 => vxlan(payload),
        5247 => capwap(payload),
        6081 => geneve(payload),
        37_008 => tzsp(payload),
        _ => None,
    })
}

/// RFC 2784 and 2890, version 1 of PPTP (RFC 2637 section 4.1), and ERSPAN
/// (<https://datatracker.ietf.org/doc/html/draft-foschiano-erspan-03>).
pub(super) fn gre(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const CHECKSUM: u8 = 0x80;
    const ROUTING: u8 = 0x40;
    const KEY: u8 = 0x20;
    const SEQUENCE: u8 = 0x10;
    const ACKNOWLEDGMENT: u8 = 0x80;
    const VERSION: u8 = 0x07;
    const ERSPAN: u16 = 0x88be;
    const ERSPAN_3: u16 = 0x22eb;
    let (flags, second) = (piece.byte(0)?, piece.byte(1)?);
    let length_of = |bytes: u8, flag: u8| if bytes & flag != 0 { 4 } else { 0 };
    let length = 4
        + length_of(flags, CHECKSUM | ROUTING)
        + length_of(flags, KEY)
        + length_of(flags, SEQUENCE)
        + if second & VERSION == 1 { length_of(second, ACKNOWLEDGMENT) } else { 0 };
    if second & VERSION > 1 || flags & ROUTING != 0 {
        return None;
    }
    let payload = piece.after(length)?;
    match piece.word(2)? {
        // A mirrored port; the first type had no header of its own, and no sequence number.
        ERSPAN if flags & SEQUENCE == 0 => Some((Layer::Ethernet, payload)),
        ERSPAN => Some((Layer::Ethernet, payload.after(8)?)),
        ERSPAN_3 => Some((Layer::Ethernet, payload.after(if payload.byte(11)? & 1 == 0 { 12 } else { 20 })?)),
        kind => Some((Layer::Ether(kind), payload)),
    }
}

/// What a G-PDU of GTP version 1 carries: 3GPP TS 29.281 section 5.1.
fn gtp_u(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const VERSION_1_OF_GTP: u8 = 0x30;
    const VERSION_MASK: u8 = 0xf0;
    const EXTENSION: u8 = 0x04;
    const ANY_OPTION: u8 = 0x07;
    const G_PDU: u8 = 0xff;
    let flags = piece.byte(0)?;
    if flags & VERSION_MASK != VERSION_1_OF_GTP || piece.byte(1)? != G_PDU {
        return None;
    }
    let mut rest = piece.after(if flags & ANY_OPTION == 0 { 8 } else { 12 })?;
    let mut extension = if flags & EXTENSION == 0 { 0 } else { piece.byte(11)? };
    while extension != 0 {
        let length = usize::from(rest.byte(0)?) * 4;
        extension = rest.byte(length.checked_sub(1)?)?;
        rest = rest.after(length)?;
    }
    matches!(rest.byte(0)? >> 4, 4 | 6).then_some((Layer::Ip, rest))
}

/// RFC 7348 section 5.
fn vxlan(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    let is_vxlan = piece.long(0)? == 0x0800_0000 && piece.byte(7)? == 0;
    is_vxlan.then_some((Layer::Ethernet, piece.after(8)?))
}

/// A data message of L2TP version 2: RFC 2661 section 3.1.
fn l2tp(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const CONTROL: u16 = 0x8000;
    const LENGTH: u16 = 0x4000;
    const SEQUENCE: u16 = 0x0800;
    const OFFSET: u16 = 0x0200;
    const VERSION: u16 = 0x000f;
    let flags = piece.word(0)?;
    if flags & CONTROL != 0 || flags & VERSION != 2 {
        return None;
    }
    let length_of = |flag: u16, length: usize| if flags & flag != 0 { length } else { 0 };
    let length = 2 + length_of(LENGTH, 2) + 4 + length_of(SEQUENCE, 4);
    let padding = if flags & OFFSET != 0 { 2 + usize::from(piece.word(length)?) } else { 0 };
    Some((Layer::Ppp, piece.after(length + padding)?))
}

/// IPv6 behind the optional indicators of RFC 4380 section 5.1.1; its length shows that it is no other datagram.
fn teredo(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const AUTHENTICATION: u16 = 1;
    const ORIGIN: u16 = 0;
    const IPV6_HEADER: usize = 40;
    let mut rest = piece;
    if rest.word(0)? == AUTHENTICATION {
        rest = rest.after(13 + usize::from(rest.byte(2)?) + usize::from(rest.byte(3)?))?;
    }
    if rest.word(0)? == ORIGIN {
        rest = rest.after(8)?;
    }
    let length = IPV6_HEADER + usize::from(rest.word(4)?);
    let is_ipv6 = rest.byte(0)? >> 4 == 6 && length == rest.bytes.len() + rest.missing;
    is_ipv6.then_some((Layer::Ip, rest))
}

/// A data packet between access point and controller that is not encrypted: RFC 5415 section 4.3.
fn capwap(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    /// The frame is in its native form, which is that of 802.11.
    const NATIVE: u8 = 0x01;
    const FRAGMENT: u8 = 0x80;
    let is_plain = piece.byte(0)? == 0 && piece.byte(3)? & FRAGMENT == 0;
    let length = usize::from(piece.byte(1)? >> 3) * 4;
    if !is_plain || length < 8 {
        return None;
    }
    let layer = if piece.byte(2)? & NATIVE != 0 { Layer::Wifi } else { Layer::Ethernet };
    Some((layer, piece.after(length)?))
}

/// RFC 8926 section 3.4.
fn geneve(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const VERSION: u8 = 0xc0;
    let first = piece.byte(0)?;
    let length = 8 + usize::from(first & 0x3f) * 4;
    let is_geneve = first & VERSION == 0 && piece.byte(7)? == 0;
    is_geneve.then_some((Layer::Ether(piece.word(2)?), piece.after(length)?))
}

/// Frames as wireless sensors send them: <https://en.wikipedia.org/wiki/TZSP>
fn tzsp(piece: Piece<'_>) -> Option<(Layer, Piece<'_>)> {
    const VERSION: u8 = 1;
    const RECEIVED: u8 = 0;
    const PADDING: u8 = 0;
    const END: u8 = 1;
    if piece.byte(0)? != VERSION || piece.byte(1)? != RECEIVED {
        return None;
    }
    let layer = match piece.word(2)? {
        1 => Layer::Ethernet,
        18 => Layer::Wifi,
        119 => Layer::Prism,
        127 => Layer::Avs,
        _ => return None,
    };
    let mut rest = piece.after(4)?;
    loop {
        rest = match rest.byte(0)? {
            END => return Some((layer, rest.after(1)?)),
            PADDING => rest.after(1)?,
            _ => rest.after(2 + usize::from(rest.byte(1)?))?,
        };
    }
}
