//! What was dropped, answered or refused, by reason.

use std::collections::BTreeMap;
use std::fmt;

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

/// Everything that is not zero, in words; empty if nothing was dropped or refused.
impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let malformed =
            self.malformed.iter().map(|(reason, count)| (format!("malformed ({reason})"), *count));
        let not_relayed = self.not_relayed.iter().map(|(reason, count)| ((*reason).to_owned(), *count));
        let others = [
            ("of other protocols", self.unsupported_protocol),
            ("other ICMP", self.other_icmp),
            ("of unknown connections", self.unknown_segment),
            ("of refused flows", self.refused),
        ];
        let others = others.into_iter().map(|(what, count)| (what.to_owned(), count));
        let parts = not_relayed.chain(malformed).chain(others).filter(|(_, count)| *count > 0);
        let parts: Vec<_> = parts.map(|(what, count)| format!("{count} {what}")).collect();
        f.write_str(&parts.join(", "))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_told() {
        let mut statistics = Statistics::default();
        assert_eq!(statistics.to_string(), "");
        statistics.count_not_relayed(NotRelayed::Multicast);
        statistics.count_malformed(Malformed::Length);
        statistics.count_malformed(Malformed::Length);
        statistics.unsupported_protocol = 3;
        assert_eq!(statistics.to_string(), "1 multicast, 2 malformed (length), 3 of other protocols");
    }
}
