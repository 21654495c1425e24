//! Addresses in the answers of HTTPDNS services.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value;

use super::Query;
use crate::sniff::DnsAnswer;

/// Addresses of one answer that are kept.
const MAX_ADDRESSES: usize = 64;

/// Where an answer does not say how long it lasts.
const NO_TTL: u32 = 0;

/// Alibaba's: one answer or a list of them (`dns`, or `data.answers` in version 2), or the form that public name
/// servers have in common (`Answer`).
pub(super) fn of_json(query: &Query, body: &[u8]) -> Vec<DnsAnswer> {
    let Ok(root) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let mut answers = Vec::new();
    let lists = [root.get("dns"), root.pointer("/data/answers")];
    let entries = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    for entry in entries.chain([&root]) {
        let host = entry.get("host").or_else(|| entry.get("dn")).and_then(Value::as_str);
        let Some(name) = host.and_then(|host| query.name(host)) else { continue };
        read_entry(&name, entry, &mut answers);
    }
    if let (Some(name), Some(records)) = (query.only_name(), root.get("Answer").and_then(Value::as_array)) {
        for record in records {
            let ttl = record.get("TTL").map_or(NO_TTL, seconds);
            push(&name, record.get("data").and_then(Value::as_str), ttl, &mut answers);
        }
    }
    answers
}

/// `{"ips":[...],"ipsv6":[...],"ttl":60}`, or the same apart for each version: `{"v4":{"ips":[...],"ttl":60}}`.
fn read_entry(name: &Arc<str>, entry: &Value, answers: &mut Vec<DnsAnswer>) {
    for part in [Some(entry), entry.get("v4"), entry.get("v6")].into_iter().flatten() {
        let ttl = part.get("ttl").map_or(NO_TTL, seconds);
        let lists = [part.get("ips"), part.get("ipsv6")].into_iter().flatten();
        for address in lists.filter_map(Value::as_array).flatten() {
            push(name, address.as_str(), ttl, answers);
        }
    }
}

fn seconds(value: &Value) -> u32 {
    value.as_u64().and_then(|seconds| seconds.try_into().ok()).unwrap_or(NO_TTL)
}

/// Tencent's: for each name a line of `name.:addresses,ttl`, the name left out where one was asked for. Of two
/// versions the second stands behind `-`, and behind `|` the client's own address.
pub(super) fn of_text(query: &Query, body: &[u8]) -> Vec<DnsAnswer> {
    let Ok(text) = std::str::from_utf8(body) else { return Vec::new() };
    let mut answers = Vec::new();
    for line in text.lines() {
        let line = line.split('|').next().unwrap_or_default();
        let named = line.split_once(':').and_then(|(name, rest)| Some((query.name(name)?, rest)));
        let Some((name, lists)) = named.or_else(|| Some((query.only_name()?, line))) else { continue };
        for list in lists.split('-') {
            let (addresses, ttl) = list.split_once(',').unwrap_or((list, ""));
            let ttl = ttl.trim().parse().unwrap_or(NO_TTL);
            for address in addresses.split(';') {
                push(&name, Some(address), ttl, &mut answers);
            }
        }
    }
    answers
}

fn push(name: &Arc<str>, address: Option<&str>, ttl: u32, answers: &mut Vec<DnsAnswer>) {
    let Some(Ok(address)) = address.map(|text| text.trim().parse::<IpAddr>()) else { return };
    let is_host = !address.is_unspecified();
    if is_host && answers.len() < MAX_ADDRESSES {
        answers.push(DnsAnswer { address, name: Arc::clone(name), ttl });
    }
}

#[cfg(test)]
mod tests {
    use super::super::Form;
    use super::*;

    fn answers(form: Form, names: &[&str], body: &str) -> Vec<String> {
        let query = Query { names: names.iter().map(|name| Arc::from(*name)).collect(), form };
        let message = query.answer(body.as_bytes());
        assert!(message.response);
        message
            .answers
            .iter()
            .map(|found| format!("{} {} {}", found.name, found.address, found.ttl))
            .collect()
    }

    #[test]
    fn one_name_in_json() {
        let body = r#"{"host":"A.example","ips":["192.0.2.1","192.0.2.2"],"ipsv6":["2001:db8:0:0::1"],"ttl":57,
            "origin_ttl":120,"client_ip":"198.51.100.1"}"#;
        assert_eq!(
            answers(Form::Json, &["a.example"], body),
            ["a.example 192.0.2.1 57", "a.example 192.0.2.2 57", "a.example 2001:db8::1 57"]
        );
    }

    #[test]
    fn several_names_in_json() {
        let body = r#"{"dns":[{"host":"a.example","ips":["192.0.2.1"],"ttl":5},{"host":"b.example","type":28,
            "ips":["2001:db8::2"]},{"host":"bank.example","ips":["192.0.2.9"],"ttl":5}]}"#;
        let told = answers(Form::Json, &["a.example", "b.example"], body);
        assert_eq!(told, ["a.example 192.0.2.1 5", "b.example 2001:db8::2 0"]);
        let body = r#"{"code":"success","mode":0,"data":{"answers":[{"dn":"a.example","v4":{"ips":["192.0.2.1"],
            "ttl":60},"v6":{"ips":["2001:db8::1"],"ttl":30,"no_ip_code":"x"}}]}}"#;
        let told = answers(Form::Json, &["a.example", "b.example"], body);
        assert_eq!(told, ["a.example 192.0.2.1 60", "a.example 2001:db8::1 30"]);
    }

    #[test]
    fn records_in_json() {
        let body = r#"{"Status":0,"Answer":[{"name":"a.example.","type":5,"TTL":9,"data":"c.example."},
            {"name":"c.example.","type":1,"TTL":7,"data":"192.0.2.1"}]}"#;
        assert_eq!(answers(Form::Json, &["a.example"], body), ["a.example 192.0.2.1 7"]);
    }

    #[test]
    fn text() {
        for (names, body, told) in [
            (
                &["a.example"][..],
                "192.0.2.1;192.0.2.2,120",
                &["a.example 192.0.2.1 120", "a.example 192.0.2.2 120"][..],
            ),
            (&["a.example"], "192.0.2.1|198.51.100.1", &["a.example 192.0.2.1 0"]),
            (
                &["a.example"],
                "192.0.2.1,9-2001:db8::1;2001:db8::2,8",
                &["a.example 192.0.2.1 9", "a.example 2001:db8::1 8", "a.example 2001:db8::2 8"],
            ),
            (&["a.example"], "2001:db8::1,8", &["a.example 2001:db8::1 8"]),
            (
                &["a.example", "b.example"],
                "a.example.:192.0.2.1,9\nb.example.:0\nc.example.:192.0.2.3,9\n",
                &["a.example 192.0.2.1 9"],
            ),
            (&["a.example"], "0", &[]),
            (&["a.example"], "", &[]),
        ] {
            assert_eq!(answers(Form::Text, names, body), told, "{body}");
        }
    }

    #[test]
    fn what_is_no_answer_says_nothing() {
        for body in
            ["{", "[]", "7", r#"{"host":7,"ips":{}}"#, r#"{"host":"a.example","ips":[7,"x","0.0.0.0"]}"#]
        {
            assert!(answers(Form::Json, &["a.example"], body).is_empty(), "{body}");
        }
    }
}
