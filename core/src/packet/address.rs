//! Destinations that are never relayed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

/// Why a destination is not relayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotRelayed {
    Multicast,
    Broadcast,
    /// 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291 section 2.5.6).
    LinkLocal,
    /// Unspecified and loopback: no host beyond the TUN has them.
    Local,
}

/// The reason why packets to `destination` stay here, or `None` if they go out.
pub fn not_relayed(destination: IpAddr) -> Option<NotRelayed> {
    match destination {
        IpAddr::V4(address) => not_relayed_v4(address),
        IpAddr::V6(address) => not_relayed_v6(address),
    }
}

fn not_relayed_v4(address: Ipv4Addr) -> Option<NotRelayed> {
    match address.octets() {
        [0 | 127, ..] => Some(NotRelayed::Local),
        [169, 254, ..] => Some(NotRelayed::LinkLocal),
        [224..=239, ..] => Some(NotRelayed::Multicast),
        [255, 255, 255, 255] => Some(NotRelayed::Broadcast),
        _ => None,
    }
}

fn not_relayed_v6(address: Ipv6Addr) -> Option<NotRelayed> {
    if address.is_unspecified() || address.is_loopback() {
        Some(NotRelayed::Local)
    } else if address.is_multicast() {
        Some(NotRelayed::Multicast)
    } else if address.is_unicast_link_local() {
        Some(NotRelayed::LinkLocal)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_beyond_the_tun_are_relayed() {
        let cases = [
            ("198.18.0.1", None),
            ("2001:db8::1", None),
            ("224.0.0.251", Some(NotRelayed::Multicast)),
            ("ff02::fb", Some(NotRelayed::Multicast)),
            ("255.255.255.255", Some(NotRelayed::Broadcast)),
            ("169.254.1.1", Some(NotRelayed::LinkLocal)),
            ("fe80::1", Some(NotRelayed::LinkLocal)),
            ("127.0.0.1", Some(NotRelayed::Local)),
            ("::1", Some(NotRelayed::Local)),
            ("0.0.0.0", Some(NotRelayed::Local)),
        ];
        for (address, expected) in cases {
            assert_eq!(not_relayed(address.parse().unwrap()), expected, "{address}");
        }
    }
}
