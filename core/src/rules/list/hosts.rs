//! Hosts files: `0.0.0.0 ads.example tracker.example # why`.

use std::net::IpAddr;

use super::{Entry, Unusable, host};

/// Names that every hosts file gives to the machine itself.
const LOCAL: [&str; 11] = [
    "localhost",
    "localhost.localdomain",
    "local",
    "broadcasthost",
    "ip6-localhost",
    "ip6-loopback",
    "ip6-localnet",
    "ip6-mcastprefix",
    "ip6-allnodes",
    "ip6-allrouters",
    "ip6-allhosts",
];

/// An address with something behind it.
pub(super) fn split(line: &str) -> Option<(IpAddr, &str)> {
    let (address, names) = line.split_once([' ', '\t'])?;
    // Windows and macOS write the interface of a link-local address.
    let address = address.split('%').next()?;
    Some((address.parse().ok()?, names))
}

/// Every name on the line is a rule; one that is no host does not spoil the others.
pub(super) fn read(
    address: IpAddr,
    names: &str,
    mut take: impl FnMut(Entry<'_>) -> Result<(), Unusable>,
) -> Result<(), Unusable> {
    let names = names.split('#').next().unwrap_or_default().split_ascii_whitespace();
    let mut outcome = Ok(());
    for name in names.filter(|name| !is_local(name)) {
        let taken = if is_nowhere(address) {
            host(name).and_then(|host| take(Entry { host, is_exception: false }))
        } else {
            Err(Unusable::Mapping(address))
        };
        outcome = outcome.and(taken);
    }
    outcome
}

/// Blocking means to lead a name to the machine itself, or nowhere.
fn is_nowhere(address: IpAddr) -> bool {
    address.is_unspecified() || address.is_loopback()
}

/// Some files list the address itself as a name.
fn is_local(name: &str) -> bool {
    LOCAL.iter().any(|local| name.eq_ignore_ascii_case(local))
        || name.parse().is_ok_and(|address: IpAddr| is_nowhere(address))
}
