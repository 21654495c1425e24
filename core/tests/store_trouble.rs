//! Records that cannot be written, opened or kept: damaged, full, too old, somebody else's.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::*;
use telltale_core::event::{GapReason, Timestamp};
use telltale_core::store::{Journal, Retention, StoreConfig, StoreError, Writer};

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
