//! Names of addresses, learnt from look-ups that passed: what names a flow that does not name itself.
//!
//! A name learnt this way is a conjecture. One address serves many names, and an app may know an address from
//! elsewhere: so all live names are told, the newest first.

use std::mem;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hashbrown::{HashMap, HashSet};

use crate::event::{Name, Provenance};
use crate::sniff::{DnsAnswer, DnsMessage};

/// Half of the addresses that are kept at most; see [`NameTable`]. A phone meets a few thousand in a day.
const GENERATION: usize = 8192;
/// The same of hosts that offered keys for ECH.
const ECH_GENERATION: usize = 1024;
/// Names of one address. Where an address serves more (a large CDN), the oldest says least.
const MAX_NAMES: usize = 8;

/// Apps go on using an address after its time: their own caches, stale answers while a new one is fetched, retries
/// to the address they hold. Edge names live 20 to 60 seconds, so their own time would miss many flows.
const MIN_LIFE: Duration = Duration::from_secs(10 * 60);
/// After a day a rented address may have another tenant, whatever the answer said.
const MAX_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Which names led to which address. Holds 16384 addresses at most.
///
/// Addresses live in two generations: once the young one is full it becomes the old one, and the old one is
/// dropped; what is learnt again is young again. So the oldest go first, without a list to keep in order.
#[derive(Default)]
pub struct NameTable {
    young: HashMap<IpAddr, Vec<Learnt>>,
    old: HashMap<IpAddr, Vec<Learnt>>,
    /// Hosts that offered keys for ECH, in generations as well.
    young_ech: HashSet<Arc<str>>,
    old_ech: HashSet<Arc<str>>,
}

/// A name of an address.
struct Learnt {
    host: Arc<str>,
    provenance: Provenance,
    at: Instant,
    life: Duration,
}

impl NameTable {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers the answers of `message`, which `provenance` says how it was seen.
    pub fn learn(&mut self, message: &DnsMessage, provenance: Provenance, now: Instant) {
        for answer in &message.answers {
            let names = self.names_of(answer.address.to_canonical());
            remember(names, answer, provenance, now);
        }
        if message.ech {
            message.questions.iter().for_each(|host| self.learn_ech(host));
        }
    }

    /// The names among `inferred` that a server name which is not theirs may hide: they offered keys for ECH.
    pub fn hidden_behind(&self, outer: &str, inferred: &Name) -> Vec<Arc<str>> {
        let alone = std::slice::from_ref(&inferred.host);
        let names = if inferred.candidates.is_empty() { alone } else { &inferred.candidates };
        let is_offered = |host: &Arc<str>| self.young_ech.contains(host) || self.old_ech.contains(host);
        let is_hidden = names.iter().all(|name| **name != *outer);
        names.iter().filter(|name| is_hidden && is_offered(name)).cloned().collect()
    }

    fn learn_ech(&mut self, host: &Arc<str>) {
        if self.young_ech.len() >= ECH_GENERATION {
            self.old_ech = mem::take(&mut self.young_ech);
        }
        self.young_ech.insert(Arc::clone(host));
    }

    /// The newest live name of `address`, and all of them as candidates if there are several.
    pub fn lookup(&self, address: IpAddr, now: Instant) -> Option<Name> {
        let address = address.to_canonical();
        let names = self.young.get(&address).or_else(|| self.old.get(&address))?;
        let mut live = names.iter().filter(|name| name.is_live(now));
        let newest = live.next()?;
        let others: Vec<Arc<str>> = live.map(|name| Arc::clone(&name.host)).collect();
        Some(name_of(newest, others))
    }

    /// The names of an address, which is young from now on.
    fn names_of(&mut self, address: IpAddr) -> &mut Vec<Learnt> {
        if !self.young.contains_key(&address) {
            let names = self.old.remove(&address).unwrap_or_default();
            if self.young.len() >= GENERATION {
                self.old = mem::take(&mut self.young);
            }
            self.young.insert(address, names);
        }
        self.young.entry(address).or_default()
    }
}

/// Puts the answer's name first. A name that is known keeps its text, and the answer's is freed.
fn remember(names: &mut Vec<Learnt>, answer: &DnsAnswer, provenance: Provenance, now: Instant) {
    let known = names.iter().position(|name| name.host == answer.name);
    let host = match known {
        Some(index) => names.remove(index).host,
        None => Arc::clone(&answer.name),
    };
    names.truncate(MAX_NAMES - 1);
    names.insert(0, Learnt { host, provenance, at: now, life: life_of(answer.ttl) });
}

fn life_of(ttl: u32) -> Duration {
    Duration::from_secs(ttl.into()).clamp(MIN_LIFE, MAX_LIFE)
}

fn name_of(newest: &Learnt, others: Vec<Arc<str>>) -> Name {
    let host = Arc::clone(&newest.host);
    let mut candidates = others;
    if !candidates.is_empty() {
        candidates.insert(0, Arc::clone(&host));
    }
    Name { host, provenance: newest.provenance, ech: false, candidates }
}

impl Learnt {
    fn is_live(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.at) < self.life
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::Application;

    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    fn start() -> Instant {
        Instant::now()
    }

    fn address(last: u32) -> IpAddr {
        IpAddr::V4((0x0a00_0000 + last).into())
    }

    fn answer(name: &str, address: IpAddr, ttl: u32) -> DnsMessage {
        let answers = vec![DnsAnswer { address, name: name.into(), ttl }];
        let questions = vec![name.into()];
        DnsMessage { application: Application::Dns, response: true, questions, answers, ech: false }
    }

    fn learn(table: &mut NameTable, name: &str, at: IpAddr, ttl: u32, now: Instant) {
        table.learn(&answer(name, at, ttl), Provenance::Dns, now);
    }

    fn hosts(name: &Name) -> Vec<&str> {
        name.candidates.iter().map(|host| &**host).collect()
    }

    #[test]
    fn a_single_name_has_no_candidates() {
        let (mut table, now) = (NameTable::new(), start());
        learn(&mut table, "a.example", address(1), 60, now);
        let name = table.lookup(address(1), now).unwrap();
        assert_eq!((&*name.host, name.provenance), ("a.example", Provenance::Dns));
        assert!(name.candidates.is_empty());
        assert_eq!(table.lookup(address(2), now), None);
    }

    #[test]
    fn the_newest_name_comes_first() {
        let (mut table, now) = (NameTable::new(), start());
        for name in ["a.example", "b.example", "a.example", "c.example"] {
            learn(&mut table, name, address(1), 60, now);
        }
        let name = table.lookup(address(1), now).unwrap();
        assert_eq!(&*name.host, "c.example");
        assert_eq!(hosts(&name), ["c.example", "a.example", "b.example"]);
    }

    #[test]
    fn names_outlive_a_short_time_and_do_not_last() {
        let (mut table, now) = (NameTable::new(), start());
        learn(&mut table, "short.example", address(1), 0, now);
        learn(&mut table, "long.example", address(2), u32::MAX, now);
        let last = |life: Duration| now + life - Duration::from_millis(1);
        assert!(table.lookup(address(1), last(MIN_LIFE)).is_some());
        assert!(table.lookup(address(1), now + MIN_LIFE).is_none());
        assert!(table.lookup(address(2), last(MAX_LIFE)).is_some());
        assert!(table.lookup(address(2), now + MAX_LIFE).is_none());
    }

    #[test]
    fn expired_names_are_no_candidates() {
        let (mut table, now) = (NameTable::new(), start());
        learn(&mut table, "long.example", address(1), 3600, now);
        learn(&mut table, "short.example", address(1), 1, now);
        let name = table.lookup(address(1), now + MIN_LIFE).unwrap();
        assert_eq!(&*name.host, "long.example");
        assert!(name.candidates.is_empty());
    }

    #[test]
    fn a_repeat_keeps_the_first_text() {
        let (mut table, now) = (NameTable::new(), start());
        learn(&mut table, "a.example", address(1), 60, now);
        let first = table.lookup(address(1), now).unwrap().host;
        learn(&mut table, "a.example", address(1), 60, now);
        assert!(Arc::ptr_eq(&first, &table.lookup(address(1), now).unwrap().host));
    }

    #[test]
    fn names_of_an_address_are_bounded() {
        let (mut table, now) = (NameTable::new(), start());
        for index in 0..20 {
            learn(&mut table, &format!("{index}.example"), address(1), 60, now);
        }
        assert_eq!(table.lookup(address(1), now).unwrap().candidates.len(), MAX_NAMES);
    }

    #[test]
    fn only_hosts_that_offered_keys_are_hidden_behind_another_name() {
        let (mut table, now) = (NameTable::new(), start());
        table.learn(&DnsMessage { ech: true, ..answer("a.example", address(1), 60) }, Provenance::Dns, now);
        learn(&mut table, "b.example", address(1), 60, now);
        let inferred = table.lookup(address(1), now).unwrap();
        assert_eq!(table.hidden_behind("outer.example", &inferred), ["a.example".into()]);
        // The server name is one of theirs: then the extension is sent for show.
        assert!(table.hidden_behind("b.example", &inferred).is_empty());
        for index in 0..3 * ECH_GENERATION {
            let message = DnsMessage { ech: true, ..answer(&format!("{index}.example"), address(2), 60) };
            table.learn(&message, Provenance::Dns, now);
        }
        assert!(table.young_ech.len() + table.old_ech.len() <= 2 * ECH_GENERATION);
        assert!(table.hidden_behind("outer.example", &inferred).is_empty());
    }

    #[test]
    fn an_address_written_as_ipv6_is_the_same() {
        let (mut table, now) = (NameTable::new(), start());
        learn(&mut table, "a.example", "::ffff:10.0.0.1".parse().unwrap(), 60, now);
        assert!(table.lookup(address(1), now).is_some());
    }

    #[test]
    fn the_oldest_addresses_go_first_unless_learnt_again() {
        let (mut table, now) = (NameTable::new(), start());
        let count = 3 * u32::try_from(GENERATION).unwrap();
        for index in 0..count {
            learn(&mut table, "a.example", address(index), 60, now);
            learn(&mut table, "kept.example", address(u32::MAX >> 8), 60, now);
        }
        assert!(table.young.len() + table.old.len() <= 2 * GENERATION);
        assert!(table.lookup(address(0), now).is_none());
        assert!(table.lookup(address(count - 1), now).is_some());
        assert!(table.lookup(address(u32::MAX >> 8), now).is_some());
    }

    proptest! {
        #[test]
        fn the_last_name_learnt_is_told(steps in proptest::collection::vec((0u32..4, 0u32..12), 1..60)) {
            let (mut table, now) = (NameTable::new(), start());
            for (at, name) in &steps {
                learn(&mut table, &format!("{name}.example"), address(*at), 60, now);
                let told = table.lookup(address(*at), now).unwrap();
                prop_assert_eq!(&*told.host, format!("{}.example", name));
                let mut distinct = told.candidates.clone();
                distinct.sort();
                distinct.dedup();
                prop_assert_eq!(distinct.len(), told.candidates.len());
            }
        }
    }
}
