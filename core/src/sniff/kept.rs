//! What is sent in the clear and kept, and how much of it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::decode::Request;
use crate::limits::{MAX_KEPT_AT_ONCE, MAX_KEPT_BODY, MAX_KEPT_OF_FLOW};

/// What a request takes beside its bytes, on its way into the record.
const OVERHEAD: usize = 1024;

/// How much of what is sent is kept, in bytes. What is beyond it passes all the same, and is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureLimits {
    /// Of one request's body.
    pub per_request: usize,
    /// Of all requests of one flow together.
    pub per_flow: usize,
    /// Of all flows together, from the first byte until somebody has taken note of it.
    pub at_once: usize,
}

impl CaptureLimits {
    /// Nothing is kept.
    pub const OFF: Self = Self { per_request: 0, per_flow: 0, at_once: 0 };
}

impl Default for CaptureLimits {
    fn default() -> Self {
        Self { per_request: MAX_KEPT_BODY, per_flow: MAX_KEPT_OF_FLOW, at_once: MAX_KEPT_AT_ONCE }
    }
}

/// The limits, and what is held at this moment by all who share them. Without limits nothing is kept.
#[derive(Debug, Clone)]
pub struct CaptureBudget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: CaptureLimits,
    held: AtomicUsize,
}

impl Default for CaptureBudget {
    fn default() -> Self {
        Self::new(CaptureLimits::OFF)
    }
}

impl CaptureBudget {
    pub fn new(limits: CaptureLimits) -> Self {
        Self(Arc::new(Shared { limits, held: AtomicUsize::new(0) }))
    }

    pub(super) fn limits(&self) -> CaptureLimits {
        self.0.limits
    }

    /// Half of what may be held at once is held: whoever can should wait until it has been taken note of.
    pub fn is_scarce(&self) -> bool {
        self.held() > self.limits().at_once / 2
    }

    /// Bytes held by all who share the budget.
    fn held(&self) -> usize {
        self.0.held.load(Ordering::Relaxed)
    }

    pub(super) fn hold_nothing(&self) -> Held {
        Held { bytes: 0, budget: self.clone() }
    }
}

/// A share of the budget, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    bytes: usize,
    budget: CaptureBudget,
}

impl Held {
    /// Takes `wanted` bytes or what is left, and says how many. Only one thread takes, others give back.
    pub(super) fn take(&mut self, wanted: usize) -> usize {
        let taken = wanted.min(self.budget.limits().at_once.saturating_sub(self.budget.held()));
        self.budget.0.held.fetch_add(taken, Ordering::Relaxed);
        self.bytes += taken;
        taken
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.0.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Clone for Held {
    fn clone(&self) -> Self {
        self.budget.0.held.fetch_add(self.bytes, Ordering::Relaxed);
        Self { bytes: self.bytes, budget: self.budget.clone() }
    }
}

/// One request that carried something, as far as it was kept. It counts against the budget for as long as it lives.
#[derive(Debug, Clone)]
pub struct KeptRequest {
    pub request: Request,
    pub(super) held: Held,
}

impl KeptRequest {
    /// `request` on the budget; `None` if there is no room for it.
    pub(super) fn within(budget: &CaptureBudget, request: Request) -> Option<Self> {
        let fields = request.fields.iter().map(|(name, value)| name.len() + value.len());
        let size = OVERHEAD + request.target.len() + fields.sum::<usize>() + request.body.len();
        let mut held = budget.hold_nothing();
        (held.take(size) == size).then_some(Self { request, held })
    }
}

/// What was sent is the same; whose budget it is on says nothing of it.
impl PartialEq for KeptRequest {
    fn eq(&self, other: &Self) -> bool {
        self.request == other.request
    }
}

impl Eq for KeptRequest {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_given_back() {
        let budget = CaptureBudget::new(CaptureLimits { at_once: 10, ..CaptureLimits::default() });
        let mut one = budget.hold_nothing();
        assert_eq!(one.take(8), 8);
        let mut other = budget.hold_nothing();
        assert_eq!((other.take(8), budget.held()), (2, 10));
        drop(one);
        assert_eq!((other.take(8), budget.held()), (8, 10));
        let copy = other.clone();
        assert_eq!(budget.held(), 20);
        drop((other, copy));
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn nothing_is_kept_unless_asked_for() {
        assert_eq!(CaptureBudget::default().hold_nothing().take(1), 0);
    }
}
