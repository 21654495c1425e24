//! The host that the first HTTP/1 request of a connection asks for.
//!
//! Later requests may ask for others (a proxy's connection does); the first one names the flow.

use std::sync::Arc;

use httparse::{EMPTY_HEADER, Request, Status};

use super::{Direction, Progress, Sighting, Sniffer, shown_host};
use crate::event::{Name, Provenance};

/// Servers refuse heads above 8 KiB (nginx, Apache) or 16 KiB (Tomcat, Node): no client sends more.
const MAX_HEAD: usize = 16 * 1024;

/// Apache's default limit; nobody comes near.
const MAX_HEADERS: usize = 100;

/// RFC 9110 section 9, RFC 5789 and WebDAV, each with the space that follows:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-9>
const METHODS: [&[u8]; 11] = [
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"PUT ",
    b"DELETE ",
    b"OPTIONS ",
    b"PATCH ",
    b"CONNECT ",
    b"TRACE ",
    b"PROPFIND ",
    b"REPORT ",
];

/// Reads the head of the first request.
#[derive(Default)]
pub(super) struct HttpSniffer {
    head: Vec<u8>,
}

impl Sniffer for HttpSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if direction == Direction::Down || bytes.is_empty() {
            return Progress::NeedMore;
        }
        let progress = self.take(bytes);
        if progress != Progress::NeedMore {
            self.head = Vec::new();
        }
        progress
    }
}

impl HttpSniffer {
    fn take(&mut self, bytes: &[u8]) -> Progress {
        let seen = self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(MAX_HEAD - seen)]);
        if !may_be_request(&self.head) {
            return Progress::NotMine;
        }
        match end_of_head(&self.head, seen) {
            Some(end) => host_of_head(&self.head[..end]).map_or(Progress::NotMine, found),
            None if self.head.len() == MAX_HEAD => Progress::NotMine,
            None => Progress::NeedMore,
        }
    }
}

fn found(host: Arc<str>) -> Progress {
    let name = Name { host, provenance: Provenance::HttpHost, ech: false, candidates: Vec::new() };
    Progress::Found(Sighting::Name(name))
}

fn may_be_request(head: &[u8]) -> bool {
    METHODS.iter().any(|method| head.iter().zip(*method).all(|(byte, expected)| byte == expected))
}

/// Where the empty line ends, of which only bytes before `seen` were looked at: no byte is searched twice.
fn end_of_head(head: &[u8], seen: usize) -> Option<usize> {
    let line_ends = (seen..head.len()).filter(|&index| head[index] == b'\n');
    line_ends
        .map(|index| index + 1)
        .find(|&end| head[..end].ends_with(b"\r\n\r\n") || head[..end].ends_with(b"\n\n"))
}

fn host_of_head(head: &[u8]) -> Option<Arc<str>> {
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    let mut request = Request::new(&mut headers);
    let Ok(Status::Complete(_)) = request.parse(head) else { return None };
    let authority = authority_of_target(&request).or_else(|| authority_of_host(&request))?;
    shown_host(without_port(authority))
}

/// The target outweighs the Host header where it carries a host: absolute form, and the authority form of CONNECT.
///
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>
fn authority_of_target<'a>(request: &Request<'_, 'a>) -> Option<&'a [u8]> {
    let target = request.path?.as_bytes();
    if request.method == Some("CONNECT") {
        return Some(target);
    }
    let scheme_end = target.windows(3).position(|window| window == b"://")?;
    let scheme = &target[..scheme_end];
    if scheme.is_empty() || !scheme.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let rest = &target[scheme_end + 3..];
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let authority = &rest[..end];
    let user_end = authority.iter().rposition(|&byte| byte == b'@').map_or(0, |at| at + 1);
    Some(&authority[user_end..])
}

/// A request with two Host headers is malformed and must be refused, so nobody knows whom it is for.
fn authority_of_host<'a>(request: &Request<'_, 'a>) -> Option<&'a [u8]> {
    let mut hosts = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
    let host = hosts.next()?;
    hosts.next().is_none().then_some(host.value.trim_ascii())
}

fn without_port(authority: &[u8]) -> &[u8] {
    match authority.iter().rposition(|&byte| byte == b':') {
        Some(colon) if authority[colon + 1..].iter().all(u8::is_ascii_digit) => &authority[..colon],
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sniff::testing::{host_of, push_cut};

    fn host(request: &str) -> Option<String> {
        host_of(&mut HttpSniffer::default(), request.as_bytes())
    }

    #[test]
    fn reads_the_host_header() {
        assert_eq!(
            host("GET / HTTP/1.1\r\nhOsT:  Data.Mistat.Xiaomi.com \r\n\r\n").as_deref(),
            Some("data.mistat.xiaomi.com")
        );
        assert_eq!(
            host("POST /sa HTTP/1.1\nA: b\nHost: h.example:8106\n\nbody").as_deref(),
            Some("h.example")
        );
    }

    #[test]
    fn the_target_outweighs_the_header() {
        assert_eq!(
            host("GET http://u@a.example:81/x HTTP/1.1\r\nHost: b.example\r\n\r\n").as_deref(),
            Some("a.example")
        );
        assert_eq!(
            host("CONNECT a.example:443 HTTP/1.1\r\nHost: b.example\r\n\r\n").as_deref(),
            Some("a.example")
        );
        assert_eq!(
            host("GET /?u=http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n").as_deref(),
            Some("b.example")
        );
    }

    #[test]
    fn an_address_is_told_as_it_was_asked_for() {
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:80", Some("192.0.2.1")),
            ("[2001:db8::1]:80", Some("2001:db8::1")),
            ("", None),
        ] {
            let request = format!("GET / HTTP/1.1\r\nHost: {text}\r\n\r\n");
            assert_eq!(host(&request).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn two_hosts_are_none() {
        assert_eq!(host("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n"), None);
    }

    #[test]
    fn declines_at_the_first_wrong_byte() {
        let mut sniffer = HttpSniffer::default();
        assert_eq!(sniffer.push(Direction::Up, b"PO"), Progress::NeedMore);
        assert_eq!(sniffer.push(Direction::Up, b"P3"), Progress::NotMine);
        assert_eq!(sniffer.head.capacity(), 0);
    }

    #[test]
    fn a_head_without_end_spends_the_budget() {
        let endless = format!("GET / HTTP/1.1\r\nCookie: {}", "x".repeat(MAX_HEAD));
        assert_eq!(HttpSniffer::default().push(Direction::Up, endless.as_bytes()), Progress::NotMine);
    }

    proptest! {
        #[test]
        fn cuts_do_not_matter(cuts in proptest::collection::vec(1usize..40, 1..20)) {
            let request = b"GET /some/path HTTP/1.1\r\nUser-Agent: x\r\nHost: a.example\r\nAccept: */*\r\n\r\nGET";
            prop_assert_eq!(push_cut(&mut HttpSniffer::default(), request, &cuts).len(), 1);
        }

        #[test]
        fn never_panics(rest in "[ -~\r\n\\x00\u{80}-\u{ff}]{0,300}") {
            host(&format!("GET {rest}\r\n\r\n"));
            host(&format!("GET / HTTP/1.1\r\nHost:{rest}\r\n\r\n"));
        }
    }
}
