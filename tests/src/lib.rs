//! A small world in namespaces, servers that live in it, and the tools to look at it from an app's side.
//!
//! [`world::World`] joins four network namespaces, `app - relay - server - far`, without touching the host and
//! without needing root. In mode `direct` the kernel forwards between them; in mode `relay` everything the app
//! sends goes through `telltale tun`. A check that passes in both cannot tell the relay from the real network.
//!
//! ```no_run
//! use telltale_tests::world::{Family, Mode, World, place};
//!
//! telltale_tests::enter_before_main!(); // once per test binary
//!
//! let world = World::shared(Mode::Direct);
//! let address = (place::SERVER.at(Family::V4), 0);
//! let listener = world.server(move || std::net::TcpListener::bind(address)).unwrap();
//! let peer = listener.local_addr().unwrap();
//! let client = world.app(move || std::net::TcpStream::connect(peer)).unwrap();
//! ```
//!
//! A socket stays in the namespace where it was made, so only its creation has to happen inside
//! [`World::app`](world::World::app) or [`World::server`](world::World::server).
//!
//! [`sim`] needs no world: it drives the machine inside the relay on a virtual clock, between apps and servers that
//! follow a script.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "support for tests: a step that fails here is a failed test, and real sockets need a real clock"
)]

pub mod bench;
pub mod fuzz;
pub mod pattern;
pub mod probe;
pub mod servers;
pub mod sim;
pub mod sys;
pub mod tracker;
pub mod world;
