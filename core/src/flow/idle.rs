//! Which flow has been silent for longest, without any work per packet.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use super::FlowKey;
use crate::limits::{EVICTABLE_AFTER, EVICTION_TRIES};

/// Flows ordered by when they were last *known* to be active. Entries are brought up to date only when they
/// come to the front, so a packet costs nothing and a look-up is amortised over the packets since.
#[derive(Debug, Default)]
pub struct IdleOrder {
    heap: BinaryHeap<Reverse<(Instant, FlowKey)>>,
}

impl IdleOrder {
    /// Adds a flow that is active at `now`.
    pub fn push(&mut self, key: FlowKey, now: Instant) {
        self.heap.push(Reverse((now, key)));
    }

    /// Takes out the flow that has been idle for longest, if it has been so for [`EVICTABLE_AFTER`]. Where the
    /// order is so outdated that it cannot be told in [`EVICTION_TRIES`], the longest idle of those looked at.
    ///
    /// `last_active` tells the truth about a flow, `None` if it is gone.
    pub fn pop_idle(
        &mut self,
        now: Instant,
        last_active: impl Fn(FlowKey) -> Option<Instant>,
    ) -> Option<FlowKey> {
        let mut longest: Option<(Instant, FlowKey)> = None;
        for _ in 0..EVICTION_TRIES {
            let Some(Reverse((known, key))) = self.heap.pop() else { break };
            let Some(active) = last_active(key) else { continue };
            let is_idle = now.saturating_duration_since(active) >= EVICTABLE_AFTER;
            if active == known && is_idle {
                return Some(key);
            }
            self.heap.push(Reverse((active, key)));
            if active == known {
                break;
            }
            if is_idle {
                longest = Some(longest.map_or((active, key), |found| found.min((active, key))));
            }
        }
        longest.map(|(_, key)| key)
    }

    /// Forgets flows that are gone, once they are the majority. Call it when a flow was added.
    pub fn tidy(&mut self, flows: usize, is_there: impl Fn(FlowKey) -> bool) {
        const SLACK: usize = 1024;
        if self.heap.len() > 2 * flows + SLACK {
            self.heap.retain(|Reverse((_, key))| is_there(*key));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
    fn the_longest_idle_goes_first_and_active_ones_stay() {
        let start = Instant::now();
        let key = |index| FlowKey { index, sequence: index };
        let mut order = IdleOrder::default();
        for index in 0..3 {
            order.push(key(index), start + Duration::from_millis(index.into()));
        }
        let now = start + EVICTABLE_AFTER + Duration::from_secs(1);
        // 0 was active since, 1 is gone.
        let truth = |k: FlowKey| match k.index {
            0 => Some(now),
            1 => None,
            index => Some(start + Duration::from_millis(index.into())),
        };
        assert_eq!(order.pop_idle(now, truth), Some(key(2)));
        assert_eq!(order.pop_idle(now, truth), None);
        assert_eq!(order.pop_idle(now + EVICTABLE_AFTER, truth), Some(key(0)));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
    fn an_outdated_order_still_yields_an_idle_flow() {
        let start = Instant::now();
        let mut order = IdleOrder::default();
        let count = u32::try_from(EVICTION_TRIES).unwrap() * 3;
        for index in 0..count {
            order.push(FlowKey { index, sequence: index }, start);
        }
        let active = start + Duration::from_secs(1);
        let found = order.pop_idle(active + EVICTABLE_AFTER, |_| Some(active));
        assert!(found.is_some());
        assert_eq!(order.pop_idle(active + EVICTABLE_AFTER / 2, |_| Some(active)), None);
    }
}
