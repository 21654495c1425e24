//! UDP: datagrams arrive whole, mappings do not depend on the destination, and errors come back.

use std::collections::HashSet;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use telltale_tests::pattern;
use telltale_tests::probe::{Fragmenting, Outcome, path_mtu, set_fragmenting};
use telltale_tests::servers::udp::{self, UdpServer};
use telltale_tests::world::place::{
    BLACK_HOLE, FAR, FAR_MTU, NEAR_NO_ROUTE, NEAR_PROHIBITED, NEAR_UNREACHABLE, NO_ROUTE, PROHIBITED, SECOND,
    SERVER, SILENT_FAR, SILENT_NEAR, UNREACHABLE,
};
use telltale_tests::world::{Family, Mode, Place, World};

use crate::{host_unreachable_errno, prohibited_errno, turn};

checks! {
    every_size_arrives_whole,
    mapping_is_the_same_for_all_destinations,
    answer_from_another_port,
    answer_from_another_address,
    many_answers_to_one_datagram,
    burst_is_not_lost,
    port_unreachable,
    network_unreachable,
    host_unreachable,
    prohibited,
    no_route_at_the_relay,
    unreachable_at_the_relay,
    prohibited_at_the_relay,
    nobody_on_the_relays_link,
    nobody_on_a_far_link,
    black_hole_stays_silent,
    too_big_for_the_path_is_told,
    too_big_for_the_path_is_fragmented,
}

/// Long enough for anything but a lost datagram.
const PATIENCE: Duration = Duration::from_secs(8);

fn every_size_arrives_whole(world: &'static World, family: Family) {
    let server = UdpServer::start(&world.server_side, SERVER.at(family), udp::echo);
    let socket = world.udp(family, PATIENCE);
    socket.connect(server.address).unwrap();
    let largest = match family {
        Family::V4 => 65_535 - 20 - 8,
        Family::V6 => 65_535 - 8,
    };
    // Around the link's MTU in both families, and several fragments.
    for size in [0, 1, 512, 1452, 1453, 1472, 1473, 9000, largest] {
        socket
            .send(pattern::bytes(size, size))
            .unwrap_or_else(|error| panic!("sending {size} bytes: {error}"));
        expect_datagram(&socket, pattern::bytes(size, size));
    }
}

fn expect_datagram(socket: &UdpSocket, expected: &[u8]) {
    let mut buffer = vec![0; 1 << 16];
    let (size, result) = (expected.len(), socket.recv(&mut buffer));
    let len = result.unwrap_or_else(|error| panic!("waiting for a datagram of {size} bytes: {error}"));
    assert_eq!(len, size, "length of the datagram");
    assert!(&buffer[..len] == expected, "the datagram of {size} bytes was changed");
}

/// RFC 4787 REQ-1: endpoint-independent mapping.
fn mapping_is_the_same_for_all_destinations(world: &'static World, family: Family) {
    let servers = [SERVER, SERVER, SECOND]
        .map(|place| UdpServer::start(&world.server_side, place.at(family), udp::tell_peer));
    let socket = world.udp(family, PATIENCE);
    let peers: HashSet<String> = servers
        .iter()
        .map(|server| {
            socket.send_to(b"who am I?", server.address).unwrap();
            let mut answer = [0; 64];
            let (len, from) = socket.recv_from(&mut answer).unwrap();
            assert_eq!(from, server.address);
            String::from_utf8_lossy(&answer[..len]).into_owned()
        })
        .collect();
    assert_eq!(peers.len(), 1, "two ports and two addresses see one source: {peers:?}");
}

fn answer_from_another_port(world: &'static World, family: Family) {
    answers_through(world, family, SERVER);
}

fn answer_from_another_address(world: &'static World, family: Family) {
    answers_through(world, family, SECOND);
}

/// RFC 4787 section 5: endpoint-independent filtering.
fn answers_through(world: &World, family: Family, place: Place) {
    let other = world.server(move || udp::bind(place.at(family))).unwrap();
    let sender = other.local_addr().unwrap();
    let server = UdpServer::start(&world.server_side, SERVER.at(family), udp::answer_through(other));
    let socket = world.udp(family, PATIENCE);
    socket.send_to(b"hello", server.address).unwrap();
    let mut answer = [0; 64];
    let (len, from) = socket.recv_from(&mut answer).expect("the answer of a socket that was not asked");
    assert_eq!((&answer[..len], from), (&b"hello"[..], sender));
}

fn many_answers_to_one_datagram(world: &'static World, family: Family) {
    let server = UdpServer::start(&world.server_side, SERVER.at(family), udp::repeat(20));
    let socket = world.udp(family, PATIENCE);
    socket.send_to(b"again", server.address).unwrap();
    for number in 0..20 {
        expect_datagram(&socket, &[&[number], &b"again"[..]].concat());
    }
}

fn burst_is_not_lost(world: &'static World, family: Family) {
    let server = UdpServer::start(&world.server_side, SERVER.at(family), udp::echo);
    let socket = world.udp(family, PATIENCE);
    socket.connect(server.address).unwrap();
    for number in 0..200_u8 {
        socket.send(&[number; 64]).unwrap();
    }
    let mut missing: HashSet<u8> = (0..200).collect();
    while !missing.is_empty() {
        let mut buffer = [0; 128];
        let Ok(len) = socket.recv(&mut buffer) else { panic!("lost {} of 200: {missing:?}", missing.len()) };
        assert_eq!(buffer[..len], [buffer[0]; 64]);
        assert!(missing.remove(&buffer[0]), "datagram {} came twice", buffer[0]);
    }
}

fn port_unreachable(world: &'static World, family: Family) {
    let closed = UdpServer::start(&world.server_side, SERVER.at(family), udp::echo).address;
    // The server looks now and then whether it was dropped; its port closes with it.
    thread::sleep(Duration::from_secs(1));
    let refused = Outcome::Failed(Errno::ECONNREFUSED);
    same_outcome(world, closed, false, Duration::from_secs(5), refused);
    same_outcome(world, closed, true, Duration::from_secs(5), refused);
}

fn network_unreachable(world: &'static World, family: Family) {
    learns(world, NO_ROUTE, family, Errno::ENETUNREACH);
}

fn host_unreachable(world: &'static World, family: Family) {
    learns(world, UNREACHABLE, family, host_unreachable_errno(family));
}

fn prohibited(world: &'static World, family: Family) {
    learns(world, PROHIBITED, family, prohibited_errno(family));
}

fn no_route_at_the_relay(world: &'static World, family: Family) {
    learns(world, NEAR_NO_ROUTE, family, Errno::ENETUNREACH);
}

fn unreachable_at_the_relay(world: &'static World, family: Family) {
    learns(world, NEAR_UNREACHABLE, family, host_unreachable_errno(family));
}

fn prohibited_at_the_relay(world: &'static World, family: Family) {
    learns(world, NEAR_PROHIBITED, family, prohibited_errno(family));
}

fn nobody_on_the_relays_link(world: &'static World, family: Family) {
    learns(world, SILENT_NEAR.host(91), family, Errno::EHOSTUNREACH);
}

fn nobody_on_a_far_link(world: &'static World, family: Family) {
    learns(world, SILENT_FAR.host(91), family, Errno::EHOSTUNREACH);
}

fn learns(world: &World, place: Place, family: Family, errno: Errno) {
    let to = SocketAddr::new(place.at(family), 9);
    let _turn = turn(place, family);
    same_outcome(world, to, true, Duration::from_secs(12), Outcome::Failed(errno));
}

/// A datagram to `to` has the outcome that is written down, and that it really has without a relay.
fn same_outcome(world: &World, to: SocketAddr, told_all: bool, limit: Duration, expected: Outcome) {
    let real = World::reference().udp_outcome(to, told_all, limit);
    assert_eq!(real, expected, "a datagram to {to} without a relay");
    if world.mode == Mode::Direct {
        return;
    }
    assert_eq!(world.udp_outcome(to, told_all, limit), real, "a datagram to {to}");
}

fn black_hole_stays_silent(world: &'static World, family: Family) {
    let to = SocketAddr::new(BLACK_HOLE.at(family), 9);
    assert_eq!(world.udp_outcome(to, true, Duration::from_secs(2)), Outcome::Pending);
}

/// Path MTU discovery (RFC 1191, RFC 8201) reaches the app: EMSGSIZE and the path's MTU.
fn too_big_for_the_path_is_told(world: &'static World, family: Family) {
    let server = UdpServer::start(&world.far_side, FAR.host(3).at(family), udp::echo);
    let socket = world.udp(family, Duration::from_secs(1));
    socket.connect(server.address).unwrap();
    set_fragmenting(&socket, family, Fragmenting::Forbidden).unwrap();
    let headers = match family {
        Family::V4 => 20 + 8,
        Family::V6 => 40 + 8,
    };
    let too_big = usize::from(telltale_tests::world::place::MTU) - headers;
    let end = Instant::now() + PATIENCE;
    let error = loop {
        match socket.send(pattern::bytes(0, too_big)) {
            Ok(_) => assert!(Instant::now() < end, "{too_big} bytes are still accepted"),
            Err(error) => break error,
        }
        assert!(socket.recv(&mut [0; 2000]).is_err(), "a packet of 1500 bytes cannot pass");
    };
    assert_eq!(error.raw_os_error(), Some(libc::EMSGSIZE));
    assert_eq!(path_mtu(&socket, family).unwrap(), i32::from(FAR_MTU));
    let fits = usize::from(FAR_MTU) - headers;
    socket.send(pattern::bytes(0, fits)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    expect_datagram(&socket, pattern::bytes(0, fits));
}

fn too_big_for_the_path_is_fragmented(world: &'static World, family: Family) {
    let server = UdpServer::start(&world.far_side, FAR.host(4).at(family), udp::echo);
    let socket = world.udp(family, Duration::from_secs(2));
    socket.connect(server.address).unwrap();
    set_fragmenting(&socket, family, Fragmenting::Allowed).unwrap();
    let mut buffer = vec![0; 1 << 16];
    // Version 6 loses the first one: only the sender fragments, and it has yet to learn the path's MTU.
    let answer = (0..5).find_map(|_| {
        let answer: io::Result<usize> =
            socket.send(pattern::bytes(0, 5000)).and_then(|_| socket.recv(&mut buffer));
        answer.ok()
    });
    assert_eq!(answer, Some(5000), "a datagram of 5000 bytes over a link of {FAR_MTU}");
    assert!(buffer[..5000] == *pattern::bytes(0, 5000));
}
