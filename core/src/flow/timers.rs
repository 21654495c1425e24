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

    /// Forgets entries at the front that nobody waits for, so that [`Self::next`] wakes nobody in vain.
    pub fn skip(&mut self, is_set: impl Fn(FlowKey, Instant) -> bool) {
        while let Some(Reverse((at, key))) = self.heap.peek()
            && !is_set(*key, *at)
        {
            self.heap.pop();
        }
    }

    /// When the next flow is due.
    pub fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const FIRST: FlowKey = FlowKey { index: 0, sequence: 1 };
    const SECOND: FlowKey = FlowKey { index: 1, sequence: 2 };

    #[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn the_earliest_of_a_flow_counts_and_flows_are_due_in_order() {
        let (mut timers, now) = (Timers::default(), start());
        let at = |seconds| now + Duration::from_secs(seconds);
        let (mut first, mut second) = (None, None);
        timers.set(FIRST, at(5), &mut first);
        timers.set(FIRST, at(9), &mut first);
        timers.set(SECOND, at(3), &mut second);
        timers.set(FIRST, at(4), &mut first);
        assert_eq!((first, second, timers.next()), (Some(at(4)), Some(at(3)), Some(at(3))));
        assert_eq!(timers.pop_due(at(2)), None);
        let due: Vec<_> = std::iter::from_fn(|| timers.pop_due(at(60))).collect();
        // The last one was overtaken; whoever pops it sees that nobody waits for it.
        assert_eq!(due, [(at(3), SECOND), (at(4), FIRST), (at(5), FIRST)]);
    }

    #[test]
    fn entries_that_nobody_waits_for_are_forgotten() {
        let (mut timers, now) = (Timers::default(), start());
        for second in 0..5000 {
            timers.set(FIRST, now + Duration::from_secs(second), &mut None);
        }
        let last = now + Duration::from_secs(4999);
        timers.tidy(1, |_, at| at == last);
        assert_eq!((timers.heap.len(), timers.next()), (1, Some(last)));
        timers.set(FIRST, now, &mut None);
        timers.skip(|_, at| at == last);
        assert_eq!(timers.next(), Some(last));
        timers.skip(|_, _| false);
        assert_eq!(timers.next(), None);
    }
}
