//! The head of a request: bytes in, what is asked for out.

/// Longest head that is read: twice what an address of the longest plan needs.
pub const MAX_HEAD: usize = 16 * 1024;
/// A browser sends some fifteen.
const MAX_FIELDS: usize = 64;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// This path and query, by GET.
    For(String),
    /// Nothing that is served here.
    Nonsense,
    /// The head has not ended yet.
    More,
}

/// Reads the beginning of what somebody sends (RFC 9112 section 2.1), as far as it has come.
pub fn parse(head: &[u8]) -> Asked {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    match request.parse(head.get(..MAX_HEAD).unwrap_or(head)) {
        Ok(httparse::Status::Partial) if head.len() < MAX_HEAD => Asked::More,
        Ok(httparse::Status::Complete(_)) => target(&request).map_or(Asked::Nonsense, Asked::For),
        Ok(httparse::Status::Partial) | Err(_) => Asked::Nonsense,
    }
}

/// Only GET opens a page; a look at its head alone (HEAD) does not.
fn target(request: &httparse::Request<'_, '_>) -> Option<String> {
    request.path.filter(|_| request.method == Some("GET")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_read_once_the_head_is_whole() {
        let head = b"GET /a/b?c HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n";
        for end in 0..head.len() {
            assert_eq!(parse(&head[..end]), Asked::More, "{end}");
        }
        assert_eq!(parse(head), Asked::For("/a/b?c".to_owned()));
    }

    #[test]
    fn what_is_no_get_is_nonsense() {
        for head in ["HEAD / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02", "GET  HTTP/9"]
        {
            assert_eq!(parse(head.as_bytes()), Asked::Nonsense, "{head:?}");
        }
    }

    #[test]
    fn a_head_without_end_is_nonsense() {
        let head = format!("GET /{} HTTP/1.1\r\n", "a".repeat(MAX_HEAD));
        assert_eq!(parse(head.as_bytes()), Asked::Nonsense);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            parse(&bytes);
        }

        #[test]
        fn what_was_understood_stays_so(path in "/[!-~]{0,40}", rest in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut head = format!("GET {path} HTTP/1.1\r\n\r\n").into_bytes();
            let asked = parse(&head);
            head.extend(rest);
            prop_assert_eq!(parse(&head), asked);
        }
    }
}
