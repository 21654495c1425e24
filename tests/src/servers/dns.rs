//! The world's DNS server: A, AAAA and CNAME of [`hosts`], over UDP and TCP.

use std::io::{self, Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;

use hickory_proto::op::{Edns, Message, MessageType, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME};
use hickory_proto::rr::{Name, RData, Record, RecordType};

use super::hosts::{self, Target};
use super::tcp::patient;
use super::{each_connection, listen};
use crate::world::place::{DNS, NAMED};
use crate::world::{Family, Namespace};

/// Where it listens.
pub const PORT: u16 = 53;
/// Short, so that a second look-up is a second packet soon.
const TTL: u32 = 30;

/// Serves for as long as the process lives.
pub(super) fn start(namespace: &Namespace) {
    for family in [Family::V4, Family::V6] {
        let (udp, tcp) = namespace
            .run(move || {
                let address = DNS.at(family);
                io::Result::Ok((UdpSocket::bind((address, PORT))?, listen(address, PORT, None)?))
            })
            .expect("port 53 of the world is free");
        serve(udp, tcp);
    }
}

fn serve(udp: UdpSocket, tcp: TcpListener) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            // An error belongs to an earlier answer, whose asker has gone.
            let Ok((len, from)) = udp.recv_from(&mut buffer) else { continue };
            if let Some(response) = answer(&buffer[..len]) {
                let _ = udp.send_to(&response, from);
            }
        }
    });
    each_connection(tcp, |stream| {
        // The asker hangs up when it has enough.
        let _ = serve_stream(stream);
    });
}

fn serve_stream(mut stream: TcpStream) -> io::Result<()> {
    patient(&stream)?;
    loop {
        let query = read_framed(&mut stream)?;
        let Some(response) = answer(&query) else { return Ok(()) };
        write_framed(&mut stream, &response)?;
    }
}

/// A message with its length in front (RFC 1035 section 4.2.2).
pub fn read_framed(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut len = [0; 2];
    stream.read_exact(&mut len)?;
    let mut message = vec![0; u16::from_be_bytes(len).into()];
    stream.read_exact(&mut message)?;
    Ok(message)
}

/// The counterpart of [`read_framed`], in one write.
pub fn write_framed(stream: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let len = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    stream.write_all(&[&len.to_be_bytes(), message].concat())
}

/// The response to a query; nothing for bytes that are none.
fn answer(query: &[u8]) -> Option<Vec<u8>> {
    let query =
        Message::from_vec(query).ok().filter(|query| query.metadata.message_type == MessageType::Query)?;
    let question = query.queries.first()?.clone();
    let mut response = Message::response(query.metadata.id, query.metadata.op_code);
    response.metadata.recursion_desired = query.metadata.recursion_desired;
    response.metadata.recursion_available = true;
    match resolve(&question.name, question.query_type) {
        Some(records) => response.answers = records,
        None => response.metadata.response_code = ResponseCode::NXDomain,
    }
    response.queries.push(question);
    response.edns = query.edns.map(|_| Edns::new());
    response.to_vec().ok()
}

/// The records of `name` and of what it is an alias for; nothing when the world does not know it.
fn resolve(name: &Name, wanted: RecordType) -> Option<Vec<Record>> {
    let mut records = Vec::new();
    let mut owner = name.clone();
    loop {
        match hosts::find(&owner.to_ascii())? {
            Target::Alias(other) => {
                let canonical = Name::from_ascii(format!("{other}.")).ok()?;
                records.push(Record::from_rdata(owner, TTL, RData::CNAME(CNAME(canonical.clone()))));
                owner = canonical;
            }
            Target::Host(host) => {
                // Of any other type there is no record, though the name is known.
                let family = [(RecordType::A, Family::V4), (RecordType::AAAA, Family::V6)]
                    .into_iter()
                    .find_map(|(kind, family)| (kind == wanted).then_some(family));
                let data = family.map(|family| address_record(NAMED.host(host).at(family)));
                records.extend(data.map(|data| Record::from_rdata(owner, TTL, data)));
                return Some(records);
            }
        }
    }
}

fn address_record(address: IpAddr) -> RData {
    match address {
        IpAddr::V4(address) => RData::A(A(address)),
        IpAddr::V6(address) => RData::AAAA(AAAA(address)),
    }
}
