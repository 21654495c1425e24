//! What was dropped, answered or refused, by reason.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::packet::{Malformed, NotRelayed};

/// Counts since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Packets that could not be read.
    pub malformed: BTreeMap<&'static str, u64>,
    /// Packets to or from addresses that stay on their link.
    pub not_relayed: BTreeMap<&'static str, u64>,
    /// Packets of protocols other than TCP, UDP and ICMP, answered with an ICMP error.
    pub unsupported_protocol: u64,
    /// ICMP other than echo requests, dropped.
    pub other_icmp: u64,
    /// TCP segments of no known connection, answered with a reset.
    pub unknown_segment: u64,
    /// Flows given up because nothing passed for long.
    pub idled_out: u64,
    /// Flows turned away for want of room or descriptors.
    pub refused: u64,
}

impl Statistics {
    pub(super) fn count_malformed(&mut self, reason: Malformed) {
        *self.malformed.entry(malformed_word(reason)).or_default() += 1;
    }

    pub(super) fn count_not_relayed(&mut self, reason: NotRelayed) {
        *self.not_relayed.entry(not_relayed_word(reason)).or_default() += 1;
    }
}

fn malformed_word(reason: Malformed) -> &'static str {
    match reason {
        Malformed::Version => "version",
        Malformed::IpHeader => "ip-header",
        Malformed::Length => "length",
        Malformed::HeaderChecksum => "header-checksum",
        Malformed::TcpHeader => "tcp-header",
        Malformed::UdpHeader => "udp-header",
        Malformed::IcmpHeader => "icmp-header",
        Malformed::Fragments => "fragments",
    }
}

fn not_relayed_word(reason: NotRelayed) -> &'static str {
    match reason {
        NotRelayed::Multicast => "multicast",
        NotRelayed::Broadcast => "broadcast",
        NotRelayed::LinkLocal => "link-local",
        NotRelayed::Local => "local",
    }
}
