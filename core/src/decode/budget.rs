//! What is left to spend on one decoding, and what was written down on the way.

use super::layer::{Coding, Layer};
use super::limits::{FREE_GROWTH, MAX_DECODED, MAX_ITEMS, MAX_LAYERS, MAX_NOTES, MAX_RATIO};
use super::note::{Note, NoteKind};

#[derive(Debug)]
pub(super) struct Budget {
    bytes_left: usize,
    items_left: usize,
    layers: Vec<Layer>,
    notes: Vec<Note>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes_left: MAX_DECODED, items_left: MAX_ITEMS, layers: Vec::new(), notes: Vec::new() }
    }
}

impl Budget {
    /// Writes a layer down, and takes what it came to off.
    pub(super) fn layer(&mut self, path: &str, name: Coding, bytes_in: usize, bytes_out: usize) {
        self.spend(bytes_out);
        if self.has_layers() {
            let (bytes_in, bytes_out) = (bytes_in as u64, bytes_out as u64);
            self.layers.push(Layer { path: path.to_owned(), name, bytes_in, bytes_out });
        }
    }

    /// Takes off what something came to.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
    }

    /// Another layer may be undone; if not, that is noted once.
    pub(super) fn may_undo(&mut self) -> bool {
        let may = self.has_layers() && self.bytes_left > 0;
        if !may {
            self.cap(
                "",
                format!("more than {MAX_LAYERS} layers or {MAX_DECODED} bytes; the rest is left as it is"),
            );
        }
        may
    }

    fn has_layers(&self) -> bool {
        self.layers.len() < MAX_LAYERS
    }

    /// What a compressed layer of so many bytes may come to.
    pub(super) fn growth_of(&self, length: usize) -> usize {
        length.saturating_mul(MAX_RATIO).max(FREE_GROWTH).min(self.bytes_left)
    }

    /// Another value may be put into the tree; if not, that is noted once.
    pub(super) fn take_item(&mut self) -> bool {
        let may = self.items_left > 0;
        if may {
            self.items_left -= 1;
        } else {
            self.cap("", format!("more than {MAX_ITEMS} values; the rest is left out"));
        }
        may
    }

    pub(super) fn cap(&mut self, path: &str, text: String) {
        self.note(NoteKind::Capped, path, text);
    }

    /// Says something, once. The last note that fits says that there are more.
    pub(super) fn note(&mut self, kind: NoteKind, path: &str, text: String) {
        let note = Note { kind, path: path.to_owned(), text };
        if self.notes.len() >= MAX_NOTES || self.notes.contains(&note) {
            return;
        }
        let is_last = self.notes.len() == MAX_NOTES - 1;
        let more =
            Note { kind: NoteKind::Capped, path: String::new(), text: "more notes than are kept".to_owned() };
        self.notes.push(if is_last { more } else { note });
    }

    /// Something that was to be decoded is not all there.
    pub(super) fn is_truncated(&self) -> bool {
        self.notes.iter().any(|note| matches!(note.kind, NoteKind::Truncated | NoteKind::Capped))
    }

    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    pub(super) fn finish(self) -> (Vec<Layer>, Vec<Note>) {
        (self.layers, self.notes)
    }
}
