//! How what crosses the boundary is made of the engine's own types, and the other way round.

use std::sync::Arc;

use telltale_core::{event, store};

use crate::records::{
    Amount, AppRow, Coverage, Finding, FindingRow, Flow, Gap, HostRow, HourRow, Mark, Owner, PartyRow, Query,
    RecordSize, Scope,
};

impl From<Query> for store::Filter {
    fn from(query: Query) -> Self {
        let rows = |rows: u32| usize::try_from(rows).unwrap_or(usize::MAX);
        Self {
            since: query.since.map(event::Timestamp),
            until: query.until.map(event::Timestamp),
            app: query.app,
            host: query.host,
            party: query.party,
            search: query.search,
            flagged: query.flagged,
            limit: query.limit.map(rows),
            offset: rows(query.offset),
            sort: query.sort,
        }
    }
}

impl From<Scope> for store::Scope {
    fn from(scope: Scope) -> Self {
        Self {
            app: scope.app,
            since: scope.since.map(event::Timestamp),
            until: scope.until.map(event::Timestamp),
        }
    }
}

impl From<Owner> for event::Owner {
    fn from(owner: Owner) -> Self {
        let packages = owner.packages.into_iter().map(Into::into).collect();
        Self { uid: owner.uid, packages, process: owner.process.map(Into::into), pid: None }
    }
}

impl From<event::Owner> for Owner {
    fn from(owner: event::Owner) -> Self {
        Self { uid: owner.uid, packages: texts(&owner.packages), process: text(owner.process) }
    }
}

impl From<event::Finding> for Finding {
    fn from(finding: event::Finding) -> Self {
        Self {
            rule: finding.rule.to_string(),
            category: finding.category.to_string(),
            tier: finding.tier,
            why: finding.why.to_string(),
            citation: finding.citation.to_string(),
        }
    }
}

impl From<store::Amount> for Amount {
    fn from(amount: store::Amount) -> Self {
        Self { flows: amount.flows, bytes_up: amount.bytes_up, bytes_down: amount.bytes_down }
    }
}

impl From<store::AppRow> for AppRow {
    fn from(row: store::AppRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            owner: row.owner.map(Into::into),
            findings: row.findings,
            hosts: row.hosts,
            hosts_flagged: row.hosts_flagged,
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
        }
    }
}

impl From<store::HostRow> for HostRow {
    fn from(row: store::HostRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            host: row.host.to_string(),
            provenance: row.provenance,
            party: text(row.party),
            finding: row.finding.map(Into::into),
            expected: text(row.expected),
            apps: row.apps,
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
        }
    }
}

impl From<store::FindingRow> for FindingRow {
    fn from(row: store::FindingRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            owner: row.owner.map(Into::into),
            host: row.host.to_string(),
            provenance: row.provenance,
            party: text(row.party),
            finding: row.finding.into(),
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
        }
    }
}

impl From<store::HourRow> for HourRow {
    fn from(row: store::HourRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            start: row.start.0,
            owner: row.owner.map(Into::into),
            findings: row.findings,
        }
    }
}

impl From<store::PartyRow> for PartyRow {
    fn from(row: store::PartyRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            party: text(row.party),
            apps: row.apps,
            hosts: row.hosts,
            findings: row.findings,
        }
    }
}

impl From<event::FlowRecord> for Flow {
    fn from(flow: event::FlowRecord) -> Self {
        let name = flow.name;
        Self {
            id: flow.id.0,
            start: flow.start.0,
            end: flow.end.0,
            protocol: flow.protocol,
            remote_address: flow.responder.address.to_string(),
            remote_port: flow.responder.port,
            owner: flow.owner.map(Into::into),
            host: name.as_ref().map(|name| name.host.to_string()),
            provenance: name.as_ref().map(|name| name.provenance),
            ech: name.as_ref().is_some_and(|name| name.ech),
            candidates: name.map(|name| texts(&name.candidates)).unwrap_or_default(),
            application: flow.application.map(|application| application.as_str().to_owned()),
            party: text(flow.party),
            country: text(flow.country),
            asn: flow.asn,
            finding: flow.finding.map(Into::into),
            expected: text(flow.expected),
            questions: texts(&flow.questions),
            bytes_up: flow.counters.bytes_up,
            bytes_down: flow.counters.bytes_down,
            close: flow.close,
        }
    }
}

impl From<event::Gap> for Gap {
    fn from(gap: event::Gap) -> Self {
        Self { start: gap.start.0, end: gap.end.map(|end| end.0), reason: gap.reason, lost: gap.lost }
    }
}

impl From<event::Mark> for Mark {
    fn from(mark: event::Mark) -> Self {
        Self { time: mark.time.0, kind: mark.kind, text: text(mark.text), app: text(mark.app) }
    }
}

impl From<store::CoverageRow> for Coverage {
    fn from(row: store::CoverageRow) -> Self {
        Self {
            owner: row.owner.map(Into::into),
            host: text(row.host),
            party: text(row.party),
            start: row.start.map(|start| start.0),
            all: row.all.into(),
            on_the_flow: row.flow.amount.into(),
            by_look_up: row.dns.amount.into(),
            by_certificate: row.certificate.amount.into(),
            encrypted: row.encrypted.amount.into(),
            unnamed: row.none.amount.into(),
            with_ech: row.ech.amount.into(),
            look_ups: row.look_ups.into(),
            hidden_look_ups: row.hidden_look_ups.into(),
        }
    }
}

impl From<store::RecordSize> for RecordSize {
    fn from(size: store::RecordSize) -> Self {
        Self { bytes: size.bytes, flows: size.flows, oldest: size.oldest.map(|oldest| oldest.0) }
    }
}

fn text(text: Option<Arc<str>>) -> Option<String> {
    text.map(|text| text.to_string())
}

fn texts(texts: &[Arc<str>]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}
