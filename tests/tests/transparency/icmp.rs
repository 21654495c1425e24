//! ICMP echo: replies are the server's, and errors come back instead of them.

use std::time::Duration;

use telltale_tests::pattern;
use telltale_tests::probe::icmp::{Echo, IcmpError, PingSocket};
use telltale_tests::world::place::{
    APP, BLACK_HOLE, NEAR_NO_ROUTE, NEAR_PROHIBITED, NEAR_UNREACHABLE, NO_ROUTE, PROHIBITED, SERVER,
    SILENT_FAR, UNREACHABLE,
};
use telltale_tests::world::{Family, Mode, Place, World};

use crate::turn;

checks! {
    echo_over_raw_sockets,
    echo_over_datagram_sockets,
    identifiers_do_not_mix,
    network_unreachable,
    host_unreachable,
    prohibited,
    no_route_at_the_relay,
    unreachable_at_the_relay,
    prohibited_at_the_relay,
    nobody_on_a_far_link,
    black_hole_stays_silent,
}

const PATIENCE: Duration = Duration::from_secs(8);

/// Up to several fragments.
const SIZES: [usize; 5] = [0, 56, 1400, 4000, 8000];

fn echo_over_raw_sockets(world: &'static World, family: Family) {
    for (size, sequence) in SIZES.into_iter().zip(1..) {
        let echo = Echo { ident: 0x7e11, sequence, payload: pattern::bytes(size, size).to_vec() };
        let reply = world.ping(PingSocket::Raw, SERVER.at(family), &echo, PATIENCE);
        assert!(reply.as_ref() == Some(&echo), "echo of {size} bytes: {}", short(reply.as_ref()));
    }
}

fn echo_over_datagram_sockets(world: &'static World, family: Family) {
    for (size, sequence) in SIZES.into_iter().zip(1..) {
        let echo = Echo { ident: 0, sequence, payload: pattern::bytes(size, size).to_vec() };
        let reply = world.ping(PingSocket::Datagram, SERVER.at(family), &echo, PATIENCE);
        let same = reply.as_ref().is_some_and(|reply| reply.payload == echo.payload);
        assert!(same, "echo of {size} bytes: {}", short(reply.as_ref()));
    }
}

fn short(reply: Option<&Echo>) -> String {
    reply.map_or("no reply".into(), |Echo { ident, sequence, payload }| {
        format!("ident {ident:#x}, sequence {sequence}, {} bytes", payload.len())
    })
}

fn identifiers_do_not_mix(world: &'static World, family: Family) {
    for ident in 0x5000..0x5010 {
        let echo = Echo { ident, sequence: 1, payload: ident.to_be_bytes().to_vec() };
        assert_eq!(world.ping(PingSocket::Raw, SERVER.at(family), &echo, PATIENCE), Some(echo));
    }
}

fn network_unreachable(world: &'static World, family: Family) {
    answered_by_error(world, NO_ROUTE, family, (0, 0));
}

fn host_unreachable(world: &'static World, family: Family) {
    answered_by_error(world, UNREACHABLE, family, (1, 0));
}

fn prohibited(world: &'static World, family: Family) {
    answered_by_error(world, PROHIBITED, family, (13, 1));
}

fn no_route_at_the_relay(world: &'static World, family: Family) {
    answered_by_error(world, NEAR_NO_ROUTE, family, (0, 0));
}

fn unreachable_at_the_relay(world: &'static World, family: Family) {
    answered_by_error(world, NEAR_UNREACHABLE, family, (1, 0));
}

fn prohibited_at_the_relay(world: &'static World, family: Family) {
    answered_by_error(world, NEAR_PROHIBITED, family, (13, 1));
}

fn nobody_on_a_far_link(world: &'static World, family: Family) {
    answered_by_error(world, SILENT_FAR.host(92), family, (1, 3));
}

/// An echo request is answered by "destination unreachable" with the code of its family (version 4, version 6).
fn answered_by_error(world: &World, place: Place, family: Family, codes: (u8, u8)) {
    let echo = Echo { ident: 0x7e12, sequence: 3, payload: b"anybody?".to_vec() };
    let limit = Duration::from_secs(12);
    let to = place.at(family);
    let _turn = turn(place, family);
    let real = World::reference().ping_error(to, &echo, limit);
    let expected = match family {
        Family::V4 => (3, codes.0),
        Family::V6 => (1, codes.1),
    };
    assert_eq!(essence(real.as_ref()), Some(expected), "ICMP type and code about {to} without a relay");
    let error = match world.mode {
        Mode::Direct => real,
        Mode::Relay => world.ping_error(to, &echo, limit),
    };
    assert_eq!(essence(error.as_ref()), Some(expected), "ICMP type and code about {to}");
    let source = error.map(|error| error.quoted.source);
    assert_eq!(source, Some(APP.at(family)), "the error is about the packet that the app sent");
}

fn essence(error: Option<&IcmpError>) -> Option<(u8, u8)> {
    error.map(|error| (error.kind, error.code))
}

fn black_hole_stays_silent(world: &'static World, family: Family) {
    let echo = Echo { ident: 0x7e13, sequence: 1, payload: Vec::new() };
    let to = BLACK_HOLE.at(family);
    assert_eq!(world.ping(PingSocket::Raw, to, &echo, Duration::from_secs(2)), None);
}
