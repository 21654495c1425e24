//! Kept requests as an HTTP Archive, which the developer tools of browsers open.
//!
//! HAR 1.2: <https://w3c.github.io/web-performance/specs/HAR/Overview.html>. Names that begin with `_` are our own, as it
//! asks for.

use std::io::{self, BufWriter, Write};

use data_encoding::BASE64;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use telltale_core::decode::Request;
use telltale_core::event::FlowRecord;
use telltale_core::store::{Evidence, Filter};

use super::outgoing::{Outgoing, OutgoingRequest, about};
use super::{Destination, ExportCommandError};

const COMMENT: &str = "Requests that passed in the clear, as Telltale kept them. Neither responses nor how long anything \
took were kept: status 0 and times of 0 stand for unknown, and HTTP/1.1 for whatever version it was.";

const NO_RESPONSE: &str = "not kept";

/// Writes a request after the other; answers with how many there were.
pub(super) fn write(
    outgoing: &Outgoing<'_>,
    filter: &Filter,
    sink: &mut Destination,
) -> Result<u64, ExportCommandError> {
    let mut sink = BufWriter::new(sink);
    let creator = json!({ "name": "telltale", "version": env!("CARGO_PKG_VERSION") });
    let comment = json!(COMMENT);
    write!(sink, r#"{{"log":{{"version":"1.2","creator":{creator},"comment":{comment},"entries":["#)?;
    let mut count = 0;
    outgoing.each_evidence(filter, |evidence| {
        let request = outgoing.request(&evidence)?.filter(|outgoing| outgoing.request.is_http());
        let Some(request) = request else { return Ok(()) };
        let flow = outgoing.journal.flow(evidence.flow)?;
        sink.write_all(if count > 0 { b",\n" } else { b"\n" })?;
        serde_json::to_writer(&mut sink, &entry(&evidence, &request, flow.as_ref()))
            .map_err(io::Error::from)?;
        count += 1;
        Ok(())
    })?;
    writeln!(sink, "\n]}}}}")?;
    sink.flush()?;
    Ok(count)
}

fn entry(evidence: &Evidence, outgoing: &OutgoingRequest, flow: Option<&FlowRecord>) -> Value {
    let mut comment = about(evidence.owner.as_ref(), evidence.finding.as_ref());
    comment.push(outgoing.comment.clone());
    let mut entry = json!({
        "startedDateTime": evidence.time,
        "time": 0,
        "request": request(evidence, outgoing, flow),
        "response": response(),
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
        "connection": evidence.flow.to_string(),
        "comment": comment.join("\n"),
        "_telltale": {
            "evidence": evidence.id,
            "flow": evidence.flow,
            "owner": evidence.owner,
            "party": evidence.party,
            "finding": evidence.finding,
            "format": evidence.decoded.format,
        },
    });
    if let Some(flow) = flow {
        entry["serverIPAddress"] = json!(flow.responder.address);
    }
    entry
}

fn request(evidence: &Evidence, outgoing: &OutgoingRequest, flow: Option<&FlowRecord>) -> Value {
    let request = &outgoing.request;
    let mut told = json!({
        "method": request.method,
        "url": address(evidence, &request.target, flow),
        "httpVersion": "HTTP/1.1",
        "cookies": cookies(request),
        "headers": request.fields.iter().map(|(name, value)| pair(name, value)).collect::<Vec<_>>(),
        "queryString": query(&request.target),
        "headersSize": -1,
        "bodySize": request.body.len(),
    });
    if !request.body.is_empty() {
        told["postData"] = post_data(request);
    }
    told
}

/// The whole address; a proxy is given one, a server only what is behind its own.
fn address(evidence: &Evidence, target: &str, flow: Option<&FlowRecord>) -> String {
    if !target.starts_with('/') && target.contains("://") {
        return target.to_owned();
    }
    let host =
        if evidence.host.contains(':') { format!("[{}]", evidence.host) } else { evidence.host.to_string() };
    match flow.map(|flow| flow.responder.port).filter(|port| *port != 80) {
        Some(port) => format!("http://{host}:{port}{target}"),
        None => format!("http://{host}{target}"),
    }
}

fn response() -> Value {
    json!({
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": { "size": 0, "mimeType": "x-unknown", "comment": NO_RESPONSE },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "comment": NO_RESPONSE,
    })
}

fn pair(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

fn field<'a>(request: &'a Request, name: &'a str) -> impl Iterator<Item = &'a str> {
    let same = request.fields.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name));
    same.map(|(_, value)| value.as_str())
}

fn cookies(request: &Request) -> Vec<Value> {
    let cookies = field(request, "cookie").flat_map(|line| line.split(';'));
    let cookies = cookies.filter_map(|cookie| cookie.trim().split_once('='));
    cookies.map(|(name, value)| pair(name, value)).collect()
}

fn query(target: &str) -> Vec<Value> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    fields_of(query.split('#').next().unwrap_or_default())
}

/// Fields in the form of a query: <https://url.spec.whatwg.org/#urlencoded-parsing>
fn fields_of(form: &str) -> Vec<Value> {
    let fields = form.split('&').filter(|field| !field.is_empty());
    let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let fields = fields.map(|field| field.split_once('=').unwrap_or((field, "")));
    fields.map(|(name, value)| pair(&plain(name), &plain(value))).collect()
}

/// `params` and `text` exclude each other: the text is what was sent.
fn post_data(request: &Request) -> Value {
    let kind = field(request, "content-type").next().unwrap_or("application/octet-stream");
    match std::str::from_utf8(&request.body) {
        Ok(text) => json!({ "mimeType": kind, "text": text }),
        Err(_) => json!({
            "mimeType": kind,
            "text": BASE64.encode(&request.body),
            "encoding": "base64",
            "comment": "bytes that are no text, in base64",
        }),
    }
}
