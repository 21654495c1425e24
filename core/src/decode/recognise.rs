//! Bare bytes that hold more than a body: an address, a query, a whole request.

use super::Request;

const MAX_FIELDS: usize = 128;

/// The request that bytes hold; `None` where they are but a body.
pub(super) fn request(bytes: &[u8]) -> Option<Request> {
    whole(bytes).or_else(|| address(std::str::from_utf8(bytes).ok()?.trim()))
}

/// `POST /sa HTTP/1.1`, header fields, an empty line, the body.
fn whole(bytes: &[u8]) -> Option<Request> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut head = httparse::Request::new(&mut fields);
    let Ok(httparse::Status::Complete(length)) = head.parse(bytes) else { return None };
    let fields: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|field| (field.name.to_owned(), String::from_utf8_lossy(field.value).into_owned()))
        .collect();
    let field = |name| {
        fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let host = field("host").map(str::to_owned);
    let is_chunked = field("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    let (body, missing) = match (is_chunked, field("content-length").and_then(|length| length.parse().ok())) {
        (true, _) => (unchunked(&bytes[length..]), 0),
        (false, stated) => body_of(&bytes[length..], stated),
    };
    let (method, target) = (head.method?.to_owned(), head.path?.to_owned());
    Some(Request { method, host, target, fields, body, missing })
}

/// A body of the stated length. An editor may have added a line end, and a person may have shortened the body.
fn body_of(bytes: &[u8], stated: Option<u64>) -> (Vec<u8>, u64) {
    let Some(stated) = stated else { return (bytes.to_vec(), 0) };
    let end = usize::try_from(stated).unwrap_or(usize::MAX).min(bytes.len());
    let (body, rest) = bytes.split_at(end);
    let body = if rest.iter().all(u8::is_ascii_whitespace) { body } else { bytes };
    (body.to_vec(), stated.saturating_sub(bytes.len() as u64))
}

/// RFC 9112 section 7.1, as far as it goes.
fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(httparse::Status::Complete((head, length))) = httparse::parse_chunk_size(bytes) {
        let rest = &bytes[head..];
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        body.extend_from_slice(&rest[..length.min(rest.len())]);
        bytes = rest.get(length.saturating_add(2)..).unwrap_or_default();
        if length == 0 {
            break;
        }
    }
    body
}

/// `https://a.example/sa.gif?data=..`, `/sa.gif?data=..` or `?data=..`
fn address(text: &str) -> Option<Request> {
    let is_address = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    let is_target = text.starts_with('/') && text.contains('?') || text.starts_with('?');
    let is_one_word = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    ((is_address || is_target) && is_one_word && text.contains('?')).then(|| Request {
        method: "GET".to_owned(),
        host: is_address.then(|| host_of(text)).flatten(),
        target: text.to_owned(),
        ..Request::default()
    })
}

fn host_of(address: &str) -> Option<String> {
    let authority = address.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (!authority.is_empty()).then(|| authority.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_request_is_taken_apart() {
        let text = b"POST /sa?project=p HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello\n";
        let request = request(text).unwrap();
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/sa?project=p"));
        assert_eq!(request.host.as_deref(), Some("a.example"));
        assert_eq!((&request.body[..], request.missing), (&b"hello"[..], 0));
    }

    #[test]
    fn a_body_may_be_in_chunks_or_cut() {
        let chunked = b"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(request(chunked).unwrap().body, b"abcde");
        let cut = request(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc").unwrap();
        assert_eq!((&cut.body[..], cut.missing), (&b"abc"[..], 6));
    }

    #[test]
    fn addresses_and_queries_are_requests() {
        let address = request(b"https://user@a.example:8106/sa.gif?data=x\n").unwrap();
        assert_eq!(address.host.as_deref(), Some("a.example:8106"));
        for text in ["/sa.gif?data=x", "?data=x"] {
            assert!(request(text.as_bytes()).is_some(), "{text}");
        }
        for text in ["data=x", "{\"a\":\"?\"}", "/path", "see http://a.example/?b", "GET me", ""] {
            assert_eq!(request(text.as_bytes()), None, "{text}");
        }
    }
}
