//! What each flow had sent by when: counters in, uploads of a class out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{FlowId, FlowRecord};

use super::plan::Millis;
use super::scope::{Class, Scope};

/// Uploads kept one by one. Beyond them bytes are added to the last: the sum stays right, the time does not.
const MAX_UPLOADS: usize = 65_536;
/// Flows kept one by one; a phone opens a few thousand an hour.
const MAX_FLOWS: usize = 65_536;
/// What follows this soon on the same flow is the same upload.
const SAME_UPLOAD: u64 = 250;

/// Uploads, in the order in which they were seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ledger {
    flows: BTreeMap<u64, Seen>,
    uploads: Vec<Entry>,
}

/// What is known of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    class: Class,
    /// Of its bytes, those that were entered or left out for good.
    counted: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    at: Millis,
    flow: u64,
    bytes: u64,
}

/// Bytes that left at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) at: Millis,
    pub(super) bytes: u64,
}

impl Ledger {
    /// Enters what `flow` sent since it was last seen. What a flow had sent before its class was known is entered
    /// with the first bytes after that.
    pub(super) fn enter(&mut self, flow: &FlowRecord, scope: &Scope, at: Millis) {
        let class = scope.class(flow);
        let Some(seen) = self.seen(flow.id, class) else { return };
        seen.class = class;
        if class == Class::Aside {
            return;
        }
        let bytes = flow.counters.bytes_up.saturating_sub(seen.counted);
        seen.counted = flow.counters.bytes_up.max(seen.counted);
        if bytes > 0 {
            self.add(Entry { at, flow: flow.id.0, bytes });
        }
    }

    /// A flow that nothing was known of had sent so much already: it does not count.
    pub(super) fn begin(&mut self, flow: FlowId, bytes_up: u64) {
        if let Some(seen) = self.seen(flow, Class::Aside) {
            seen.counted = bytes_up;
        }
    }

    /// Leaves out what `flow` sent so far: nothing is measured now.
    pub(super) fn leave_out(&mut self, flow: &FlowRecord, scope: &Scope) {
        let class = scope.class(flow);
        if let Some(seen) = self.seen(flow.id, class) {
            *seen = Seen { class, counted: flow.counters.bytes_up };
        }
    }

    /// Uploads of one class. A flow that was told late who it belongs to counts from its beginning.
    pub(super) fn uploads(&self, class: Class) -> impl Iterator<Item = Upload> + '_ {
        let is_meant =
            move |entry: &&Entry| self.flows.get(&entry.flow).is_some_and(|seen| seen.class == class);
        self.uploads.iter().filter(is_meant).map(|entry| Upload { at: entry.at, bytes: entry.bytes })
    }

    fn seen(&mut self, id: FlowId, class: Class) -> Option<&mut Seen> {
        if self.flows.len() >= MAX_FLOWS && !self.flows.contains_key(&id.0) {
            return None;
        }
        Some(self.flows.entry(id.0).or_insert(Seen { class, counted: 0 }))
    }

    fn add(&mut self, entry: Entry) {
        let is_full = self.uploads.len() >= MAX_UPLOADS;
        match self.uploads.last_mut() {
            Some(last) if is_full || (last.flow == entry.flow && entry.at.0 <= last.at.0 + SAME_UPLOAD) => {
                last.bytes += entry.bytes;
            }
            _ => self.uploads.push(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::testing::{collector, flow};

    fn sent(mut flow: FlowRecord, bytes_up: u64) -> FlowRecord {
        flow.counters.bytes_up = bytes_up;
        flow
    }

    fn bytes(ledger: &Ledger, class: Class) -> Vec<u64> {
        ledger.uploads(class).map(|upload| upload.bytes).collect()
    }

    #[test]
    fn counters_become_uploads() {
        let (mut ledger, scope) = (Ledger::default(), Scope::of("app", &[]));
        for (seconds, total) in [(1, 100), (2, 100), (9, 350)] {
            ledger.enter(&sent(collector("app", 1), total), &scope, Millis::seconds(seconds));
        }
        assert_eq!(bytes(&ledger, Class::Collector), [100, 250]);
        assert_eq!(bytes(&ledger, Class::Unknown), [0_u64; 0]);
    }

    #[test]
    fn what_was_left_out_is_not_entered_later() {
        let (mut ledger, scope) = (Ledger::default(), Scope::of("app", &[]));
        ledger.leave_out(&sent(collector("app", 1), 100), &scope);
        ledger.enter(&sent(collector("app", 1), 130), &scope, Millis(1));
        assert_eq!(bytes(&ledger, Class::Collector), [30]);
    }

    #[test]
    fn a_flow_that_is_told_late_to_be_a_collector_counts_whole() {
        let (mut ledger, scope) = (Ledger::default(), Scope::of("app", &[]));
        ledger.enter(&sent(flow("app", None, 1), 100), &scope, Millis(0));
        ledger.enter(&sent(collector("app", 1), 150), &scope, Millis(1000));
        assert_eq!(bytes(&ledger, Class::Collector), [100, 50]);
        let mut unowned = sent(collector("app", 2), 70);
        unowned.owner = None;
        ledger.enter(&unowned, &scope, Millis(2000));
        ledger.enter(&sent(collector("app", 2), 70), &scope, Millis(3000));
        assert_eq!(bytes(&ledger, Class::Collector), [100, 50, 70]);
    }

    #[test]
    fn a_full_ledger_loses_no_bytes() {
        let (mut ledger, scope) = (Ledger::default(), Scope::of("app", &[]));
        let rows = u64::try_from(MAX_UPLOADS).unwrap() + 10;
        for row in 1..=rows {
            ledger.enter(&sent(collector("app", 1), row), &scope, Millis::seconds(row));
        }
        assert_eq!(ledger.uploads.len(), MAX_UPLOADS);
        assert_eq!(bytes(&ledger, Class::Collector).iter().sum::<u64>(), rows);
    }
}
