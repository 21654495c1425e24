//! The command keeps its standard streams, its status and its signals; what cannot be run is told in one line.

use std::process::Command;

use telltale_tests::world::program;

use super::{Desk, Run, finish, line_with, resolver};

/// `telltale run` of a program without a shell.
fn run(arguments: &[&str], input: &'static str) -> Run {
    let desk = Desk::new();
    let mut command = desk.telltale(&desk.db());
    command.arg("run").args(resolver()).arg("--").args(arguments);
    finish(command, input)
}

#[test]
fn the_status_is_passed_on() {
    for (script, status) in [("true", 0), ("exit 3", 3), ("kill -9 $$", 128 + 9), ("kill -15 $$", 128 + 15)] {
        assert_eq!(run(&["sh", "-c", script], "").status, status, "{script}");
    }
}

#[test]
fn a_program_that_is_not_there_is_127_and_one_that_cannot_run_126() {
    let missing = run(&["no-such-program"], "");
    assert_eq!(missing.status, 127, "{missing:?}");
    line_with(&missing.stderr, &["telltale: cannot run 'no-such-program'"]);
    let forbidden = run(&["/etc/passwd"], "");
    assert_eq!(forbidden.status, 126, "{forbidden:?}");
    line_with(&forbidden.stderr, &["telltale: cannot run '/etc/passwd'"]);
}

#[test]
fn standard_streams_are_the_commands_own() {
    let run = run(&["sh", "-c", "cat; echo warned >&2"], "first\nsecond\n");
    assert_eq!(run.stdout, "first\nsecond\n");
    line_with(&run.stderr, &["warned"]);
}

#[test]
fn a_signal_reaches_the_command() {
    let desk = Desk::new();
    // The script tells its parent, which is telltale, to terminate; it hears of it and ends in its own way.
    let run = desk.watch_with(
        &[],
        &[],
        "trap 'echo heard; exit 5' TERM; kill -TERM $PPID; sleep 20 >/dev/null 2>&1 & wait",
    );
    assert_eq!((run.status, run.stdout.as_str()), (5, "heard\n"), "{run:?}");
}

#[test]
fn arguments_and_environment_pass_untouched() {
    let run = run(&["printf", "%s|", "a b", "--json", "-q", "*"], "");
    assert_eq!(run.stdout, "a b|--json|-q|*|");
}

#[test]
fn wrong_usage_is_one_line_and_status_2() {
    for arguments in [
        &["run"][..],
        &["run", "--mtu", "3", "--", "true"],
        &["run", "--dns", "nobody", "--", "true"],
        &["tun"],
        &["--no-such-option"],
    ] {
        let output = Command::new(program()).args(arguments).output().unwrap();
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), line.lines().count()), (Some(2), 1), "{arguments:?}: {line}");
        assert!(line.starts_with("telltale: ") && line.contains("telltale --help"), "{line}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn where_user_namespaces_are_forbidden_the_setting_is_named() {
    let desk = Desk::new();
    let mut command = Command::new("unshare");
    // A user without capabilities, in a user namespace that may have no others in it.
    command.args(["--user", "--map-root-user", "sh", "-c"]).arg(
        "echo 0 >/proc/sys/user/max_user_namespaces &&
         exec setpriv --bounding-set=-all --inh-caps=-all \"$@\"",
    );
    command
        .arg("sh")
        .arg(program())
        .arg("--db")
        .arg(desk.db())
        .arg("run")
        .args(resolver())
        .args(["--", "true"]);
    let run = finish(command, "");
    assert_eq!(run.status, 1, "{run:?}");
    let line = line_with(&run.stderr, &["/proc/sys/user/max_user_namespaces is 0", "sysctl user.max_user"]);
    assert_eq!(run.stderr.trim_end(), line, "one line");
}
