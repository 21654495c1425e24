//! What was sent in the clear goes into the record decoded, and is told with what it has in common with the rest.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::*;
use telltale_core::decode::{Format, PersonalKind};
use telltale_core::event::{Event, FlowRecord, GapReason, Owner};
use telltale_core::store::{Filter, Journal, Retention, Scope, StoreConfig, Writer, erase};

fn config() -> StoreConfig {
    StoreConfig { clock: || NOON, ..StoreConfig::default() }
}

/// The process number stays with the flow.
fn without_pid(flow: &FlowRecord) -> Option<Owner> {
    flow.owner.clone().map(|owner| Owner { pid: None, ..owner })
}

/// A record of these events.
fn recorded(directory: &tempfile::TempDir, events: impl IntoIterator<Item = Event>) -> Journal {
    let writer = Writer::open(record_in(directory), config()).unwrap();
    events.into_iter().for_each(|event| writer.record(event));
    writer.close(GapReason::NotRunning);
    Journal::open(record_in(directory)).unwrap()
}

#[test]
fn a_request_comes_back_decoded_and_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let flow = flagged(flow(1, 1));
    let journal = recorded(&directory, [sent(&flow, 2, &pixel("https://private.example/"))]);
    let [evidence] = &journal.evidence(&Filter::default()).unwrap()[..] else { panic!() };
    assert_eq!((evidence.flow, evidence.time, &*evidence.host), (flow.id, after(2), "sa.example"));
    assert_eq!((&evidence.owner, &evidence.finding), (&without_pid(&flow), &flow.finding));
    let has = |kind, value: &str| {
        evidence.decoded.personal.iter().any(|found| found.kind == kind && found.value == value)
    };
    assert!(has(PersonalKind::VisitedAddress, "https://private.example/"), "{:#?}", evidence.decoded);
    assert!(has(PersonalKind::AndroidId, DEVICE), "{:#?}", evidence.decoded.personal);
    let request = journal.request(evidence.id).unwrap().unwrap();
    assert_eq!((&*request.method, request.target.starts_with("/sa?project=p")), ("GET", true));
    assert_eq!(journal.request(evidence.id + 1).unwrap(), None);
}

#[test]
fn an_identifier_links_what_it_was_sent_in() {
    let directory = tempfile::tempdir().unwrap();
    let events = (0..3).map(|index| {
        sent(&flow(1, index), i64::from(index), &pixel(&format!("https://example.org/{index}")))
    });
    let journal = recorded(&directory, events);
    for evidence in journal.evidence(&Filter::default()).unwrap() {
        let link = evidence.links.iter().find(|link| link.kind == PersonalKind::AndroidId).unwrap();
        assert_eq!((link.requests, link.since), (3, after(0)));
    }
}

#[test]
fn what_says_nothing_of_anybody_is_not_kept() {
    let directory = tempfile::tempdir().unwrap();
    let plain = "GET /logo?size=3&t=1588300000000 HTTP/1.1\r\nHost: images.example\r\nUser-Agent: Dalvik/2.1.0 \
        (Linux; U; Android 10; Redmi Note 8)\r\n\r\n";
    let journal = recorded(&directory, [sent(&flow(1, 1), 1, plain), sent(&flagged(flow(1, 2)), 2, plain)]);
    let evidence = journal.evidence(&Filter::default()).unwrap();
    assert_eq!(evidence.len(), 1, "of a finding everything is");
    assert_eq!(evidence[0].decoded.format, Format::Form);
}

#[test]
fn whose_it_was_may_be_known_later_or_earlier() {
    for is_known_first in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let known = flagged(flow(1, 1));
        let mut unknown = flow(1, 1);
        unknown.owner = None;
        let mut events = [sent(&unknown, 1, &pixel("https://example.org/")), closed(&known)];
        if is_known_first {
            events.reverse();
        }
        let writer = Writer::open(record_in(&directory), config()).unwrap();
        for event in events {
            writer.record(event);
            writer.flush();
        }
        writer.close(GapReason::NotRunning);
        let evidence = Journal::open(record_in(&directory)).unwrap().evidence(&Filter::default()).unwrap();
        assert_eq!((&evidence[0].owner, &evidence[0].finding), (&without_pid(&known), &known.finding));
    }
}

#[test]
fn filters_hold_for_evidence() {
    let directory = tempfile::tempdir().unwrap();
    let mut other = flow(1, 2);
    other.owner = Some(process("/usr/bin/wget"));
    let page = pixel("https://example.org/");
    let journal = recorded(&directory, [sent(&flagged(flow(1, 1)), 10, &page), sent(&other, 20, &page)]);
    let count = |filter: Filter| journal.evidence(&filter).unwrap().len();
    assert_eq!(count(Filter { app: Some("wget".into()), ..Filter::default() }), 1);
    assert_eq!(count(Filter { host: Some("sa.example".into()), ..Filter::default() }), 2);
    assert_eq!(count(Filter { flagged: Some(true), ..Filter::default() }), 1);
    assert_eq!(count(Filter { since: Some(after(15)), ..Filter::default() }), 1);
    assert_eq!(count(Filter { until: Some(after(15)), limit: Some(5), ..Filter::default() }), 1);
}

#[test]
fn evidence_is_found_by_number_and_by_flow_also_when_that_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let page = pixel("https://example.org/");
    let known = flow(1, 1);
    let events =
        [sent(&known, 20, &page), closed(&known), sent(&known, 10, &page), sent(&flow(1, 2), 15, &page)];
    let journal = recorded(&directory, events);
    let delete = "DELETE FROM flows WHERE id = ?1";
    let gone = flow(1, 2).id;
    rusqlite::Connection::open(record_in(&directory)).unwrap().execute(delete, [gone.0]).unwrap();
    let mut times = Vec::new();
    journal
        .each_evidence_in_time(&Filter::default(), |evidence| {
            assert_eq!(journal.evidence_by_id(evidence.id).unwrap().as_ref(), Some(&evidence));
            times.push(evidence.time);
            times.len() < 2
        })
        .unwrap();
    assert_eq!(times, [after(10), after(15)]);
    let of_flow: Vec<_> = journal.evidence_of(known.id).unwrap().into_iter().map(|(_, time)| time).collect();
    assert_eq!(of_flow, [after(10), after(20)]);
    assert_eq!(journal.flow(known.id).unwrap().map(|flow| flow.id), Some(known.id));
    assert_eq!((journal.flow(gone).unwrap(), journal.evidence_by_id(99).unwrap()), (None, None));
    let without_flow = |filter: Filter| journal.evidence_without_flow(&filter).unwrap();
    assert_eq!(without_flow(Filter::default()), 1);
    assert_eq!(without_flow(Filter { since: Some(after(16)), ..Filter::default() }), 0);
}

#[test]
fn redacted_evidence_tells_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, [sent(&flow(1, 1), 1, &pixel("https://private.example/secret"))]);
    let salt = journal.salt().unwrap();
    assert_eq!(salt.len(), 16);
    let evidence = journal.evidence(&Filter::default()).unwrap();
    let redacted = serde_json::to_string(&evidence[0].redacted(&salt)).unwrap();
    for secret in ["private", "secret", DEVICE, "project=p"] {
        assert!(!redacted.contains(secret), "{secret} in {redacted}");
    }
    assert!(redacted.contains("visited-address"));
}

#[test]
fn evidence_is_erased_and_grows_old() {
    let directory = tempfile::tempdir().unwrap();
    let page = pixel("https://example.org/");
    drop(recorded(&directory, [sent(&flow(1, 1), 1, &page)]));
    erase(&record_in(&directory), &Scope { app: Some("curl".into()), ..Scope::default() }).unwrap();
    let journal = Journal::open(record_in(&directory)).unwrap();
    assert_eq!(journal.evidence(&Filter::default()).unwrap(), []);
    assert_eq!(journal.hosts(&Filter::default()).unwrap(), []);
    drop(journal);
    let path = record_in(&directory);
    for bytes in
        [std::fs::read(&path).unwrap(), std::fs::read(path.with_extension("db-wal")).unwrap_or_default()]
    {
        assert!(!bytes.windows(DEVICE.len()).any(|window| window == DEVICE.as_bytes()), "left behind");
    }

    let mut events = vec![sent(&flow(1, 1), -3 * 86_400, &page)];
    events.push(sent(&flow(1, 2), -60, &page));
    let keep = Retention { findings: Duration::from_secs(86_400), ..Retention::default() };
    let writer =
        Writer::open(&path, StoreConfig { retention: keep, prune_every: Duration::ZERO, ..config() })
            .unwrap();
    events.into_iter().for_each(|event| writer.record(event));
    writer.flush();
    for _ in 0..200 {
        writer.flush();
        if Journal::open(&path).unwrap().evidence(&Filter::default()).unwrap().len() == 1 {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("old evidence stays");
}
