//! What a sniffer read from one push, told one by one.

use std::collections::VecDeque;

use super::{Progress, Sighting};

/// Sightings not fetched; a caller that uses [`Sniffer::read`](super::Sniffer::read) leaves none, and no push of a
/// few kilobytes shows more.
const MAX_PENDING: usize = 256;

/// A queue that holds no memory while it is empty.
#[derive(Default)]
pub(super) struct Pending(VecDeque<Sighting>);

impl Pending {
    pub(super) fn push(&mut self, sighting: Sighting) {
        if self.0.len() < MAX_PENDING {
            self.0.push_back(sighting);
        }
    }

    pub(super) fn extend(&mut self, sightings: impl IntoIterator<Item = Sighting>) {
        sightings.into_iter().for_each(|sighting| self.push(sighting));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn pop(&mut self) -> Option<Sighting> {
        self.0.pop_front()
    }

    /// What to answer to a push, for a sniffer that can, or can not, read on.
    pub(super) fn progress(&mut self, is_over: bool) -> Progress {
        match self.0.pop_front() {
            Some(sighting) if is_over && self.0.is_empty() => Progress::Found(sighting),
            Some(sighting) => {
                if self.0.is_empty() {
                    self.0 = VecDeque::new();
                }
                Progress::Seen(sighting)
            }
            None if is_over => Progress::NotMine,
            None => Progress::NeedMore,
        }
    }
}
