//! The protocols that a flow may still turn out to speak.

use super::{Direction, Progress, Sighting, Sniffer};

/// Sniffers that have neither claimed the flow nor declined it. Empty means done, and holds no memory.
pub(super) struct Candidates(Vec<Box<dyn Sniffer + Send>>);

impl Candidates {
    pub(super) fn new(sniffers: Vec<Box<dyn Sniffer + Send>>) -> Self {
        Self(sniffers)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.0 = Vec::new();
    }

    /// Offers `bytes` to each in turn. The first to read something stays alone.
    pub(super) fn offer(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        let mut index = 0;
        while let Some(sniffer) = self.0.get_mut(index) {
            match sniffer.push(direction, bytes) {
                Progress::NeedMore => index += 1,
                Progress::NotMine => drop(self.0.remove(index)),
                Progress::Seen(sighting) => {
                    self.keep_only(index);
                    return Progress::Seen(sighting);
                }
                Progress::Found(sighting) => {
                    self.clear();
                    return Progress::Found(sighting);
                }
            }
        }
        self.undecided()
    }

    /// What the first of them that can tell concludes from the bytes so far.
    pub(super) fn finish(&mut self) -> Option<Sighting> {
        self.0.iter_mut().find_map(|sniffer| sniffer.finish())
    }

    fn keep_only(&mut self, index: usize) {
        self.0.swap(0, index);
        self.0.truncate(1);
    }

    fn undecided(&mut self) -> Progress {
        if !self.is_empty() {
            return Progress::NeedMore;
        }
        self.clear();
        Progress::NotMine
    }
}
