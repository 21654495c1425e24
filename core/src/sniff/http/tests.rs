//! The sniffer, from outside.

use super::*;
use crate::decode::Request;
use crate::sniff::CaptureLimits;
use crate::sniff::testing::{ClientHello, name_in, words as read};
use Direction::{Down, Up};

fn talk(bytes: &str) -> Vec<String> {
    read(&mut HttpSniffer::new(1, CaptureBudget::default()), Up, bytes.as_bytes())
}

#[test]
fn every_host_is_told_once() {
    let requests = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\nGET / HTTP/1.1\r\nHost: A.example\r\n\r\n\
        M-SEARCH * HTTP/1.1\r\nHost: b.example\r\n\r\n";
    assert_eq!(talk(requests), ["http", "a.example", "b.example"]);
}

#[test]
fn bodies_name_nobody() {
    let body = "GET / HTTP/1.1\r\nHost: x.example\r\n\r\n";
    let post = format!("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    assert_eq!(talk(&post), ["http", "a.example"]);
    let after_gap = &mut HttpSniffer::late(1, CaptureBudget::default());
    assert!(read(after_gap, Up, format!("end of a body {body}").as_bytes()).is_empty());
    assert!(read(after_gap, Down, b"end of an answer").is_empty());
    assert_eq!(read(after_gap, Up, b"GET / HTTP/1.1\r\nHost: b.example\r\n\r\n"), ["http", "b.example"]);
}

#[test]
fn answers_alone_tell_the_protocol() {
    assert_eq!(
        read(&mut HttpSniffer::new(1, CaptureBudget::default()), Down, b"HTTP/1.1 200 OK\r\n\r\nhello"),
        ["http"]
    );
    assert!(read(&mut HttpSniffer::new(1, CaptureBudget::default()), Down, b"hello").is_empty());
}

#[test]
fn a_tunnel_is_sniffed_like_a_connection() {
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
    assert_eq!(read(&mut sniffer, Up, b"CONNECT a.example:443 HTTP/1.1\r\n\r\n"), ["http", "a.example"]);
    assert!(read(&mut sniffer, Down, b"HTTP/1.1 200 Connected\r\n\r\n").is_empty());
    assert_eq!(read(&mut sniffer, Up, &ClientHello::of("b.example").records()), ["b.example"]);
}

#[test]
fn tunnels_within_each_other_are_bounded() {
    let nested = "CONNECT a.example:1 HTTP/1.1\r\n\r\nCONNECT b.example:2 HTTP/1.1\r\n\r\n\
        CONNECT c.example:3 HTTP/1.1\r\n\r\nCONNECT d.example:4 HTTP/1.1\r\n\r\n";
    let told = read(&mut HttpSniffer::new(2, CaptureBudget::default()), Up, nested.as_bytes());
    assert_eq!(told.iter().filter(|told| told.ends_with(".example")).count(), 3);
}

#[test]
fn an_upgrade_keeps_the_name() {
    for (protocol, told) in [("WebSocket", "web-socket"), ("h2c", "http2")] {
        let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
        let request = format!("GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: {protocol}\r\n\r\n");
        assert_eq!(read(&mut sniffer, Up, request.as_bytes()), ["http", "a.example"]);
        let answer = format!("HTTP/1.1 101 Switching Protocols\r\nUpgrade: {protocol}\r\n\r\n\x01\x02");
        assert_eq!(read(&mut sniffer, Down, answer.as_bytes()), [told]);
        assert!(sniffer.is_over);
    }
}

#[test]
fn tls_may_follow_an_upgrade() {
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
    read(&mut sniffer, Up, b"OPTIONS * HTTP/1.1\r\nHost: a.example\r\nUpgrade: TLS/1.0\r\n\r\n");
    read(&mut sniffer, Down, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.0, HTTP/1.1\r\n\r\n");
    assert_eq!(read(&mut sniffer, Up, &ClientHello::of("b.example").records()), ["b.example"]);
}

#[test]
fn a_head_that_was_cut_off_names_its_host() {
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
    read(&mut sniffer, Up, b"GET / HTTP/1.1\r\nHost: a.example\r\nCookie: abc");
    let told = sniffer.finish().unwrap();
    assert_eq!(&*name_in(&told).unwrap().host, "a.example");
    assert_eq!(HttpSniffer::new(1, CaptureBudget::default()).finish(), None);
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
    read(&mut sniffer, Up, b"GET / HTTP/1.1\r\nHost: a.exam");
    assert_eq!(sniffer.finish(), None);
}

#[test]
fn a_look_up_is_told_with_its_answer() {
    let body = r#"{"host":"a.example","ips":["192.0.2.1"],"ttl":60}"#;
    let length = body.len();
    for response in [
        format!("Content-Length: {length}\r\n\r\n{body}"),
        format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"),
        format!("\r\n{body}"),
    ] {
        let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
        let mut told = Vec::new();
        let request = b"GET /1645/d?host=a.example HTTP/1.1\r\nHost: 203.107.1.65\r\n\r\n";
        sniffer.read(Up, request, |sighting| told.push(sighting));
        sniffer
            .read(Down, format!("HTTP/1.1 200 OK\r\n{response}").as_bytes(), |sighting| told.push(sighting));
        told.extend(sniffer.finish());
        let [_, Sighting::Dns(question), _, Sighting::Dns(answer)] = &told[..] else { panic!("{told:?}") };
        assert_eq!(question.questions, ["a.example".into()]);
        let [answer] = &answer.answers[..] else { panic!("{answer:?}") };
        assert_eq!(
            (&*answer.name, answer.address.to_string(), answer.ttl),
            ("a.example", "192.0.2.1".to_owned(), 60)
        );
    }
}

#[test]
fn a_look_up_that_is_encrypted_is_hidden() {
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
    let mut told = Vec::new();
    let request = b"GET /d?dn=4fd2cd7a2a8e5ba0b4&id=1 HTTP/1.1\r\nHost: 119.29.29.29\r\n\r\n";
    sniffer.read(Up, request, |sighting| told.push(sighting));
    assert!(told.contains(&Sighting::Hidden(crate::event::Hidden::LookUps)));
}

#[test]
fn declines_at_the_first_wrong_byte() {
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
    assert_eq!(sniffer.push(Up, b"PO"), Progress::NeedMore);
    assert_eq!(sniffer.push(Up, b"P\r"), Progress::NotMine);
}

#[test]
fn large_bodies_cost_nothing_and_end_it_at_last() {
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
    read(&mut sniffer, Up, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    read(&mut sniffer, Down, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
    let piece = vec![0; 1 << 20];
    let pushes = (0..100).take_while(|_| sniffer.push(Down, &piece) == Progress::NeedMore).count();
    assert_eq!(pushes, 63);
}

#[test]
fn an_idle_connection_is_small() {
    assert!(size_of::<HttpSniffer>() <= 384, "{}", size_of::<HttpSniffer>());
}

proptest::proptest! {
    #[test]
    fn never_panics(rest in "[ -~\r\n\\x00\u{80}-\u{ff}]{0,300}", down in "[ -~\r\n]{0,200}") {
        talk(&format!("GET {rest}\r\n\r\n"));
        talk(&format!("GET / HTTP/1.1\r\nHost:{rest}\r\n\r\n"));
        talk(&format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{rest}"));
        let mut sniffer = HttpSniffer::new(1, CaptureBudget::default());
        read(&mut sniffer, Up, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
        read(&mut sniffer, Down, format!("HTTP/1.1 200 {down}").as_bytes());
    }
}

/// Reads `bytes` in pieces of `length`, then the end; gives the requests that were kept.
fn kept(limits: CaptureLimits, bytes: &[u8], length: usize) -> Vec<Request> {
    let mut sniffer = HttpSniffer::new(1, CaptureBudget::new(limits));
    let mut told = Vec::new();
    for piece in bytes.chunks(length) {
        sniffer.read(Up, piece, |sighting| told.push(sighting));
    }
    told.extend(sniffer.finish());
    let request = |sighting| if let Sighting::Request(kept) = sighting { Some(kept.request) } else { None };
    told.into_iter().filter_map(request).collect()
}

const POST: &str = "POST /sa?project=p HTTP/1.1\r\nHost: A.example\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n\
    4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n";

#[test]
fn what_a_request_carries_is_kept_however_it_is_cut() {
    let whole = kept(CaptureLimits::default(), POST.as_bytes(), usize::MAX);
    assert_eq!(
        whole,
        [Request {
            method: "POST".to_owned(),
            host: Some("a.example".to_owned()),
            target: "/sa?project=p".to_owned(),
            fields: [("Host", "A.example"), ("X-A", "b"), ("Transfer-Encoding", "chunked")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: b"Wikipedia".to_vec(),
            missing: 0,
        }]
    );
    for length in 1..40 {
        assert_eq!(kept(CaptureLimits::default(), POST.as_bytes(), length), whole, "{length}");
    }
}

#[test]
fn only_what_carries_something_is_kept() {
    let requests = "GET /a HTTP/1.1\r\nHost: a.example\r\n\r\nGET /b?c=d HTTP/1.1\r\nHost: a.example\r\n\r\n\
        CONNECT a.example:443?e HTTP/1.1\r\n\r\n";
    let kept = kept(CaptureLimits::default(), requests.as_bytes(), usize::MAX);
    assert_eq!(kept.iter().map(|request| &*request.target).collect::<Vec<_>>(), ["/b?c=d"]);
}

#[test]
fn a_body_without_its_end_is_kept_as_far_as_it_came() {
    let cut = &POST.as_bytes()[..POST.len() - 9];
    assert_eq!(kept(CaptureLimits::default(), cut, 7)[0].body, b"Wikiped");
}

#[test]
fn what_is_beyond_a_limit_is_counted() {
    let twice = POST.repeat(2);
    let bodies = |limits, length| {
        let kept = kept(limits, twice.as_bytes(), length);
        kept.into_iter().map(|request| (request.body.len(), request.missing)).collect::<Vec<_>>()
    };
    for length in [1, 3, usize::MAX] {
        let small = CaptureLimits { per_request: 5, ..CaptureLimits::default() };
        assert_eq!(bodies(small, length), [(5, 4), (5, 4)]);
        let few = CaptureLimits { per_flow: 11, ..CaptureLimits::default() };
        assert_eq!(bodies(few, length), [(9, 0), (2, 7)]);
        assert_eq!(bodies(CaptureLimits::OFF, length), []);
    }
    let one = CaptureLimits { at_once: 1200, ..CaptureLimits::default() };
    assert_eq!(bodies(one, usize::MAX).len(), 1, "the first is still held");
}
