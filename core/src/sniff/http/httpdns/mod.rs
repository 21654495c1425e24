//! Look-ups over HTTP at bare addresses, as Alibaba and Tencent offer them to apps: no name server sees them.
//!
//! Alibaba: <https://www.alibabacloud.com/help/en/httpdns/latest/emas-resolve-api>,
//! <https://www.alibabacloud.com/help/doc-detail/52680.htm>,
//! <https://www.alibabacloud.com/help/doc-detail/209314.htm>.
//! Tencent: <https://www.tencentcloud.com/document/product/1130/44468>

mod answer;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use super::head::RequestHead;
use crate::event::Application;
use crate::sniff::{DnsAnswer, DnsMessage, normalise_host};

/// Answers are some hundred bytes for each name, of which a request may hold five (Alibaba) or eight (Tencent).
pub(super) const MAX_ANSWER: usize = 16 * 1024;
const MAX_NAMES: usize = 16;

/// A request to such a service.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LookUp {
    Query(Query),
    /// It is encrypted.
    Hidden,
}

/// A request is such a look-up. `host` is without its port.
pub(crate) fn is_http_dns(host: Option<&str>, target: &str) -> bool {
    LookUp::of_target(host, target.as_bytes()).is_some()
}

/// Names that are looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    names: Vec<Arc<str>>,
    form: Form,
}

/// What the answer looks like.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    Json,
    /// `192.0.2.1;192.0.2.2,60`
    Text,
}

impl LookUp {
    /// `None` if `request` is none.
    pub(super) fn of(request: &RequestHead) -> Option<Self> {
        Self::of_target(request.host.as_deref(), &request.target)
    }

    /// Any site may use the same words in its paths, so the host must be an address, or say what it is, or an account
    /// must be named where Alibaba has it.
    fn of_target(host: Option<&str>, target: &[u8]) -> Option<Self> {
        let target = std::str::from_utf8(path_of(target)).ok()?;
        let (path, query) = target.split_once('?')?;
        let (account, command) = path.strip_prefix('/')?.rsplit_once('/').unwrap_or(("", path.get(1..)?));
        let is_service = host.is_none_or(is_service);
        let parameters = Parameters(query);
        match (account, command) {
            ("", "d") if is_service && parameters.has("dn") => Some(Self::of_tencent(parameters)?),
            ("v2", "d") if is_service && parameters.has("enc") => Some(Self::Hidden),
            ("v2", "d") if is_service => Self::query(&parameters.get("dn")?, Form::Json),
            ("", "resolve") if is_service && parameters.has("name") => {
                Self::query(&parameters.get("name")?, Form::Json)
            }
            (account, "d" | "sign_d" | "resolve" | "sign_resolve") if is_service || is_account(account) => {
                Self::query(&parameters.get("host")?, Form::Json)
            }
            _ => None,
        }
    }

    /// With an `id`, names are in hexadecimal digits of DES or AES.
    fn of_tencent(parameters: Parameters<'_>) -> Option<Self> {
        let names = parameters.get("dn")?;
        let is_encrypted = parameters.has("id") && names.len() >= 16 && !names.contains('.');
        if is_encrypted { Some(Self::Hidden) } else { Self::query(&names, Form::Text) }
    }

    fn query(names: &str, form: Form) -> Option<Self> {
        let names = names.split(',').filter_map(|name| normalise_host(name.as_bytes()));
        let names: Vec<Arc<str>> = names.take(MAX_NAMES).map(Arc::from).collect();
        (!names.is_empty()).then_some(Self::Query(Query { names, form }))
    }
}

impl Query {
    /// What is asked.
    pub(super) fn question(&self) -> DnsMessage {
        self.message(false, Vec::new())
    }

    /// What a response says to it. Only what was asked for is believed.
    pub(super) fn answer(&self, body: &[u8]) -> DnsMessage {
        let answers = match self.form {
            Form::Json => answer::of_json(self, body),
            Form::Text => answer::of_text(self, body),
        };
        self.message(true, answers)
    }

    fn message(&self, response: bool, answers: Vec<DnsAnswer>) -> DnsMessage {
        DnsMessage {
            application: Application::HttpDns,
            response,
            questions: self.names.clone(),
            answers,
            ech: false,
        }
    }

    /// The name as it was asked for, if it was.
    fn name(&self, text: &str) -> Option<Arc<str>> {
        let text = normalise_host(text.as_bytes())?;
        self.names.iter().find(|name| ***name == *text).map(Arc::clone)
    }

    fn only_name(&self) -> Option<Arc<str>> {
        if let [name] = &self.names[..] { Some(Arc::clone(name)) } else { None }
    }
}

/// The target without scheme and authority.
fn path_of(target: &[u8]) -> &[u8] {
    let rest = target.strip_prefix(b"http://").unwrap_or(target);
    &rest[rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len())..]
}

fn is_service(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok() || host.contains("httpdns")
}

fn is_account(text: &str) -> bool {
    text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The query part of a target.
#[derive(Clone, Copy)]
struct Parameters<'a>(&'a str);

impl<'a> Parameters<'a> {
    fn has(self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    fn get(self, key: &str) -> Option<Cow<'a, str>> {
        self.raw(key).map(percent_decoded)
    }

    fn raw(self, key: &str) -> Option<&'a str> {
        let mut pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, value)| *name == key && !value.is_empty()).map(|(_, value)| value)
    }
}

/// Names need no more than the commas between them decoded; what is not ASCII stays as it is.
fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        decoded.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                decoded.push(char::from(byte));
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push('%');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_up(host: &str, target: &str) -> Option<LookUp> {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        LookUp::of(&RequestHead::parse(head.into_bytes()).unwrap())
    }

    #[test]
    fn knows_the_services() {
        for (host, target, names) in [
            (
                "203.107.1.65",
                "/1645/sign_d?host=a.example&sdk=android_1.3.3&t=16&s=76&sid=x",
                &["a.example"][..],
            ),
            ("a.example", "/100000/d?host=B.example.", &["b.example"]),
            (
                "192.0.2.1",
                "/100000/resolve?host=a.example%2Cb.example,c_d",
                &["a.example", "b.example", "c_d"],
            ),
            ("[2001:db8::1]", "/d?host=a.example&query=4,6", &["a.example"]),
            ("192.0.2.1", "/v2/d?id=1&m=0&dn=a.example", &["a.example"]),
            ("223.5.5.5", "/resolve?name=a.example.&type=1", &["a.example"]),
            ("119.29.29.29", "/d?dn=a.example.&ttl=1", &["a.example"]),
            ("b.httpdns.example", "http://192.0.2.1/d?id=1&dn=a.example", &["a.example"]),
        ] {
            let Some(LookUp::Query(query)) = look_up(host, target) else { panic!("{target}") };
            assert_eq!(query.names.iter().map(|name| &**name).collect::<Vec<_>>(), names, "{target}");
            assert!(!query.question().response);
        }
    }

    #[test]
    fn what_is_encrypted_is_hidden() {
        for target in ["/d?dn=4fd2cd7a2a8e5ba0b4&id=1&alg=des", "/v2/d?id=1&m=1&enc=0a1b"] {
            assert_eq!(look_up("192.0.2.1", target), Some(LookUp::Hidden), "{target}");
        }
    }

    #[test]
    fn other_sites_use_the_same_words() {
        for (host, target) in [
            ("www.example", "/d?dn=a.example"),
            ("www.example", "/d?host=a.example"),
            ("www.example", "/r/resolve?host=a.example"),
            ("www.example", "/12/d?host=a.example"),
            ("192.0.2.1", "/d?host=192.0.2.2"),
            ("192.0.2.1", "/1645/ss?host=a.example"),
            ("192.0.2.1", "/d"),
        ] {
            assert_eq!(look_up(host, target), None, "{host} {target}");
        }
    }
}
