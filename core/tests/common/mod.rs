//! Flows to put into a record.
#![expect(
    dead_code,
    clippy::unwrap_used,
    reason = "helpers of tests, of which each test crate uses its part"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use telltale_core::event::{
    Close, Counters, Endpoint, Event, Finding, FlowId, FlowRecord, GapReason, Name, Owner, Provenance, Tier,
    Timestamp,
};
use telltale_core::packet::Protocol;
use telltale_core::sniff::{
    CaptureBudget, CaptureLimits, Direction, KeptRequest, Sighting, Sniffer, StreamSniffer,
};
use telltale_core::store::{Filter, Journal, StoreConfig, Writer};

/// 2026-03-01T12:00:00Z.
pub(crate) const NOON: Timestamp = Timestamp(1_772_366_400_000);

/// A record whose clock stands at [`NOON`].
pub(crate) fn config() -> StoreConfig {
    StoreConfig { clock: || NOON, ..StoreConfig::default() }
}

/// Records what `flows` makes of the session's number, and reads it.
pub(crate) fn recorded(directory: &tempfile::TempDir, flows: impl FnOnce(u32) -> Vec<FlowRecord>) -> Journal {
    let writer = Writer::open(record_in(directory), config()).unwrap();
    for flow in flows(writer.session()) {
        writer.record(closed(&flow));
    }
    writer.close(GapReason::NotRunning);
    Journal::open(record_in(directory)).unwrap()
}

pub(crate) fn everything() -> Filter {
    Filter::default()
}

pub(crate) fn after(seconds: i64) -> Timestamp {
    Timestamp(NOON.0 + seconds * 1_000)
}

pub(crate) fn record_in(directory: &tempfile::TempDir) -> PathBuf {
    directory.path().join("telltale.db")
}

/// A flow of curl to an address, ended after a second.
pub(crate) fn flow(session: u32, sequence: u32) -> FlowRecord {
    FlowRecord {
        id: FlowId::new(session, sequence),
        start: after(i64::from(sequence)),
        end: after(i64::from(sequence) + 1),
        protocol: Protocol::Tcp,
        originator: endpoint("10.215.173.1:40000"),
        responder: endpoint("192.0.2.1:443"),
        owner: Some(process("/usr/bin/curl")),
        name: None,
        application: None,
        tls: None,
        hidden: None,
        party: None,
        country: None,
        asn: None,
        finding: None,
        expected: None,
        questions: Vec::new(),
        counters: Counters { bytes_up: 100, bytes_down: 1_000, packets_up: 5, packets_down: 6 },
        close: Close::Fin,
    }
}

pub(crate) fn named(mut flow: FlowRecord, host: &str) -> FlowRecord {
    let name = Name { host: host.into(), provenance: Provenance::TlsSni, ech: false, candidates: Vec::new() };
    flow.name = Some(name);
    flow
}

/// A flow to a host that collects behaviour data.
pub(crate) fn flagged(flow: FlowRecord) -> FlowRecord {
    let mut flow = named(flow, "sdkconfig.ad.xiaomi.com");
    flow.party = Some("Xiaomi".into());
    flow.finding = Some(Finding {
        rule: "ad.xiaomi.com".into(),
        category: "ads".into(),
        tier: Tier::A,
        why: "Fetches advertisements and reports how they were seen.".into(),
        citation: "miui-2024".into(),
    });
    flow
}

/// The Android id in [`pixel`].
pub(crate) const DEVICE: &str = "9774d56d682e549c";

/// An event of a JavaScript pixel of Sensors Analytics, which says where `DEVICE` was.
pub(crate) fn pixel(page: &str) -> String {
    let event = format!(
        r#"{{"distinct_id":"u1","type":"track","event":"page","time":1588300000000,"lib":{{"$lib":"js"}},"properties":{{"$url":"{page}","$device_id":"{DEVICE}"}}}}"#
    );
    let hex: String = event.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("GET /sa?project=p&data_list={hex} HTTP/1.1\r\nHost: sa.example\r\n\r\n")
}

/// What a sniffer keeps of a request.
pub(crate) fn kept(request: &str) -> Box<KeptRequest> {
    let mut sniffer = StreamSniffer::keeping(CaptureBudget::new(CaptureLimits::default()), 80);
    let mut requests = Vec::new();
    sniffer.read(Direction::Up, request.as_bytes(), |sighting| {
        if let Sighting::Request(request) = sighting {
            requests.push(request);
        }
    });
    requests.pop().unwrap()
}

pub(crate) fn sent(flow: &FlowRecord, seconds: i64, request: &str) -> Event {
    Event::Request { flow: Box::new(flow.clone()), time: after(seconds), request: kept(request) }
}

pub(crate) fn process(path: &str) -> Owner {
    Owner { uid: Some(1000), process: Some(path.into()), pid: Some(4242), ..Owner::default() }
}

pub(crate) fn packages(uid: u32, packages: &[&str]) -> Owner {
    let packages = packages.iter().map(|package| Arc::from(*package)).collect();
    Owner { uid: Some(uid), packages, ..Owner::default() }
}

pub(crate) fn endpoint(text: &str) -> Endpoint {
    text.parse::<std::net::SocketAddr>().unwrap().into()
}

pub(crate) fn closed(flow: &FlowRecord) -> Event {
    Event::FlowClosed(Box::new(flow.clone()))
}

pub(crate) fn updated(flow: &FlowRecord) -> Event {
    Event::FlowUpdated(Box::new(flow.clone()))
}

pub(crate) fn integrity(path: &Path) -> String {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
}
