//! Questions and records, each read for itself: data that nobody can read does not hide what is around it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hickory_proto::rr::{DNSClass, Name, RecordType};
use hickory_proto::serialize::binary::{BinDecodable, BinDecoder};

/// Hints of one service that are kept.
const MAX_HINTS: usize = 16;

/// RFC 9460 section 14.3.2: <https://www.rfc-editor.org/rfc/rfc9460#section-14.3.2>
const PARAMETER_IPV4_HINT: u16 = 4;
const PARAMETER_ECH: u16 = 5;
const PARAMETER_IPV6_HINT: u16 = 6;

/// What is asked for.
pub(super) struct Question {
    pub(super) name: Name,
    pub(super) kind: RecordType,
    /// As it came: multicast DNS uses its highest bit for itself (RFC 6762 section 5.4).
    pub(super) class: u16,
}

/// What a name server says of a name.
pub(super) struct Record {
    pub(super) owner: Name,
    pub(super) ttl: u32,
    pub(super) data: Data,
}

/// What is of use in the data of a record.
pub(super) enum Data {
    Address(IpAddr),
    /// CNAME: the owner goes by another name.
    Alias(Name),
    /// DNAME (RFC 6672): all names below the owner go by others.
    Subtree(Name),
    /// SVCB and HTTPS (RFC 9460): where a service is; the root stands for the owner.
    Service {
        target: Name,
        hints: Vec<IpAddr>,
        ech: bool,
    },
    /// MX, NS, PTR, SRV: another host.
    Host(Name),
    Other,
}

impl Question {
    pub(super) fn read(decoder: &mut BinDecoder<'_>) -> Option<Self> {
        let name = Name::read(decoder).ok()?;
        let (kind, class) = (word(decoder)?, word(decoder)?);
        Some(Self { name, kind: RecordType::from(kind), class })
    }
}

impl Record {
    pub(super) fn read(decoder: &mut BinDecoder<'_>) -> Option<Self> {
        // Multicast DNS marks in the class that what was known before is void (RFC 6762 section 10.2).
        const CLASS: u16 = 0x7fff;
        let owner = Name::read(decoder).ok()?;
        let (kind, class) = (RecordType::from(word(decoder)?), word(decoder)? & CLASS);
        let ttl = decoder.read_u32().ok()?.unverified();
        let length = usize::from(word(decoder)?);
        let start = u16::try_from(decoder.index()).ok()?;
        let data = decoder.read_slice(length).ok()?.unverified();
        let is_internet = class == u16::from(DNSClass::IN);
        let data = if is_internet { read_data(kind, data, &mut decoder.clone(start)) } else { None };
        Some(Self { owner, ttl, data: data.unwrap_or(Data::Other) })
    }
}

/// `data` is what `decoder` reads next; names in it may point at what came before.
#[expect(clippy::wildcard_enum_match_arm, reason = "of some eighty types few name hosts")]
fn read_data(kind: RecordType, data: &[u8], decoder: &mut BinDecoder<'_>) -> Option<Data> {
    const MX_PREFERENCE: usize = 2;
    const SRV_NUMBERS: usize = 2 + 2 + 2;
    Some(match kind {
        RecordType::A => Data::Address(ipv4(data)?),
        RecordType::AAAA => Data::Address(ipv6(data)?),
        RecordType::CNAME => Data::Alias(name_behind(0, decoder)?),
        RecordType::DNAME => Data::Subtree(name_behind(0, decoder)?),
        RecordType::NS | RecordType::PTR => Data::Host(name_behind(0, decoder)?),
        RecordType::MX => Data::Host(name_behind(MX_PREFERENCE, decoder)?),
        RecordType::SRV => Data::Host(name_behind(SRV_NUMBERS, decoder)?),
        RecordType::SVCB | RecordType::HTTPS => read_service(data, decoder)?,
        _ => return None,
    })
}

fn read_service(data: &[u8], decoder: &mut BinDecoder<'_>) -> Option<Data> {
    const PRIORITY: usize = 2;
    let start = decoder.index();
    let target = name_behind(PRIORITY, decoder)?;
    let mut rest = data.get(decoder.index() - start..)?;
    let (mut hints, mut ech) = (Vec::new(), false);
    while let Some((key, value, next)) = split_parameter(rest) {
        match key {
            PARAMETER_IPV4_HINT => hints.extend(value.chunks(4).map_while(ipv4).take(MAX_HINTS)),
            PARAMETER_IPV6_HINT => hints.extend(value.chunks(16).map_while(ipv6).take(MAX_HINTS)),
            PARAMETER_ECH => ech = true,
            _ => {}
        }
        rest = next;
    }
    hints.truncate(MAX_HINTS);
    Some(Data::Service { target, hints, ech })
}

/// Key and value of a parameter, and what follows (RFC 9460 section 2.2).
fn split_parameter(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (&[key_high, key_low, high, low], rest) = bytes.split_first_chunk()?;
    let (value, next) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
    Some((u16::from_be_bytes([key_high, key_low]), value, next))
}

fn name_behind(skipped: usize, decoder: &mut BinDecoder<'_>) -> Option<Name> {
    decoder.read_slice(skipped).ok()?;
    Name::read(decoder).ok()
}

fn ipv4(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes).ok().map(|octets| Ipv4Addr::from(octets).into())
}

fn ipv6(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 16]>::try_from(bytes).ok().map(|octets| Ipv6Addr::from(octets).into())
}

fn word(decoder: &mut BinDecoder<'_>) -> Option<u16> {
    Some(decoder.read_u16().ok()?.unverified())
}
