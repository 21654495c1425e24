//! What is put off: records of flows that ended before their owner was known.

use std::collections::VecDeque;
use std::time::Instant;

use hashbrown::HashMap;

use crate::event::{FlowId, FlowRecord, Timestamp};
use crate::limits::OWNER_PATIENCE;

/// The wall clock at some instant, from which all times are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct WallClock {
    pub(super) at: Instant,
    pub(super) wall: Timestamp,
}

/// Records of flows that ended before their owner was known.
#[derive(Default)]
pub(super) struct Ending {
    pub(super) records: HashMap<FlowId, Box<FlowRecord>>,
    deadlines: VecDeque<(Instant, FlowId)>,
}

impl WallClock {
    pub(super) fn read(&self, now: Instant) -> Timestamp {
        let elapsed = now.saturating_duration_since(self.at).as_millis();
        Timestamp(self.wall.0.saturating_add(i64::try_from(elapsed).unwrap_or(i64::MAX)))
    }
}

impl Ending {
    pub(super) fn hold(&mut self, record: Box<FlowRecord>, now: Instant) {
        self.deadlines.push_back((now + OWNER_PATIENCE, record.id));
        self.records.insert(record.id, record);
    }

    pub(super) fn pop_overdue(&mut self, now: Instant) -> Option<Box<FlowRecord>> {
        while self.deadlines.front().is_some_and(|(deadline, _)| *deadline <= now) {
            let (_, id) = self.deadlines.pop_front()?;
            if let Some(record) = self.records.remove(&id) {
                return Some(record);
            }
        }
        None
    }
}
