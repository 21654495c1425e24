//! The machine between scripted apps and scripted servers, over many seeds; and alone, packet by packet.
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "a failed step is a failed check, it names its seed, and each looks at what it is about"
)]

mod datagrams;
mod events;
mod idle;
mod scenario;
mod segments;
mod tcp;

use std::net::SocketAddr;

use telltale_tests::sim::bench::socket;

/// The app's side.
fn app() -> SocketAddr {
    socket("10.111.222.1:40000")
}

/// A host outside.
fn host() -> SocketAddr {
    socket("198.51.100.7:8000")
}
