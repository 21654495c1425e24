//! Flows for tests.

use crate::event::{
    Close, Counters, Endpoint, Finding, FlowId, FlowRecord, Name, Owner, Provenance, Tier, Timestamp,
};
use crate::packet::Protocol;

/// A flow of `package` to `host`.
pub(crate) fn flow(package: &str, host: Option<&str>, id: u64) -> FlowRecord {
    let endpoint = |address: &str, port| Endpoint { address: address.parse().unwrap(), port };
    let name = |host: &str| Name {
        host: host.into(),
        provenance: Provenance::TlsSni,
        ech: false,
        candidates: Vec::new(),
    };
    FlowRecord {
        id: FlowId(id),
        start: Timestamp(0),
        end: Timestamp(0),
        protocol: Protocol::Tcp,
        originator: endpoint("10.0.0.1", 40000),
        responder: endpoint("192.0.2.1", 443),
        owner: Some(Owner { packages: vec![package.into()], ..Owner::default() }),
        name: host.map(name),
        application: None,
        tls: None,
        hidden: None,
        party: None,
        country: None,
        asn: None,
        finding: None,
        expected: None,
        questions: Vec::new(),
        counters: Counters::default(),
        close: Close::Open,
    }
}

/// A flow of `package` to a catalogued collector.
pub(crate) fn collector(package: &str, id: u64) -> FlowRecord {
    let finding = Finding {
        rule: "tracking.example".into(),
        category: "analytics".into(),
        tier: Tier::A,
        why: "a test".into(),
        citation: "none".into(),
    };
    FlowRecord { finding: Some(finding), ..flow(package, Some("tracking.example"), id) }
}
