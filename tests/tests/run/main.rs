//! Real programs under `telltale run`: what a person sees live, what a program reads, what the record keeps.
//!
//! The monitor runs where the relay of the other checks does, in the world that the kernel joins.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed check, and real programs need a real clock"
)]

mod chromium;
mod command;
mod curl;
mod dns;
mod evidence;
mod experiment;
mod limits;
mod owners;
mod record;
mod report;
mod streams;
mod trackers;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use telltale_tests::world::place::{DNS, NAMED};
use telltale_tests::world::{Family, Mode, World, program};

telltale_tests::enter_before_main!();

/// No run takes longer; one that hangs is killed, and fails.
const BOUND: &str = "75";

/// On a busy machine, too, curl is not to open a second connection while it waits for the first.
const CURL_CONFIG: &str = "happy-eyeballs-timeout-ms = 30000\n";

/// A record in a folder of its own, and the files that clients need.
struct Desk {
    folder: tempfile::TempDir,
}

/// What a run of `telltale` left behind.
struct Run {
    stdout: String,
    stderr: String,
    status: i32,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("authority.pem"), &world().internet().pem).unwrap();
        fs::write(folder.path().join(".curlrc"), CURL_CONFIG).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn db(&self) -> PathBuf {
        self.path("t.db")
    }

    /// `telltale --db RECORD`, to run where the monitor is.
    fn telltale(&self, db: &Path) -> Command {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", BOUND]).arg(program()).arg("--db").arg(db);
        command.env("CURL_CA_BUNDLE", self.path("authority.pem")).env("CURL_HOME", self.folder.path());
        command.current_dir(self.folder.path());
        command
    }

    /// Runs a shell script under the monitor; it must succeed.
    fn watch(&self, script: &str) -> Run {
        let run = self.watch_with(&[], &[], script);
        assert_eq!(run.status, 0, "{script}: {run:?}");
        run
    }

    /// The same with global options and options of `run`, whatever comes of it.
    fn watch_with(&self, global: &[&str], options: &[&str], script: &str) -> Run {
        let mut command = self.telltale(&self.db());
        command.args(global).arg("run").args(resolver()).args(options).args(["--", "sh", "-c", script]);
        finish(command, "")
    }

    /// What a query says, line by line.
    fn ask(&self, what: &[&str]) -> String {
        let mut command = self.telltale(&self.db());
        command.args(what);
        let run = finish(command, "");
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{what:?}");
        run.stdout
    }

    /// The rows of a query.
    fn rows(&self, what: &str) -> Vec<Value> {
        self.ask(&[what, "--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The flows to this host, the latest first.
    fn flows_to(&self, host: &str) -> Vec<Value> {
        let flows = self.rows("flows");
        let to_host: Vec<Value> = flows.iter().filter(|flow| flow["name"]["host"] == host).cloned().collect();
        assert!(!to_host.is_empty(), "no flow to {host} among {flows:#?}");
        to_host
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "status {}\n-- stdout\n{}\n-- stderr\n{}", self.status, self.stdout, self.stderr)
    }
}

fn world() -> &'static World {
    World::shared(Mode::Direct)
}

/// The world's resolver, whatever the machine's is.
fn resolver() -> [String; 2] {
    ["--dns".to_owned(), DNS.at(Family::V4).to_string()]
}

/// The address of a named host.
fn named(host: u8) -> String {
    NAMED.host(host).at(Family::V4).to_string()
}

/// Runs a command where the monitor belongs, with `input` on its standard input.
fn finish(mut command: Command, input: &'static str) -> Run {
    let output: Output = world().relay_side.run(move || {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read may be gone already.
        let _unread = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    });
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { stdout: text(output.stdout), stderr: text(output.stderr), status: status(output.status) }
}

/// As shells count.
fn status(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap())
}

/// The line of `text` that holds every one of `parts`.
fn line_with<'a>(text: &'a str, parts: &[&str]) -> &'a str {
    let found = text.lines().find(|line| parts.iter().all(|part| line.contains(part)));
    found.unwrap_or_else(|| panic!("no line with {parts:?} in:\n{text}"))
}

/// Waits until `is_so`, and fails when it never is.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("still not so after 20 s: {what}");
}
