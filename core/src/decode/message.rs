//! The parts of a request, before they are undone.

use super::Request;
use super::budget::Budget;
use super::layer::Coding;
use super::limits::{MAX_FIELDS, MAX_INPUT};
use super::note::NoteKind;
use super::path;
use super::peel::{self, Place};
use super::unpack::compression;
use super::unpack::form::{self, RawField};
use super::unpack::is_readable;
use super::value::{Map, Value};

/// Names of the parts in the tree.
pub(super) const QUERY: &str = "query";
pub(super) const HEADERS: &str = "headers";
pub(super) const BODY: &str = "body";

/// Header fields that say how, not what; and those that nobody should see.
const LEFT_OUT: &str = "accept accept-charset accept-encoding authorization cache-control connection content-encoding \
    content-length content-type date dnt expect host if-modified-since if-none-match keep-alive pragma \
    proxy-authorization proxy-connection range sec-fetch-dest sec-fetch-mode sec-fetch-site te trailer \
    transfer-encoding upgrade upgrade-insecure-requests";

/// Whether the field with this name, in lower case, is left out of the tree.
pub(super) fn is_left_out(name: &str) -> bool {
    LEFT_OUT.split(' ').any(|left_out| left_out == name)
}

/// A request in its parts.
#[derive(Debug)]
pub(super) struct Message {
    /// Without the query; empty for a bare body.
    pub(super) path: String,
    pub(super) host: Option<String>,
    pub(super) target: String,
    pub(super) query: Vec<Field>,
    /// Names in lower case.
    pub(super) headers: Vec<Field>,
    pub(super) body: Body,
    /// There is nothing but the body.
    is_bare: bool,
}

#[derive(Debug)]
pub(super) enum Body {
    Form(Vec<Field>),
    Bytes(Vec<u8>),
    /// A format has read it.
    Done(Value),
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Text(String),
    Bytes(Vec<u8>),
    Fields(Vec<Field>),
    /// A format has read it.
    Done(Value),
}

impl Message {
    pub(super) fn of_request(request: &Request, budget: &mut Budget) -> Self {
        let (path, query) = path_and_query(&request.target);
        let headers = headers(&request.fields, budget);
        let body = unpacked_body(request, budget);
        Self {
            path: path.to_owned(),
            host: request.host.clone(),
            target: request.target.clone(),
            query: read_fields(query, Coding::Query, QUERY, budget),
            headers,
            body: read_body(body, says_form(&request.fields), BODY, budget),
            is_bare: false,
        }
    }

    pub(super) fn of_body(bytes: &[u8], budget: &mut Budget) -> Self {
        let body = read_body(cut_input(bytes, "", budget).to_vec(), false, "", budget);
        let (path, target) = (String::new(), String::new());
        Self { path, host: None, target, query: Vec::new(), headers: Vec::new(), body, is_bare: true }
    }

    /// The place of the body in the tree.
    pub(super) fn body_path(&self) -> &'static str {
        if self.is_bare { "" } else { BODY }
    }

    /// The fields of the body, if it is a form.
    pub(super) fn form(&self) -> &[Field] {
        if let Body::Form(fields) = &self.body { fields } else { &[] }
    }

    /// The parts that are fields, with their places.
    pub(super) fn field_parts(&self) -> impl Iterator<Item = (&'static str, &[Field])> {
        [(self.body_path(), self.form()), (QUERY, &self.query)]
            .into_iter()
            .filter(|(_, fields)| !fields.is_empty())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        text_of(&self.headers, name)
    }

    /// A field of the body or else of the query.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        text_of(self.form(), name).or_else(|| text_of(&self.query, name))
    }

    /// The part of the tree that is the body.
    pub(super) fn body_of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        if self.is_bare { Some(value) } else { value.get(BODY) }
    }

    /// Undoes what no format has.
    pub(super) fn peel(&self, budget: &mut Budget) -> Value {
        if self.is_bare {
            return self.peel_body(Place::TOP, budget);
        }
        let mut parts = Map::default();
        for (name, fields) in [(QUERY, &self.query), (HEADERS, &self.headers)] {
            if !fields.is_empty() {
                parts.push(name, peel_fields(fields, Place::TOP.below(name), budget));
            }
        }
        if !matches!(&self.body, Body::Bytes(bytes) if bytes.is_empty()) {
            parts.push(BODY, self.peel_body(Place::TOP.below(BODY), budget));
        }
        Value::Map(parts)
    }

    fn peel_body(&self, place: Place<'_>, budget: &mut Budget) -> Value {
        match &self.body {
            Body::Form(fields) => peel_fields(fields, place, budget),
            Body::Bytes(bytes) => peel::bytes(bytes, place, budget),
            Body::Done(value) => value.clone(),
        }
    }
}

/// The text of the field of this name.
pub(super) fn text_of<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    fields.iter().find(|field| field.name == name)?.text()
}

/// A map of fields, each undone.
pub(super) fn peel_fields(fields: &[Field], place: Place<'_>, budget: &mut Budget) -> Value {
    let mut map = Map::default();
    for field in fields {
        if !budget.take_item() {
            break;
        }
        let key = map.free_key(&field.name);
        let path = path::entry(place.path, &key);
        let value = field.peel(place.below(&path), budget);
        map.push(&key, value);
    }
    Value::Map(map)
}

impl Field {
    /// Fields as they were meant. What percent-encoding did is written down.
    pub(super) fn all(raw: Vec<RawField<'_>>, path: &str, budget: &mut Budget) -> Vec<Self> {
        raw.into_iter().map(|field| Self::decoded(field, path, budget)).collect()
    }

    fn decoded(raw: RawField<'_>, path: &str, budget: &mut Budget) -> Self {
        let name = form::decoded_name(raw.name);
        let value = form::decoded(raw.value);
        if *value != *raw.value.as_bytes() {
            budget.layer(&path::entry(path, &name), Coding::Percent, raw.value.len(), value.len());
        }
        let content = match String::from_utf8(value.into_owned()) {
            Ok(text) => Content::Text(text),
            Err(error) => Content::Bytes(error.into_bytes()),
        };
        Self { name, content }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Content::Text(text) = &self.content { Some(text) } else { None }
    }

    fn peel(&self, place: Place<'_>, budget: &mut Budget) -> Value {
        match &self.content {
            Content::Text(text) if is_readable(text) || text.is_empty() => peel::text(text, place, budget),
            Content::Text(text) => peel::bytes(text.as_bytes(), place, budget),
            Content::Bytes(bytes) => peel::bytes(bytes, place, budget),
            Content::Fields(fields) => peel_fields(fields, place, budget),
            Content::Done(value) => value.clone(),
        }
    }
}

/// Path and query of a target that may be a whole address; a fragment never travels, but people paste it.
fn path_and_query(target: &str) -> (&str, &str) {
    let target = target.split('#').next().unwrap_or(target);
    let rest = split_scheme(target).map_or(target, |(_, rest)| rest);
    let is_address = rest.len() < target.len();
    let start = if is_address { rest.find(['/', '?']).unwrap_or(rest.len()) } else { 0 };
    rest[start..].split_once('?').unwrap_or((&rest[start..], ""))
}

/// Scheme and what follows it, of a whole address. A path may have an address in its query.
pub(super) fn split_scheme(target: &str) -> Option<(&str, &str)> {
    let is_scheme =
        |scheme: &str| !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    target.split_once("://").filter(|(scheme, _)| is_scheme(scheme))
}

fn headers(fields: &[(String, String)], budget: &mut Budget) -> Vec<Field> {
    let mut headers = Vec::new();
    for (name, value) in fields.iter().take(MAX_FIELDS) {
        let name = name.to_ascii_lowercase();
        if !is_left_out(&name) {
            let content =
                if name == "cookie" { cookies(value, budget) } else { Content::Text(value.clone()) };
            headers.push(Field { name, content });
        }
    }
    headers
}

fn cookies(value: &str, budget: &mut Budget) -> Content {
    let path = path::entry(HEADERS, "cookie");
    budget.layer(&path, Coding::Cookies, value.len(), value.len());
    let fields = form::cookies(value, &path, budget);
    Content::Fields(Field::all(fields, &path, budget))
}

fn header<'a>(request: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut same = request.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    same.next().map(|(_, value)| value.trim())
}

fn says_form(fields: &[(String, String)]) -> bool {
    header(fields, "content-type")
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"))
}

fn read_fields(text: &str, coding: Coding, path: &str, budget: &mut Budget) -> Vec<Field> {
    if text.is_empty() {
        return Vec::new();
    }
    budget.layer(path, coding, text.len(), text.len());
    Field::all(form::fields(text, path, budget), path, budget)
}

/// A body is a form where it looks like one, and where it is said to be and could be.
fn read_body(bytes: Vec<u8>, says_form: bool, path: &str, budget: &mut Budget) -> Body {
    match std::str::from_utf8(&bytes) {
        Ok(text) if form::looks_like_form(text) || says_form && form::begins_like_form(text) => {
            Body::Form(read_fields(text, Coding::Form, path, budget))
        }
        _ => Body::Bytes(bytes),
    }
}

/// Takes the content codings off, the last one first: RFC 9110 section 8.4.
fn unpacked_body(request: &Request, budget: &mut Budget) -> Vec<u8> {
    if request.missing > 0 {
        let text = format!("{} bytes of the body passed but were not kept", request.missing);
        budget.note(NoteKind::Truncated, BODY, text);
    }
    let mut body = cut_input(&request.body, BODY, budget).to_vec();
    for name in header(&request.fields, "content-encoding").unwrap_or_default().rsplit(',') {
        match content_coding(name.trim(), &body) {
            ContentCoding::None => {}
            ContentCoding::Known(coding) => body = unpacked(coding, body, budget),
            ContentCoding::Unknown => {
                budget.note(NoteKind::Unreadable, BODY, "a content coding that is not known".to_owned());
                break;
            }
        }
    }
    body
}

fn unpacked(coding: Coding, body: Vec<u8>, budget: &mut Budget) -> Vec<u8> {
    match compression::unpack(coding, &body, budget.growth_of(body.len())) {
        Some(unpacked) => {
            peel::note_unpacked(coding, body.len(), &unpacked, BODY, budget);
            unpacked.bytes
        }
        None if body.is_empty() => body,
        None => {
            budget.note(NoteKind::Wrong, BODY, format!("it is said to be {}, and is not", coding.as_str()));
            body
        }
    }
}

enum ContentCoding {
    None,
    Known(Coding),
    Unknown,
}

/// What is called `deflate` is zlib, or else what some programs took it for: bare deflate.
fn content_coding(name: &str, body: &[u8]) -> ContentCoding {
    match name.to_ascii_lowercase().as_str() {
        "" | "identity" => ContentCoding::None,
        "gzip" | "x-gzip" => ContentCoding::Known(Coding::Gzip),
        "deflate" if compression::by_magic(body) == Some(Coding::Zlib) => ContentCoding::Known(Coding::Zlib),
        "deflate" => ContentCoding::Known(Coding::Deflate),
        "br" => ContentCoding::Known(Coding::Br),
        "zstd" => ContentCoding::Known(Coding::Zstd),
        _ => ContentCoding::Unknown,
    }
}

fn cut_input<'a>(bytes: &'a [u8], path: &str, budget: &mut Budget) -> &'a [u8] {
    if bytes.len() > MAX_INPUT {
        budget.cap(path, format!("only the first {MAX_INPUT} bytes are looked at"));
    }
    &bytes[..bytes.len().min(MAX_INPUT)]
}
