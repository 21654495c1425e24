//! Bytes of the TUN turned into typed packets, and back.

mod five_tuple;

pub use five_tuple::{FiveTuple, Protocol};
