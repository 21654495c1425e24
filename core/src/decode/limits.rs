//! What a body may cost, each bound with its reason. Reaching one ends the work there and leaves a
//! [`Note`](super::Note).

/// Bytes of input that are looked at: many times what a telemetry upload takes.
pub const MAX_INPUT: usize = 4 * 1024 * 1024;

/// Bytes that all layers together may come to. A phone can spare this for a moment.
pub const MAX_DECODED: usize = 16 * 1024 * 1024;

/// Growth of one compressed layer beyond [`FREE_GROWTH`]: text comes to some 20, deflate ends near 1000.
pub const MAX_RATIO: usize = 300;

/// A layer may come to this whatever its ratio.
pub const FREE_GROWTH: usize = 256 * 1024;

/// Window of a zstd stream, as RFC 8878 section 3.1.1.1.2 recommends for all.
pub const MAX_WINDOW: u64 = 8 * 1024 * 1024;

/// Layers on top of each other: known formats have four.
pub const MAX_DEPTH: usize = 10;

/// Lists and maps inside of each other: events have six. The stack is what it protects.
pub const MAX_NESTING: usize = 48;

/// Fields of one form, or entries of one map or list.
pub const MAX_FIELDS: usize = 4096;

/// Values of the whole tree: a batch of 50 events has some 3000.
pub const MAX_ITEMS: usize = 50_000;

/// Layers that are listed and undone; what is below stays as it is.
pub const MAX_LAYERS: usize = 512;

/// Personal fields that are listed.
pub const MAX_PERSONAL: usize = 2000;

/// Bytes of a text that are kept once nothing is left to undo.
pub const MAX_TEXT: usize = 32 * 1024;

/// Bytes of a key that are kept.
pub const MAX_KEY: usize = 256;

/// Bytes of what is not text that are kept.
pub const MAX_BYTES: usize = 1024;

/// Notes: beyond, nobody reads on.
pub const MAX_NOTES: usize = 64;

// The tree, with some 100 bytes for a value and its key, stays within what the layers may take.
const _: () = assert!(MAX_ITEMS * 100 <= MAX_DECODED && MAX_INPUT <= MAX_DECODED);
