//! What the records of one message say of the names that were asked for.

use std::net::IpAddr;
use std::sync::Arc;

use hickory_proto::rr::Name;

use super::DnsAnswer;
use super::record::{Data, Record};
use crate::sniff::normalise_host;

/// Names that are looked at for one question. Resolvers themselves give up on longer chains of aliases.
const MAX_STEPS: usize = 24;
/// Addresses of one message.
const MAX_ANSWERS: usize = 64;

/// What was collected.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) addresses: Vec<DnsAnswer>,
    /// A configuration for Encrypted ClientHello was among the records.
    pub(super) ech: bool,
}

/// A name whose records count.
struct Step {
    owner: Name,
    /// The host that addresses found there are of.
    host: Arc<str>,
    ttl: u32,
}

impl Answers {
    /// Follows the records from `asked`, in whichever order they are listed. Records that nobody asked for are not
    /// believed.
    pub(super) fn follow(&mut self, asked: &Name, records: &[Record]) {
        let host = text_of(asked);
        let mut steps = vec![Step { owner: asked.clone(), host: service_host(&host), ttl: u32::MAX }];
        let mut done = 0;
        while let Some(step) = steps.get(done) {
            let found: Vec<_> = records.iter().filter_map(|record| self.take(step, record)).collect();
            for step in found {
                let is_new = steps.iter().all(|other| other.owner != step.owner || other.host != step.host);
                if is_new && steps.len() < MAX_STEPS {
                    steps.push(step);
                }
            }
            done += 1;
        }
    }

    /// Takes what neighbours announce without being asked (RFC 6762 section 8.3). What they take back lives no more.
    pub(super) fn announce(&mut self, records: &[Record]) {
        for record in records.iter().filter(|record| record.ttl > 0) {
            if let Data::Address(address) = record.data {
                self.add(address, &text_of(&record.owner), record.ttl);
            }
        }
    }

    /// What one record says of the name at `step`: addresses are kept, the name to look at next is returned.
    fn take(&mut self, step: &Step, record: &Record) -> Option<Step> {
        let ttl = step.ttl.min(record.ttl);
        let next =
            |owner: &Name, host: &Arc<str>| Some(Step { owner: owner.clone(), host: Arc::clone(host), ttl });
        if let Data::Subtree(target) = &record.data {
            return next(&moved(&step.owner, &record.owner, target)?, &step.host);
        }
        if record.owner != step.owner {
            return None;
        }
        match &record.data {
            Data::Address(address) => {
                self.add(*address, &step.host, ttl);
                None
            }
            Data::Alias(target) => next(target, &step.host),
            Data::Host(target) => next(target, &text_of(target)),
            Data::Service { target, hints, ech } => {
                self.ech |= ech;
                hints.iter().for_each(|hint| self.add(*hint, &step.host, ttl));
                if target.is_root() { None } else { next(target, &step.host) }
            }
            Data::Subtree(_) | Data::Other => None,
        }
    }

    /// Anything may be asked for (a wildcard, a tunnel's binary labels), but only hosts have addresses.
    fn add(&mut self, address: IpAddr, host: &Arc<str>, ttl: u32) {
        let answer = DnsAnswer { address, name: Arc::clone(host), ttl };
        let is_new = self.addresses.iter().all(|known| known.address != address || known.name != *host);
        if is_new && self.addresses.len() < MAX_ANSWERS && normalise_host(host.as_bytes()).is_some() {
            self.addresses.push(answer);
        }
    }
}

/// The host whose service is looked up: a question for `_8443._https.a.example` is about `a.example` (RFC 9460
/// section 9.1).
fn service_host(asked: &Arc<str>) -> Arc<str> {
    match asked.rsplit_once("_https.") {
        Some((port, host)) if port.is_empty() || port.starts_with('_') => host.into(),
        _ => Arc::clone(asked),
    }
}

/// `name` with `target` in place of `parent` at its end (RFC 6672 section 2.2).
fn moved(name: &Name, parent: &Name, target: &Name) -> Option<Name> {
    let below = name.iter().len().checked_sub(parent.iter().len()).filter(|below| *below > 0)?;
    if !parent.zone_of(name) {
        return None;
    }
    Name::from_labels(name.iter().take(below)).ok()?.append_domain(target).ok()
}

/// As in RFC 1035 section 5.1, with what cannot be printed as a backslash and its decimal number; the root stays a
/// dot.
pub(super) fn text_of(name: &Name) -> Arc<str> {
    let mut text = String::new();
    for label in name.iter() {
        if !text.is_empty() {
            text.push('.');
        }
        label.iter().for_each(|byte| push_byte(&mut text, byte.to_ascii_lowercase()));
    }
    if text.is_empty() { ".".into() } else { text.into() }
}

fn push_byte(text: &mut String, byte: u8) {
    match byte {
        b'.' | b'\\' => text.extend(['\\', char::from(byte)]),
        b'!'..=b'~' => text.push(char::from(byte)),
        _ => text.push_str(&format!("\\{byte:03}")),
    }
}
