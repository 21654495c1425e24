//! Telltale's engine: packets in, relayed flows, names, verdicts and a record out.
//!
//! # The path of a packet
//!
//! | stop | on the way out | module |
//! |---|---|---|
//! | 1 | a batch of packets is read from the TUN | [`engine`] (`tun`, `event_loop`) |
//! | 2 | `Monitor::handle_packet(bytes, now)` parses it once into typed values | [`monitor`], [`packet`] |
//! | 3 | the flow is found by hash or opened; a new flow asks for its owner | [`flow`], [`attribute`] |
//! | 4 | the stack turns packets into a byte stream or datagrams; the sniffer sees a copy and may name the flow | [`stack`], [`inspect`], [`sniff`] |
//! | 5 | the name, address and owner give a verdict; the relay connects, sends, shuts down on a (protected) socket | [`rules`], `engine/relay` |
//! | 6 | replies come back the same way to the TUN; events go to the store and to whoever watches | [`engine`], [`store`] |
//!
//! A capture takes another path to the same end: [`replay`] puts flows together from frames that others exchanged,
//! and [`inspect`] tells what is to be told of them.
//!
//! What a request says that passed in the clear is read by [`decode`]. [`experiment`] asks whether an action causes an
//! upload: it plans the actions and judges the bytes that follow. [`claims`] holds what was claimed in public against a
//! record.
//!
//! [`session`] puts an engine and a record together for whoever has a TUN, and conducts experiments on what passes.
//!
//! Everything but `engine`, `store` and `session` is a machine without sockets, files, clock or threads: time is the last
//! argument of its verbs (`handle_*`, `poll_*`), and the crate builds without their features.

pub mod attribute;
pub mod claims;
pub mod decode;
#[cfg(feature = "engine")]
pub mod engine;
pub mod event;
pub mod experiment;
pub mod flow;
pub mod inspect;
pub mod limits;
pub mod monitor;
pub mod names;
pub mod packet;
pub mod replay;
#[cfg(feature = "report")]
pub mod report;
pub mod rules;
#[cfg(all(feature = "engine", feature = "store"))]
pub mod session;
pub mod sniff;
pub mod stack;
#[cfg(feature = "store")]
pub mod store;
