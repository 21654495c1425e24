//! A request written again from its redacted tree, for formats that want a whole request: fields stay fields, forms
//! stay forms, JSON stays JSON.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::message::{BODY, HEADERS, QUERY, is_left_out};
use super::redact::{paths, replacement};
use super::value::{Map, original_key};
use super::{Coding, Decoded, Layer, Request, Value};

/// What [`Decoded::redacted_request`] gives.
#[derive(Debug, Clone, PartialEq)]
pub struct RedactedRequest {
    /// Nothing of its body is missing, and it is as long as its `Content-Length` says, which stands for any other framing.
    pub request: Request,
    /// Layers that cannot be put around what was replaced. What was in them is there as JSON.
    pub opened: Vec<Layer>,
}

/// Kept apart from the letters and digits: <https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set>
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

const FRAMING: [&str; 3] = ["content-encoding", "content-length", "transfer-encoding"];

pub(super) fn redact(request: &Request, decoded: &Decoded, salt: &[u8]) -> RedactedRequest {
    let redacted = decoded.redacted(salt);
    let body = Body::of(&redacted);
    let request = Request {
        method: request.method.clone(),
        host: request.host.clone(),
        target: target(&request.target, &redacted.value, salt),
        fields: fields(&request.fields, &redacted.value, &body, salt),
        body: body.bytes,
        missing: 0,
    };
    let opened = redacted.layers.into_iter().filter(|layer| !is_written_again(layer)).collect();
    RedactedRequest { request, opened }
}

/// Reading it took nothing off, or it is put around the replaced values as well.
fn is_written_again(layer: &Layer) -> bool {
    match layer.name {
        Coding::Json | Coding::JsonLines | Coding::Percent | Coding::Cookies => true,
        Coding::Form => layer.path == BODY,
        Coding::Query => layer.path == QUERY,
        Coding::Gzip
        | Coding::Zlib
        | Coding::Deflate
        | Coding::Br
        | Coding::Zstd
        | Coding::Base64
        | Coding::Base64url
        | Coding::Hex
        | Coding::Protobuf
        | Coding::ThriftCompact
        | Coding::ThriftBinary
        | Coding::Aes128Ecb
        | Coding::MipushFrame => false,
    }
}

fn target(target: &str, tree: &Value, salt: &[u8]) -> String {
    let path = paths::rewritten(target, |part| encoded(&replacement("path", part, salt)));
    match tree.get(QUERY) {
        Some(Value::Map(query)) if !query.is_empty() => format!("{path}?{}", form(query)),
        _ => path,
    }
}

/// The fields in their order. Those that the tree has take their names and values from there.
fn fields(fields: &[(String, String)], tree: &Value, body: &Body, salt: &[u8]) -> Vec<(String, String)> {
    let mut decoded = tree.get(HEADERS).and_then(Value::as_map).into_iter().flat_map(Map::iter);
    let mut kept = Vec::new();
    for (name, value) in fields {
        let lower = name.to_ascii_lowercase();
        if FRAMING.contains(&lower.as_str()) || lower == "content-type" && body.kind.is_some() {
            continue;
        }
        let field = match lower.as_str() {
            "host" => Some((name.clone(), value.clone())),
            known if is_left_out(known) => Some((name.clone(), replacement("text", value, salt))),
            "cookie" => decoded.next().map(|(_, value)| (name.clone(), cookies(value))),
            _ => decoded.next().map(|(key, value)| (token(original_key(key)), text(value))),
        };
        kept.extend(field);
    }
    kept.extend(body.fields());
    kept
}

/// A name that a field can have: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2>
fn token(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

fn cookies(value: &Value) -> String {
    match value.as_map() {
        Some(cookies) => cookies.iter().map(pair).collect::<Vec<_>>().join("; "),
        None => text(value),
    }
}

/// A body and what it is.
struct Body {
    kind: Option<&'static str>,
    bytes: Vec<u8>,
}

impl Body {
    fn of(decoded: &Decoded) -> Self {
        let Some(value) = decoded.value.get(BODY) else { return Self { kind: None, bytes: Vec::new() } };
        let is = |coding| decoded.layers.iter().any(|layer| layer.path == BODY && layer.name == coding);
        let (kind, written) = if let (Value::Map(fields), true) = (value, is(Coding::Form)) {
            ("application/x-www-form-urlencoded", form(fields))
        } else if let (Value::List(list), true) = (value, is(Coding::JsonLines)) {
            ("application/x-ndjson", lines(list))
        } else if let Value::Text(text) = value {
            ("text/plain; charset=utf-8", text.clone())
        } else {
            ("application/json", text(value))
        };
        Self { kind: Some(kind), bytes: written.into_bytes() }
    }

    fn fields(&self) -> impl Iterator<Item = (String, String)> {
        let kind = self.kind.map(|kind| ("Content-Type".to_owned(), kind.to_owned()));
        let length = self.kind.map(|_| ("Content-Length".to_owned(), self.bytes.len().to_string()));
        kind.into_iter().chain(length)
    }
}

fn form(fields: &Map) -> String {
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn pair((name, value): (&str, &Value)) -> String {
    format!("{}={}", encoded(original_key(name)), encoded(&text(value)))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, FORM).to_string()
}

fn lines(list: &[Value]) -> String {
    list.iter().map(|value| json(value) + "\n").collect()
}

/// A leaf as it is, anything else as JSON.
fn text(value: &Value) -> String {
    if value.is_leaf() && !matches!(value, Value::Null) { value.to_string() } else { json(value) }
}

/// Trees hold nothing that JSON does not.
fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
