//! Experiments on a real TUN: a small browser follows the pages and is judged by what it uploads.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed check")]

#[expect(dead_code, reason = "what other tests need")]
mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;

use common::{HOST, PACKAGE, Phone, world};
use telltale::{
    ExperimentRequest, ExperimentResult, ExperimentRun, Journal, Measured, PageText, PlanKind, Query,
    RunPhase, RunState, Session, Step, StopReason, TelltaleError, plan_summary,
};
use telltale_core::event::{GapReason, Timestamp};
use telltale_core::experiment::{Claim, Millis, Plan, Test, Windows};
use telltale_core::store::{ExperimentRow, StoreConfig, Writer};
use telltale_tests::world::Family;
use telltale_tests::world::place::NAMED;

telltale_tests::enter_before_main!();

/// Nobody waits longer for something that happens at once.
const PATIENCE_MS: u32 = 20_000;
const BACK: &str = "Und jetzt zurück zu Telltale";

/// Few trials and short waits, for a browser that uploads at once.
fn plan(trials_of_each_length: u32) -> Plan {
    let mut plan = Plan::short(Claim::C1, PACKAGE, "");
    if let Test::Length { lengths, repetitions, visits, .. } = &mut plan.test {
        (*lengths, *repetitions, *visits) = (vec![0, 1000, 3000], trials_of_each_length, 2);
    }
    plan.windows = Windows {
        baseline: Millis(200),
        pace: Millis(300),
        flush: Millis(1000),
        background: Some(Millis(100)),
        settle: Millis(200),
    };
    plan
}

/// Puts an experiment that has not begun into the phone's record, and begins it in a session.
fn begin(phone: &Phone, plan: Plan) -> (Arc<Session>, Arc<ExperimentRun>) {
    let writer = Writer::open(phone.record(), StoreConfig::default()).unwrap();
    let row = ExperimentRow::new(plan, PACKAGE.to_owned(), Timestamp(1), Some(1));
    let id = writer.record_experiment(row).unwrap();
    writer.close(GapReason::NotRunning);
    let session = phone.start_with(phone.config(), None);
    let run = resume(&session, id).unwrap();
    (session, run)
}

/// Where the session has its sockets.
fn resume(session: &Arc<Session>, id: i64) -> Result<Arc<ExperimentRun>, TelltaleError> {
    let session = Arc::clone(session);
    world().relay_side.run(move || session.resume_experiment(id, text()))
}

fn text() -> PageText {
    PageText { opened: "Eine Seite".to_owned(), back_to_telltale: BACK.to_owned() }
}

fn result(phone: &Phone, id: i64) -> ExperimentResult {
    Journal::open(phone.record()).unwrap().experiment(id).unwrap().unwrap()
}

/// Waits for it; fails if nothing changes any more.
fn until(run: &ExperimentRun, what: &str, is_so: impl Fn(&RunState) -> bool) -> RunState {
    let mut state = run.state();
    while !is_so(&state) {
        let next = run.await_change(state.version, PATIENCE_MS);
        assert_ne!(next.version, state.version, "still not so: {what}: {state:?}");
        state = next;
    }
    state
}

fn opens(run: &ExperimentRun) -> String {
    let state = until(run, "an address", |state| matches!(state.step, Step::Open { .. }));
    let Step::Open { address, .. } = state.step else { panic!("{state:?}") };
    address
}

fn is_background(state: &RunState) -> bool {
    state.step == Step::Background
}

/// What a browser tells a collector of an address that it has opened.
type Tells = fn(&str) -> String;

/// Does all trials: opens the first address of each, and comes back when the page says so.
fn do_all(phone: &Phone, run: &ExperimentRun, tells: Tells) {
    let mut state = run.state();
    while state.phase == RunPhase::Running {
        match &state.step {
            Step::Open { address, .. } => {
                run.opened();
                let address = address.clone();
                assert_eq!(phone.app(move || browse(&address, tells)), 2);
            }
            Step::Background => run.done(),
            Step::Ask { .. }
            | Step::SetUp { .. }
            | Step::Visiting { .. }
            | Step::Wait { .. }
            | Step::Nothing => {}
        }
        state = run.await_change(state.version, PATIENCE_MS);
    }
    assert_eq!((state.phase, &state.problem), (RunPhase::Over, &None), "{state:?}");
}

/// Opens an address and goes where it leads, as browsers do; answers with how many pages there were.
fn browse(address: &str, tells: Tells) -> usize {
    let (mut pages, mut address) = (0, address.to_owned());
    loop {
        let answer = get(&address);
        let next = format!("{}next", &address[..=address.rfind('/').unwrap()]);
        if let Some(location) = answer.lines().find_map(|line| line.strip_prefix("Location: ")) {
            location.clone_into(&mut address);
        } else if answer.contains("http-equiv=\"refresh\"") {
            pages += 1;
            upload(&tells(&address));
            address = next;
        } else {
            assert!(answer.contains(BACK), "{answer}");
            return pages;
        }
    }
}

fn get(address: &str) -> String {
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    ask(host.parse().unwrap(), &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
}

fn ask(host: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    let _unread = stream.write_all(request.as_bytes());
    let mut answer = String::new();
    let _reset = stream.read_to_string(&mut answer);
    answer
}

fn upload(body: &str) {
    let host = (NAMED.host(11).at(Family::V4), 80);
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(stream, "POST /track HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    assert!(stream.read(&mut [0; 512]).unwrap() > 0);
}

/// What was measured of collectors.
fn measured(result: &ExperimentResult) -> &Measured {
    &result.cells[0].collectors
}

#[test]
fn a_browser_that_uploads_addresses_is_found_out() {
    let phone = Phone::new();
    let (session, run) = begin(&phone, plan(5));
    do_all(&phone, &run, str::to_owned);
    let state = run.state();
    assert_eq!((state.trials, state.over, state.left_ms), (15, 15, 0));
    let result = result(&phone, state.id.unwrap());
    assert_eq!(
        (measured(&result).verdict.as_str(), &*result.row.verdict),
        ("uploaded", "uploaded"),
        "{result:?}"
    );
    let slope = measured(&result).slope.unwrap().estimate;
    assert!((0.9..1.1).contains(&slope), "{result:?}");
    assert!(measured(&result).encodings.contains(&"as it is".to_owned()));
    assert!(result.sentence.contains("Uploaded"));
    assert_eq!((result.points.len(), result.skipped, result.cells.len()), (15, 0, 1));
    assert!(result.row.is_complete && result.row.ended.is_some());
    let journal = Journal::open(phone.record()).unwrap();
    assert_eq!(journal.experiments(Query::default()).unwrap(), [result.row]);
    assert!(!journal.marks(Query::default()).unwrap().is_empty());
    session.stop(StopReason::Stopped).unwrap();
    assert_eq!(run.state().phase, RunPhase::Over);
}

#[test]
fn a_browser_that_tells_only_that_a_page_was_opened_is_not_accused() {
    let phone = Phone::new();
    let (_session, run) = begin(&phone, plan(5));
    do_all(&phone, &run, |_| "event=page_start".repeat(20));
    let result = result(&phone, run.state().id.unwrap());
    assert_ne!(measured(&result).verdict, "uploaded", "{result:?}");
    assert!(measured(&result).bytes.unwrap() > 30.0 * 320.0, "its events were seen: {result:?}");
}

#[test]
fn what_a_session_leaves_unfinished_goes_on_in_the_next() {
    let phone = Phone::new();
    let (session, run) = begin(&phone, plan(1));
    let first = opens(&run);
    run.pause();
    let paused = until(&run, "a pause", |state| state.phase == RunPhase::Paused);
    assert_eq!((&paused.step, paused.trial, paused.trials), (&Step::Nothing, 1, 3));
    run.go_on();
    assert_ne!(opens(&run), first, "other texts");
    run.skip();
    until(&run, "the next trial", |state| state.over == 1);
    let address = opens(&run);
    phone.app(move || browse(&address, str::to_owned));
    until(&run, "the background", is_background);
    session.stop(StopReason::Stopped).unwrap();
    let state = run.state();
    assert_eq!((state.phase, state.step), (RunPhase::Interrupted, Step::Nothing));
    run.go_on();
    run.done();

    let id = state.id.unwrap();
    let kept = result(&phone, id);
    assert_eq!((kept.row.over, kept.row.ended, kept.skipped), (1, None, 1));
    let session = phone.start_with(phone.config(), None);
    assert!(session.current_experiment().is_none());
    let run = resume(&session, id).unwrap();
    assert!(matches!(resume(&session, id), Err(TelltaleError::Experiment(_))), "one at a time");
    assert_eq!(session.current_experiment().unwrap().state().id, Some(id));
    assert_eq!(until(&run, "an address", |state| state.trial == 2).over, 1);
    run.abort();
    until(&run, "the end", |state| state.phase == RunPhase::Over);
    assert!(!result(&phone, id).row.is_complete);
    assert!(result(&phone, id).row.ended.is_some());
    assert!(matches!(resume(&session, id), Err(TelltaleError::Experiment(_))), "it is over");
    assert!(matches!(resume(&session, 99), Err(TelltaleError::Input(_))));
}

#[test]
fn a_tunnel_that_is_taken_away_interrupts() {
    let phone = Phone::new();
    let (session, run) = begin(&phone, plan(1));
    opens(&run);
    phone.revoke();
    let state = until(&run, "an end", |state| state.phase == RunPhase::Interrupted);
    assert!(state.problem.is_some());
    session.stop(StopReason::Revoked).unwrap();
    assert_eq!(result(&phone, state.id.unwrap()).row.ended, None);
}

#[test]
fn only_who_knows_the_secret_gets_a_page_and_only_from_this_phone() {
    let phone = Phone::new();
    let (session, run) = begin(&phone, plan(1));
    let address = opens(&run);
    let host: SocketAddr = address.split('/').nth(2).unwrap().parse().unwrap();
    let request = format!("GET {} HTTP/1.1\r\n\r\n", address.split_once(&host.to_string()).unwrap().1);
    let stranger = request.clone();
    assert_eq!(world().server(move || ask(host, &stranger)), "", "another host of the network");
    let guess = phone.app(move || ask(host, "GET /00000100000 HTTP/1.1\r\n\r\n"));
    assert!(guess.starts_with("HTTP/1.1 404 "), "{guess}");
    assert_eq!(opens(&run), address, "nobody has visited anything");
    assert!(phone.app(move || ask(host, &request)).contains("Eine Seite"));
    until(&run, "a visit", |state| matches!(state.step, Step::Visiting { .. }));
    session.stop(StopReason::Stopped).unwrap();
    assert!(world().relay_side.run(move || TcpStream::connect(host)).is_err(), "nobody listens any more");
}

#[test]
fn a_plan_is_told_before_it_is_begun() {
    let request = |claim, is_short| ExperimentRequest { claim, app: PACKAGE.to_owned(), is_short };
    let addresses = plan_summary(request(Claim::C1, false));
    assert!(addresses.opens_addresses && addresses.kind == PlanKind::Length);
    assert_eq!((addresses.trials, addresses.settings, addresses.visits), (50, 1, 40));
    assert!(addresses.seconds > plan_summary(request(Claim::C1, true)).seconds);
    assert_eq!(plan_summary(request(Claim::C11, true)).settings, 2);
    assert_eq!(plan_summary(request(Claim::C5, false)).kind, PlanKind::Count);
    assert_eq!(plan_summary(request(Claim::C8, false)).kind, PlanKind::Watch);

    let phone = Phone::new();
    let session = phone.start_with(phone.config(), None);
    let refused = session.begin_experiment(request(Claim::C8, true), text());
    assert!(matches!(refused, Err(TelltaleError::Experiment(_))));
    let run = session.begin_experiment(request(Claim::C3, true), text()).unwrap();
    let state = until(&run, "the baseline", |state| matches!(state.step, Step::Wait { .. }));
    assert_eq!((state.trial, state.over), (0, 0));
    assert!(state.left_ms > 60_000);
    session.stop(StopReason::Stopped).unwrap();
    let begun = &Journal::open(phone.record()).unwrap().experiments(Query::default()).unwrap()[0];
    assert_eq!((begun.claim, &*begun.app, begun.over), (Claim::C3, PACKAGE, 0));
    assert!(matches!(
        session.begin_experiment(request(Claim::C3, true), text()),
        Err(TelltaleError::Stopped)
    ));
}

#[test]
fn a_real_browser_is_led_through_a_trial() {
    if Command::new("chromium").arg("--version").output().is_err() {
        // Past libtest, which hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "skipping Chromium: not installed; scripts/setup.sh installs it");
        return;
    }
    let phone = Phone::new();
    let (_session, run) = begin(&phone, plan(1));
    let address = opens(&run);
    let mut chromium = Command::new("chromium");
    chromium.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]);
    chromium.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    chromium.arg(format!("--user-data-dir={}", phone.path("profile").display())).arg(address);
    chromium.env("HOME", phone.path("")).stdout(Stdio::null()).stderr(Stdio::null());
    let mut chromium = phone.app(move || chromium.spawn().unwrap());
    until(&run, "the last page", is_background);
    chromium.kill().unwrap();
    chromium.wait().unwrap();
}
