//! What `telltale decode` says of requests and bodies.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Write;
use std::process::{Command, Stdio};

use insta::assert_snapshot;

/// A batch of an app's Sensors Analytics library, as it is in a form.
const SENSORS: &str = "crc=363297471&gzip=1&data_list=H4sIAAAAAAACA12MUQrCMBBE77LfwRhEKLmKSAjN2gbTZtlsRCm9u6v45cDAvGGYywYpN8nrKCEn8NAdGJAXoWbhON4V8YGrKFOcMJQaU%2Fg2oUlk%2BczzonN3HobT8ScDxJWQJWMDv0HnogezCDVvLT7jQgUPlScLu4FwK73N4e%2FHqffrG%2BTTGXmiAAAA";

const PIXEL: &str = "https://sa.example.com/sa.gif?project=p&data=eyJkaXN0aW5jdF9pZCI6InUxIiwidHlwZSI6InRyYWNrIiwiZXZlbnQiOiJwYWdlX2xvYWRfZXZlbnRfc3RhcnQiLCJ0aW1lIjoxNTg4MzAwMDAwMDAwLCJwcm9wZXJ0aWVzIjp7InVybCI6Imh0dHBzOi8vZXhhbXBsZS5vcmcvIn19&ext=crc%3D-995619148";

const MISTAT: &str = "app_id=2882303761500000000&app_key=5000000000000&device_id=ABABABABABABABABABABABABABABABABABABABAB&stat_value=48cd5b1b4f7e15a1f0f789f8b269362d5e9e26e62f52d7c59631dbd4676ddd7c";

struct Said {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

fn telltale(arguments: &[&str], input: &[u8]) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_telltale"))
        .arg("decode")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails early closes its end.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    Said { status: output.status.code(), stdout, stderr }
}

#[track_caller]
fn shown(arguments: &[&str], input: &str) -> String {
    let said = telltale(arguments, input.as_bytes());
    assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""));
    said.stdout
}

#[test]
fn a_body_is_told_to_people() {
    assert_snapshot!("sensors", shown(&[], SENSORS));
    assert_snapshot!("pixel", shown(&["-"], PIXEL));
    assert_snapshot!("mistat", shown(&["--path", "/mistats/v2"], MISTAT));
}

#[test]
fn a_whole_request_is_told() {
    let request = format!(
        "POST /sa?project=p HTTP/1.1\r\nHost: sa.example.com\r\nUser-Agent: Dalvik/2.1.0 (Linux; U; Android 9; Redmi Note 8)\r\n\
         Cookie: uid=123456\r\nContent-Length: {}\r\n\r\n{SENSORS}\n",
        SENSORS.len()
    );
    assert_snapshot!("request", shown(&[], &request));
}

#[test]
fn what_cannot_be_read_is_named() {
    let headers = ["--header", "OT_SID: s", "--header", "OT_ts: 1588300000000", "--path", "/track/v4"];
    let said = telltale(&headers, &[0xa5; 160]);
    assert_snapshot!("onetrack", said.stdout);
}

#[test]
fn a_redacted_decoding_tells_nothing() {
    let told = shown(&["--redact", "--salt", "pepper"], SENSORS);
    assert_snapshot!("redacted", told);
    assert!(!told.contains("example.org"), "{told}");
    let other = shown(&["--redact"], SENSORS);
    assert_ne!(told, other, "a salt of its own for each run");
}

#[test]
fn programs_get_one_object() {
    let told = shown(&["--json"], PIXEL);
    assert_eq!(told.lines().count(), 1);
    let value: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(value["format"], "sensors");
    assert_eq!(value["value"]["query"]["data"]["properties"]["url"], "https://example.org/");
    assert_eq!(value["personal"][0]["kind"], "stable-id");
    assert_eq!(value["notes"][0]["kind"], "checked");
}

#[test]
fn a_file_is_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), SENSORS).unwrap();
    let said = telltale(&[file.path().to_str().unwrap()], b"");
    assert_eq!((said.status, said.stdout), (Some(0), shown(&[], SENSORS)));
}

#[test]
fn what_is_wrong_is_said_in_a_line() {
    for (arguments, status, message) in [
        (
            &["/nowhere/at/all"][..],
            1,
            "telltale: /nowhere/at/all cannot be read: No such file or directory (os error 2)\n",
        ),
        (&["/"], 1, "telltale: / cannot be read: Is a directory (os error 21)\n"),
        (&[], 1, "telltale: standard input is empty; give it a request, a body or an address\n"),
    ] {
        let said = telltale(arguments, b"");
        assert_eq!((said.status, said.stdout.as_str(), said.stderr.as_str()), (Some(status), "", message));
    }
    for arguments in [&["--header", "gzip 1"][..], &["--header", ": 1"], &["--salt", "a"]] {
        let said = telltale(arguments, b"a=1");
        assert_eq!((said.status, said.stderr.lines().count()), (Some(2), 1), "{}", said.stderr);
    }
}
