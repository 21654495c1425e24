//! TCP: how connections begin, end and fail, and that every byte arrives in order.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use etherparse::TcpHeader;
use nix::errno::Errno;
use nix::libc;
use nix::poll::PollFlags;
use socket2::{Domain, SockRef, Socket, TcpKeepalive, Type};
use telltale_tests::pattern;
use telltale_tests::probe::capture::find;
use telltale_tests::probe::{Outcome, raw_socket, ready};
use telltale_tests::servers::tcp::{self, PATIENCE, TcpServer};
use telltale_tests::world::place::{
    APP, BLACK_HOLE, FAR, NEAR_NO_ROUTE, NEAR_PROHIBITED, NEAR_UNREACHABLE, NO_ROUTE, PROHIBITED, SERVER,
    SILENT_FAR, SILENT_NEAR, UNREACHABLE,
};
use telltale_tests::world::{Family, Mode, Place, World};

use crate::{host_unreachable_errno, prohibited_errno, turn};

checks! {
    refused_at_once,
    network_unreachable,
    host_unreachable,
    prohibited,
    no_route_at_the_relay,
    unreachable_at_the_relay,
    prohibited_at_the_relay,
    nobody_on_the_relays_link,
    nobody_on_a_far_link,
    black_hole_stays_pending,
    server_speaks_first,
    client_ends_first_and_reads_on,
    server_ends_first_and_reads_on,
    server_resets,
    server_resets_at_once,
    server_speaks_and_resets,
    client_resets,
    client_closes_with_bytes_unread,
    server_stalls,
    client_stalls,
    bulk_both_ways,
    small_receive_buffers,
    single_bytes_both_ways,
    path_with_a_smaller_mtu,
    keepalive_is_answered,
    many_connections_at_once,
    same_source_port_again,
    stray_segment_is_reset,
}

const MEGABYTE: usize = 1_000_000;

fn refused_at_once(world: &'static World, family: Family) {
    let closed = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo).address;
    same_outcome(world, closed, Duration::from_secs(3), Outcome::Failed(Errno::ECONNREFUSED));
}

fn network_unreachable(world: &'static World, family: Family) {
    fails_with(world, NO_ROUTE, family, Errno::ENETUNREACH);
}

fn host_unreachable(world: &'static World, family: Family) {
    fails_with(world, UNREACHABLE, family, host_unreachable_errno(family));
}

fn prohibited(world: &'static World, family: Family) {
    fails_with(world, PROHIBITED, family, prohibited_errno(family));
}

fn no_route_at_the_relay(world: &'static World, family: Family) {
    fails_with(world, NEAR_NO_ROUTE, family, Errno::ENETUNREACH);
}

fn unreachable_at_the_relay(world: &'static World, family: Family) {
    fails_with(world, NEAR_UNREACHABLE, family, host_unreachable_errno(family));
}

fn prohibited_at_the_relay(world: &'static World, family: Family) {
    fails_with(world, NEAR_PROHIBITED, family, prohibited_errno(family));
}

fn nobody_on_the_relays_link(world: &'static World, family: Family) {
    fails_with(world, SILENT_NEAR, family, Errno::EHOSTUNREACH);
}

fn nobody_on_a_far_link(world: &'static World, family: Family) {
    fails_with(world, SILENT_FAR, family, Errno::EHOSTUNREACH);
}

fn fails_with(world: &World, place: Place, family: Family, errno: Errno) {
    let to = SocketAddr::new(place.at(family), 80);
    let _turn = turn(place, family);
    same_outcome(world, to, Duration::from_secs(12), Outcome::Failed(errno));
}

/// A connect to `to` ends as written down, and as it really does without a relay.
fn same_outcome(world: &World, to: SocketAddr, limit: Duration, expected: Outcome) {
    let real = World::reference().connect_outcome(to, limit);
    assert_eq!(real, expected, "connecting to {to} without a relay");
    if world.mode == Mode::Direct {
        return;
    }
    assert_eq!(world.connect_outcome(to, limit), real, "connecting to {to}");
}

fn black_hole_stays_pending(world: &'static World, family: Family) {
    let to = SocketAddr::new(BLACK_HOLE.at(family), 80);
    let outcome = world.connect_outcome(to, Duration::from_secs(3));
    assert_eq!(outcome, Outcome::Pending, "connecting to {to}, which never answers");
}

fn server_speaks_first(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::speak_first(MEGABYTE));
    let client = world.connect(server.address);
    assert_eq!(pattern::read(&client, usize::MAX).unwrap(), MEGABYTE);
    drop(client);
    assert_eq!(server.seen().unwrap(), 0);
}

fn client_ends_first_and_reads_on(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::answer_after_end(MEGABYTE));
    let client = world.connect(server.address);
    pattern::write(&client, 200_000).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(pattern::read(&client, usize::MAX).unwrap(), MEGABYTE, "bytes after the client's half-close");
    assert_eq!(server.seen().unwrap(), 200_000, "bytes before the client's half-close");
}

fn server_ends_first_and_reads_on(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::end_first);
    let mut client = world.connect(server.address);
    assert_eq!(client.read(&mut [0]).unwrap(), 0, "the server's end of stream");
    // Long enough for a relay that mistakes a half-closed connection for a finished one to show.
    thread::sleep(Duration::from_secs(2));
    pattern::write(&client, 200_000).unwrap();
    drop(client);
    assert_eq!(server.seen().unwrap(), 200_000, "bytes after the server's half-close");
}

fn server_resets(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::reset_after_first_byte);
    let mut client = world.connect(server.address);
    client.write_all(b"!").unwrap();
    let error = client.read(&mut [0]).expect_err("a reset is not an end of stream");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

/// The connection was there, however short: never "refused".
fn server_resets_at_once(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::reset_at_once);
    for _ in 0..20 {
        let heard = read_from(world, server.address, &mut []);
        assert_eq!(heard.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}

fn server_speaks_and_resets(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::speak_and_reset);
    for _ in 0..20 {
        let mut words = [0; tcp::LAST_WORDS.len()];
        let heard = read_from(world, server.address, &mut words);
        assert_eq!(heard.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}

/// Connects, fills `words`, then reads on. A reset may come as early as `connect` has it wait for the answer.
fn read_from(world: &World, address: SocketAddr, words: &mut [u8]) -> io::Result<usize> {
    let mut client = world.app(move || TcpStream::connect_timeout(&address, Duration::from_secs(10)))?;
    client.read_exact(words).expect("what was sent before the reset arrives before it");
    assert!(words.is_empty() || words == tcp::LAST_WORDS, "{words:?}");
    client.read(&mut [0])
}

/// Closing a socket with bytes unread resets the connection (RFC 2525 section 2.17).
fn client_closes_with_bytes_unread(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo);
    let mut client = world.connect(server.address);
    client.write_all(b"!").unwrap();
    client.peek(&mut [0]).unwrap();
    drop(client);
    let end = server.seen().expect_err("the server is told of the reset");
    assert_eq!(end.kind(), ErrorKind::ConnectionReset);
}

fn client_resets(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo);
    let mut client = world.connect(server.address);
    client.write_all(b"!").unwrap();
    client.read_exact(&mut [0]).unwrap();
    tcp::reset(&client).unwrap();
    drop(client);
    let error = server.seen().expect_err("a reset is not an end of stream");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

fn server_stalls(world: &'static World, family: Family) {
    let stall = tcp::stall(Duration::from_secs(3));
    let server = TcpServer::start(&world.server_side, SERVER.at(family), stall);
    let client = world.connect(server.address);
    pattern::write(&client, 20 * MEGABYTE).unwrap();
    drop(client);
    assert_eq!(server.seen().unwrap(), 20 * MEGABYTE);
}

fn client_stalls(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::speak_first(20 * MEGABYTE));
    let client = world.connect(server.address);
    thread::sleep(Duration::from_secs(3));
    assert_eq!(pattern::read(&client, usize::MAX).unwrap(), 20 * MEGABYTE);
}

fn bulk_both_ways(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::both_ways(10 * MEGABYTE));
    let client = world.connect(server.address);
    assert_eq!(tcp::both_ways(10 * MEGABYTE)(client).unwrap(), 10 * MEGABYTE, "down");
    assert_eq!(server.seen().unwrap(), 10 * MEGABYTE, "up");
}

fn small_receive_buffers(world: &'static World, family: Family) {
    let (address, small) = (SERVER.at(family), Some(4096));
    let server = TcpServer::with_receive_buffer(&world.server_side, address, small, tcp::both_ways(200_000));
    let to = server.address;
    let client = world.app(move || {
        let socket = Socket::new(Domain::for_address(to), Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect_timeout(&to.into(), PATIENCE).unwrap();
        TcpStream::from(socket)
    });
    tcp::patient(&client).unwrap();
    assert_eq!(tcp::both_ways(200_000)(client).unwrap(), 200_000, "down");
    assert_eq!(server.seen().unwrap(), 200_000, "up");
}

fn single_bytes_both_ways(world: &'static World, family: Family) {
    const BYTES: usize = 2000;
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo_bytes);
    let client = world.connect(server.address);
    client.set_nodelay(true).unwrap();
    let mut writing = client.try_clone().unwrap();
    let writer = thread::spawn(move || {
        for byte in pattern::bytes(0, BYTES) {
            writing.write_all(&[*byte])?;
        }
        writing.shutdown(Shutdown::Write)
    });
    assert_eq!(pattern::read(&client, usize::MAX).unwrap(), BYTES);
    writer.join().unwrap().unwrap();
    assert_eq!(server.seen().unwrap(), BYTES);
}

fn path_with_a_smaller_mtu(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.far_side, FAR.at(family), tcp::both_ways(MEGABYTE));
    let client = world.connect(server.address);
    assert_eq!(tcp::both_ways(MEGABYTE)(client).unwrap(), MEGABYTE, "down");
    assert_eq!(server.seen().unwrap(), MEGABYTE, "up");
}

fn keepalive_is_answered(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo);
    let mut client = world.connect(server.address);
    let second = Duration::from_secs(1);
    let keepalive = TcpKeepalive::new().with_time(second).with_interval(second).with_retries(2);
    SockRef::from(&client).set_tcp_keepalive(&keepalive).unwrap();
    // Without answers the kernel gives up after three.
    thread::sleep(5 * second);
    client.write_all(b"!").unwrap();
    client.read_exact(&mut [0]).expect("the connection is alive");
}

fn many_connections_at_once(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo);
    let to = server.address;
    world.app(move || {
        let clients: Vec<Socket> = (0..500)
            .map(|number| {
                let socket = Socket::new(Domain::for_address(to), Type::STREAM, None).unwrap();
                socket.set_nonblocking(true).unwrap();
                let started = socket.connect(&to.into()).map_err(|error| error.raw_os_error());
                assert!(
                    matches!(started, Ok(()) | Err(Some(libc::EINPROGRESS))),
                    "connect {number}: {started:?}"
                );
                socket
            })
            .collect();
        for (number, client) in clients.iter().enumerate() {
            assert!(ready(client, PollFlags::POLLOUT, PATIENCE), "connection {number} is still pending");
            assert!(client.take_error().unwrap().is_none(), "connection {number} failed");
        }
        let mut streams: Vec<TcpStream> = clients.into_iter().map(TcpStream::from).collect();
        for (number, stream) in streams.iter_mut().enumerate() {
            stream.set_nonblocking(false).unwrap();
            tcp::patient(stream).unwrap();
            stream.write_all(&number.to_be_bytes()).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        }
        for (number, stream) in streams.iter_mut().enumerate() {
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap_or_else(|error| panic!("connection {number}: {error}"));
            assert_eq!(answer, number.to_be_bytes(), "connection {number} got another one's answer");
        }
    });
}

fn same_source_port_again(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::end_first);
    let first = connect_from(world, SocketAddr::new(APP.at(family), 0), server.address);
    let source = first.local_addr().unwrap();
    let mut client = first;
    for round in 0..5 {
        assert_eq!(client.read(&mut [0]).unwrap(), 0, "the server ends first, round {round}");
        pattern::write(&client, 1000).unwrap();
        drop(client);
        assert_eq!(server.seen().unwrap(), 1000, "round {round} from {source}");
        client = connect_from(world, source, server.address);
    }
}

/// A connection from a given port, as soon as the kernel has let go of the last one from there.
fn connect_from(world: &World, source: SocketAddr, to: SocketAddr) -> TcpStream {
    world.app(move || {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let socket = Socket::new(Domain::for_address(to), Type::STREAM, None).unwrap();
            socket.set_reuse_address(true).unwrap();
            socket.bind(&source.into()).unwrap();
            match socket.connect_timeout(&to.into(), PATIENCE) {
                Ok(()) => {
                    let stream = TcpStream::from(socket);
                    tcp::patient(&stream).unwrap();
                    return stream;
                }
                Err(error) if error.kind() == ErrorKind::AddrNotAvailable && Instant::now() < end => {
                    thread::sleep(Duration::from_millis(50));
                }
                Err(error) => panic!("connecting from {source} to {to}: {error}"),
            }
        }
    })
}

/// RFC 9293 section 3.5.2: a segment for a connection that does not exist is answered with a reset whose sequence
/// number is the one that the segment acknowledges.
fn stray_segment_is_reset(world: &'static World, family: Family) {
    const SOURCE_PORT: u16 = 999;
    const ACKNOWLEDGED: u32 = 0x1234_5678;
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo);
    let to = server.address;
    let mut header = TcpHeader::new(SOURCE_PORT, to.port(), 77, 1024);
    header.ack = true;
    header.acknowledgment_number = ACKNOWLEDGED;
    header.checksum = match (APP.at(family), to.ip()) {
        (IpAddr::V4(app), IpAddr::V4(to)) => {
            header.calc_checksum_ipv4_raw(app.octets(), to.octets(), b"stray")
        }
        (IpAddr::V6(app), IpAddr::V6(to)) => {
            header.calc_checksum_ipv6_raw(app.octets(), to.octets(), b"stray")
        }
        mixed => unreachable!("one family has both addresses, not {mixed:?}"),
    }
    .unwrap();
    let segment = [&header.to_bytes()[..], b"stray"].concat();
    let socket = world.app(move || {
        let socket = raw_socket(family, libc::IPPROTO_TCP).unwrap();
        socket.send_to(&segment, &SocketAddr::new(to.ip(), 0).into()).unwrap();
        socket
    });
    let reset = find(&socket, Duration::from_secs(5), |packet| {
        // A version 4 raw socket shows the IP header too.
        let start = if family == Family::V4 { usize::from(packet.first()? & 0xf) * 4 } else { 0 };
        let (header, _) = TcpHeader::from_slice(packet.get(start..)?).ok()?;
        (header.source_port == to.port() && header.destination_port == SOURCE_PORT).then_some(header)
    });
    let reset = reset.expect("an answer to the stray segment");
    assert!(reset.rst, "the answer is a reset: {reset:?}");
    assert_eq!(reset.sequence_number, ACKNOWLEDGED, "a reset the sender believes");
}
