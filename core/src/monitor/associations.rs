//! What one app socket sends and receives: one socket outside for all its remotes, so that all of them see the
//! same address and port (endpoint-independent mapping, RFC 4787 section 4.1).

use std::net::SocketAddr;

use hashbrown::HashMap;
use slab::Slab;

use crate::flow::AssociationKey;
use crate::packet::Protocol;

/// All associations at once.
#[derive(Default)]
pub(super) struct Associations {
    slots: Slab<Association>,
    by_originator: HashMap<(Protocol, SocketAddr), u32>,
    sequence: u32,
}

/// One of them.
pub(super) struct Association {
    key: AssociationKey,
    pub(super) originator: SocketAddr,
    pub(super) protocol: Protocol,
    flows: u32,
    /// Real resolvers and the tunnel's own address that stands for each.
    redirects: Vec<(SocketAddr, SocketAddr)>,
}

impl Associations {
    /// The association of `originator`, made if there is none, with one more flow in it.
    pub(super) fn join(&mut self, protocol: Protocol, originator: SocketAddr) -> AssociationKey {
        if let Some(index) = self.by_originator.get(&(protocol, originator))
            && let Some(association) = self.slots.get_mut(*index as usize)
        {
            association.flows += 1;
            return association.key;
        }
        self.sequence = self.sequence.wrapping_add(1);
        let entry = self.slots.vacant_entry();
        let index = u32::try_from(entry.key()).unwrap_or(u32::MAX);
        let key = AssociationKey { index, sequence: self.sequence };
        entry.insert(Association { key, originator, protocol, flows: 1, redirects: Vec::new() });
        self.by_originator.insert((protocol, originator), index);
        key
    }

    /// One flow less; says whether it was the last one.
    pub(super) fn leave(&mut self, key: AssociationKey) -> bool {
        let Some(association) = self.get_mut(key) else { return false };
        association.flows -= 1;
        if association.flows > 0 {
            return false;
        }
        let originator = (association.protocol, association.originator);
        self.slots.try_remove(key.index as usize);
        self.by_originator.remove(&originator);
        true
    }

    pub(super) fn get_mut(&mut self, key: AssociationKey) -> Option<&mut Association> {
        self.slots.get_mut(key.index as usize).filter(|association| association.key == key)
    }
}

impl Association {
    /// Remembers that `shown` stands for `real`. Where several do, the last one that was sent to is answered from.
    pub(super) fn redirect(&mut self, real: SocketAddr, shown: SocketAddr) {
        match self.redirects.iter_mut().find(|(known, _)| *known == real) {
            Some((_, known)) => *known = shown,
            None if real != shown => self.redirects.push((real, shown)),
            None => {}
        }
    }

    /// The address that the app knows `real` by.
    pub(super) fn shown(&self, real: SocketAddr) -> SocketAddr {
        self.redirects.iter().find(|(from, _)| *from == real).map_or(real, |(_, shown)| *shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 1], port))
    }

    #[test]
    fn one_per_app_socket_until_its_last_flow() {
        let mut associations = Associations::default();
        let key = associations.join(Protocol::Udp, socket(1));
        assert_eq!(associations.join(Protocol::Udp, socket(1)), key);
        assert_ne!(associations.join(Protocol::Icmp, socket(1)), key);
        assert_ne!(associations.join(Protocol::Udp, socket(2)), key);
        assert!(!associations.leave(key));
        assert!(associations.leave(key));
        assert!(!associations.leave(key), "it was gone");
        let next = associations.join(Protocol::Udp, socket(1));
        assert!(next != key && associations.get_mut(key).is_none(), "an old key means nobody new");
    }

    #[test]
    fn a_redirected_address_is_shown_as_the_app_knows_it() {
        let mut associations = Associations::default();
        let key = associations.join(Protocol::Udp, socket(1));
        let association = associations.get_mut(key).unwrap();
        association.redirect(socket(53), socket(55));
        association.redirect(socket(53), socket(54));
        association.redirect(socket(80), socket(80));
        assert_eq!(association.redirects.len(), 1, "one answer comes from one address");
        assert_eq!([53, 80, 99].map(|port| association.shown(socket(port)).port()), [54, 80, 99]);
    }
}
