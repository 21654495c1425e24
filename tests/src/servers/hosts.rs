//! The hosts that have names: real names of the catalogue and a few others, all answered by the world's own server.

use std::net::IpAddr;

use crate::world::Family;
use crate::world::place::NAMED;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// This host of [`NAMED`], in both families.
    Host(u8),
    /// Another name of the table (CNAME).
    Alias(&'static str),
}

use Target::{Alias, Host};

/// Lower-case names without a trailing dot.
pub const HOSTS: &[(&str, Target)] = &[
    ("tracking.intl.miui.com", Host(11)),
    ("sa.api.intl.miui.com", Host(12)),
    ("data.mistat.intl.xiaomi.com", Host(13)),
    // A chain of two aliases.
    ("ulogs.umeng.com", Alias("ulogs.umeng.com.gds.alibabadns.com")),
    ("ulogs.umeng.com.gds.alibabadns.com", Alias("na62.wagbridge.alibaba.tanx.com")),
    ("na62.wagbridge.alibaba.tanx.com", Host(14)),
    // Two names on one address: one that collects, one that the user asked for.
    ("data.mistat.xiaomi.com", Host(15)),
    ("account.xiaomi.com", Host(15)),
    ("i.mi.com", Host(16)),
    ("sdk-api.sensorsdata.cn", Host(17)),
    ("tracking.miui.com", Host(18)),
    ("alog.umeng.com", Host(19)),
    ("example.org", Host(20)),
    ("www.example.org", Alias("example.org")),
];

/// What `name` stands for, when the world knows it.
pub fn find(name: &str) -> Option<Target> {
    let name = name.trim_end_matches('.');
    HOSTS.iter().find(|(host, _)| host.eq_ignore_ascii_case(name)).map(|(_, target)| *target)
}

/// The address of `name` after all aliases.
pub fn address(name: &str, family: Family) -> Option<IpAddr> {
    match find(name)? {
        Host(host) => Some(NAMED.host(host).at(family)),
        Alias(other) => address(other, family),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_leads_to_an_address() {
        for (name, _) in HOSTS {
            assert!(address(name, Family::V4).is_some(), "{name}");
        }
    }
}
