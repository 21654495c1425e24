//! Runs from begin to end, with a browser of our own.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::*;
use crate::event::{GapReason, Timestamp};
use crate::experiment::{Cell, Claim, Millis, Pause, Plan, Stimulus, Test, Windows};
use crate::store::{Filter, Journal, Scope, StoreConfig};

/// Nobody waits longer for something that happens at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two trials of three pages each.
fn plan() -> Plan {
    let mut plan = Plan::named(Claim::C1, "app", "");
    let stimulus = Stimulus::Address(String::new());
    plan.test = Test::Length { stimulus, lengths: vec![0, 100], repetitions: 1, visits: 3 };
    plan.windows = Windows {
        baseline: Millis(0),
        pace: Millis(5),
        flush: Millis(20),
        background: Some(Millis(10)),
        settle: Millis(5),
    };
    plan
}

/// The same with a person.
fn asked() -> Plan {
    let mut plan = plan();
    let stimulus = Stimulus::Ask("search for {}".to_owned());
    plan.test = Test::Length { stimulus, lengths: vec![0, 100], repetitions: 1, visits: 2 };
    plan
}

fn row(plan: Plan) -> ExperimentRow {
    ExperimentRow::new(plan, "app".to_owned(), Timestamp(1), Some(1))
}

fn begin(plan: Plan) -> Run {
    let pages = plan.opens_addresses().then(|| Pages::start(PageText::default(), Vec::new()).unwrap());
    Run::start(row(plan), None, pages).unwrap()
}

/// Waits for it; fails if nothing changes any more.
fn until(run: &Run, what: &str, is_so: impl Fn(&Status) -> bool) -> Status {
    let mut status = run.status();
    while !is_so(&status) {
        let next = run.await_change(status.version, PATIENCE);
        assert_ne!(next.version, status.version, "still not so: {what}: {status:?}");
        status = next;
    }
    status
}

fn opens(run: &Run) -> String {
    let status = until(run, "an address", |status| matches!(status.step, Step::Open { .. }));
    let Step::Open { address, is_overdue: false } = status.step else { panic!("{status:?}") };
    address
}

fn is_background(status: &Status) -> bool {
    status.step == Step::Background
}

/// Opens an address and goes where it leads, as a browser does; answers with all addresses of pages.
fn browse(address: &str) -> Vec<String> {
    let (mut seen, mut address) = (Vec::new(), address.to_owned());
    loop {
        let answer = get(&address);
        let next = format!("{}next", &address[..=address.rfind('/').unwrap()]);
        if let Some(location) = answer.lines().find_map(|line| line.strip_prefix("Location: ")) {
            location.clone_into(&mut address);
        } else if answer.contains("http-equiv=\"refresh\"") {
            seen.push(std::mem::replace(&mut address, next));
        } else {
            assert!(answer.contains("Now go back to Telltale."), "{answer}");
            return seen;
        }
    }
}

fn get(address: &str) -> String {
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_browser_is_led_through_each_trial() {
    let run = begin(plan());
    for trial in 1..=2 {
        let address = opens(&run);
        run.opened();
        let seen = browse(&address);
        assert_eq!((seen.len(), &seen[0]), (3, &address), "{seen:?}");
        let status = until(&run, "the background", is_background);
        assert_eq!((status.trial, status.trials, status.over), (trial, 2, trial - 1));
        run.done();
    }
    let status = until(&run, "the end", |status| status.phase == Phase::Over);
    assert_eq!((status.step, status.over, status.left), (Step::Nothing, 2, Duration::ZERO));
    let row = run.stop().unwrap();
    assert!(row.outcome.complete && row.ended.is_some());
}

#[test]
fn a_page_counts_when_it_is_asked_for_and_not_when_somebody_says_so() {
    let run = begin(plan());
    let address = opens(&run);
    run.done();
    run.opened();
    assert_eq!(opens(&run), address);
    get(&address);
    let visiting = |status: &Status| matches!(status.step, Step::Visiting { .. });
    let status = until(&run, "a visit", visiting);
    assert_eq!(status.step, Step::Visiting { visit: 1, visits: 3 });
}

#[test]
fn what_was_paused_begins_its_trial_anew() {
    let run = begin(plan());
    let before = opens(&run);
    get(&before);
    run.pause();
    let paused = until(&run, "a pause", |status| status.phase == Phase::Paused);
    assert_eq!((paused.step, paused.trial, paused.over), (Step::Nothing, 1, 0));
    assert!(get(&before).contains("A page"), "the browser is told nothing else");
    run.skip();
    run.done();
    run.go_on();
    let after = opens(&run);
    assert_ne!(before, after);
    assert_eq!(run.status().over, 0);
    assert_eq!(browse(&after).len(), 3);
}

#[test]
fn trials_are_left_out_or_done_again() {
    let run = begin(plan());
    let first = opens(&run);
    run.repeat();
    let wait = |status: &Status| matches!(status.step, Step::Wait { why: Pause::Settle, .. });
    until(&run, "a rest", wait);
    let again = opens(&run);
    assert_ne!(first, again);
    assert!(get(&first).contains("href=\"next\""), "what is late leads to what is due, and does not count");
    assert_eq!(opens(&run), again);
    run.skip();
    until(&run, "the second trial", |status| status.over == 1);
    opens(&run);
    run.abort();
    until(&run, "the end", |status| status.phase == Phase::Over);
    let row = run.stop().unwrap();
    assert_eq!((row.outcome.skipped, row.outcome.complete, row.ended.is_some()), (1, false, true));
}

#[test]
fn a_person_is_told_the_text_and_how_often() {
    let run = begin(asked());
    let is_asked = |status: &Status| matches!(status.step, Step::Ask { .. });
    for done in 0..2 {
        let status =
            until(&run, "a question", |status| is_asked(status) && status.asked == 1 + u64::from(done));
        let Step::Ask { text, marker: Some(marker), times: 2, done: told } = &status.step else {
            panic!("{status:?}")
        };
        assert_eq!((*text == format!("search for {marker}"), *told), (true, done));
        run.done();
    }
    until(&run, "the background", is_background);
    run.fail("a test".to_owned());
    let status = until(&run, "an end", |status| status.phase == Phase::Interrupted);
    assert_eq!(status.problem.as_deref(), Some("a test"));
    assert!(run.stop().unwrap().ended.is_none());
}

#[test]
fn settings_are_told_by_number() {
    let mut plan = asked();
    plan.cells =
        ["off", "on"].map(|name| Cell { name: name.into(), set_up: format!("turn it {name}") }).to_vec();
    let run = begin(plan);
    let status = until(&run, "a setting", |status| matches!(status.step, Step::SetUp { .. }));
    assert_eq!(status.step, Step::SetUp { cell: 0, text: "turn it off".to_owned() });
    run.done();
    until(&run, "a question", |status| matches!(status.step, Step::Ask { .. }));
}

#[test]
fn what_was_interrupted_is_on_record_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let writer = Arc::new(Writer::open(&path, StoreConfig::default()).unwrap());
    let run = Run::start(row(asked()), Some(Arc::clone(&writer)), None).unwrap();
    let id = until(&run, "a number", |status| status.id.is_some()).id.unwrap();
    until(&run, "a question", |status| status.asked == 1);
    run.skip();
    until(&run, "the second trial", |status| status.asked == 2);
    run.stop();
    assert!(run.has_ended());
    Arc::into_inner(writer).expect("nobody else is at the record").close(GapReason::NotRunning);

    let journal = Journal::open(&path).unwrap();
    let row = journal.experiment(id).unwrap().unwrap();
    assert_eq!((row.outcome.skipped, row.ended), (1, None));
    assert!(!journal.marks(&Filter::default()).unwrap().is_empty());
    let run = Run::start(row, None, None).unwrap();
    assert_eq!(until(&run, "a question", |status| status.asked == 1).over, 1);
}

#[test]
fn what_is_erased_while_it_runs_ends_and_stays_erased() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let writer = Arc::new(Writer::open(&path, StoreConfig::default()).unwrap());
    let run = Run::start(row(asked()), Some(Arc::clone(&writer)), None).unwrap();
    until(&run, "a question", |status| status.asked == 1);
    writer.erase(Scope::default()).unwrap();
    run.skip();
    let status = until(&run, "an end", |status| status.phase == Phase::Interrupted);
    assert!(status.problem.is_some_and(|problem| problem.contains("erased")));
    assert!(Journal::open(&path).unwrap().experiments(&Filter::default()).unwrap().is_empty());
}

#[test]
fn what_has_nothing_to_do_is_not_begun() {
    let begin = |plan| Run::start(row(plan), None, None).unwrap_err();
    assert!(matches!(begin(Plan::named(Claim::C8, "app", "")), ConductError::Watch(Claim::C8)));
    let mut over = row(asked());
    let run = Run::start(over, None, None).unwrap();
    run.abort();
    over = run.stop().unwrap();
    assert!(matches!(Run::start(over, None, None), Err(ConductError::Over)));
}
