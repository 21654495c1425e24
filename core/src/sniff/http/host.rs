//! Whom an HTTP request is for.

use std::sync::Arc;

use httparse::Header;

use crate::sniff::shown_host;

/// The target outweighs the Host header where it carries a host: absolute form, and the authority form of CONNECT.
///
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>
pub(super) fn of_request(method: &[u8], target: &[u8], headers: &[Header<'_>]) -> Option<Arc<str>> {
    let authority = if method == b"CONNECT" { Some(target) } else { authority_of_target(target) };
    shown_host(split_port(authority.or_else(|| authority_of_field(headers))?).0)
}

fn authority_of_target(target: &[u8]) -> Option<&[u8]> {
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
fn authority_of_field<'a>(headers: &[Header<'a>]) -> Option<&'a [u8]> {
    let mut hosts = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
    let host = hosts.next()?;
    hosts.next().is_none().then_some(host.value.trim_ascii())
}

/// `host:port` taken apart.
pub(crate) fn split_port(authority: &[u8]) -> (&[u8], Option<u16>) {
    let Some(colon) = authority.iter().rposition(|&byte| byte == b':') else { return (authority, None) };
    let (host, port) = (&authority[..colon], &authority[colon + 1..]);
    if !port.iter().all(u8::is_ascii_digit) {
        return (authority, None);
    }
    (host, std::str::from_utf8(port).ok().and_then(|port| port.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::http::head::RequestHead;

    fn host(head: &str) -> Option<String> {
        RequestHead::parse(head.as_bytes().to_vec())?.host.map(|host| host.to_string())
    }

    #[test]
    fn reads_the_host_header() {
        assert_eq!(
            host("GET / HTTP/1.1\r\nhOsT:  Data.Mistat.Xiaomi.com \r\n\r\n").as_deref(),
            Some("data.mistat.xiaomi.com")
        );
        assert_eq!(host("POST /sa HTTP/1.1\nA: b\nHost: h.example:8106\n\n").as_deref(), Some("h.example"));
    }

    #[test]
    fn the_target_outweighs_the_header() {
        for (line, expected) in [
            ("GET http://u@a.example:81/x HTTP/1.1", "a.example"),
            ("CONNECT a.example:443 HTTP/1.1", "a.example"),
            ("GET /?u=http://a.example/ HTTP/1.1", "b.example"),
        ] {
            assert_eq!(
                host(&format!("{line}\r\nHost: b.example\r\n\r\n")).as_deref(),
                Some(expected),
                "{line}"
            );
        }
    }

    #[test]
    fn an_address_is_told_as_it_was_asked_for() {
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:80", Some("192.0.2.1")),
            ("[2001:db8::1]:80", Some("2001:db8::1")),
            ("", None),
        ] {
            assert_eq!(
                host(&format!("GET / HTTP/1.1\r\nHost: {text}\r\n\r\n")).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn two_hosts_are_none() {
        assert_eq!(host("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n"), None);
    }

    #[test]
    fn a_port_is_taken_off() {
        assert_eq!(split_port(b"a.example:443"), (&b"a.example"[..], Some(443)));
        assert_eq!(split_port(b"[::1]"), (&b"[::1]"[..], None));
    }
}
