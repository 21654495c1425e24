//! A file is there as a whole or not at all.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use telltale_core::event::Event;

use crate::record::{Record, flow, mixed, text};
use crate::{exported, refused, telltale};

const FORMATS: [&str; 5] = ["csv", "jsonl", "parquet", "pcapng", "har"];

/// Names of what is in the directory of a record, but for the record.
fn files(record: &Record) -> Vec<String> {
    let names = fs::read_dir(record.0.path()).unwrap().map(|file| file.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with("t.db"));
    names.sort();
    names
}

#[test]
fn nothing_is_replaced_unless_asked_for() {
    let record = mixed();
    for format in FORMATS {
        fs::write(record.path("out"), "mine").unwrap();
        let (status, line) = refused(&record, &["--format", format, "out"]);
        assert!(status == 1 && line.contains("--force"), "{line}");
        assert_eq!(text(&record.path("out")), "mine");
        exported(&record, &["--format", format, "--force", "out"]);
        assert_ne!(fs::read(record.path("out")).unwrap(), b"mine");
        assert_eq!(fs::metadata(record.path("out")).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(files(&record), ["out"]);
    }
}

#[test]
fn a_link_stays_one_and_the_record_stays_what_it_is() {
    let record = mixed();
    fs::write(record.path("real"), "mine").unwrap();
    symlink("real", record.path("link")).unwrap();
    exported(&record, &["--format", "csv", "--force", "link"]);
    assert!(text(&record.path("real")).starts_with("id,start,"));
    assert!(fs::symlink_metadata(record.path("link")).unwrap().is_symlink());
    for (file, word) in [("t.db", "record itself"), ("/dev/null", "ordinary file"), (".", "ordinary file")] {
        let (status, line) = refused(&record, &["--format", "csv", "--force", file]);
        assert!(status == 1 && line.contains(word), "{line}");
    }
    let (status, line) = refused(&record, &["--format", "csv", "not/there"]);
    assert!(status == 1 && line.contains("not/there"), "{line}");
    assert_eq!(exported(&record, &["--format", "csv", "-q", "quiet"]), "");
}

#[test]
fn standard_output_gets_the_same() {
    let record = mixed();
    for format in FORMATS {
        let output = telltale(&record, &["export", "--format", format, "-"]);
        assert_eq!(output.status.code(), Some(0));
        exported(&record, &["--format", format, "--force", "out"]);
        assert!(output.stdout == fs::read(record.path("out")).unwrap(), "{format}");
    }
}

/// Flows that fill more than any buffer.
fn large() -> Record {
    Record::of(|session| {
        let flows = (0..8_000_u32).map(|sequence| {
            let mut flow = flow(session, sequence, "10.0.0.2:4000", "192.0.2.1:80");
            let program = format!("/{:08x}", sequence.wrapping_mul(2_654_435_761));
            flow.owner.as_mut().unwrap().process = Some(program.into());
            Event::FlowClosed(Box::new(flow))
        });
        flows.collect()
    })
}

#[test]
fn where_there_is_no_room_nothing_is_left() {
    let record = large();
    for format in FORMATS.iter().filter(|format| **format != "har") {
        // Files may be 64 KiB long, which is all that SQLite needs; the signal that tells of it is ignored, so that it is an
        // error to write more.
        let script = format!(
            "trap '' XFSZ; ulimit -f 128; exec {} export --db t.db --format {format} out",
            env!("CARGO_BIN_EXE_telltale")
        );
        let output = Command::new("sh").args(["-c", &script]).current_dir(record.0.path()).output().unwrap();
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), line.lines().count()), (Some(1), 1), "{line}");
        assert!(line.contains("out cannot be written"), "{line}");
        assert_eq!(files(&record), [""; 0]);
    }
}

#[test]
fn a_full_device_and_a_reader_that_leaves_are_said_in_one_line() {
    let record = large();
    for format in FORMATS {
        let run = |sink: Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_telltale"));
            command.args(["export", "--db", "t.db", "--format", format, "-"]).current_dir(record.0.path());
            command.stdout(sink).stderr(Stdio::piped()).spawn().unwrap()
        };
        let full = run(fs::File::options().write(true).open("/dev/full").unwrap().into());
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let closed = run(writer.into());
        for (child, word) in [(full, "free some space"), (closed, "has left")] {
            let output = child.wait_with_output().unwrap();
            let line = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), line.lines().count()), (Some(1), 1), "{format}: {line}");
            assert!(line.contains(word), "{line}");
        }
    }
}

#[test]
fn what_does_not_go_together_is_wrong_usage() {
    let record = mixed();
    for (arguments, word) in [
        (&["--format", "csv", "--full", "out"][..], "--full"),
        (&["--format", "har", "--what", "evidence", "out"], "--what"),
        (&["--format", "xml", "out"], "parquet"),
        (&["out"], "--format"),
    ] {
        let (status, line) = refused(&record, arguments);
        assert!(status == 2 && line.contains(word) && line.contains("telltale --help"), "{line}");
    }
    assert_eq!(files(&record), [""; 0]);
}
