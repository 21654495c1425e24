//! What the record keeps of a run, and runs whose record cannot be kept.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use nix::mount::{MsFlags, mount};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use telltale_tests::world::program;

use super::{Desk, Run, eventually, finish, line_with, resolver, world};

const HOST: &str = "tracking.intl.miui.com";
const ANSWER: &str = "{\"host\":\"tracking.intl.miui.com\",\"method\":\"GET\",\"path\":\"/\",\"bytes\":0}\n";

/// Fetches once with the record at `db`.
fn fetch(desk: &Desk, db: &Path) -> Run {
    let mut command = desk.telltale(db);
    command.arg("run").args(resolver()).args(["--", "curl", "-sS", &format!("http://{HOST}/")]);
    finish(command, "")
}

/// The command had its network, and exactly one line says why there is no record.
fn assert_relayed_without_record(run: &Run, why: &str) {
    assert_eq!((run.status, run.stdout.as_str()), (0, ANSWER), "{run:?}");
    line_with(&run.stderr, &["telltale: ", why, "nothing will be recorded"]);
    assert_eq!(run.stderr.matches("record").count(), 1, "said once: {run:?}");
    line_with(&run.stderr, &["curl [", HOST, "(http-host)"]);
}

/// A small file system of its own in `folder`; it goes with this process.
fn mount_tmpfs(folder: &Path, flags: MsFlags, options: &str) {
    fs::create_dir_all(folder).unwrap();
    mount(Some("tmpfs"), folder, Some("tmpfs"), flags, Some(options)).unwrap();
}

#[test]
fn every_query_shows_the_run_in_every_form() {
    let desk = Desk::new();
    desk.watch(&format!("curl -sS https://{HOST}/ https://example.org/"));
    desk.watch("true");
    for (what, word) in [
        ("flows", HOST),
        ("hosts", HOST),
        ("apps", "/curl"),
        ("findings", "OneTrack"),
        ("gaps", "not-running"),
    ] {
        let json = desk.ask(&[what, "--json"]);
        let csv = desk.ask(&[what, "--csv"]);
        assert!(json.contains(word), "{what}: {json}");
        assert!(csv.contains(word), "{what}: {csv}");
        let rows = json.lines().count();
        assert_eq!(csv.lines().count(), rows + 1, "{what}: a heading and the same rows");
        let table = desk.ask(&[what]);
        assert_eq!(table.lines().count(), rows + 1, "{what}: a heading and the same rows: {table}");
        if what != "gaps" {
            assert!(table.contains(word), "{what}: {table}");
        }
    }
    line_with(&desk.ask(&["hosts"]), &[HOST, "Xiaomi", "analytics (A)", "tls-sni"]);
    line_with(&desk.ask(&["gaps"]), &["telltale did not run"]);
    line_with(&desk.ask(&["flows"]), &["look-up of", HOST]);
}

#[test]
fn a_kill_loses_at_most_the_last_second_and_leaves_a_gap() {
    let desk = Desk::new();
    let mut command = std::process::Command::new(program());
    command.arg("--db").arg(desk.db()).arg("run").args(resolver());
    command.args(["--", "sh", "-c", &format!("curl -sS http://{HOST}/; echo done >fetched; exec sleep 60")]);
    // In a group of its own, to be ended as a whole.
    command.process_group(0).current_dir(desk.folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = world().relay_side.run(move || command.spawn().unwrap());
    eventually("the page is fetched", || desk.path("fetched").exists());
    // More than the second that may be lost.
    std::thread::sleep(Duration::from_millis(1500));
    let killed = SystemTime::now();
    child.kill().unwrap();
    child.wait().unwrap();
    killpg(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGKILL).unwrap();

    let [flow] = &desk.flows_to(HOST)[..] else { panic!("one flow") };
    assert_eq!(flow["close"], "fin");
    desk.watch("true");
    let gaps = desk.rows("gaps");
    let gap = gaps.iter().find(|gap| gap["reason"] == "killed").unwrap_or_else(|| panic!("{gaps:#?}"));
    let start: telltale_core::event::Timestamp = gap["start"].as_str().unwrap().parse().unwrap();
    let killed = i64::try_from(killed.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis()).unwrap();
    assert!((-5000..=500).contains(&(start.0 - killed)), "the gap begins {} ms after", start.0 - killed);
    assert!(gap.get("end").is_some(), "telltale ran again: {gap}");
}

#[test]
fn a_read_only_disk_is_said_and_relaying_goes_on() {
    let desk = Desk::new();
    let folder = desk.path("read-only");
    mount_tmpfs(&folder, MsFlags::MS_RDONLY, "size=1m");
    assert_relayed_without_record(&fetch(&desk, &folder.join("t.db")), "cannot be written");
}

#[test]
fn a_disk_without_room_is_said_and_relaying_goes_on() {
    let desk = Desk::new();
    let folder = desk.path("tiny");
    mount_tmpfs(&folder, MsFlags::empty(), "size=64k");
    assert_relayed_without_record(&fetch(&desk, &folder.join("t.db")), "no room left on the disk");
}

#[test]
fn a_newer_record_is_said_and_left_alone() {
    let desk = Desk::new();
    desk.watch("true");
    // The user version of SQLite's file format, where the schema's number is.
    let file = OpenOptions::new().write(true).open(desk.db()).unwrap();
    file.write_all_at(&9999_u32.to_be_bytes(), 60).unwrap();
    drop(file);
    let before = fs::read(desk.db()).unwrap();
    assert_relayed_without_record(&fetch(&desk, &desk.db()), "written by a newer telltale (schema 9999");
    assert_eq!(fs::read(desk.db()).unwrap(), before);
}

#[test]
fn a_disk_that_fills_up_is_said_and_relaying_goes_on() {
    let desk = Desk::new();
    let folder = desk.path("filling");
    mount_tmpfs(&folder, MsFlags::empty(), "size=2m");
    let script = format!(
        "curl -sS http://{HOST}/; sleep 1.5; cat /dev/zero >filling/rest 2>/dev/null
         for i in 1 2 3 4 5 6 7 8; do curl -sS http://example.org/ -o answer || exit 9; sleep 0.5; done
         rm filling/rest; sleep 6; curl -sS http://{HOST}/"
    );
    let mut command = desk.telltale(&folder.join("t.db"));
    command.arg("run").args(resolver()).args(["--", "sh", "-c", &script]);
    let run = finish(command, "");
    assert_eq!((run.status, run.stdout.as_str()), (0, format!("{ANSWER}{ANSWER}").as_str()), "{run:?}");
    line_with(&run.stderr, &["telltale: the record cannot be written, relaying goes on: no room left"]);
    line_with(&run.stderr, &["telltale: the record is written again", "telltale gaps"]);

    let mut gaps = desk.telltale(&folder.join("t.db"));
    gaps.args(["gaps", "--json"]);
    let gaps = finish(gaps, "");
    line_with(&gaps.stdout, &["record-failed"]);
}
