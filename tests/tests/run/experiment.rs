//! Experiments on real programs: one that uploads what it is shown, as Sensors' library does, and one that does not.

use std::fs;

use serde_json::Value;

use super::{Desk, Run, finish, line_with, resolver};

/// Fetches the page, then sends an event to a collector. `$told` is what it tells.
const TRACKER: &str = r#"
curl -sS "$1" -o /dev/null
event="{\"event\":\"web_page_start\",\"properties\":{\"model\":\"Redmi\",\"url\":\"$told\"}}"
list=$(printf '[%s,%s]' "$event" "$event" | gzip -c | base64 -w0)
curl -sS --data-urlencode "data_list=$list" --data gzip=1 https://tracking.intl.miui.com/sa -o /dev/null
"#;

/// Few trials and short waits, for programs that send at once.
const SHORT: [&str; 12] = [
    "--lengths",
    "0,1000,3000",
    "--trials",
    "5",
    "--visits",
    "1",
    "--window",
    "2.5",
    "--settle",
    "0.2",
    "--seed",
    "1",
];

fn experiment(desk: &Desk, told: &str) -> Run {
    fs::write(desk.path("tracker.sh"), format!("told={told}\n{TRACKER}")).unwrap();
    let mut command = desk.telltale(&desk.db());
    command.args(["experiment", "run", "C1", "--baseline", "1", "--open", "sh tracker.sh {url}"]);
    command.args(SHORT).args(resolver());
    finish(command, "")
}

fn shown(desk: &Desk) -> Value {
    serde_json::from_str(&desk.ask(&["experiment", "show", "1", "--json"])).unwrap()
}

#[test]
fn a_program_that_uploads_addresses_is_found_out() {
    let desk = Desk::new();
    let run = experiment(&desk, "$1");
    assert_eq!(run.status, 0, "{run:?}");
    line_with(&run.stdout, &["The browser sends every address that is visited.", "UPLOADED"]);
    line_with(&run.stdout, &["bytes per character", "99 % interval"]);

    let shown = shown(&desk);
    let result = &shown["outcome"]["cells"][0]["collectors"];
    assert_eq!(result["verdict"], "uploaded", "{shown:#}");
    let slope = result["slope"]["estimate"].as_f64().unwrap();
    assert!((1.0..1.2).contains(&slope), "{shown:#}");
    assert_eq!(shown["outcome"]["complete"], true);
    line_with(&desk.ask(&["experiment", "list"]), &["1", "C1", "uploaded", "complete"]);
    assert_eq!(desk.ask(&["experiment", "show", "1"]), run.stdout);
}

#[test]
fn a_program_that_sends_events_alone_is_not_accused() {
    let desk = Desk::new();
    let run = experiment(&desk, "of-no-page");
    assert_eq!(run.status, 0, "{run:?}");
    let shown = shown(&desk);
    let result = &shown["outcome"]["cells"][0]["collectors"];
    assert_ne!(result["verdict"], "uploaded", "{shown:#}");
    assert!(result["bytes"].as_f64().unwrap() > 15.0 * 300.0, "its events were seen: {shown:#}");
}

#[test]
fn a_program_that_cannot_be_opened_is_said_and_the_experiment_is_kept() {
    let desk = Desk::new();
    let mut command = desk.telltale(&desk.db());
    command.args(["experiment", "run", "C1", "--baseline", "0", "--open", "/nowhere/browser {url}"]);
    command.args(SHORT).args(resolver());
    let run = finish(command, "");
    assert_eq!(run.status, 1, "{run:?}");
    line_with(&run.stderr, &["telltale: cannot run '/nowhere/browser'", "interrupted"]);
    line_with(&desk.ask(&["experiment", "list"]), &["1", "C1", "undecided", "interrupted"]);
}

#[test]
fn a_person_may_end_it_early() {
    let desk = Desk::new();
    let mut command = desk.telltale(&desk.db());
    command.args(["experiment", "run", "C1", "--baseline", "60", "--open", "true {url}"]);
    command.args(SHORT).args(resolver());
    let run = finish(command, "q\n");
    assert_eq!(run.status, 0, "{run:?}");
    line_with(&run.stdout, &["too few trials"]);
    line_with(&desk.ask(&["experiment", "list"]), &["1", "C1", "undecided", "ended early"]);
}
