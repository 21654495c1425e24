//! What the screens of a phone ask of the record: pages, hours, parties, marks; what leaves it, and what is forgotten.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::*;
use telltale_core::event::{Event, FlowRecord, GapReason, Mark, MarkKind, Provenance, Timestamp};
use telltale_core::store::{
    ExportFormat, Filter, Journal, Scope, Sort, StoreConfig, StoreError, Writer, erase,
};

fn config() -> StoreConfig {
    StoreConfig { clock: || after(60), ..StoreConfig::default() }
}

fn everything() -> Filter {
    Filter::default()
}

fn page(offset: usize, limit: usize) -> Filter {
    Filter { offset, limit: Some(limit), ..everything() }
}

/// A flow of the weather app that is a finding, and two of curl that are none, the last in the next hour.
fn three(session: u32) -> Vec<FlowRecord> {
    let mut weather = flagged(flow(session, 1));
    weather.owner = Some(packages(10_123, &["com.miui.weather2"]));
    let mut later = named(flow(session, 3), "late.example");
    (later.start, later.end) = (after(3_600), after(3_601));
    vec![weather, named(flow(session, 2), "early.example"), later]
}

fn note(text: &str, app: Option<&str>) -> Mark {
    Mark { time: after(2), kind: MarkKind::Note, text: Some(text.into()), app: app.map(Into::into) }
}

fn record(directory: &tempfile::TempDir) -> Writer {
    let writer = Writer::open(record_in(directory), config()).unwrap();
    three(writer.session()).iter().for_each(|flow| writer.record(closed(flow)));
    writer.record_mark(note("opened the browser", None));
    writer.record_mark(note("opened the weather", Some("com.miui.weather2")));
    writer.flush();
    writer
}

fn journal(directory: &tempfile::TempDir) -> Journal {
    Journal::open(record_in(directory)).unwrap()
}

#[test]
fn flows_of_nobody_known_can_be_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let writer = record(&directory);
    let mut stray = named(flow(writer.session(), 4), "stray.example");
    stray.owner = None;
    writer.record(closed(&stray));
    writer.close(GapReason::NotRunning);
    let journal = journal(&directory);
    let of_nobody = Filter { app: Some(String::new()), ..everything() };
    assert_eq!(journal.flows(&of_nobody).unwrap(), [stray]);
    let [host] = &journal.hosts(&of_nobody).unwrap()[..] else { panic!("one host") };
    assert_eq!(&*host.host, "stray.example");
}

#[test]
fn a_host_says_why_by_what_its_flows_showed_themselves() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    let seen = flagged(flow(writer.session(), 1));
    let mut inferred = flagged(flow(writer.session(), 2));
    inferred.name.as_mut().unwrap().provenance = Provenance::Dns;
    inferred.finding.as_mut().unwrap().why = "inferred".into();
    for flow in [&seen, &inferred] {
        writer.record(closed(flow));
    }
    writer.close(GapReason::NotRunning);
    let journal = journal(&directory);
    let [host] = &journal.hosts(&everything()).unwrap()[..] else { panic!("one host") };
    assert_eq!(
        (host.provenance, &host.finding),
        (seen.name.as_ref().map(|name| name.provenance), &seen.finding)
    );
}

#[test]
fn pages_follow_each_other() {
    let directory = tempfile::tempdir().unwrap();
    record(&directory).close(GapReason::NotRunning);
    let journal = journal(&directory);
    let all = journal.flows(&everything()).unwrap();
    let pages: Vec<_> = (0..4).flat_map(|at| journal.flows(&page(at, 1)).unwrap()).collect();
    assert_eq!(pages, all);
    let hosts: Vec<_> = (0..4).flat_map(|at| journal.hosts(&page(at, 1)).unwrap()).collect();
    assert_eq!(hosts, journal.hosts(&everything()).unwrap());
    assert_eq!(journal.gaps(&page(0, 1)).unwrap().len(), 1, "the one that lasts");
    assert_eq!(journal.gaps(&page(1, 1)).unwrap(), []);
}

#[test]
fn findings_can_be_asked_for_alone_and_hosts_searched() {
    let directory = tempfile::tempdir().unwrap();
    record(&directory).close(GapReason::NotRunning);
    let journal = journal(&directory);
    let flagged = |is| Filter { flagged: Some(is), ..everything() };
    assert_eq!(journal.flows(&flagged(true)).unwrap().len(), 1);
    assert_eq!(journal.flows(&flagged(false)).unwrap().len(), 2);
    assert_eq!(journal.hosts(&flagged(false)).unwrap().len(), 2);
    assert_eq!(journal.apps(&Filter { sort: Some(Sort::Name), ..flagged(true) }).unwrap().len(), 1);
    let search = Filter { search: Some("Y.EXAM".into()), ..everything() };
    assert_eq!(&*journal.hosts(&search).unwrap()[0].host, "early.example");
    assert_eq!(journal.flows(&search).unwrap().len(), 1);
}

#[test]
fn hours_and_parties_are_summed() {
    let directory = tempfile::tempdir().unwrap();
    record(&directory).close(GapReason::NotRunning);
    let journal = journal(&directory);
    let hours = journal.hours(&everything()).unwrap();
    let told: Vec<_> = hours.iter().map(|hour| (hour.start, hour.flows, hour.findings)).collect();
    assert_eq!(told, [(after(3_600), 1, 0), (NOON, 1, 1), (NOON, 1, 0)]);
    assert_eq!(hours[1].owner.as_ref().unwrap().uid, Some(10_123));
    let of_app = Filter { app: Some("10123".into()), ..everything() };
    assert_eq!(journal.hours(&of_app).unwrap().len(), 1);

    let parties = journal.parties(&everything()).unwrap();
    let told: Vec<_> =
        parties.iter().map(|row| (row.party.as_deref(), row.apps, row.hosts, row.findings)).collect();
    assert_eq!(told, [(Some("Xiaomi"), 1, 1, 1), (None, 1, 2, 0)]);
}

#[test]
fn marks_come_back_and_are_kept_as_long_as_findings() {
    let directory = tempfile::tempdir().unwrap();
    record(&directory).close(GapReason::NotRunning);
    let marks = journal(&directory).marks(&everything()).unwrap();
    assert_eq!(
        marks,
        [note("opened the weather", Some("com.miui.weather2")), note("opened the browser", None)]
    );
    let later = Filter { since: Some(after(3)), ..everything() };
    assert_eq!(journal(&directory).marks(&later).unwrap(), []);

    let years_later = || Timestamp(NOON.0 + 400 * 86_400_000);
    let writer = Writer::open(record_in(&directory), StoreConfig { clock: years_later, ..config() }).unwrap();
    for _ in 0..200 {
        if journal(&directory).marks(&everything()).unwrap().is_empty() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    drop(writer);
    panic!("old marks stay");
}

#[test]
fn the_size_is_that_of_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let _writer = record(&directory);
    let size = journal(&directory).size().unwrap();
    assert_eq!((size.flows, size.oldest), (3, Some(after(1))));
    assert!(size.bytes >= 4_096, "{size:?}");
}

#[test]
fn flows_are_exported_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    record(&directory).close(GapReason::NotRunning);
    let journal = journal(&directory);
    let export = |format| {
        let mut file = Vec::new();
        assert_eq!(journal.export(&everything(), format, &mut file).unwrap(), 3);
        String::from_utf8(file).unwrap()
    };
    let lines = export(ExportFormat::JsonLines);
    let flows: Vec<FlowRecord> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(flows, journal.flows(&everything()).unwrap());
    let csv = export(ExportFormat::Csv);
    assert!(csv.starts_with("id,start,end,protocol,originator_address,"), "{csv}");
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.contains("com.miui.weather2"), "{csv}");
}

#[test]
fn a_file_that_takes_no_more_is_said() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let directory = tempfile::tempdir().unwrap();
    record(&directory).close(GapReason::NotRunning);
    for format in [ExportFormat::Csv, ExportFormat::JsonLines] {
        let error = journal(&directory).export(&everything(), format, Full).unwrap_err();
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
}

#[test]
fn an_app_is_forgotten_while_the_monitor_runs() {
    let directory = tempfile::tempdir().unwrap();
    let writer = record(&directory);
    let scope = Scope { app: Some("com.miui.weather2".into()), ..Scope::default() };
    writer.erase(scope).unwrap();
    let left = journal(&directory);
    assert_eq!(left.flows(&everything()).unwrap().len(), 2);
    assert_eq!(left.findings(&everything()).unwrap(), []);
    assert_eq!(left.apps(&everything()).unwrap().len(), 1);
    assert_eq!(left.hours(&everything()).unwrap().len(), 2);
    assert_eq!(left.marks(&everything()).unwrap(), [note("opened the browser", None)]);
    assert_nowhere(&directory, &["sdkconfig.ad.xiaomi.com", "com.miui.weather2"]);

    // What comes later is recorded as before, under the same names.
    three(writer.session() + 1).iter().for_each(|flow| writer.record(closed(flow)));
    writer.flush();
    assert_eq!(writer.poll_failure(), None);
    assert_eq!(left.flows(&everything()).unwrap().len(), 5);
    assert_eq!(left.findings(&everything()).unwrap()[0].flows, 1);
}

#[test]
fn a_period_is_forgotten_by_whole_hours() {
    let directory = tempfile::tempdir().unwrap();
    record(&directory).close(GapReason::NotRunning);
    let scope = Scope { since: Some(after(2)), until: Some(after(3)), ..Scope::default() };
    erase(&record_in(&directory), &scope).unwrap();
    let left = journal(&directory);
    assert_eq!(left.flows(&everything()).unwrap().len(), 1);
    assert_eq!(left.hosts(&everything()).unwrap().len(), 1);
    assert_eq!(left.hours(&everything()).unwrap()[0].start, after(3_600));
    assert_eq!(left.marks(&everything()).unwrap(), []);
}

#[test]
fn everything_is_forgotten_and_the_record_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let writer = record(&directory);
    assert!(matches!(erase(&record_in(&directory), &Scope::default()), Err(StoreError::InUse { .. })));
    writer.erase(Scope::default()).unwrap();
    let left = journal(&directory);
    assert_eq!(left.flows(&everything()).unwrap(), []);
    assert_eq!(left.hosts(&everything()).unwrap(), []);
    assert_eq!(left.marks(&everything()).unwrap(), []);
    assert_nowhere(&directory, &["example", "xiaomi", "curl", "browser"]);
    writer.record(Event::FlowClosed(Box::new(flow(writer.session(), 9))));
    writer.close(GapReason::NotRunning);
    assert_eq!(left.flows(&everything()).unwrap().len(), 1);
    assert_eq!(integrity(&record_in(&directory)), "ok");
    erase(&directory.path().join("none.db"), &Scope::default()).unwrap();
}

/// Not in the file, nor in what lies beside it.
fn assert_nowhere(directory: &tempfile::TempDir, words: &[&str]) {
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for word in words {
            assert!(!bytes.contains(word), "{word} is still in {}", path.display());
        }
    }
}
