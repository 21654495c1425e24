//! The command's network: a loopback, and a TUN with a default route (rtnetlink(7)).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use nix::net::if_::if_nametoindex;

use crate::netlink::Netlink;

/// Name of the TUN inside.
pub(super) const INTERFACE: &str = "telltale0";

/// The command's address and, one above it, its resolver. Nobody outside ever sees them.
const ADDRESS_V4: Ipv4Addr = Ipv4Addr::new(10, 111, 222, 1);
const RESOLVER_V4: Ipv4Addr = Ipv4Addr::new(10, 111, 222, 2);
/// A unique local address (RFC 4193).
const ADDRESS_V6: Ipv6Addr = Ipv6Addr::new(0xfd74, 0x656c, 0x6c74, 0x616c, 0x65, 0, 0, 1);

/// What the network is to look like.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    mtu: u16,
    has_v6: bool,
}

impl Plan {
    /// A network that has what the machine's has: IPv6 only where there is a route.
    pub(super) fn new(mtu: u16) -> Self {
        Self { mtu, has_v6: has_route_v6() }
    }

    /// Where the command finds a resolver.
    pub(super) fn resolver_addresses(&self) -> Vec<IpAddr> {
        vec![RESOLVER_V4.into()]
    }

    /// Configures loopback and TUN of this namespace.
    pub(super) fn apply(&self) -> io::Result<()> {
        let netlink = Netlink::open()?;
        netlink.raise(if_nametoindex("lo")?)?;
        let tun = if_nametoindex(INTERFACE)?;
        netlink.add_address(tun, ADDRESS_V4.into(), 30)?;
        if self.has_v6 {
            netlink.add_address(tun, ADDRESS_V6.into(), 64)?;
        }
        netlink.set_tun(tun, self.mtu)?;
        netlink.raise(tun)?;
        netlink.add_default_route(tun, ADDRESS_V4.into())?;
        if self.has_v6 {
            netlink.add_default_route(tun, ADDRESS_V6.into())?;
        }
        Ok(())
    }
}

/// Whether the machine has a way to IPv6 hosts. Nothing is sent: a datagram socket only looks its route up.
fn has_route_v6() -> bool {
    const DOCUMENTATION: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).and_then(|socket| socket.connect((DOCUMENTATION, 9))).is_ok()
}
