//! The record outlives its process, and a full disk. Each test runs this program again as a child.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use common::*;
use telltale_core::event::GapReason;
use telltale_core::store::{Filter, Journal, Retention, StoreConfig, Writer};

/// Tells the child where to write.
const RECORD: &str = "TELLTALE_TEST_RECORD";

#[test]
fn a_killed_writer_leaves_a_sound_record_and_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let path = record_in(&directory);
    for round in 1..=5_u32 {
        let mut child = spawn_child("child_writes_until_killed", &path);
        wait_for_flows(&path, round);
        // At different points of a batch.
        std::thread::sleep(Duration::from_millis(u64::from(round) * 37));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(integrity(&path), "ok");
        assert_sums_match_flows(&path);
    }
    drop(Writer::open(&path, keep_everything()).unwrap());
    let journal = Journal::open(&path).unwrap();
    let gaps = journal.gaps(&Filter::default()).unwrap();
    let killed: Vec<_> = gaps.iter().filter(|gap| gap.reason == GapReason::Killed).collect();
    assert_eq!(killed.len(), 5, "{gaps:?}");
    for gap in killed {
        let length = gap.end.unwrap().0 - gap.start.0;
        assert!((0..5_000).contains(&length), "a gap of {length} ms");
    }
}

#[test]
fn child_writes_until_killed() {
    let Some(path) = std::env::var_os(RECORD) else {
        return;
    };
    let writer = Writer::open(path, keep_everything()).unwrap();
    for sequence in 0.. {
        writer.record(closed(&flagged(flow(writer.session(), sequence))));
        std::thread::sleep(Duration::from_micros(50));
    }
}

#[test]
fn a_full_disk_is_said_once_and_got_over() {
    let directory = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size=2m tmpfs '{0}' || exit 77
         exec \"$0\" --exact child_fills_its_disk --nocapture",
        directory.path().display()
    );
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env(RECORD, record_in(&directory))
        .status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => {}
        Err(_) | Ok(Some(1 | 77)) if cannot_mount() => {
            eprintln!("skipped: no file system can be mounted here")
        }
        other => panic!("{other:?}"),
    }
}

fn cannot_mount() -> bool {
    let mut probe = Command::new("unshare");
    probe.args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    !probe.status().is_ok_and(|status| status.success())
}

#[test]
fn child_fills_its_disk() {
    let Some(path) = std::env::var_os(RECORD) else {
        return;
    };
    let path = Path::new(&path);
    let ballast = path.with_file_name("ballast");
    let config = StoreConfig { retry_every: Duration::from_millis(50), ..keep_everything() };
    let writer = Writer::open(path, config).unwrap();
    std::fs::write(&ballast, vec![0; 1 << 20]).unwrap();
    let mut sequence = 0;
    let line = loop {
        writer.record(closed(&flow(writer.session(), sequence)));
        sequence += 1;
        if sequence % 500 == 0 {
            writer.flush();
            if let Some(line) = writer.poll_failure() {
                break line;
            }
        }
    };
    assert!(line.contains("no room left") && line.contains("relaying goes on"), "{line}");
    writer.flush();
    assert_eq!(writer.poll_failure(), None, "one line per outage");

    std::fs::remove_file(ballast).unwrap();
    writer.flush();
    assert!(writer.poll_failure().unwrap().contains("written again"));
    writer.close(GapReason::NotRunning);
    let journal = Journal::open(path).unwrap();
    assert_eq!(u32::try_from(journal.flows(&Filter::default()).unwrap().len()).unwrap(), sequence);
    let gaps = journal.gaps(&Filter::default()).unwrap();
    assert!(gaps.iter().any(|gap| gap.reason == GapReason::RecordFailed && gap.lost == 0), "{gaps:?}");
    assert_eq!(integrity(path), "ok");
}

/// The flows are of a day long gone, the clock is real.
fn keep_everything() -> StoreConfig {
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    let retention = Retention { flows: century, findings: century, ..Retention::default() };
    StoreConfig { retention, ..StoreConfig::default() }
}

fn spawn_child(test: &str, path: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(RECORD, path).spawn().unwrap()
}

/// Until session `number` has written something.
fn wait_for_flows(path: &Path, number: u32) {
    let filter = Filter { limit: Some(1), ..Filter::default() };
    for _ in 0..200 {
        std::thread::sleep(Duration::from_millis(50));
        let Ok(journal) = Journal::open(path) else {
            continue;
        };
        let connection = rusqlite::Connection::open(path).unwrap();
        let written = connection
            .query_row("SELECT count(*) FROM flows WHERE id >> 32 = ?1", [number], |row| row.get::<_, i64>(0))
            .unwrap_or(0);
        if written > 0 && !journal.flows(&filter).unwrap().is_empty() {
            return;
        }
    }
    panic!("the child writes nothing");
}

fn assert_sums_match_flows(path: &Path) {
    let journal = Journal::open(path).unwrap();
    let flows = journal.flows(&Filter::default()).unwrap();
    let hosts = journal.hosts(&Filter::default()).unwrap();
    assert_eq!(hosts.len(), 1);
    assert_eq!(hosts[0].flows, u64::try_from(flows.len()).unwrap());
    assert_eq!(hosts[0].bytes_up, flows.iter().map(|flow| flow.counters.bytes_up).sum::<u64>());
}
