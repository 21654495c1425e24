//! Captures made on the spot: frames, and the files around them.

use etherparse::PacketBuilder;

/// An address and a port.
pub(crate) type End = ([u8; 4], u16);

/// A capture file, written by hand so that it can be as odd as those of others.
pub(crate) struct File(pub(crate) Vec<u8>);

/// 2026-03-01T12:00:00Z.
pub(crate) const NOON: u32 = 1_772_366_400;

impl File {
    /// pcap of this link type.
    pub(crate) fn pcap(link: u32) -> Self {
        let fields = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, link];
        Self(fields.iter().flat_map(|field: &u32| field.to_le_bytes()).collect())
    }

    /// The same in the other byte order, with nanoseconds.
    pub(crate) fn pcap_big_nanoseconds(link: u32) -> Self {
        let fields = [0xa1b2_3c4d, 0x0002_0004, 0, 0, 65_535, link];
        Self(fields.iter().flat_map(|field: &u32| field.to_be_bytes()).collect())
    }

    /// A packet, `millis` after noon.
    pub(crate) fn packet(mut self, millis: u32, bytes: &[u8]) -> Self {
        let is_big = self.0[0] == 0xa1;
        let fraction = millis % 1000 * if is_big { 1_000_000 } else { 1000 };
        let length = u32::try_from(bytes.len()).unwrap();
        for field in [NOON + millis / 1000, fraction, length, length] {
            self.0.extend_from_slice(&if is_big { field.to_be_bytes() } else { field.to_le_bytes() });
        }
        self.0.extend_from_slice(bytes);
        self
    }

    /// All packets, 10 ms apart.
    pub(crate) fn packets(self, packets: &[Vec<u8>]) -> Self {
        (0..).step_by(10).zip(packets).fold(self, |file, (millis, bytes)| file.packet(millis, bytes))
    }
}

/// A pcapng block in either byte order; `body` in 32-bit words, then bytes that are padded.
pub(crate) fn block(is_big: bool, kind: u32, words: &[u32], bytes: &[u8]) -> Vec<u8> {
    let word = |word: u32| if is_big { word.to_be_bytes() } else { word.to_le_bytes() };
    let mut body: Vec<u8> = words.iter().flat_map(|field| word(*field)).collect();
    body.extend_from_slice(bytes);
    body.resize(body.len().next_multiple_of(4), 0);
    let length = word(u32::try_from(body.len() + 12).unwrap());
    [&word(kind)[..], &length, &body, &length].concat()
}

/// A section header.
pub(crate) fn section(is_big: bool) -> Vec<u8> {
    let version = if is_big { 0x0001_0000 } else { 0x0000_0001 };
    block(is_big, 0x0a0d_0d0a, &[0x1a2b_3c4d, version, u32::MAX, u32::MAX], &[])
}

/// An interface with this link type and these options.
pub(crate) fn interface(is_big: bool, link: u16, options: &[u8]) -> Vec<u8> {
    let link = if is_big { u32::from(link) << 16 } else { link.into() };
    block(is_big, 1, &[link, 0], options)
}

/// A packet of an interface at a time in the interface's units.
pub(crate) fn enhanced(is_big: bool, interface: u32, time: u64, bytes: &[u8]) -> Vec<u8> {
    let (high, low) = (u32::try_from(time >> 32).unwrap(), u32::try_from(time & 0xffff_ffff).unwrap());
    let length = u32::try_from(bytes.len()).unwrap();
    block(is_big, 6, &[interface, high, low, length, length], bytes)
}

/// A TCP segment, with flags as letters: S, A, F, R.
pub(crate) fn segment(from: End, to: End, flags: &str, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut builder = PacketBuilder::ipv4(from.0, to.0, 64).tcp(from.1, to.1, sequence, 1000);
    for flag in flags.chars() {
        builder = match flag {
            'S' => builder.syn(),
            'A' => builder.ack(1),
            'F' => builder.fin(),
            'R' => builder.rst(),
            other => panic!("no flag: {other}"),
        };
    }
    let mut packet = Vec::new();
    builder.write(&mut packet, payload).unwrap();
    packet
}

/// A UDP datagram.
pub(crate) fn datagram(from: End, to: End, payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    PacketBuilder::ipv4(from.0, to.0, 64).udp(from.1, to.1).write(&mut packet, payload).unwrap();
    packet
}

/// A UDP datagram over IPv6 in two fragments.
pub(crate) fn fragments_v6(from: u16, to: u16, payload: &[u8]) -> [Vec<u8>; 2] {
    let length = u16::try_from(payload.len() + 8).unwrap();
    let header = [from, to, length, 0].map(u16::to_be_bytes).concat();
    let whole = [&header[..], payload].concat();
    let (first, second) = whole.split_at(16);
    let piece = |offset: u16, bytes: &[u8]| {
        let length = u16::try_from(bytes.len() + 8).unwrap().to_be_bytes();
        let mut address = [0; 32];
        (address[0], address[1], address[15]) = (0x20, 0x01, 1);
        (address[16], address[17], address[31]) = (0x20, 0x01, 2);
        let fragment = [17, 0, (offset >> 8) as u8, (offset & 0xff) as u8, 0, 0, 0, 9];
        [&[0x60, 0, 0, 0, length[0], length[1], 44, 64], &address[..], &fragment, bytes].concat()
    };
    [piece(1, first), piece(16, second)]
}

/// IPv4 around something.
pub(crate) fn in_ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 20).unwrap().to_be_bytes();
    let header =
        [0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, protocol, 0, 0, 172, 16, 0, 1, 172, 16, 0, 2];
    [&header, payload].concat()
}

/// Ethernet around something.
pub(crate) fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2; 12], &kind.to_be_bytes()[..], payload].concat()
}

/// A TLS ClientHello for a host, in one record.
pub(crate) fn hello(host: &str) -> Vec<u8> {
    let counted = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    let name = counted(&[&[0], &counted(host.as_bytes())[..]].concat());
    let extensions = counted(&[&[0, 0], &counted(&name)[..]].concat());
    let body = [&[3, 3], &[7; 32][..], &[0, 0, 2, 0x13, 1, 1, 0], &extensions].concat();
    let handshake = [&[1, 0], &counted(&body)[..]].concat();
    [&[22, 3, 1], &counted(&handshake)[..]].concat()
}

fn dns_name(name: &str) -> Vec<u8> {
    let labels =
        name.split('.').flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat());
    labels.chain([0]).collect()
}

/// A query for the address of a name.
pub(crate) fn query(name: &str) -> Vec<u8> {
    [&[0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], &dns_name(name)[..], &[0, 1, 0, 1]].concat()
}

/// Its answer: an alias, and the address of that.
pub(crate) fn answer(name: &str, alias: &str, address: [u8; 4]) -> Vec<u8> {
    let alias = dns_name(alias);
    let length = u16::try_from(alias.len()).unwrap().to_be_bytes();
    let record = |kind: u8| [0, kind, 0, 1, 0, 0, 1, 44];
    [
        &[0, 7, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0],
        &dns_name(name)[..],
        &[0, 1, 0, 1, 0xc0, 12],
        &record(5),
        &length,
        &alias,
        &alias,
        &record(1),
        &[0, 4],
        &address,
    ]
    .concat()
}
