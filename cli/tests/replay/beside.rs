//! Captures of real traffic that lie beside the repository, each flow's name with them. They are not ours to hand on.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;

use serde_json::Value;

use crate::telltale;

/// Rows where another dissector sees it otherwise, and why we do not.
const EXCEPTIONS: [(&str, &str, &str); 1] = [
    // The question is for the wildcard itself; the dissector writes `_` for characters that it does not expect.
    ("dns_ambiguous_names.pcap", "_.teams.microsoft.com", "*.teams.microsoft.com"),
];

#[derive(Debug, serde::Deserialize)]
struct Expected {
    capture: String,
    transport: String,
    a_ip: String,
    a_port: u16,
    b_ip: String,
    b_port: u16,
    kind: String,
    host: String,
}

#[test]
fn every_flow_is_named_as_expected() {
    let folder = std::env::var_os("TELLTALE_CAPTURES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures"),
        PathBuf::from,
    );
    let Ok(mut rows) = csv::Reader::from_path(folder.join("expected.csv")) else {
        println!("skipped: no captures in {}; TELLTALE_CAPTURES names another folder", folder.display());
        return;
    };
    let rows: Vec<Expected> = rows.deserialize().map(Result::unwrap).collect();
    let captures: BTreeSet<&str> = rows.iter().map(|row| &*row.capture).collect();
    let mut wrong = Vec::new();
    for capture in captures {
        let replayed = telltale(&["--json", "-q", folder.join(capture).to_str().unwrap()], &[]);
        assert_eq!((replayed.status, &*replayed.stderr), (Some(0), ""), "{capture}");
        let flows: Vec<Value> =
            replayed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of_capture = rows.iter().filter(|row| row.capture == capture);
        wrong.extend(of_capture.filter(|row| !flows.iter().any(|flow| row.is_told_by(flow))));
    }
    assert!(wrong.is_empty(), "{} of {} are not named as expected: {wrong:#?}", wrong.len(), rows.len());
}

impl Expected {
    fn is_told_by(&self, flow: &Value) -> bool {
        let ends = [(&*self.a_ip, self.a_port), (&*self.b_ip, self.b_port)];
        let told = ["originator", "responder"].map(|end| end_of(&flow[end]));
        let is_same = |ends: [(&str, u16); 2]| {
            ends.iter().zip(&told).all(|((ip, port), told)| (groups(ip), *port) == *told)
        };
        flow["protocol"] == *self.transport
            && (is_same(ends) || is_same([ends[1], ends[0]]))
            && self.is_name_of(flow)
    }

    fn is_name_of(&self, flow: &Value) -> bool {
        let exception =
            EXCEPTIONS.iter().find(|(capture, host, _)| (*capture, *host) == (&*self.capture, &*self.host));
        let host = exception.map_or(&*self.host, |(_, _, ours)| ours);
        let provenance = match &*self.kind {
            "dns" => {
                return flow["questions"]
                    .as_array()
                    .is_some_and(|asked| asked.iter().any(|name| name == host));
            }
            "tls" => "tls-sni",
            "quic" => "quic-sni",
            "http" => "http-host",
            other => panic!("no such kind: {other}"),
        };
        let name = &flow["name"];
        name["host"] == *host && name["provenance"] == provenance
    }
}

fn end_of(end: &Value) -> (String, u16) {
    (groups(end["address"].as_str().unwrap()), u16::try_from(end["port"].as_u64().unwrap()).unwrap())
}

/// An IPv6 address as its non-zero groups, which is how the rows are written.
fn groups(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let groups = address.segments().into_iter().filter(|group| *group != 0);
            groups.map(|group| format!("{group:x}")).collect::<Vec<_>>().join(":")
        }
        _ => address.split(':').filter(|group| !group.is_empty()).collect::<Vec<_>>().join(":"),
    }
}
