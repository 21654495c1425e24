//! An app cannot tell the relay from the real network.
//!
//! Every check runs over IPv4 and IPv6, and in two worlds: `direct`, where the kernel forwards and the check must
//! pass by definition, and `relay`, where everything passes `telltale tun`. What Linux reports for an error is
//! written down here, measured in `direct`, and must be the same in `relay`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed check, and real sockets need a real clock"
)]

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use nix::errno::Errno;
use telltale_tests::world::place::{
    NEAR_NO_ROUTE, NEAR_PROHIBITED, NEAR_UNREACHABLE, NO_ROUTE, PROHIBITED, UNREACHABLE,
};
use telltale_tests::world::{Family, Mode, Place, World, bounded};

telltale_tests::enter_before_main!();

/// Makes each `fn(world, family)` four tests: `direct::ipv4::name` and so on.
macro_rules! checks {
    ($($name:ident),+ $(,)?) => {
        mod direct {
            mod ipv4 { $(#[test] fn $name() { $crate::run(Direct, V4, super::super::$name); })+ use $crate::names::*; }
            mod ipv6 { $(#[test] fn $name() { $crate::run(Direct, V6, super::super::$name); })+ use $crate::names::*; }
        }
        mod relay {
            mod ipv4 { $(#[test] fn $name() { $crate::run(Relay, V4, super::super::$name); })+ use $crate::names::*; }
            mod ipv6 { $(#[test] fn $name() { $crate::run(Relay, V6, super::super::$name); })+ use $crate::names::*; }
        }
    };
}

mod icmp;
mod internet;
mod odd;
mod tcp;
mod udp;

/// What the tests of `checks!` name.
mod names {
    pub(crate) use telltale_tests::world::Family::{V4, V6};
    pub(crate) use telltale_tests::world::Mode::{Direct, Relay};
}

fn run(mode: Mode, family: Family, check: fn(&'static World, Family)) {
    if !mode.is_wanted() {
        // Once, and past libtest, which hides what passing tests print.
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            let _ = writeln!(io::stderr(), "skipping the checks of mode relay: TELLTALE_WORLD_MODE=direct");
        });
        return;
    }
    let world = World::shared(mode);
    let result = catch_unwind(AssertUnwindSafe(|| bounded("check", move || check(world, family))));
    if let Err(panic) = result {
        if let Some(obituary) = world.relay_obituary() {
            let _ = writeln!(io::stderr(), "{obituary}");
        }
        resume_unwind(panic);
    }
}

/// One check at a time asks for a version 4 router's errors: Linux gives each source address one a second
/// (`net.ipv4.route.error_cost`), a limit that no namespace can lift, and many askers would starve each other.
fn turn(place: Place, family: Family) -> Option<MutexGuard<'static, ()>> {
    static RELAYS_ROUTER: Mutex<()> = Mutex::new(());
    static SERVERS_ROUTER: Mutex<()> = Mutex::new(());
    let router = match place {
        NEAR_NO_ROUTE | NEAR_UNREACHABLE | NEAR_PROHIBITED => &RELAYS_ROUTER,
        NO_ROUTE | UNREACHABLE | PROHIBITED => &SERVERS_ROUTER,
        // An error about a silent neighbour has no such limit.
        _ => return None,
    };
    (family == Family::V4).then(|| router.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What Linux makes of the answer of an `unreachable` route: "host unreachable" (version 4), "no route" (version 6).
fn host_unreachable_errno(family: Family) -> Errno {
    match family {
        Family::V4 => Errno::EHOSTUNREACH,
        Family::V6 => Errno::ENETUNREACH,
    }
}

/// What Linux makes of "communication administratively prohibited".
fn prohibited_errno(family: Family) -> Errno {
    match family {
        Family::V4 => Errno::EHOSTUNREACH,
        Family::V6 => Errno::EACCES,
    }
}
