//! What apps do all day: look a name up and fetch something from there.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};
use telltale_tests::servers::dns::{PORT, read_framed, write_framed};
use telltale_tests::servers::hosts;
use telltale_tests::servers::web::{HTTP_PORT, HTTPS_PORT};
use telltale_tests::world::place::{DNS, NAMED};
use telltale_tests::world::{Family, World};

checks! {
    lookup_over_udp,
    lookup_over_tcp,
    lookup_of_a_chain_of_aliases,
    lookup_of_an_unknown_name,
    two_names_on_one_address,
    plain_http,
    https,
}

fn lookup_over_udp(world: &'static World, family: Family) {
    let response = lookup(world, family, "tracking.intl.miui.com");
    assert_eq!(addresses(&response), [NAMED.host(11).at(family)]);
}

fn lookup_over_tcp(world: &'static World, family: Family) {
    world.internet();
    let mut stream = world.connect(SocketAddr::new(DNS.at(family), PORT));
    for name in ["sa.api.intl.miui.com", "example.org"] {
        write_framed(&mut stream, &query(name, family).to_vec().unwrap()).unwrap();
        let response = Message::from_vec(&read_framed(&mut stream).unwrap()).unwrap();
        assert_eq!(addresses(&response), [hosts::address(name, family).unwrap()], "{name}");
    }
}

fn lookup_of_a_chain_of_aliases(world: &'static World, family: Family) {
    let response = lookup(world, family, "ulogs.umeng.com");
    assert_eq!(response.answers.len(), 3, "two aliases and an address: {:?}", response.answers);
    assert_eq!(addresses(&response), [NAMED.host(14).at(family)]);
}

fn lookup_of_an_unknown_name(world: &'static World, family: Family) {
    let response = lookup(world, family, "nobody.example.org");
    assert_eq!(response.metadata.response_code, ResponseCode::NXDomain);
}

fn two_names_on_one_address(world: &'static World, family: Family) {
    let of = |name| addresses(&lookup(world, family, name));
    assert_eq!(of("account.xiaomi.com"), of("data.mistat.xiaomi.com"));
}

fn plain_http(world: &'static World, family: Family) {
    world.internet();
    let name = "data.mistat.intl.xiaomi.com";
    let mut stream = connect(world, family, name, HTTP_PORT);
    assert_eq!(post(&mut stream, name), expected_answer(name));
}

fn https(world: &'static World, family: Family) {
    let name = "tracking.intl.miui.com";
    let mut roots = RootCertStore::empty();
    roots.add(world.internet().der.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut connection =
        ClientConnection::new(Arc::new(config), ServerName::try_from(name).unwrap()).unwrap();
    let mut stream = connect(world, family, name, HTTPS_PORT);
    assert_eq!(post(&mut Stream::new(&mut connection, &mut stream), name), expected_answer(name));
}

fn connect(world: &World, family: Family, name: &str, port: u16) -> TcpStream {
    let address = hosts::address(name, family).unwrap();
    world.connect(SocketAddr::new(address, port))
}

/// Sends a body of 100 kB and returns the answer's.
fn post(stream: &mut (impl Read + Write), host: &str) -> String {
    let body = vec![b'x'; 100_000];
    let head = format!("POST /track?v=1 HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    stream.flush().unwrap();
    let (mut answer, expected) = (Vec::new(), expected_answer(host));
    while !answer.ends_with(expected.as_bytes()) {
        let mut piece = [0; 4096];
        let len = stream.read(&mut piece).unwrap();
        assert!(len > 0, "the answer ends early: {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..len]);
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn expected_answer(host: &str) -> String {
    format!("{{\"host\":\"{host}\",\"method\":\"POST\",\"path\":\"/track?v=1\",\"bytes\":100000}}\n")
}

fn lookup(world: &World, family: Family, name: &str) -> Message {
    world.internet();
    let socket = world.udp(family, Duration::from_secs(8));
    socket.connect((DNS.at(family), PORT)).unwrap();
    let query = query(name, family);
    socket.send(&query.to_vec().unwrap()).unwrap();
    let mut response = [0; 4096];
    let len = socket.recv(&mut response).unwrap();
    let response = Message::from_vec(&response[..len]).unwrap();
    assert_eq!(response.metadata.id, query.metadata.id);
    response
}

fn query(name: &str, family: Family) -> Message {
    let wanted = match family {
        Family::V4 => RecordType::A,
        Family::V6 => RecordType::AAAA,
    };
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(format!("{name}.")).unwrap(), wanted));
    message
}

fn addresses(response: &Message) -> Vec<IpAddr> {
    response.answers.iter().filter_map(|record| record.data.ip_addr()).collect()
}
