//! What becomes of a flow when its sniffer reads this after that.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::*;
use crate::event::{Application, Coverage, Name, Provenance};
use crate::packet::Protocol;
use crate::rules::RuleSet;
use crate::sniff::{DnsAnswer, DnsMessage, Sighting};

const REMOTE: &str = "192.0.2.1:443";

/// An inspector with one flow, after the look-ups that led to its address.
struct Bench {
    inspector: Inspector,
    inspection: Inspection,
    now: Instant,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
    fn after(look_ups: &[&str]) -> Self {
        let now = Instant::now();
        let mut inspector = Inspector::new(1, RuleSet::embedded().unwrap(), false, Timestamp(0), now);
        let mut resolver = inspector.open(key(1), tuple("192.0.2.53:53"), now);
        for host in look_ups {
            inspector.note(&mut resolver, Sighting::Dns(answer(host)), now);
        }
        let inspection = inspector.open(key(2), tuple(REMOTE), now);
        Self { inspector, inspection, now }
    }

    fn sees(mut self, sighting: Sighting) -> Self {
        self.inspector.note(&mut self.inspection, sighting, self.now);
        self
    }

    fn names(self, host: &str, provenance: Provenance) -> Self {
        self.sees(Sighting::Name(Name { host: host.into(), provenance, ech: false, candidates: Vec::new() }))
    }

    fn certifies(self, hosts: &[&str]) -> Self {
        self.sees(Sighting::Certificate(hosts.iter().map(|host| Arc::from(*host)).collect()))
    }

    fn record(self) -> FlowRecord {
        self.inspection.record(Close::Open)
    }

    /// Host, provenance and candidates.
    fn name(self) -> (String, &'static str, Vec<String>) {
        let name = self.record().name.unwrap();
        let candidates = name.candidates.iter().map(|host| host.to_string()).collect();
        (name.host.to_string(), name.provenance.as_str(), candidates)
    }
}

fn key(sequence: u32) -> FlowKey {
    FlowKey { index: sequence, sequence }
}

fn tuple(responder: &str) -> FiveTuple {
    let originator: SocketAddr = "10.0.0.1:40000".parse().unwrap();
    FiveTuple { originator, responder: responder.parse().unwrap(), protocol: Protocol::Tcp }
}

/// `ech:` before a host: the answer offers keys.
fn answer(text: &str) -> DnsMessage {
    let host = text.trim_start_matches("ech:");
    let address = REMOTE.parse::<SocketAddr>().unwrap().ip();
    DnsMessage {
        application: Application::Dns,
        response: true,
        questions: vec![host.into()],
        answers: vec![DnsAnswer { address, name: host.into(), ttl: 60 }],
        ech: host != text,
    }
}

#[test]
fn what_the_flow_shows_outweighs_look_ups_and_a_server_name_outweighs_a_proxys() {
    let bench = Bench::after(&["cdn.example"]).names("a.example", Provenance::HttpHost);
    assert_eq!(bench.name(), ("a.example".into(), "http-host", vec![]));
    let bench = Bench::after(&[]).names("proxy.example", Provenance::HttpHost);
    let bench = bench.names("a.example", Provenance::TlsSni).names("b.example", Provenance::HttpHost);
    assert_eq!(bench.name(), ("a.example".into(), "tls-sni", vec![]));
}

#[test]
fn of_several_hosts_on_one_connection_a_collector_names_it() {
    let bench = Bench::after(&[]).names("a.example", Provenance::HttpHost);
    let bench =
        bench.names("sa.api.intl.miui.com", Provenance::HttpHost).names("b.example", Provenance::HttpHost);
    assert!(bench.inspection.record(Close::Open).finding.is_some());
    let all = ["a.example", "sa.api.intl.miui.com", "b.example"].map(str::to_owned).to_vec();
    assert_eq!(bench.name(), ("sa.api.intl.miui.com".into(), "http-host", all));
}

#[test]
fn hosts_of_one_connection_are_bounded() {
    let mut bench = Bench::after(&[]);
    for index in 0..50 {
        bench = bench.names(&format!("{index}.example"), Provenance::HttpHost);
    }
    let (host, _, candidates) = bench.name();
    assert_eq!((host.as_str(), candidates.len()), ("0.example", crate::limits::MAX_HOSTS));
}

#[test]
fn a_certificate_names_what_nothing_else_names() {
    let bench = Bench::after(&[]).certifies(&["*.miui.com", "miui.com"]);
    let candidates = vec!["*.miui.com".to_owned(), "miui.com".to_owned()];
    assert_eq!(bench.name(), ("*.miui.com".into(), "certificate", candidates));
    let bench = Bench::after(&[]).names("a.example", Provenance::TlsSni).certifies(&["b.example"]);
    assert_eq!(bench.name().0, "a.example");
}

#[test]
fn a_certificate_tells_which_look_up_was_meant() {
    let look_ups = ["data.mistat.xiaomi.com", "account.xiaomi.com", "x.example"];
    let ambiguous = Bench::after(&look_ups);
    assert!(ambiguous.inspection.record(Close::Open).finding.is_none());
    let flow = ambiguous.certifies(&["*.mistat.xiaomi.com"]).record();
    let name = flow.name.unwrap();
    assert_eq!((&*name.host, name.provenance), ("data.mistat.xiaomi.com", Provenance::Dns));
    assert!(name.candidates.is_empty() && flow.finding.is_some());
    // One that fits none of them says nothing of the address.
    assert_eq!(Bench::after(&look_ups).certifies(&["other.example"]).name().2.len(), 3);
}

#[test]
fn an_address_in_place_of_a_name_keeps_the_look_ups_verdict() {
    let flow = Bench::after(&["sdk-api.sensorsdata.cn"]).names("192.0.2.1", Provenance::HttpHost).record();
    assert_eq!(flow.coverage(), Coverage::Dns);
    assert!(flow.finding.unwrap().why.contains("inferred"));
    let candidates = ["192.0.2.1".into(), "sdk-api.sensorsdata.cn".into()];
    assert_eq!(flow.name.unwrap().candidates, candidates);
    let flow = Bench::after(&[]).names("192.0.2.1", Provenance::HttpHost).record();
    assert_eq!(flow.coverage(), Coverage::None);
}

#[test]
fn an_outer_name_may_hide_those_whose_look_ups_offered_keys() {
    let outer = |bench: Bench| {
        let name = Name {
            host: "outer.example".into(),
            provenance: Provenance::TlsSni,
            ech: true,
            candidates: Vec::new(),
        };
        bench.sees(Sighting::Name(name)).record()
    };
    let flow = outer(Bench::after(&["ech:sa.api.intl.miui.com"]));
    assert!(flow.finding.unwrap().why.contains("inferred"));
    let name = flow.name.unwrap();
    assert_eq!((&*name.host, name.ech), ("outer.example", true));
    assert_eq!(name.candidates, ["outer.example".into(), "sa.api.intl.miui.com".into()]);
    // Without keys the extension is there for show, and the look-up was another's.
    let flow = outer(Bench::after(&["sa.api.intl.miui.com"]));
    assert!(flow.finding.is_none() && flow.name.unwrap().candidates.is_empty());
}

#[test]
fn push_is_xiaomis_wherever_it_stands() {
    let flow = Bench::after(&[]).sees(Sighting::Application(Application::MiPush)).record();
    assert_eq!((flow.party.as_deref(), flow.expected.as_deref()), (Some("Xiaomi"), Some("push")));
    assert!(flow.finding.is_none());
}
