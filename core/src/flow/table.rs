//! The flows themselves.

use hashbrown::HashMap;
use slab::Slab;

use super::{Flow, FlowKey};
use crate::packet::FiveTuple;

/// What a table can hold.
pub trait Keyed {
    /// Its key in the table.
    fn key(&self) -> FlowKey;
    /// The five-tuple that it is found by.
    fn tuple(&self) -> FiveTuple;
}

/// All flows at once: O(1) by five-tuple and by key.
pub struct FlowTable<F = Flow> {
    flows: Slab<F>,
    by_tuple: HashMap<FiveTuple, u32>,
    /// Number of the newest flow.
    sequence: u32,
}

impl<F> Default for FlowTable<F> {
    fn default() -> Self {
        Self { flows: Slab::new(), by_tuple: HashMap::new(), sequence: 0 }
    }
}

impl<F: Keyed> FlowTable<F> {
    /// Puts the flow in that `make` builds for its key.
    pub fn insert(&mut self, tuple: FiveTuple, make: impl FnOnce(FlowKey) -> F) -> FlowKey {
        self.sequence = self.sequence.wrapping_add(1);
        let entry = self.flows.vacant_entry();
        // The table is bounded by `MAX_FLOWS`, far below the range of an index.
        let index = u32::try_from(entry.key()).unwrap_or(u32::MAX);
        let key = FlowKey { index, sequence: self.sequence };
        entry.insert(make(key));
        self.by_tuple.insert(tuple, index);
        key
    }

    /// Takes a flow out.
    pub fn remove(&mut self, key: FlowKey) -> Option<F> {
        self.get_mut(key)?;
        let flow = self.flows.try_remove(key.index as usize)?;
        self.by_tuple.remove(&flow.tuple());
        Some(flow)
    }

    /// The flow of a five-tuple.
    pub fn find(&self, tuple: &FiveTuple) -> Option<FlowKey> {
        let index = *self.by_tuple.get(tuple)?;
        self.flows.get(index as usize).map(|flow| flow.key())
    }

    /// The flow of a key, unless it is gone.
    pub fn get_mut(&mut self, key: FlowKey) -> Option<&mut F> {
        self.flows.get_mut(key.index as usize).filter(|flow| flow.key() == key)
    }

    /// The flow with this number within the session, unless it is gone.
    pub fn get(&self, key: FlowKey) -> Option<&F> {
        self.flows.get(key.index as usize).filter(|flow| flow.key() == key)
    }

    /// Keys of all flows; for the end of a session, never for a packet.
    pub fn keys(&self) -> Vec<FlowKey> {
        self.flows.iter().map(|(_, flow)| flow.key()).collect()
    }

    /// Number of flows.
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }
}
