//! The only clocks of the engine.
#![expect(clippy::disallowed_methods, reason = "this is where the clocks are read")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::event::Timestamp;

/// The monotonic clock.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The wall clock.
pub fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
