//! What goes into the record comes out of it: through the public writer and journal, in real files.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use common::*;
use telltale_core::event::{
    Application, Close, Event, FlowRecord, Gap, GapReason, Hidden, Name, Notice, Provenance, Timestamp, Tls,
};
use telltale_core::packet::Protocol;
use telltale_core::store::{
    By, CoverageRow, Filter, Journal, Retention, Sort, StoreConfig, StoreError, Writer,
};

fn config() -> StoreConfig {
    StoreConfig { clock: || NOON, ..StoreConfig::default() }
}

/// Records what `flows` makes of the session's number, and reads it.
fn recorded(directory: &tempfile::TempDir, flows: impl FnOnce(u32) -> Vec<FlowRecord>) -> Journal {
    let writer = Writer::open(record_in(directory), config()).unwrap();
    for flow in flows(writer.session()) {
        writer.record(closed(&flow));
    }
    writer.close(GapReason::NotRunning);
    Journal::open(record_in(directory)).unwrap()
}

fn everything() -> Filter {
    Filter::default()
}

#[test]
fn a_flow_comes_back_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let mut full = flagged(flow(1, 2));
    full.owner = Some(packages(10_123, &["com.miui.weather2", "com.miui.core"]));
    full.originator = endpoint("[fd00::2]:5000");
    full.responder = endpoint("[2001:db8::1]:53");
    full.protocol = Protocol::Udp;
    full.country = Some("CN".into());
    full.asn = Some(4_200_000_000);
    full.questions = vec!["a.example".into(), "b.example".into()];
    full.name = Some(Name {
        host: "a.example".into(),
        provenance: Provenance::Dns,
        ech: true,
        candidates: vec!["a.example".into(), "c.example".into()],
    });
    full.close = Close::Idle;
    full.counters.bytes_up = 1 << 40;
    full.application = Some(Application::DnsOverTls);
    full.tls = Some(Tls { version: Some("1.3".into()), alpn: vec!["dot".into(), "h2".into()] });
    full.hidden = Some(Hidden::LookUps);
    let mut bare = flow(1, 1);
    bare.owner = None;
    let mut silent = flow(1, 0);
    silent.tls = Some(Tls::default());
    let flows = vec![full, bare, silent];
    let journal = recorded(&directory, |_| flows.clone());
    assert_eq!(journal.flows(&everything()).unwrap(), flows);
}

#[test]
fn a_flow_that_becomes_clearer_is_counted_once() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    let mut told = flow(writer.session(), 1);
    told.owner = None;
    told.close = Close::Open;
    for step in 0..4_u64 {
        told.counters.bytes_up = 100 * step;
        match step {
            1 => told = named(told, "example.com"),
            2 => told.owner = Some(process("/usr/bin/curl")),
            3 => told = flagged(told),
            _ => {}
        }
        writer.record(updated(&told));
        writer.flush();
        // Told twice, counted once.
        writer.record(updated(&told));
        writer.flush();
    }
    told.close = Close::Fin;
    writer.record(closed(&told));
    writer.close(GapReason::NotRunning);

    let journal = Journal::open(record_in(&directory)).unwrap();
    let hosts = journal.hosts(&everything()).unwrap();
    assert_eq!(hosts.len(), 1, "{hosts:?}");
    assert_eq!((hosts[0].flows, hosts[0].bytes_up, hosts[0].bytes_down), (1, 300, 1_000));
    assert_eq!(&*hosts[0].host, "sdkconfig.ad.xiaomi.com");
    assert_eq!(hosts[0].provenance, Some(Provenance::TlsSni));
    assert_eq!(journal.apps(&everything()).unwrap().len(), 1);
    assert_eq!(journal.flows(&everything()).unwrap(), [told]);
}

#[test]
fn sums_are_by_host_app_and_finding() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let by = |sequence, path: &str| {
            let mut flow = flow(session, sequence);
            flow.owner = Some(process(path));
            flow
        };
        vec![
            flagged(by(1, "/usr/bin/curl")),
            flagged(by(2, "/usr/bin/curl")),
            flagged(by(3, "/opt/app")),
            named(by(4, "/opt/app"), "example.com"),
        ]
    });

    let hosts = journal.hosts(&everything()).unwrap();
    let told: Vec<_> = hosts.iter().map(|host| (&*host.host, host.flows, host.apps)).collect();
    assert_eq!(told, [("sdkconfig.ad.xiaomi.com", 3, 2), ("example.com", 1, 1)]);
    assert!(hosts[0].finding.is_some() && hosts[1].finding.is_none());

    let apps = journal.apps(&everything()).unwrap();
    let told: Vec<_> =
        apps.iter().map(|app| (app.flows, app.findings, app.hosts, app.hosts_flagged)).collect();
    assert_eq!(told, [(2, 2, 1, 1), (2, 1, 2, 1)]);

    let findings = journal.findings(&everything()).unwrap();
    let told: Vec<_> = findings.iter().map(|finding| (finding.flows, finding.last_seen)).collect();
    assert_eq!(told, [(1, after(4)), (2, after(3))]);
}

#[test]
fn a_finding_outweighs_what_else_was_said_of_a_host() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let mut update = named(flow(session, 2), "sdkconfig.ad.xiaomi.com");
        update.expected = Some("update".into());
        vec![flagged(flow(session, 1)), update, named(flow(session, 3), "sdkconfig.ad.xiaomi.com")]
    });
    let hosts = journal.hosts(&everything()).unwrap();
    assert_eq!(hosts.len(), 1);
    assert_eq!(hosts[0].party.as_deref(), Some("Xiaomi"));
    assert_eq!((hosts[0].flows, hosts[0].expected.as_deref()), (3, None));
}

#[test]
fn filters_choose_by_app_host_party_and_time() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let mut weather = flagged(flow(session, 3));
        weather.owner = Some(packages(10_123, &["com.miui.weather2", "com.miui.core"]));
        vec![named(flow(session, 1), "api.example.com"), named(flow(session, 2), "badexample.com"), weather]
    });
    let ids = |filter: Filter| -> Vec<u64> {
        journal.flows(&filter).unwrap().iter().map(|flow| flow.id.0 & 0xff).collect()
    };
    let app = |app: &str| Filter { app: Some(app.into()), ..everything() };
    let host = |host: &str| Filter { host: Some(host.into()), ..everything() };

    assert_eq!(ids(everything()), [3, 2, 1]);
    assert_eq!(ids(app("curl")), [2, 1]);
    assert_eq!(ids(app("/usr/bin/curl")), [2, 1]);
    assert_eq!(ids(app("com.miui.core")), [3]);
    assert_eq!(ids(app("10123")), [3]);
    assert_eq!(ids(app("com.miui")), [] as [u64; 0]);
    assert_eq!(ids(host("example.com")), [1]);
    assert_eq!(ids(host("API.Example.com.")), [1]);
    assert_eq!(ids(host("com")), [3, 2, 1]);
    assert_eq!(ids(Filter { party: Some("xiaomi".into()), ..everything() }), [3]);
    assert_eq!(ids(Filter { since: Some(after(2)), ..everything() }), [3, 2]);
    assert_eq!(ids(Filter { until: Some(after(2)), ..everything() }), [1]);
    assert_eq!(ids(Filter { limit: Some(1), ..everything() }), [3]);
    assert_eq!(ids(Filter { sort: Some(Sort::Name), ..everything() }), [1, 2, 3]);
    let mut in_order = Vec::new();
    let until = Filter { until: Some(after(3)), sort: Some(Sort::Bytes), ..everything() };
    journal
        .each_flow_in_time(&until, |flow| {
            in_order.push(flow.id.0 & 0xff);
            true
        })
        .unwrap();
    assert_eq!(in_order, [1, 2]);

    assert_eq!(journal.apps(&app("com.miui.weather2")).unwrap().len(), 1);
    assert_eq!(journal.hosts(&host("example.com")).unwrap().len(), 1);
    assert_eq!(journal.hosts(&Filter { since: Some(after(3_600)), ..everything() }).unwrap(), []);
}

#[test]
fn every_order_of_every_list_is_sql() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| vec![flagged(flow(session, 1)), flow(session, 2)]);
    for sort in [Sort::Recent, Sort::Bytes, Sort::Flows, Sort::Findings, Sort::Name] {
        let filter = Filter { sort: Some(sort), limit: Some(1), ..everything() };
        assert_eq!(journal.flows(&filter).unwrap().len(), 1, "{sort:?}");
        assert_eq!(journal.hosts(&filter).unwrap().len(), 1, "{sort:?}");
        assert_eq!(journal.apps(&filter).unwrap().len(), 1, "{sort:?}");
        assert_eq!(journal.findings(&filter).unwrap().len(), 1, "{sort:?}");
        for by in [By::App, By::Host, By::Hour, By::Day, By::Party] {
            assert_eq!(journal.coverage(&filter, by).unwrap().len(), 1, "{sort:?} {by:?}");
        }
    }
}

#[test]
fn the_time_between_two_sessions_is_a_gap() {
    static NOW: AtomicI64 = AtomicI64::new(NOON.0);
    let config =
        || StoreConfig { clock: || Timestamp(NOW.load(Ordering::Relaxed)), ..StoreConfig::default() };
    let directory = tempfile::tempdir().unwrap();
    let path = record_in(&directory);
    let open = || Writer::open(&path, config()).unwrap();

    let first = open();
    assert_eq!(Journal::open(&path).unwrap().gaps(&everything()).unwrap(), []);
    first.close(GapReason::NotRunning);
    let waiting = Journal::open(&path).unwrap().gaps(&everything()).unwrap();
    assert_eq!(waiting, [Gap { start: NOON, end: None, reason: GapReason::NotRunning, lost: 0 }]);

    NOW.store(after(60).0, Ordering::Relaxed);
    let second = open();
    assert_eq!(second.session(), 2);
    second.close(GapReason::Revoked);
    NOW.store(after(90).0, Ordering::Relaxed);
    drop(open());

    let gaps = Journal::open(&path).unwrap().gaps(&everything()).unwrap();
    let told: Vec<_> = gaps.iter().map(|gap| (gap.start, gap.end, gap.reason)).collect();
    assert_eq!(
        told,
        [
            (after(90), None, GapReason::NotRunning),
            (after(60), Some(after(90)), GapReason::Revoked),
            (NOON, Some(after(60)), GapReason::NotRunning),
        ]
    );
}

#[test]
fn refused_flows_and_hidden_names_are_gaps() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    writer.record(Event::Notice(Notice::FlowsExhausted { refused: 3 }));
    writer.record(Event::Notice(Notice::DescriptorsExhausted { refused: 4 }));
    let hidden = Gap { start: NOON, end: Some(after(10)), reason: GapReason::NamesHidden, lost: 0 };
    writer.record_gap(hidden.clone());
    writer.flush();
    let gaps = Journal::open(record_in(&directory)).unwrap().gaps(&everything()).unwrap();
    let refused = Gap { start: NOON, end: Some(NOON), reason: GapReason::FlowsRefused, lost: 7 };
    assert_eq!(gaps, [hidden, refused]);
}

#[test]
fn hidden_look_ups_are_one_gap_while_they_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    let hidden = |sequence, from, to| {
        let mut flow = named(flow(writer.session(), sequence), "dns.example");
        (flow.start, flow.end) = (after(from), after(to));
        flow.hidden = Some(Hidden::LookUps);
        flow.application = Some(Application::DnsOverTls);
        flow
    };
    let long = hidden(1, 0, 10);
    writer.record(updated(&long));
    writer.record(closed(&flow(writer.session(), 2)));
    writer.flush();
    // It goes on, is told of again, and another one follows before long; much later there is one more.
    writer.record(closed(&FlowRecord { end: after(30), ..long }));
    writer.flush();
    writer.record(closed(&hidden(3, 300, 310)));
    writer.flush();
    writer.record(closed(&hidden(4, 7_200, 7_201)));
    writer.flush();
    let gaps = Journal::open(record_in(&directory)).unwrap().gaps(&everything()).unwrap();
    let told: Vec<_> = gaps.iter().map(|gap| (gap.start, gap.end, gap.reason, gap.lost)).collect();
    assert_eq!(
        told,
        [
            (after(7_200), Some(after(7_201)), GapReason::NamesHidden, 0),
            (NOON, Some(after(310)), GapReason::NamesHidden, 0),
        ]
    );
}

#[test]
fn a_hidden_look_up_that_is_told_late_widens_the_gap() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    for (sequence, from, to) in [(1, 50, 60), (2, 0, 100), (3, -30, -20)] {
        let mut flow = flow(writer.session(), sequence);
        (flow.start, flow.end, flow.hidden) = (after(from), after(to), Some(Hidden::LookUps));
        writer.record(closed(&flow));
        writer.flush();
    }
    let gaps = Journal::open(record_in(&directory)).unwrap().gaps(&everything()).unwrap();
    assert_eq!(
        gaps,
        [Gap { start: after(-30), end: Some(after(100)), reason: GapReason::NamesHidden, lost: 0 }]
    );
}

#[test]
fn coverage_is_by_app_host_time_and_party() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let mut by_look_up = named(flow(session, 2), "b.example");
        by_look_up.name.as_mut().unwrap().provenance = Provenance::Dns;
        let mut encrypted = named(flow(session, 3), "outer.example");
        encrypted.name.as_mut().unwrap().ech = true;
        let mut look_up = flow(session, 4);
        look_up.questions = vec!["b.example".into()];
        let mut private = flow(session, 5);
        private.hidden = Some(Hidden::LookUps);
        let mut tomorrow = flow(session, 6);
        (tomorrow.start, tomorrow.end) = (after(86_400), after(86_401));
        tomorrow.owner = None;
        vec![flagged(flow(session, 1)), by_look_up, encrypted, look_up, private, tomorrow]
    });
    let total = journal.total_coverage(&everything()).unwrap();
    let flows = |row: &CoverageRow| {
        let parts = [row.flow, row.dns, row.certificate, row.none, row.ech].map(|part| part.amount.flows);
        (row.all.flows, parts, row.look_ups.flows, row.hidden_look_ups.flows)
    };
    assert_eq!(flows(&total), (4, [2, 1, 0, 1, 1], 1, 1));
    assert_eq!((total.flow.share_of_flows, total.flow.share_of_bytes), (Some(0.5), Some(0.5)));
    assert_eq!((total.all.bytes_up, total.hidden_look_ups.bytes_down), (400, 1_000));

    let by = |by| journal.coverage(&everything(), by).unwrap();
    let apps: Vec<_> = by(By::App).iter().map(|row| (row.owner.is_some(), flows(row))).collect();
    assert_eq!(apps, [(true, (3, [2, 1, 0, 0, 1], 1, 1)), (false, (1, [0, 0, 0, 1, 0], 0, 0))]);
    let days: Vec<_> = by(By::Day).iter().map(|row| (row.start, row.all.flows)).collect();
    let midnight = |day: i64| Some(Timestamp(NOON.0 - 43_200_000 + day * 86_400_000));
    assert_eq!(days, [(midnight(1), 1), (midnight(0), 3)]);
    let hours: Vec<_> = by(By::Hour).iter().map(|row| (row.start, row.all.flows)).collect();
    assert_eq!(hours, [(Some(after(86_400)), 1), (Some(NOON), 3)]);
    let parties: Vec<_> = by(By::Party).iter().map(|row| (row.party.is_some(), row.all.flows)).collect();
    assert_eq!(parties, [(false, 3), (true, 1)]);
    assert_eq!(by(By::Host).len(), 4);

    let filter = Filter { host: Some("b.example".into()), limit: Some(1), ..everything() };
    assert_eq!(journal.total_coverage(&filter).unwrap().dns.amount.flows, 1);
    let first_day = Filter { until: Some(after(3_600)), ..everything() };
    assert_eq!(journal.total_coverage(&first_day).unwrap().all.flows, 3);
    let nothing = Filter { party: Some("Nobody".into()), ..everything() };
    assert_eq!(
        journal.total_coverage(&nothing).unwrap(),
        CoverageRow { total: true, ..CoverageRow::default() }
    );
    assert_eq!(journal.coverage(&nothing, By::App).unwrap(), []);
}

#[test]
fn what_comes_too_fast_is_counted_and_never_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = record_in(&directory);
    let patience = Duration::from_millis(400);
    let writer = Writer::open(&path, StoreConfig { patience, ..config() }).unwrap();
    // Another program holds the file, so that the writer is stuck in a commit.
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for sequence in 0..100_000 {
        writer.record(closed(&flow(writer.session(), sequence)));
    }
    other.execute_batch("COMMIT").unwrap();
    writer.close(GapReason::NotRunning);

    let journal = Journal::open(&path).unwrap();
    let lost: u64 = journal.gaps(&everything()).unwrap().iter().map(|gap| gap.lost).sum();
    let kept = journal.flows(&everything()).unwrap().len();
    assert!(lost > 0);
    assert_eq!(u64::try_from(kept).unwrap() + lost, 100_000);
}

#[test]
fn a_record_that_cannot_be_written_is_tried_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = record_in(&directory);
    let brief = Duration::from_millis(20);
    let writer =
        Writer::open(&path, StoreConfig { patience: brief, retry_every: brief, ..config() }).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    writer.record(closed(&flow(writer.session(), 1)));
    writer.flush();
    let line = writer.poll_failure().unwrap();
    assert!(line.contains("relaying goes on") && line.contains("is locked"), "{line}");
    writer.record(closed(&flow(writer.session(), 2)));
    writer.flush();
    assert_eq!(writer.poll_failure(), None, "one line per outage");

    other.execute_batch("COMMIT").unwrap();
    writer.flush();
    assert!(writer.poll_failure().unwrap().contains("written again"));
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.flows(&everything()).unwrap().len(), 2);
    assert_eq!(journal.gaps(&everything()).unwrap()[0].reason, GapReason::RecordFailed);
}

#[test]
fn a_record_that_vanishes_is_begun_anew() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sub/telltale.db");
    let writer = Writer::open(&path, config()).unwrap();
    writer.record(closed(&flow(writer.session(), 1)));
    writer.flush();
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    for sequence in 2..4 {
        writer.record(closed(&flow(writer.session(), sequence)));
        writer.flush();
    }
    assert!(writer.poll_failure().unwrap().contains("written again"));
    writer.close(GapReason::NotRunning);
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.flows(&everything()).unwrap().len(), 2);
    assert!(journal.gaps(&everything()).unwrap().iter().any(|gap| gap.reason == GapReason::RecordFailed));
}

#[test]
fn a_second_writer_is_turned_away() {
    let directory = tempfile::tempdir().unwrap();
    let first = Writer::open(record_in(&directory), config()).unwrap();
    let error = Writer::open(record_in(&directory), config()).unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    first.close(GapReason::NotRunning);
    Writer::open(record_in(&directory), config()).unwrap();
}

#[test]
fn what_cannot_be_opened_is_said_in_one_line() {
    let directory = tempfile::tempdir().unwrap();
    let broken = directory.path().join("broken.db");
    std::fs::write(&broken, "not a database, but long enough to be mistaken for one".repeat(20)).unwrap();
    let blocked = broken.join("telltale.db");
    for (path, word) in [
        ("/sys/telltale.db".as_ref(), "read-only"),
        ("/proc/telltale/telltale.db".as_ref(), "--db"),
        (directory.path(), "directory"),
        (&*broken, "not a telltale record"),
        (&*blocked, "--db"),
    ] {
        let line = Writer::open(path, config()).unwrap_err().to_string();
        assert!(line.contains(word) && !line.contains('\n'), "{line}");
        assert!(line.contains(path.to_str().unwrap()), "{line}");
    }
    let missing = Journal::open(record_in(&directory)).unwrap_err().to_string();
    assert!(missing.contains("telltale run"), "{missing}");
}

#[test]
fn a_damaged_record_is_said_to_be_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let path = record_in(&directory);
    drop(recorded(&directory, |session| (0..500).map(|sequence| flow(session, sequence)).collect()));
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4_096..end].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let error = Journal::open(&path).and_then(|journal| journal.flows(&everything())).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let error = Writer::open(&path, config()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn old_flows_go_and_findings_and_sums_stay() {
    let directory = tempfile::tempdir().unwrap();
    let flows = |session| vec![flow(session, 1), flagged(flow(session, 2))];
    drop(recorded(&directory, flows));
    let month_later = || Timestamp(NOON.0 + 31 * 86_400_000);
    let writer = Writer::open(record_in(&directory), StoreConfig { clock: month_later, ..config() }).unwrap();
    let journal = Journal::open(record_in(&directory)).unwrap();
    eventually(|| journal.flows(&everything()).unwrap().len() == 1);
    writer.close(GapReason::NotRunning);

    let kept = journal.flows(&everything()).unwrap();
    assert!(kept[0].finding.is_some());
    assert_eq!(journal.hosts(&everything()).unwrap().len(), 2);
}

#[test]
fn a_record_that_grows_too_large_drops_its_oldest_flows_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = record_in(&directory);
    let retention = Retention { size: 400 << 10, ..Retention::default() };
    let prune_every = Duration::from_millis(50);
    let writer = Writer::open(&path, StoreConfig { retention, prune_every, ..config() }).unwrap();
    let oldest = flagged(flow(writer.session(), 0));
    writer.record(closed(&oldest));
    for sequence in 1..8_000 {
        writer.record(closed(&flow(writer.session(), sequence)));
    }
    writer.flush();
    let journal = Journal::open(&path).unwrap();
    // The last step of retention gives the free pages back.
    eventually(|| {
        let free = pragma(&path, "freelist_count");
        let dropped = journal.flows(&everything()).unwrap().len() < 8_000;
        dropped && free == 0 && pragma(&path, "page_count") * 4_096 <= 400 << 10
    });
    writer.close(GapReason::NotRunning);

    let flows = journal.flows(&everything()).unwrap();
    assert!((1_000..7_000).contains(&flows.len()), "{}", flows.len());
    assert_eq!(flows.last(), Some(&oldest), "findings go last");
    let gaps = journal.gaps(&everything()).unwrap();
    let cap = gaps.iter().find(|gap| gap.reason == GapReason::SizeCap).unwrap();
    assert_eq!(cap.lost + u64::try_from(flows.len()).unwrap(), 8_000);
}

fn pragma(path: &std::path::Path, name: &str) -> i64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.pragma_query_value(None, name, |row| row.get(0)).unwrap()
}

/// The writer's thread does it in its own time.
fn eventually(done: impl Fn() -> bool) {
    for _ in 0..200 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("not done within ten seconds");
}

#[test]
fn a_record_on_a_read_only_medium_can_be_read() {
    let directory = tempfile::tempdir().unwrap();
    drop(recorded(&directory, |session| vec![flow(session, 1)]));
    // Root may write anywhere: a directory in its place stands in for a side file that cannot be made.
    let _ = std::fs::remove_file(directory.path().join("telltale.db-shm"));
    let _ = std::fs::remove_file(directory.path().join("telltale.db-wal"));
    std::fs::create_dir(directory.path().join("telltale.db-wal")).unwrap();
    let journal = Journal::open(record_in(&directory)).unwrap();
    assert_eq!(journal.flows(&everything()).unwrap().len(), 1);
}

#[test]
fn places_say_where_a_host_was() {
    let directory = tempfile::tempdir().unwrap();
    let at = |session, index: u32, address: &str, country: Option<&str>| {
        let mut flow = flagged(flow(session, index));
        flow.responder = endpoint(address);
        flow.country = country.map(Into::into);
        flow
    };
    let journal = recorded(&directory, |session| {
        let mut look_up = named(flow(session, 9), "dns.example");
        look_up.questions = vec!["a.example".into()];
        vec![
            at(session, 1, "192.0.2.1:443", Some("SG")),
            at(session, 2, "192.0.2.1:80", Some("SG")),
            at(session, 3, "[2001:db8::1]:443", None),
            flow(session, 4),
            look_up,
        ]
    });
    let places = journal.places(&everything()).unwrap();
    let told: Vec<_> = places
        .iter()
        .map(|place| (place.address.to_string(), place.country.as_deref(), place.flows))
        .collect();
    assert_eq!(told, [("192.0.2.1".to_owned(), Some("SG"), 2), ("2001:db8::1".to_owned(), None, 1)]);
    assert_eq!((places[0].first_seen, places[0].last_seen), (after(1), after(3)));
}
