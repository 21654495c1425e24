//! The resolvers of the network, and the addresses of the tunnel that stand for them.
//!
//! Apps are told of the tunnel's addresses once. Another network changes only what is behind them.

use std::net::{IpAddr, SocketAddr};

const DNS_PORT: u16 = 53;

pub(super) struct Resolvers {
    tunnel: Vec<IpAddr>,
    network: Vec<SocketAddr>,
}

impl Resolvers {
    pub(super) fn new(tunnel: Vec<IpAddr>, network: Vec<SocketAddr>) -> Self {
        Self { tunnel, network }
    }

    pub(super) fn set(&mut self, network: Vec<SocketAddr>) {
        self.network = network;
    }

    /// Where packets to `responder` go: to a resolver of the network, if the address is one of the tunnel's.
    ///
    /// The second address stands for the second resolver and so on, for apps turn to it when the first one fails.
    /// Plain DNS goes to the resolver's own port, all else (DNS over TLS, say) to the port that was asked for.
    pub(super) fn behind(&self, responder: SocketAddr) -> SocketAddr {
        let index = self.tunnel.iter().position(|address| *address == responder.ip());
        let resolver = index.and_then(|index| self.network.iter().cycle().nth(index));
        resolver.map_or(responder, |resolver| with_port(*resolver, responder.port()))
    }

    /// The resolver to ask for plain DNS when `silent` does not answer.
    pub(super) fn after(&self, silent: SocketAddr) -> Option<SocketAddr> {
        let position = self.network.iter().position(|resolver| *resolver == silent);
        let next = position.map_or(0, |position| (position + 1) % self.network.len());
        self.network.get(next).copied()
    }
}

/// The scope of a link-local address is kept.
fn with_port(mut resolver: SocketAddr, port: u16) -> SocketAddr {
    if port != DNS_PORT {
        resolver.set_port(port);
    }
    resolver
}

/// Whether a flow to `responder` speaks plain DNS, as far as its port tells.
pub(super) fn is_plain(responder: SocketAddr) -> bool {
    responder.port() == DNS_PORT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn resolvers(network: &[&str]) -> Resolvers {
        let tunnel = ["198.18.0.53", "fd00::53", "198.18.0.54"].map(|address| address.parse().unwrap());
        Resolvers::new(tunnel.to_vec(), network.iter().copied().map(socket).collect())
    }

    #[track_caller]
    fn assert_behind(network: &[&str], responder: &str, expected: &str) {
        assert_eq!(resolvers(network).behind(socket(responder)), socket(expected));
    }

    #[test]
    fn each_address_stands_for_a_resolver_and_the_list_is_gone_through_again() {
        let network = ["192.0.2.1:5300", "[2001:db8::1]:53"];
        assert_behind(&network, "198.18.0.53:53", "192.0.2.1:5300");
        assert_behind(&network, "[fd00::53]:53", "[2001:db8::1]:53");
        assert_behind(&network, "198.18.0.54:53", "192.0.2.1:5300");
        assert_behind(&network[..1], "[fd00::53]:53", "192.0.2.1:5300");
    }

    #[test]
    fn every_port_goes_to_the_resolver() {
        assert_behind(&["192.0.2.1:5300"], "198.18.0.53:853", "192.0.2.1:853");
        assert_behind(&["192.0.2.1:5300"], "198.18.0.53:0", "192.0.2.1:0");
    }

    #[test]
    fn a_link_local_resolver_keeps_its_link() {
        assert_behind(&["[fe80::1%7]:53"], "[fd00::53]:53", "[fe80::1%7]:53");
        assert_behind(&["[fe80::1%7]:53"], "[fd00::53]:853", "[fe80::1%7]:853");
    }

    #[test]
    fn others_are_left_alone_and_so_is_everything_without_a_resolver() {
        assert_behind(&["192.0.2.1:53"], "192.0.2.7:53", "192.0.2.7:53");
        assert_behind(&[], "198.18.0.53:53", "198.18.0.53:53");
    }

    #[test]
    fn after_a_silent_one_comes_the_next() {
        let resolvers = resolvers(&["192.0.2.1:53", "192.0.2.2:53"]);
        let [first, second] = ["192.0.2.1:53", "192.0.2.2:53"].map(socket);
        assert_eq!(resolvers.after(first), Some(second));
        assert_eq!(resolvers.after(second), Some(first));
        assert_eq!(resolvers.after(socket("192.0.2.9:53")), Some(first), "one of another network");
    }
}
