//! The machine between scripted apps and scripted servers, on a virtual clock. No socket, no sleep, no chance:
//! whatever happens follows from a seed.
//!
//! | module | is |
//! |---|---|
//! | [`app`] | the apps' kernel: TCP by smoltcp, so that real segments with retransmissions flow |
//! | [`link`] | the way between the apps and the machine; it loses, doubles, delays and reorders by seed |
//! | [`remote`] | the servers: they answer what `Monitor::poll_action` asks of sockets |
//! | [`network`] | all of these on one clock, with what must hold at every turn |
//! | [`bench`](mod@bench) | the machine alone, for tests that write every packet themselves |
//! | [`wire`] | packets written and read by other code than the machine's |

pub mod app;
pub mod bench;
pub mod link;
pub mod network;
pub mod remote;
pub mod rng;
pub mod wire;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use telltale_core::event::Timestamp;

pub use bench::Bench;
pub use network::Network;
pub use rng::Rng;

/// Time in a simulation: since its start.
pub type Time = Duration;

/// The instant from which all simulations count; which one it is matters to none.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// 2026-03-01T12:00:00Z, the wall clock at the start of every simulation.
pub const WALL: Timestamp = Timestamp(1_772_366_400_000);

/// The instant at `time`.
pub fn at(time: Time) -> Instant {
    *START + time
}

/// The time at `instant`.
pub fn since_start(instant: Instant) -> Time {
    instant.saturating_duration_since(*START)
}

/// Milliseconds.
pub const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Seconds.
pub const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}
