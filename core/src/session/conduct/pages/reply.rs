//! What the server answers, as HTTP and HTML.

use std::fmt::Write as _;

use super::PageText;

/// The last part of the address that leads on.
pub(super) const NEXT: &str = "next";

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Page(String),
    /// The next page is there (RFC 9110 section 15.4.4).
    See(String),
    NotFound,
    NotUnderstood,
}

impl Reply {
    /// A page that leads on after so many seconds.
    pub(super) fn leading_on(text: &PageText, seconds: u64) -> Self {
        // Understood by whatever shows HTML, without a script:
        // <https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh>.
        let refresh = format!("<meta http-equiv=\"refresh\" content=\"{seconds};url={NEXT}\">");
        // For a browser that does not follow: a person can.
        let link = format!("<p><a href=\"{NEXT}\">&rarr;</a>");
        Self::Page(html(&text.opened, &refresh, &link))
    }

    /// A page at which it stays.
    pub(super) fn resting(text: &str) -> Self {
        Self::Page(html(text, "", ""))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (status, location, body) = match self {
            Self::Page(body) => ("200 OK", "", body.as_str()),
            Self::See(location) => ("303 See Other", location.as_str(), ""),
            Self::NotFound => ("404 Not Found", "", ""),
            Self::NotUnderstood => ("400 Bad Request", "", ""),
        };
        let location = if location.is_empty() { String::new() } else { format!("Location: {location}\r\n") };
        format!("HTTP/1.1 {status}\r\n{location}{FIELDS}Content-Length: {}\r\n\r\n{body}", body.len())
            .into_bytes()
    }
}

/// A browser is to ask anew each time, and not to send the address of the page before along.
const FIELDS: &str = "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: \
                      no-referrer\r\nConnection: close\r\n";

fn html(text: &str, refresh: &str, link: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta \
         name=\"color-scheme\" content=\"light dark\">{refresh}<title>Telltale</title></head><body dir=\"auto\" \
         style=\"font: 1.3em sans-serif; margin: 2em\"><p>{}</p>{link}</body></html>",
        escaped(text)
    )
}

/// `text` with nothing in it that HTML could take for its own.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' | '>' | '&' | '"' | '\'' => {
                // Writing to a String does not fail.
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(reply: &Reply) -> String {
        String::from_utf8(reply.to_bytes()).unwrap()
    }

    #[test]
    fn a_page_leads_on_and_is_not_kept() {
        let page = text(&Reply::leading_on(&PageText::default(), 2));
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("no-store"), "{page}");
        assert!(page.contains("content=\"2;url=next\"") && page.contains("href=\"next\""), "{page}");
        let rest = text(&Reply::resting("x"));
        assert!(!rest.contains("next"), "{rest}");
    }

    #[test]
    fn texts_are_only_text() {
        let page = text(&Reply::resting("<script>\"&'"));
        assert!(page.contains("<p>&#60;script&#62;&#34;&#38;&#39;</p>"), "{page}");
    }

    #[test]
    fn lengths_are_of_bytes() {
        let page = text(&Reply::resting("वापस"));
        let (head, body) = page.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "{head}");
    }

    #[test]
    fn a_redirection_says_where() {
        let reply = text(&Reply::See("http://192.0.2.1/a".to_owned()));
        assert!(reply.starts_with("HTTP/1.1 303") && reply.contains("\r\nLocation: http://192.0.2.1/a\r\n"));
    }
}
