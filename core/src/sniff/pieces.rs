//! Bytes that come in pieces, in any order and more than once.

/// Of hellos and certificates nobody sends longer ones; see TLS.
const MAX_BYTES: usize = 16 * 1024;

/// What is there so far.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    bytes: Vec<u8>,
    /// Received ranges, sorted, not touching.
    ranges: Vec<(usize, usize)>,
}

impl Pieces {
    /// Puts `piece` where it belongs; `None` if that is further behind than is read.
    pub(super) fn put(&mut self, offset: usize, piece: &[u8]) -> Option<()> {
        let end = offset.checked_add(piece.len()).filter(|end| *end <= MAX_BYTES)?;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes.get_mut(offset..end)?.copy_from_slice(piece);
        self.ranges.push((offset, end));
        self.ranges.sort_unstable();
        self.ranges.dedup_by(|next, previous| {
            let touches = next.0 <= previous.1;
            if touches {
                previous.1 = previous.1.max(next.1);
            }
            touches
        });
        Some(())
    }

    /// The beginning, up to the first byte that is missing.
    pub(super) fn beginning(&self) -> &[u8] {
        match self.ranges.first() {
            Some((0, end)) => self.bytes.get(..*end).unwrap_or_default(),
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn order_and_repeats_do_not_matter(
            text in proptest::collection::vec(any::<u8>(), 1..60),
            cuts in proptest::collection::vec((0usize..60, 0usize..60), 0..20),
        ) {
            let (mut pieces, mut there) = (Pieces::default(), vec![false; text.len()]);
            for (offset, length) in cuts {
                let offset = offset.min(text.len());
                let end = (offset + length).min(text.len());
                pieces.put(offset, &text[offset..end]);
                there[offset..end].fill(true);
            }
            let expected = there.iter().position(|is_there| !is_there).unwrap_or(text.len());
            prop_assert_eq!(pieces.beginning(), &text[..expected]);
        }
    }

    #[test]
    fn what_is_far_behind_is_not_kept() {
        let mut pieces = Pieces::default();
        assert_eq!(pieces.put(MAX_BYTES, &[1]), None);
        assert_eq!(pieces.put(usize::MAX, &[1]), None);
        assert_eq!(pieces.put(MAX_BYTES - 1, &[1]), Some(()));
        assert!(pieces.beginning().is_empty());
    }
}
