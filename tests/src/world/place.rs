//! Where everything is: 198.18.0.0/15 and 2001:db8::/32, the same in both families.
//!
//! ```text
//!   app  1.2 ---- 1.1  relay  2.1 ---- 2.2, 2.3, 2.53  server  3.1 ---- 3.2, 3.3  far
//!                                      10.0/24 named hosts     (MTU 1400)
//! ```
//! In mode relay the link between app and relay is the TUN, and only that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The two address families; every check runs over both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    V4,
    V6,
}

/// One address of the world: 198.18.`network`.`host` and 2001:db8:`network`::`host`, digit for digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub network: u8,
    pub host: u8,
}

impl Place {
    const fn new(network: u8, host: u8) -> Self {
        Self { network, host }
    }

    /// Another host of the same network.
    pub const fn host(self, host: u8) -> Self {
        Self { host, ..self }
    }

    pub fn at(self, family: Family) -> IpAddr {
        match family {
            Family::V4 => Ipv4Addr::new(198, 18, self.network, self.host).into(),
            Family::V6 => {
                let (network, host) = (digits_as_hex(self.network), digits_as_hex(self.host));
                Ipv6Addr::new(0x2001, 0xdb8, network, 0, 0, 0, 0, host).into()
            }
        }
    }
}

/// 53 becomes 0x53: both families then read the same.
fn digits_as_hex(number: u8) -> u16 {
    let number = u16::from(number);
    number / 100 * 0x100 + number / 10 % 10 * 0x10 + number % 10
}

pub const APP: Place = Place::new(1, 2);
/// The relay's side of the app's link; only in mode direct.
pub const GATEWAY: Place = Place::new(1, 1);
/// The relay's side of the server's link: where relayed traffic comes from.
pub const RELAY: Place = Place::new(2, 1);
pub const SERVER: Place = Place::new(2, 2);
/// A second address of the server.
pub const SECOND: Place = Place::new(2, 3);
/// The world's DNS server.
pub const DNS: Place = Place::new(2, 53);
/// The server as a router towards `far`.
pub const ROUTER: Place = Place::new(3, 1);
/// Behind a link with [`FAR_MTU`]. Its hosts 2 to 5 answer, so that each check can discover its own path MTU.
pub const FAR: Place = Place::new(3, 2);
/// The hosts of [`FAR`] that answer.
pub const FAR_HOSTS: [u8; 4] = [2, 3, 4, 5];
/// The network of the hosts with names; all of it answers.
pub const NAMED: Place = Place::new(10, 1);

/// On the relay's own link; hosts from 90 do not exist.
pub const SILENT_NEAR: Place = Place::new(2, 90);
/// On the link behind the router; hosts from 90 do not exist.
pub const SILENT_FAR: Place = Place::new(3, 90);
/// The router swallows it.
pub const BLACK_HOLE: Place = Place::new(200, 9);
/// The router answers: host unreachable.
pub const UNREACHABLE: Place = Place::new(201, 9);
/// The router answers: administratively prohibited.
pub const PROHIBITED: Place = Place::new(202, 9);
/// The router has no route.
pub const NO_ROUTE: Place = Place::new(203, 9);
/// The same three in the relay's own routing table: the error is local to the relay.
pub const NEAR_UNREACHABLE: Place = Place::new(211, 9);
pub const NEAR_PROHIBITED: Place = Place::new(212, 9);
pub const NEAR_NO_ROUTE: Place = Place::new(213, 9);

/// MTU of every link but the last.
pub const MTU: u16 = 1500;
/// MTU of the link between router and `far`.
pub const FAR_MTU: u16 = 1400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_families_read_the_same() {
        assert_eq!(DNS.at(Family::V4).to_string(), "198.18.2.53");
        assert_eq!(DNS.at(Family::V6).to_string(), "2001:db8:2::53");
        assert_eq!(BLACK_HOLE.at(Family::V6).to_string(), "2001:db8:200::9");
    }
}
