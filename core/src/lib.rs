//! Telltale's engine: packets in, relayed flows, names, verdicts and a record out.

pub mod event;
pub mod limits;
pub mod names;
pub mod packet;
pub mod rules;
pub mod sniff;
#[cfg(feature = "store")]
pub mod store;
