//! What was counted besides flows.

use std::fmt;

use serde::Serialize;

/// Counts since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    pub frames: u64,
    /// IP packets, those in tunnels included.
    pub packets: u64,
    /// Frames that carry no IP, or carry it encrypted.
    pub without_ip: u64,
    /// Packets that could not be read.
    pub malformed: u64,
    /// Packets of which the end was not captured.
    pub cut: u64,
    /// Packets of protocols other than TCP, UDP and ICMP.
    pub other_protocols: u64,
    /// Resets of connections of which nothing else was captured.
    pub stray_resets: u64,
}

/// How much there was, and everything that is not zero.
impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} frames", self.frames)?;
        let parts = [
            (self.without_ip, "without IP"),
            (self.malformed, "malformed"),
            (self.cut, "cut short"),
            (self.other_protocols, "of other protocols"),
            (self.stray_resets, "resets of unknown connections"),
        ];
        parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .try_for_each(|(count, what)| write!(f, ", {count} {what}"))
    }
}
