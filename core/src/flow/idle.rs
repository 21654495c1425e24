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

    /// Takes out the flow that has been idle for longest, if it has been so for [`EVICTABLE_AFTER`].
    ///
    /// `last_active` tells the truth about a flow, `None` if it is gone.
    pub fn pop_idle(
        &mut self,
        now: Instant,
        last_active: impl Fn(FlowKey) -> Option<Instant>,
    ) -> Option<FlowKey> {
        for _ in 0..EVICTION_TRIES {
            let Reverse((known, key)) = self.heap.pop()?;
            let Some(active) = last_active(key) else { continue };
            if active == known && now.duration_since(active) >= EVICTABLE_AFTER {
                return Some(key);
            }
            self.heap.push(Reverse((active, key)));
            if active == known {
                return None;
            }
        }
        None
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
}
