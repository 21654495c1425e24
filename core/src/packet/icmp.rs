//! ICMP errors: what went wrong on the way, in the words of either family.

use std::net::IpAddr;

use crate::event::Close;

/// Type, code and the four bytes behind the checksum of an ICMP or ICMPv6 error message.
///
/// `info` is the next hop's MTU of a "too big" message, else 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IcmpError {
    pub kind: u8,
    pub code: u8,
    pub info: u32,
}

/// RFC 792 and RFC 1812 section 5.2.7.1.
mod v4 {
    pub(super) const UNREACHABLE: u8 = 3;
    pub(super) const NETWORK: u8 = 0;
    pub(super) const HOST: u8 = 1;
    pub(super) const PROTOCOL: u8 = 2;
    pub(super) const PORT: u8 = 3;
    pub(super) const TOO_BIG: u8 = 4;
    pub(super) const PROHIBITED: u8 = 13;
}

/// RFC 4443 section 3.
mod v6 {
    pub(super) const UNREACHABLE: u8 = 1;
    pub(super) const NO_ROUTE: u8 = 0;
    pub(super) const PROHIBITED: u8 = 1;
    pub(super) const ADDRESS: u8 = 3;
    pub(super) const PORT: u8 = 4;
    pub(super) const TOO_BIG: u8 = 2;
    pub(super) const PARAMETER_PROBLEM: u8 = 4;
    pub(super) const UNKNOWN_NEXT_HEADER: u8 = 1;
}

impl IcmpError {
    /// No route to the destination's network.
    pub fn network_unreachable(destination: IpAddr) -> Self {
        Self::of(destination, (v4::UNREACHABLE, v4::NETWORK), (v6::UNREACHABLE, v6::NO_ROUTE))
    }

    /// The network is there, the host does not answer.
    pub fn host_unreachable(destination: IpAddr) -> Self {
        Self::of(destination, (v4::UNREACHABLE, v4::HOST), (v6::UNREACHABLE, v6::ADDRESS))
    }

    /// The host does not speak the protocol. ICMPv6 says it as a parameter problem at the next-header field
    /// (RFC 4443 section 3.4), whose offset goes into `info`.
    pub fn protocol_unreachable(destination: IpAddr, next_header_at: u32) -> Self {
        let error = Self::of(
            destination,
            (v4::UNREACHABLE, v4::PROTOCOL),
            (v6::PARAMETER_PROBLEM, v6::UNKNOWN_NEXT_HEADER),
        );
        if destination.is_ipv6() { Self { info: next_header_at, ..error } } else { error }
    }

    /// Nothing listens on the port.
    pub fn port_unreachable(destination: IpAddr) -> Self {
        Self::of(destination, (v4::UNREACHABLE, v4::PORT), (v6::UNREACHABLE, v6::PORT))
    }

    /// A policy forbids it.
    pub fn prohibited(destination: IpAddr) -> Self {
        Self::of(destination, (v4::UNREACHABLE, v4::PROHIBITED), (v6::UNREACHABLE, v6::PROHIBITED))
    }

    /// The packet must not be fragmented and the next link takes at most `mtu` bytes.
    pub fn too_big(destination: IpAddr, mtu: u32) -> Self {
        Self { info: mtu, ..Self::of(destination, (v4::UNREACHABLE, v4::TOO_BIG), (v6::TOO_BIG, 0)) }
    }

    /// How a flow ends for which this is the only answer; none for errors that are about single packets (too big,
    /// out of hops).
    pub fn close(self, destination: IpAddr) -> Option<Close> {
        let (unreachable, port) =
            if destination.is_ipv4() { (v4::UNREACHABLE, v4::PORT) } else { (v6::UNREACHABLE, v6::PORT) };
        let is_too_big = destination.is_ipv4() && self.code == v4::TOO_BIG;
        match (self.kind, self.code) {
            (kind, code) if kind == unreachable && code == port => Some(Close::Refused),
            (kind, _) if kind == unreachable && !is_too_big => Some(Close::Unreachable),
            _ => None,
        }
    }

    fn of(destination: IpAddr, v4: (u8, u8), v6: (u8, u8)) -> Self {
        let (kind, code) = if destination.is_ipv4() { v4 } else { v6 };
        Self { kind, code, info: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_the_destination_ends_a_flow() {
        for destination in ["192.0.2.1", "2001:db8::1"].map(|text| text.parse::<IpAddr>().unwrap()) {
            let hop_limit = IcmpError { kind: if destination.is_ipv4() { 11 } else { 3 }, code: 0, info: 0 };
            for (error, close) in [
                (IcmpError::port_unreachable(destination), Some(Close::Refused)),
                (IcmpError::host_unreachable(destination), Some(Close::Unreachable)),
                (IcmpError::prohibited(destination), Some(Close::Unreachable)),
                (IcmpError::too_big(destination, 1280), None),
                (hop_limit, None),
            ] {
                assert_eq!(error.close(destination), close, "{error:?}");
            }
        }
    }
}
