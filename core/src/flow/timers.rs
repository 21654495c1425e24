//! What is due when. Entries are never searched for: a flow that no longer wants one ignores it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use super::FlowKey;

/// A heap of wake-ups.
#[derive(Debug, Default)]
pub struct Timers {
    heap: BinaryHeap<Reverse<(Instant, FlowKey)>>,
}

impl Timers {
    /// Wakes `key` at `at`, unless `set` says that it is woken before. `set` keeps the earliest.
    pub fn set(&mut self, key: FlowKey, at: Instant, set: &mut Option<Instant>) {
        if set.is_none_or(|earlier| at < earlier) {
            *set = Some(at);
            self.heap.push(Reverse((at, key)));
        }
    }

    /// The next flow that is due, with the time it was due at.
    pub fn pop_due(&mut self, now: Instant) -> Option<(Instant, FlowKey)> {
        let Reverse((at, _)) = self.heap.peek()?;
        if *at > now {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| entry)
    }

    /// Forgets entries that nobody waits for, once they are the majority. Call it when a flow was added.
    ///
    /// `is_set` says whether a flow still waits for that time.
    pub fn tidy(&mut self, flows: usize, is_set: impl Fn(FlowKey, Instant) -> bool) {
        const SLACK: usize = 1024;
        if self.heap.len() > 4 * flows + SLACK {
            self.heap.retain(|Reverse((at, key))| is_set(*key, *at));
        }
    }

    /// When the next flow is due.
    pub fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }
}
