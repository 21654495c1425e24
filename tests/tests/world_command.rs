//! `telltale-world` gives a command the world as its network.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed check")]

use std::process::{Command, Output};

fn in_world(script: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_telltale-world")).args(["--", "sh", "-c", script]).output().unwrap()
}

fn said(script: &str) -> String {
    let output = in_world(script);
    assert!(output.status.success(), "{script}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn names_resolve_inside() {
    assert!(said("getent ahostsv4 tracking.intl.miui.com").starts_with("198.18.10.11 "));
    assert!(said("getent ahostsv6 ulogs.umeng.com").starts_with("2001:db8:10::14 "));
}

#[test]
fn unknown_names_and_the_outside_do_not_exist() {
    let output = in_world("getent hosts nobody.example.org");
    assert_eq!(output.status.code(), Some(2), "getent's word for an unknown name: {output:?}");
    assert!(said("ip -o link").lines().all(|line| line.contains(": lo:") || line.contains(": server@")));
}

#[test]
fn curl_fetches_and_trusts() {
    let answer = said("curl -sS --max-time 20 https://tracking.intl.miui.com/track -d hello");
    assert_eq!(
        answer,
        "{\"host\":\"tracking.intl.miui.com\",\"method\":\"POST\",\"path\":\"/track\",\"bytes\":5}\n"
    );
}

#[test]
fn the_commands_status_passes() {
    assert_eq!(in_world("exit 7").status.code(), Some(7));
    assert_eq!(in_world("kill -TERM $$").status.code(), Some(128 + 15));
}

#[test]
fn a_wrong_call_is_told() {
    let program = env!("CARGO_BIN_EXE_telltale-world");
    assert_eq!(Command::new(program).output().unwrap().status.code(), Some(2));
    let output = Command::new(program).arg("no-such-program").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no-such-program"));
}
