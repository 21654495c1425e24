//! Who began a flow, of which the capture may show any part.

use crate::packet::{FiveTuple, Protocol, TcpSegment};

/// Servers listen below (RFC 6335 section 6).
const WELL_KNOWN: u16 = 1024;

/// Linux and Android take ports for clients from here on, other systems from 49152.
const EPHEMERAL: u16 = 32_768;

/// The flow of a packet that went from the originator of `sent` to its responder, whoever began.
pub(super) fn orient(sent: FiveTuple, segment: Option<&TcpSegment<'_>>) -> FiveTuple {
    if is_from_responder(&sent, segment) {
        FiveTuple { originator: sent.responder, responder: sent.originator, ..sent }
    } else {
        sent
    }
}

fn is_from_responder(sent: &FiveTuple, segment: Option<&TcpSegment<'_>>) -> bool {
    match segment {
        Some(segment) if segment.syn => return segment.acknowledgment.is_some(),
        _ => {}
    }
    let (from, to) = (sent.originator.port(), sent.responder.port());
    if sent.protocol == Protocol::Icmp {
        // The originator's port is the identifier, the responder's 0.
        return from == 0;
    }
    // Nobody answers from the address of a group.
    if sent.responder.ip().is_multicast() {
        return false;
    }
    match ((from < WELL_KNOWN, to < WELL_KNOWN), (from < EPHEMERAL, to < EPHEMERAL)) {
        ((true, false), _) => true,
        ((false, true), _) => false,
        ((true, true), _) => from < to,
        (_, (true, false)) => true,
        // Whoever speaks first is as good a guess as any.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swaps(from: u16, to: u16, flags: Option<(bool, Option<u32>)>) -> bool {
        let tuple = FiveTuple {
            originator: ([10, 0, 0, 1], from).into(),
            responder: ([10, 0, 0, 2], to).into(),
            protocol: Protocol::Tcp,
        };
        let segment = flags.map(|(syn, acknowledgment)| TcpSegment {
            source_port: from,
            destination_port: to,
            sequence: 0,
            acknowledgment,
            syn,
            fin: false,
            rst: false,
            payload: &[],
        });
        orient(tuple, segment.as_ref()) != tuple
    }

    #[test]
    fn a_syn_decides_then_the_ports_then_who_was_first() {
        assert!(!swaps(443, 50_000, Some((true, None))));
        assert!(swaps(50_000, 443, Some((true, Some(1)))));
        assert!(swaps(443, 50_000, Some((false, Some(1)))));
        assert!(!swaps(50_000, 443, None));
        assert!(swaps(5222, 50_000, None));
        assert!(!swaps(50_000, 40_000, None));
        assert!(!swaps(8000, 7000, None));
        assert!(!swaps(123, 123, None));
    }
}
