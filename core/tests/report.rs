//! Reports of records that were written as every record is: what they tell, what they do not, and whether they fit.
#![cfg(feature = "report")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;
#[path = "../examples/error_rates/drive.rs"]
#[expect(dead_code, reason = "a program under test, of which this uses its part")]
mod drive;
#[path = "../examples/error_rates/encode.rs"]
#[expect(dead_code, reason = "a program under test, of which this uses its part")]
mod encode;
#[path = "../examples/error_rates/tracker.rs"]
#[expect(dead_code, reason = "a program under test, of which this uses its part")]
mod tracker;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use common::*;
use telltale_core::event::{Event, FlowRecord, Gap, GapReason, Mark, MarkKind, Timestamp};
use telltale_core::experiment::{Claim, Plan};
use telltale_core::report::{self, Fact, Fit, Options, Stamp};
use telltale_core::rules::RuleSet;
use telltale_core::store::{ExperimentRow, Filter, Journal, StoreConfig, Writer};

use encode::{Encoding, Sizes};
use tracker::{Batching, Connection, Content, Noise, Padding, Program, Together};

const BROWSER: &str = "com.mi.globalbrowser";
const HOUR: i64 = 3_600;

/// What the clock of a phone's record shows, and whose turn it is to set it.
static NOW: AtomicI64 = AtomicI64::new(0);
static TURN: Mutex<()> = Mutex::new(());

/// A day and a half of a phone: findings of several apps, requests in the clear, a night without Telltale, and two
/// experiments.
fn phone(path: &Path) {
    let config =
        || StoreConfig { clock: || Timestamp(NOW.load(Ordering::Relaxed)), ..StoreConfig::default() };
    let at = |time: Timestamp| NOW.store(time.0, Ordering::Relaxed);
    let _only = TURN.lock();
    at(NOON);
    let writer = Writer::open(path, config()).unwrap();
    for hour in 0..10 {
        day(&writer, hour);
    }
    for (minute, page) in [(5, "https://private.example/a"), (65, "https://private.example/b")] {
        let flow = told(BROWSER, "sa.api.intl.miui.com", minute * 60, 900 + u32::try_from(minute).unwrap());
        writer.record(sent(&flow, minute * 60, &pixel(page).replace("sa.example", "sa.api.intl.miui.com")));
    }
    experiments(&writer);
    at(after(10 * HOUR));
    writer.close(GapReason::NotRunning);
    at(after(19 * HOUR));
    let writer = Writer::open(path, config()).unwrap();
    for hour in 19..26 {
        day(&writer, hour);
    }
    let hidden =
        Gap { start: after(20 * HOUR), end: Some(after(21 * HOUR)), reason: GapReason::NamesHidden, lost: 0 };
    writer.record_gap(hidden);
    writer.record_mark(Mark {
        time: after(HOUR),
        kind: MarkKind::Note,
        text: Some("opened the browser".into()),
        app: None,
    });
    at(after(26 * HOUR));
    writer.close(GapReason::NotRunning);
}

/// What happens in an hour.
fn day(writer: &Writer, hour: i64) {
    let base = u32::try_from(hour * 40).unwrap();
    let mut flows = Vec::new();
    for index in 0..(3 + u32::try_from((hour * 7) % 11).unwrap()) {
        let at = hour * HOUR + i64::from(index) * 120;
        flows.push(told(BROWSER, "tracking.intl.miui.com", at, base + index));
        if index % 3 == 0 {
            flows.push(told("com.miui.analytics", "data.mistat.intl.xiaomi.com", at + 30, base + 20 + index));
        }
        if index % 5 == 0 {
            let name = format!("cdn{index}.example.org");
            let plain = FlowRecord {
                start: after(at),
                end: after(at),
                ..named(flow(1, base + 34 + index / 5), &name)
            };
            flows.push(FlowRecord { owner: Some(packages(10_200, &["org.mozilla.firefox"])), ..plain });
        }
    }
    flows.push(FlowRecord { start: after(hour * HOUR), ..flow(1, base + 39) });
    flows.iter().for_each(|flow| writer.record(closed(flow)));
}

/// A flow to a collector, judged as the catalogue judges it.
fn told(app: &str, host: &str, at: i64, sequence: u32) -> FlowRecord {
    let mut flow = named(flow(1, sequence), host);
    let address = if host.starts_with("data") { "3.120.10.10:443" } else { "47.241.69.153:443" };
    flow.responder = endpoint(address);
    let verdict = RuleSet::embedded().unwrap().verdict(flow.name.as_ref(), flow.responder.address);
    let country = Some(if host.starts_with("data") { "DE".into() } else { "SG".into() });
    (flow.party, flow.finding, flow.asn, flow.country) =
        (verdict.party, verdict.finding, verdict.asn, country);
    (flow.start, flow.end) = (after(at), after(at + 1));
    flow.counters.bytes_up = 600 + u64::from(sequence) * 37 % 9_000;
    flow.owner = Some(packages(10_100, &[app]));
    flow
}

fn experiments(writer: &Writer) {
    let program = Program {
        content: Content::Address,
        encoding: Encoding::Sensors,
        batching: Batching::Timer,
        together: Together::Batch,
        connection: Connection::Kept,
        noise: Noise::None,
        padding: Padding::None,
        quiet_cell: None,
    };
    for (claim, hour) in [(Claim::C1, 3), (Claim::C5, 7)] {
        let plan = Plan::named(claim, "browser", "http://pages.example/{}");
        let experiment = drive::experiment(plan, program, &mut Sizes::default(), 7);
        let (started, ended) = (after(hour * HOUR), Some(after((hour + 2) * HOUR)));
        let outcome = experiment.outcome();
        let row = ExperimentRow { id: None, app: BROWSER.to_owned(), started, ended, experiment, outcome };
        writer.record_experiment(row).unwrap();
    }
}

fn options() -> Options {
    let facts = vec![Fact { name: "Phone".into(), value: "Redmi Note 8".into() }];
    Options { facts, ..Options::new(after(27 * HOUR)) }
}

fn page(path: &Path, options: &Options) -> String {
    let journal = Journal::open(path).unwrap();
    let mut page = Vec::new();
    report::write(&journal, &RuleSet::embedded().unwrap(), options, &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

fn fit(path: &Path, page: &str) -> Fit {
    report::verify(&Journal::open(path).unwrap(), &RuleSet::embedded().unwrap(), page).unwrap()
}

/// A record of these events.
fn recorded(directory: &tempfile::TempDir, events: impl IntoIterator<Item = Event>) -> PathBuf {
    let writer =
        Writer::open(record_in(directory), StoreConfig { clock: || NOON, ..StoreConfig::default() }).unwrap();
    events.into_iter().for_each(|event| writer.record(event));
    writer.close(GapReason::NotRunning);
    record_in(directory)
}

/// Left behind in the folder for temporary files of tests, to be looked at.
#[test]
fn a_phone_is_told_of_from_beginning_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = record_in(&folder);
    phone(&path);
    let redacted = page(&path, &options());
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.html"), &redacted).unwrap();
    for told in [
        "com.mi.globalbrowser",
        "tracking.intl.miui.com",
        "Redmi Note 8",
        "SG, AS45102",
        "Sensors Analytics upload",
        "address visited",
        "C1 with com.mi.globalbrowser",
        "Uploaded: more is sent the longer the text is",
        "Telltale was not running",
        "names were hidden",
        "refuted by what was seen",
        "<a href=\"https://db-ip.com\">IP Geolocation by DB-IP</a>",
        "id=\"source-PAL\"",
        "Redacted: personal values are hidden",
    ] {
        assert!(redacted.contains(told), "{told}");
    }
    assert_eq!(fit(&path, &redacted), Fit::Whole);
}

#[test]
fn what_is_personal_is_only_in_a_full_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = recorded(&folder, [sent(&flagged(flow(1, 1)), 2, &pixel("https://private.example/secret"))]);
    let redacted = page(&path, &options());
    let full = page(&path, &Options { full: true, ..options() });
    for secret in ["private.example", DEVICE, "project=p"] {
        assert!(!redacted.contains(secret) && full.contains(secret), "{secret}");
    }
    assert!(redacted.contains("visited-address: 30 characters"));
    assert!(full.contains("Full: personal values are shown"));
}

#[test]
fn an_empty_record_has_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let page = page(&recorded(&folder, []), &Options::new(NOON));
    assert!(
        page.contains("Nothing was recorded in this time.") && page.contains("No app was seen"),
        "{page}"
    );
    assert!(!page.contains("<svg") && !page.contains("DB-IP</a>"));
}

/// Everything in a record is foreign: names of hosts and programs, and what was sent.
#[test]
fn no_name_and_no_payload_becomes_markup() {
    const EVIL: &str = "</style></title><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{7*7}}\u{202e}";
    let folder = tempfile::tempdir().unwrap();
    let mut flow = named(flagged(flow(1, 1)), EVIL);
    flow.owner = Some(packages(10_100, &[EVIL]));
    flow.party = Some(EVIL.into());
    flow.country = Some(EVIL.into());
    let finding = flow.finding.as_mut().unwrap();
    (finding.why, finding.citation, finding.category) = (EVIL.into(), EVIL.into(), EVIL.into());
    let request = sent(&flow, 2, &pixel(&EVIL.replace('"', "'")));
    let path = recorded(&folder, [closed(&flow), request]);
    let writer = Writer::open(&path, StoreConfig { clock: || NOON, ..StoreConfig::default() }).unwrap();
    let plan = Plan::named(Claim::C1, EVIL, "http://pages.example/{}");
    let experiment = telltale_core::experiment::Experiment::new(plan, 7);
    let outcome = experiment.outcome();
    let row = ExperimentRow { id: None, app: EVIL.into(), started: NOON, ended: None, experiment, outcome };
    writer.record_experiment(row).unwrap();
    writer.close(GapReason::NotRunning);
    let facts = vec![Fact { name: EVIL.into(), value: EVIL.into() }];
    let options = Options { full: true, app: Some(EVIL.into()), facts, ..Options::new(NOON) };
    let page = page(&path, &options);
    let markup: Vec<&str> =
        page.match_indices('<').map(|(at, _)| page[at..].split(['>', ' ', '\n']).next().unwrap()).collect();
    for tag in ["<script", "<img", "<svg/onload=alert(3)", "</script"] {
        assert!(!markup.contains(&tag), "{tag}");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("</title>").count(), 1);
    assert!(page.contains("&#60;script&#62;alert(1)") && page.contains("{{7*7}}\\u{202e}"));
    assert_eq!(fit(&path, &page), Fit::Whole);
}

#[test]
fn a_report_asks_for_nothing_from_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = record_in(&folder);
    phone(&path);
    let page = page(&path, &options());
    for asks in [" src=", "@import", "url(", "<link", "<script", "<iframe", "<form", "srcset"] {
        assert!(!page.contains(asks), "{asks}");
    }
    let links = page.matches("href=\"").count();
    let own = page.matches("href=\"#").count() + page.matches("href=\"https://db-ip.com\"").count();
    assert_eq!(links, own);
    assert!(
        page.contains("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")
    );
}

#[test]
fn a_report_that_was_changed_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let path = recorded(&folder, [closed(&flagged(flow(1, 1)))]);
    let told = page(&path, &options());
    assert_eq!(fit(&path, &told), Fit::Whole);
    assert_eq!(fit(&path, &told.replace("sdkconfig", "sdkconflg")), Fit::OtherText);
    let stamp = Stamp::read(&told).unwrap();
    assert_eq!((stamp.figures.findings, stamp.figures.bytes_flagged, stamp.options), (1, 100, options()));
    for page in ["", "<html></html>"] {
        assert!(report::verify(&Journal::open(&path).unwrap(), &RuleSet::embedded().unwrap(), page).is_err());
    }
}

#[test]
fn a_record_that_was_changed_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let path = recorded(&folder, [closed(&flagged(flow(1, 1))), closed(&flow(1, 2))]);
    let whole = page(&path, &options());
    let early = page(&path, &Options { until: Some(after(2)), ..options() });
    let change = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute(sql, []).unwrap();
    assert_eq!(change("UPDATE flows SET bytes_up = 101 WHERE id = 4294967298"), 1);
    assert!(matches!(fit(&path, &whole), Fit::OtherRecord { .. }));
    assert_eq!(fit(&path, &early), Fit::Whole, "what comes after its time is of no report's concern");
    assert_eq!(change("UPDATE verdicts SET party = 'Nobody' WHERE party = 'Xiaomi'"), 1);
    assert!(matches!(fit(&path, &early), Fit::OtherRecord { .. }));
}

/// Not the bytes of the file: these change by themselves.
#[test]
fn a_copy_of_a_record_has_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let path = recorded(&folder, [sent(&flagged(flow(1, 1)), 2, &pixel("https://example.org/"))]);
    let digest = |path: &Path| Journal::open(path).unwrap().digest(&Filter::default()).unwrap();
    let copy = folder.path().join("copy.db");
    rusqlite::Connection::open(&path).unwrap().execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    assert_ne!(std::fs::read(&path).unwrap(), std::fs::read(&copy).unwrap());
    assert_eq!(digest(&path), digest(&copy));
    assert_eq!(digest(&path).len(), 64);
    let later = Filter { since: Some(Timestamp(NOON.0 + 1_000_000_000)), ..Filter::default() };
    assert_ne!(digest(&path), Journal::open(&path).unwrap().digest(&later).unwrap());
}

/// What comes after a full hour that is past changes nothing of what is told until then.
#[test]
fn a_report_of_what_is_past_fits_a_record_that_has_grown() {
    let folder = tempfile::tempdir().unwrap();
    let path = recorded(&folder, [closed(&flagged(flow(1, 1)))]);
    let early = page(&path, &Options { until: Some(after(HOUR)), ..options() });
    let whole = page(&path, &options());
    let config = StoreConfig { clock: || after(2 * HOUR), ..StoreConfig::default() };
    let writer = Writer::open(&path, config).unwrap();
    let later = FlowRecord { start: after(2 * HOUR), end: after(2 * HOUR), ..flagged(flow(2, 1)) };
    writer.record(closed(&later));
    writer.close(GapReason::NotRunning);
    assert_eq!(fit(&path, &early), Fit::Whole);
    assert!(matches!(fit(&path, &whole), Fit::OtherRecord { .. }));
}
