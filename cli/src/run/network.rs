//! The command's network: a loopback, and a TUN with a default route (rtnetlink(7)).

use std::fs;
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
        seek_no_router();
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

/// Keeps the kernel from looking for routers on a link that has none, with an address that nobody needs. A
/// kernel without IPv6 lacks the settings.
fn seek_no_router() {
    // addr_gen_mode 1: no link-local address.
    for (name, value) in [("router_solicitations", "0"), ("addr_gen_mode", "1")] {
        if let Err(error) = fs::write(format!("/proc/sys/net/ipv6/conf/{INTERFACE}/{name}"), value) {
            log::debug!("{name} stays: {error}");
        }
    }
}

/// Whether the machine has a way to IPv6 hosts. Nothing is sent: a datagram socket only looks its route up.
fn has_route_v6() -> bool {
    const DOCUMENTATION: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).and_then(|socket| socket.connect((DOCUMENTATION, 9))).is_ok()
}
