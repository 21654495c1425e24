//! What a sniffer read and has not told yet.

use std::collections::VecDeque;

use super::{Progress, Sighting};

/// Readings in the order in which they are told, and whether more may come.
#[derive(Debug, Default)]
pub(super) struct Readings {
    untold: VecDeque<Sighting>,
    is_over: bool,
}

impl Readings {
    pub(super) fn add(&mut self, sighting: Sighting) {
        self.untold.push_back(sighting);
    }

    /// Nothing more will be read.
    pub(super) fn end(&mut self) {
        self.is_over = true;
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next to tell.
    pub(super) fn tell(&mut self) -> Progress {
        match self.untold.pop_front() {
            Some(sighting) if self.is_over && self.untold.is_empty() => Progress::Found(sighting),
            Some(sighting) => Progress::Seen(sighting),
            None if self.is_over => Progress::NotMine,
            None => Progress::NeedMore,
        }
    }
}
