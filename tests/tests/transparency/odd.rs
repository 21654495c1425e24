//! What is not TCP, UDP or echo, what must not leave the link, and what is not a packet at all.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6, TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

use etherparse::PacketBuilder;
use nix::net::if_::if_nametoindex;
use socket2::SockRef;
use telltale_tests::pattern;
use telltale_tests::probe::capture::Watch;
use telltale_tests::probe::raw_socket;
use telltale_tests::servers::tcp::{self, TcpServer};
use telltale_tests::world::place::{APP, SERVER};
use telltale_tests::world::{APP_DEVICE, Family, World};

checks! {
    unknown_protocol_is_answered,
    multicast_and_broadcast_stay_on_the_link,
    malformed_packets_disturb_nobody,
}

/// For experiments (RFC 3692): no host has a handler for it.
const UNKNOWN_PROTOCOL: u8 = 253;

/// RFC 1122 section 3.2.2.1 "protocol unreachable"; RFC 4443 section 3.4 "unrecognized next header".
fn unknown_protocol_is_answered(world: &'static World, family: Family) {
    let to = SERVER.at(family);
    let sender = world.app(move || raw_socket(family, UNKNOWN_PROTOCOL.into())).unwrap();
    let error = world.icmp_error(&sender, to, b"experiment 253", Duration::from_secs(8), |quoted| {
        quoted.destination == to && quoted.protocol == UNKNOWN_PROTOCOL
    });
    let error = error.expect("an ICMP error about protocol 253");
    let expected = match family {
        Family::V4 => (3, 2),
        Family::V6 => (4, 1),
    };
    assert_eq!((error.kind, error.code), expected, "ICMP type and code");
    assert_eq!(error.quoted.source, APP.at(family), "the quote is the app's packet");
    assert_eq!(error.quoted.payload, b"experiment 253");
}

fn multicast_and_broadcast_stay_on_the_link(world: &'static World, family: Family) {
    const LOCAL: &[u8] = b"not beyond this link, 7d1c";
    const ROUTED: &[u8] = b"to the server, please, 7d1c";
    let leaves = Watch::start(&world.app_side, LOCAL);
    let (stays, passes) = (Watch::start(&world.server_side, LOCAL), Watch::start(&world.server_side, ROUTED));
    world.app(move || {
        let socket = UdpSocket::bind((APP.at(family), 0)).unwrap();
        for to in link_destinations(family) {
            send_on_link(&socket, to, LOCAL);
        }
        socket.send_to(ROUTED, (SERVER.at(family), 9)).unwrap();
    });
    // The checks of both families may run at the same time.
    let version = if family == Family::V4 { 4 } else { 6 };
    let count = |packets: Vec<Vec<u8>>| packets.iter().filter(|packet| packet[0] >> 4 == version).count();
    assert_eq!(
        count(stays.finish(Duration::from_secs(1))),
        0,
        "packets for the app's own link reached the server"
    );
    assert!(count(leaves.finish(Duration::ZERO)) >= 2, "the app does send them");
    assert!(count(passes.finish(Duration::ZERO)) > 0, "the server sees what is sent to it");
}

/// Multicast of link, site and wider scope, broadcast and link-local, on the port of mDNS and of SSDP.
fn link_destinations(family: Family) -> Vec<SocketAddr> {
    match family {
        Family::V4 => {
            ["224.0.0.251:5353", "239.255.255.250:1900", "255.255.255.255:5353", "169.254.7.7:5353"]
                .map(|text| text.parse().unwrap())
                .to_vec()
        }
        Family::V6 => {
            let scope = if_nametoindex(APP_DEVICE).unwrap();
            ["ff02::fb", "ff05::c", "fe80::7:7"]
                .map(|text| SocketAddrV6::new(text.parse().unwrap(), 5353, 0, scope).into())
                .to_vec()
        }
    }
}

fn send_on_link(socket: &UdpSocket, to: SocketAddr, payload: &[u8]) {
    socket.set_broadcast(true).unwrap();
    SockRef::from(socket).bind_device(Some(APP_DEVICE.as_bytes())).unwrap();
    if to.is_ipv4() {
        socket.set_multicast_ttl_v4(4).unwrap();
    } else {
        SockRef::from(socket).set_multicast_hops_v6(4).unwrap();
    }
    socket.send_to(payload, to).unwrap_or_else(|error| panic!("sending to {to}: {error}"));
}

fn malformed_packets_disturb_nobody(world: &'static World, family: Family) {
    let server = TcpServer::start(&world.server_side, SERVER.at(family), tcp::echo);
    let mut running = world.connect(server.address);
    echo_once(&mut running, 0);
    let source = running.local_addr().unwrap();
    let valid = [tcp_packet(source, server.address), udp_packet(source, server.address)];
    let mut offset = 0;
    for (number, packets) in malformed(family, &valid).chunks(40).enumerate() {
        world.inject(family, packets.to_vec());
        offset += 1000;
        echo_once(&mut running, offset);
        let mut fresh = world.connect(server.address);
        echo_once(&mut fresh, number);
    }
    // Whatever was left half done, such as fragments without an end, still does no harm.
    thread::sleep(Duration::from_secs(1));
    echo_once(&mut running, 7);
}

fn echo_once(stream: &mut TcpStream, offset: usize) {
    let sent = pattern::bytes(offset, 1000);
    stream.write_all(sent).unwrap();
    let mut back = [0; 1000];
    stream.read_exact(&mut back).expect("the connection still works");
    assert!(back == *sent, "the echo was changed");
}

/// Packets that are wrong in one way each, then 400 with random bytes changed. None of them is a valid segment of
/// the running connection, whose addresses and ports they carry.
fn malformed(family: Family, valid: &[Vec<u8>; 2]) -> Vec<Vec<u8>> {
    let mut packets = match family {
        Family::V4 => malformed_v4(valid),
        Family::V6 => malformed_v6(valid),
    };
    let transport = match family {
        Family::V4 => 20,
        Family::V6 => 40,
    };
    let [tcp, udp] = valid;
    for len in [1, transport - 1, transport, transport + 1, transport + 7, transport + 19] {
        packets.push(tcp[..len].to_vec());
        packets.push(udp[..len.min(udp.len())].to_vec());
    }
    // TCP data offset below the header, beyond the segment; options that end nowhere or have no length.
    for offset in [0, 4, 15] {
        packets.push(changed(tcp, &[(transport + 12, offset << 4)]));
    }
    packets.push(changed(tcp, &[(transport + 12, 6 << 4), (transport + 20, 2), (transport + 21, 0)]));
    packets.push(changed(tcp, &[(transport + 12, 6 << 4), (transport + 20, 2), (transport + 21, 200)]));
    // Every flag at once, and none, with a wrong checksum.
    packets.push(changed(tcp, &[(transport + 13, 0xff)]));
    packets.push(changed(tcp, &[(transport + 13, 0)]));
    // UDP length below its header and beyond the packet; port 0.
    packets.push(changed(udp, &[(transport + 4, 0), (transport + 5, 3)]));
    packets.push(changed(udp, &[(transport + 4, 0xff), (transport + 5, 0xff)]));
    packets.push(changed(udp, &[(transport + 2, 0), (transport + 3, 0)]));

    let mut random = 0x1234_5678_u32;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random as usize
    };
    for round in 0..400 {
        let mut packet = valid[round % 2].clone();
        for _ in 0..=next() % 4 {
            let at = next() % packet.len();
            packet[at] ^= next().to_le_bytes()[1] | 1;
        }
        // A reset that happens to fit would be right to end the connection.
        if round % 2 == 0 {
            packet[transport + 16] ^= 0x5a;
        }
        packets.push(packet);
    }
    packets
}

fn malformed_v4([tcp, udp]: &[Vec<u8>; 2]) -> Vec<Vec<u8>> {
    let loopback = Ipv4Addr::LOCALHOST.octets();
    let mut packets = vec![
        // Versions that this link does not carry.
        changed(tcp, &[(0, 0x05)]),
        changed(tcp, &[(0, 0x65)]),
        changed(tcp, &[(0, 0xf5)]),
        // Header length: none, less than a header, more than the packet.
        changed(tcp, &[(0, 0x40)]),
        changed(tcp, &[(0, 0x44)]),
        changed(udp, &[(0, 0x4f)]),
        // Total length: none, less than a header, more than there is.
        resummed(tcp, &[(2, 0), (3, 0)]),
        resummed(tcp, &[(2, 0), (3, 19)]),
        resummed(tcp, &[(2, 0xff), (3, 0xff)]),
        // A wrong header checksum.
        changed(udp, &[(10, udp[10] ^ 0xff)]),
        // From the loopback address, from everyone, from itself (the "land" attack).
        resummed(tcp, &[(12, loopback[0]), (13, loopback[1]), (14, loopback[2]), (15, loopback[3])]),
        resummed(tcp, &[(12, 0xff), (13, 0xff), (14, 0xff), (15, 0xff)]),
        resummed(tcp, &[(12, tcp[16]), (13, tcp[17]), (14, tcp[18]), (15, tcp[19])]),
        // No time left.
        resummed(udp, &[(8, 0)]),
    ];
    // A first fragment without an end; an end without a start; one that ends beyond 65,535; overlapping ones.
    for fragment in [0x2000_u16, 0x0010, 0x1fff, 0x3fff, 0x2001, 0x2001, 0x0001] {
        let [high, low] = fragment.to_be_bytes();
        packets.push(resummed(udp, &[(6, high), (7, low)]));
        packets.push(resummed(tcp, &[(6, high), (7, low)]));
    }
    packets
}

fn malformed_v6([tcp, udp]: &[Vec<u8>; 2]) -> Vec<Vec<u8>> {
    let mut packets = vec![
        changed(tcp, &[(0, 0x00)]),
        changed(tcp, &[(0, 0x45)]),
        changed(tcp, &[(0, 0xf0)]),
        // Payload length: none, more than there is.
        changed(tcp, &[(4, 0), (5, 0)]),
        changed(tcp, &[(4, 0xff), (5, 0xff)]),
        // No time left.
        changed(udp, &[(7, 0)]),
        // From a multicast address; from itself.
        changed(udp, &[(8, 0xff), (9, 0x02)]),
        [&tcp[..8], &tcp[24..40], &tcp[24..]].concat(),
    ];
    // The first bytes of the segment read as hop-by-hop, routing, fragment, destination options, nothing, and ESP.
    for next_header in [0, 43, 44, 60, 59, 50, 51, 135] {
        packets.push(changed(tcp, &[(6, next_header)]));
        packets.push(changed(udp, &[(6, next_header)]));
        packets.push(changed(tcp, &[(6, next_header)])[..44].to_vec());
        // A chain of it that runs past the end.
        packets.push(changed(tcp, &[(6, next_header), (40, next_header), (41, 0xff)]));
    }
    packets
}

fn changed(packet: &[u8], bytes: &[(usize, u8)]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    for (at, byte) in bytes {
        packet[*at] = *byte;
    }
    packet
}

/// The same with a right IPv4 header checksum, so that the change itself is looked at.
fn resummed(packet: &[u8], bytes: &[(usize, u8)]) -> Vec<u8> {
    let mut packet = changed(packet, bytes);
    packet[10..12].fill(0);
    let sum: u32 = packet[..20].chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum();
    let folded = (sum >> 16) + (sum & 0xffff);
    let folded = !((folded >> 16) + (folded & 0xffff));
    packet[10..12].copy_from_slice(&folded.to_be_bytes()[2..]);
    packet
}

/// A segment between the two with a sequence number that is nobody's and a wrong checksum.
fn tcp_packet(from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    let builder = ip_builder(from, to).tcp(from.port(), to.port(), 0x0bad_cafe, 1024).ack(0x0bad_f00d);
    let mut packet = Vec::new();
    builder.write(&mut packet, b"this was never sent").unwrap();
    let checksum = packet.len() - b"this was never sent".len() - 4;
    packet[checksum] ^= 0xa5;
    packet
}

fn udp_packet(from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    let mut packet = Vec::new();
    ip_builder(from, to).udp(from.port(), to.port()).write(&mut packet, b"neither was this").unwrap();
    packet
}

fn ip_builder(from: SocketAddr, to: SocketAddr) -> etherparse::PacketBuilderStep<etherparse::IpHeaders> {
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => PacketBuilder::ipv4(from.octets(), to.octets(), 64),
        (IpAddr::V6(from), IpAddr::V6(to)) => PacketBuilder::ipv6(from.octets(), to.octets(), 64),
        mixed => unreachable!("one family has both addresses, not {mixed:?}"),
    }
}
