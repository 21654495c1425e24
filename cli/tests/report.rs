//! `telltale report`, as far as it is about files and arguments; what a report tells is tested where it is made.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use telltale_core::event::{GapReason, Timestamp};
use telltale_core::store::{StoreConfig, Writer};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = StoreConfig { clock: || Timestamp(1_772_366_400_000), ..StoreConfig::default() };
    Writer::open(folder.path().join("t.db"), config).unwrap().close(GapReason::NotRunning);
    folder
}

fn telltale(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telltale"));
    command.current_dir(folder).args(["--db", "t.db", "report"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_report_is_written_for_its_owner_only_and_checked() {
    let folder = folder();
    let made = telltale(folder.path(), &["out.html", "--fact", "Phone=Redmi Note 8"]);
    assert_eq!((made.status.code(), text(&made.stderr)), (Some(0), String::new()));
    assert!(text(&made.stdout).starts_with("out.html: uploads to collectors: 0 (apps: 0"), "{made:?}");
    let file = folder.path().join("out.html");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(&file).unwrap().contains("Redmi Note 8"));
    for arguments in [&["--verify", "out.html"][..], &["--verify", "out.html", "t.db"]] {
        let checked = telltale(folder.path(), arguments);
        assert_eq!(
            (checked.status.code(), checked.stdout.iter().filter(|byte| **byte == b'\n').count()),
            (Some(0), 1)
        );
    }
    let told = telltale(folder.path(), &["--verify", "out.html", "--json"]);
    assert!(text(&told.stdout).starts_with("{\"fits\":true,"), "{told:?}");
    let stamp = telltale(folder.path(), &["again.html", "--json"]);
    assert!(text(&stamp.stdout).contains("\"record\":\""), "{stamp:?}");
}

#[test]
fn what_is_no_report_or_has_no_place_is_told_in_one_line() {
    let folder = folder();
    fs::write(folder.path().join("page.html"), "<html></html>").unwrap();
    fs::write(folder.path().join("bytes.html"), [0xff, 0xfe]).unwrap();
    for (arguments, status, word) in [
        (&["--verify", "page.html"][..], 1, "not a report"),
        (&["--verify", "bytes.html"], 1, "not a report"),
        (&["--verify", "none.html"], 1, "cannot be read"),
        (&["--verify", "page.html", "none.db"], 1, "no record"),
        (&["none/out.html"], 1, "cannot be written"),
        (&[], 2, "<FILE>"),
        (&["out.html", "--fact", "Phone"], 2, "NAME=VALUE"),
        (&["--verify", "page.html", "--full"], 2, "--full"),
    ] {
        let output = telltale(folder.path(), arguments);
        let line = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {line}");
        assert!(line.lines().count() == 1 && line.contains(word), "{arguments:?}: {line}");
    }
}
