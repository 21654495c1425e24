//! The time of captures as instants, which never go back.

use std::time::{Duration, Instant};

use crate::event::Timestamp;

/// Frames of one file may be out of order by so much; beyond it somebody set the clock.
const DISORDER: Duration = Duration::from_secs(1);

/// 9999-12-31T23:59:59Z: nobody captured later, whatever a broken file says.
const LATEST: Duration = Duration::from_secs(253_402_300_799);

/// What time it is in the capture.
#[derive(Debug)]
pub(super) struct Clock {
    now: Instant,
    /// The time that was read last, and the latest one since the clock was set.
    latest: Option<Duration>,
    /// Where a second of the capture falls on a second of `Instant`.
    anchor: (Duration, Instant),
    is_new_file: bool,
}

/// How a frame's time relates to the one before.
pub(super) enum Tick {
    On(Instant),
    /// The wall clock shows `wall` at `now`: at the beginning, and after it jumped back.
    Set {
        wall: Timestamp,
        now: Instant,
        /// A file that begins before the last one ended is of another place.
        is_elsewhere: bool,
    },
}

impl Clock {
    pub(super) fn new(start: Instant) -> Self {
        Self { now: start, latest: None, anchor: (Duration::ZERO, start), is_new_file: false }
    }

    pub(super) fn begin_file(&mut self) {
        self.is_new_file = true;
    }

    pub(super) fn advance(&mut self, time: Duration) -> Tick {
        let time = time.min(LATEST);
        let is_new_file = std::mem::take(&mut self.is_new_file);
        match self.latest {
            Some(latest) if time + DISORDER >= latest => {
                self.latest = Some(latest.max(time));
                let (from, instant) = self.anchor;
                // An instant that cannot be told is none that any clock reaches.
                let told = instant.checked_add(time.saturating_sub(from)).unwrap_or(self.now);
                self.now = self.now.max(told);
                Tick::On(self.now)
            }
            _ => self.set(time, is_new_file),
        }
    }

    /// Whole milliseconds of either clock fall together, so that none is lost to rounding.
    fn set(&mut self, time: Duration, is_new_file: bool) -> Tick {
        let is_elsewhere = is_new_file && self.latest.is_some();
        let millis = time.as_millis();
        let within = time.saturating_sub(Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX)));
        let at = self.now;
        self.anchor = (time.saturating_sub(within), at);
        self.latest = Some(time);
        self.now = at + within;
        let wall = Timestamp(i64::try_from(millis).unwrap_or(i64::MAX));
        Tick::Set { wall, now: at, is_elsewhere }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    #[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
    fn clock() -> (Clock, Instant) {
        let start = Instant::now();
        let mut clock = Clock::new(start);
        let Tick::Set { wall: Timestamp(86_400_000), now, is_elsewhere: false } = clock.advance(DAY) else {
            panic!("the first frame sets the clock");
        };
        assert_eq!(now, start);
        (clock, start)
    }

    #[test]
    fn goes_on_and_never_back() {
        let (mut clock, start) = clock();
        let mut on = |millis| match clock.advance(DAY + Duration::from_millis(millis)) {
            Tick::On(now) => now - start,
            Tick::Set { .. } => panic!("{millis}"),
        };
        assert_eq!(on(1500), Duration::from_millis(1500));
        assert_eq!(on(700), Duration::from_millis(1500));
        assert_eq!(on(1600), Duration::from_millis(1600));
        clock.advance(Duration::MAX);
    }

    #[test]
    fn a_jump_back_sets_the_clock() {
        let (mut clock, _) = clock();
        let is_elsewhere = |tick| match tick {
            Tick::Set { is_elsewhere, .. } => Some(is_elsewhere),
            Tick::On(_) => None,
        };
        assert_eq!(is_elsewhere(clock.advance(DAY / 2)), Some(false));
        clock.begin_file();
        assert_eq!(is_elsewhere(clock.advance(DAY / 2)), None);
        clock.begin_file();
        assert_eq!(is_elsewhere(clock.advance(DAY / 4)), Some(true));
    }
}
