//! Where pages are served: an address of this device.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The address from which this device would reach one of `remotes`, or any other; nothing is sent. If it reaches
/// nobody, the one that only itself does.
pub(super) fn own_address(remotes: &[SocketAddr]) -> IpAddr {
    // RFC 5737 and RFC 3849: for documentation.
    let anywhere = [
        SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 9)),
        SocketAddr::from((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9)),
    ];
    let own = remotes.iter().chain(&anywhere).filter_map(|remote| address_towards(*remote)).find(is_usable);
    own.unwrap_or(Ipv4Addr::LOCALHOST.into())
}

fn address_towards(remote: SocketAddr) -> Option<IpAddr> {
    let any = if remote.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.connect(remote).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// A link-local address needs the name of a link, which an address of a page cannot have (RFC 6874 was given up).
fn is_usable(ip: &IpAddr) -> bool {
    let is_of_a_link = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !(is_of_a_link || ip.is_loopback() || ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_a_page_can_have_are_used() {
        for (ip, usable) in [
            ("192.0.2.1", true),
            ("2001:db8::1", true),
            ("127.0.0.1", false),
            ("fe80::1", false),
            ("::", false),
        ] {
            assert_eq!(is_usable(&ip.parse().unwrap()), usable, "{ip}");
        }
    }
}
