//! Host text as it comes off the wire, turned into the one form that names have everywhere else.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use idna::AsciiDenyList;

/// RFC 1035 section 2.3.4, less the root label: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// Lower-case ASCII without a trailing dot, if `text` is a host name at all.
///
/// Address literals are no names. Underscores are: no host should have one, yet many in use do.
pub(crate) fn normalise(text: &[u8]) -> Option<Cow<'_, str>> {
    let text = text.strip_suffix(b".").unwrap_or(text);
    // Punycode is longer than what it stands for at worst by a small factor: more text cannot become a name.
    if text.is_empty() || text.len() > 4 * MAX_HOST {
        return None;
    }
    let host = to_lower_ascii(text)?;
    is_host(&host).then_some(host)
}

/// What a flow shows as its host: a name, or the address that an app wrote where a name should stand.
pub(crate) fn shown(text: &[u8]) -> Option<Arc<str>> {
    normalise(text).map(Arc::from).or_else(|| address(text).map(|address| address.to_string().into()))
}

/// An address literal, in brackets or without.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text).parse().ok()
}

/// Whether a certificate for `pattern` is good for `host` (RFC 6125 section 6.4.3: a wildcard stands for one label).
pub(crate) fn covers(pattern: &str, host: &str) -> bool {
    let below = pattern.strip_prefix("*.").zip(host.split_once('.'));
    pattern == host || below.is_some_and(|(pattern, (_, host))| pattern == host)
}

fn to_lower_ascii(text: &[u8]) -> Option<Cow<'_, str>> {
    if !text.is_ascii() {
        return idna::domain_to_ascii_cow(text, AsciiDenyList::URL).ok();
    }
    let text = std::str::from_utf8(text).ok()?;
    let has_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if has_upper { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) })
}

fn is_host(host: &str) -> bool {
    host.len() <= MAX_HOST && host.split('.').all(is_label) && !ends_in_number(host)
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

/// True of every spelling of an IPv4 address, and of no name: <https://url.spec.whatwg.org/#ends-in-a-number-checker>
fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let hexadecimal =
        last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(text: &str) -> Option<String> {
        normalise(text.as_bytes()).map(Cow::into_owned)
    }

    #[test]
    fn lower_cases_and_drops_the_trailing_dot() {
        assert_eq!(normalised("Tracking.INTL.miui.com.").as_deref(), Some("tracking.intl.miui.com"));
    }

    #[test]
    fn keeps_what_is_used_although_no_rule_allows_it() {
        for host in
            ["localhost", "_.teams.microsoft.com", "a--b.example", "-x.example", "4.3.2.1.in-addr.arpa"]
        {
            assert_eq!(normalised(host).as_deref(), Some(host));
        }
    }

    #[test]
    fn turns_international_names_into_ascii() {
        assert_eq!(normalised("Bücher.example").as_deref(), Some("xn--bcher-kva.example"));
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        assert!(covers("a.example", "a.example") && covers("*.example", "a.example"));
        for (pattern, host) in
            [("a.example", "b.example"), ("*.example", "a.b.example"), ("*.example", "example")]
        {
            assert!(!covers(pattern, host), "{pattern} {host}");
        }
    }

    #[test]
    fn rejects_addresses() {
        for text in ["192.0.2.1", "192.0.2.1.", "0x7f.0x1", "127.1", "[2001:db8::1]", "2001:db8::1", "1234"] {
            assert_eq!(normalised(text), None, "{text}");
        }
    }

    #[test]
    fn shows_addresses_that_stand_for_names() {
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("[2001:DB8::1]", Some("2001:db8::1")),
            ("A.example", Some("a.example")),
            ("127.1", None),
            ("a b", None),
        ] {
            assert_eq!(shown(text.as_bytes()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn rejects_what_is_no_host() {
        let long_label = "a".repeat(64);
        let long_host = vec!["abcdefg"; 33].join(".");
        for text in ["", ".", "..", "a..b", ".a", "a b", "a/b", "a\0b", "user@host", &long_label, &long_host]
        {
            assert_eq!(normalised(text), None, "{text}");
        }
        assert_eq!(normalise(b"\xff\xfe.example"), None);
    }
}
