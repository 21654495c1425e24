//! What `telltale export` writes, read back by others.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod formats;
mod places;
mod record;

use std::process::{Command, Output};

use crate::record::Record;

fn telltale(record: &Record, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telltale"));
    command.args(arguments).arg("--db").arg(record.database()).current_dir(record.0.path());
    command.env("XDG_CONFIG_HOME", "/nowhere").output().unwrap()
}

/// What an export says on standard error when all goes well.
fn exported(record: &Record, arguments: &[&str]) -> String {
    let output = telltale(record, &[&["export"], arguments].concat());
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{told}");
    told
}

/// The one line with which an export fails, and its status.
fn refused(record: &Record, arguments: &[&str]) -> (i32, String) {
    let output = telltale(record, &[&["export"], arguments].concat());
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!((line.lines().count(), output.stdout.len()), (1, 0), "{line}");
    (output.status.code().unwrap(), line)
}
