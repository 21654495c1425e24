//! Claims held against records that were written as every record is.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::*;
use telltale_core::claims::{Answer, Assessment, Grounds};
use telltale_core::event::{Event, FlowRecord, GapReason};
use telltale_core::experiment::{Claim, Experiment, Plan};
use telltale_core::store::{ExperimentRow, Filter, Journal, StoreConfig, Writer};

const BROWSER: &str = "com.mi.globalbrowser";

/// What a record of these events says of a claim.
fn told(claim: Claim, events: impl IntoIterator<Item = Event>) -> Assessment {
    told_of(&Filter::default(), claim, events)
}

fn told_of(filter: &Filter, claim: Claim, events: impl IntoIterator<Item = Event>) -> Assessment {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    events.into_iter().for_each(|event| writer.record(event));
    writer.close(GapReason::NotRunning);
    let all = Journal::open(record_in(&directory)).unwrap().claims(filter).unwrap();
    assert!(all.iter().map(|told| told.claim).eq(Claim::ALL));
    all.into_iter().find(|told| told.claim == claim).unwrap()
}

fn config() -> StoreConfig {
    StoreConfig { clock: || NOON, ..StoreConfig::default() }
}

/// A flow of this app to a collector of Xiaomi's.
fn collected(app: &str, host: &str) -> FlowRecord {
    let mut flow = named(flagged(of(app)), host);
    flow.responder = endpoint("47.241.69.153:443");
    flow
}

fn of(app: &str) -> FlowRecord {
    FlowRecord { owner: Some(packages(10_100, &[app])), ..flow(1, 1) }
}

fn placed(mut flow: FlowRecord, sequence: u32, country: Option<&str>, asn: Option<u32>) -> Event {
    flow.id = telltale_core::event::FlowId::new(1, sequence);
    (flow.country, flow.asn) = (country.map(Into::into), asn);
    closed(&flow)
}

/// An upload in the form of Sensors Analytics, with these properties.
fn upload(flow: &FlowRecord, properties: &str) -> Event {
    let event = format!(
        r#"{{"distinct_id":"u1","type":"track","event":"e","time":1588300000000,"lib":{{"$lib":"js"}},"properties":{{{properties}}}}}"#
    );
    let hex: String = event.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let host = &flow.name.as_ref().unwrap().host;
    sent(flow, 2, &format!("GET /sa?project=p&data_list={hex} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
}

#[test]
fn what_was_read_in_the_clear_confirms() {
    let shown = [
        (Claim::C1, BROWSER, r#""$url":"https://private.example/""#),
        (Claim::C1, "com.miui.analytics", r#""$url":"https://private.example/""#),
        (Claim::C3, BROWSER, r#""search_word":"symptoms of a cold""#),
        (Claim::C4, "com.mi.globalminusscreen", r#""$url":"https://private.example/""#),
        (Claim::C5, "com.miui.home", r#""folder_name":"Private things""#),
        (Claim::C6, "com.miui.player", r#""song_name":"A song of one's own""#),
    ];
    for (claim, app, properties) in shown {
        let told = told(claim, [upload(&collected(app, "sa.api.intl.miui.com"), properties)]);
        assert_eq!((told.answer, told.grounds), (Answer::Confirmed, Grounds::Evidence), "{claim}: {told:#?}");
        assert!(told.sentence.contains(app) && told.sentence.contains("on 2026-03-01"), "{}", told.sentence);
        assert_eq!(
            (told.numbers.requests, &*told.numbers.supporting),
            (1, &["sa.api.intl.miui.com".to_owned()][..])
        );
        assert!(
            !told.sentence.contains("private") && !told.sentence.contains("symptoms"),
            "{}",
            told.sentence
        );
    }
}

#[test]
fn what_another_app_sends_confirms_nothing_of_the_browser() {
    let page = r#""$url":"https://private.example/""#;
    let told = told(Claim::C1, [upload(&collected("com.example.game", "sa.api.intl.miui.com"), page)]);
    assert_eq!((told.answer, told.grounds), (Answer::NotSeen, Grounds::Nothing), "{told:#?}");
}

#[test]
fn the_app_that_is_asked_about_counts() {
    let page = r#""$url":"https://private.example/""#;
    let events = [upload(&collected("com.example.game", "sa.api.intl.miui.com"), page)];
    let asked = Filter { app: Some("com.example.game".into()), ..Filter::default() };
    assert_eq!(told_of(&asked, Claim::C1, events).answer, Answer::Confirmed);
}

#[test]
fn encryption_hides_what_would_tell() {
    for (claim, app) in [
        (Claim::C1, BROWSER),
        (Claim::C3, "com.mi.appfinder"),
        (Claim::C4, "com.miui.newhome"),
        (Claim::C5, "com.android.systemui"),
        (Claim::C6, "com.miui.player"),
        (Claim::C7, BROWSER),
        (Claim::C9, BROWSER),
    ] {
        let told = told(claim, [closed(&collected(app, "tracking.intl.miui.com"))]);
        assert_eq!(
            (told.answer, told.grounds),
            (Answer::NotObservable, Grounds::Traffic),
            "{claim}: {told:#?}"
        );
        assert_eq!(
            (told.numbers.flows, told.numbers.bytes_up, told.numbers.first_seen),
            (1, 100, Some(after(1)))
        );
    }
}

#[test]
fn what_was_read_without_it_is_told() {
    let flow = collected(BROWSER, "sa.api.intl.miui.com");
    let told = told(Claim::C3, [closed(&flow), upload(&flow, r#""$os":"Android""#)]);
    assert_eq!(told.answer, Answer::NotObservable, "{told:#?}");
    assert!(told.sentence.contains("it is not in 1 request that could be read"), "{}", told.sentence);
}

#[test]
fn a_setting_is_not_in_the_record() {
    for claim in [Claim::C2, Claim::C11, Claim::C12] {
        let told = told(claim, [closed(&collected(BROWSER, "tracking.intl.miui.com"))]);
        assert_eq!((told.answer, told.grounds), (Answer::Undecided, Grounds::Traffic), "{claim}: {told:#?}");
    }
}

#[test]
fn what_was_not_seen_may_be_there() {
    for claim in Claim::ALL {
        let empty = told(claim, []);
        assert_eq!(empty.answer, Answer::NotSeen, "{claim}");
        assert!(empty.sentence.contains("The record is empty"), "{claim}: {}", empty.sentence);
        let silent = told(claim, [closed(&named(of(BROWSER), "example.org")), closed(&of("com.example"))]);
        assert_eq!(silent.answer, Answer::NotSeen, "{claim}");
        assert!(silent.sentence.contains("weak evidence: on 2026-03-01"), "{claim}: {}", silent.sentence);
    }
    let browser = told(Claim::C1, [closed(&named(of(BROWSER), "example.org"))]);
    assert!(browser.sentence.starts_with("com.mi.globalbrowser talked, but to none"), "{}", browser.sentence);
    assert_eq!(browser.numbers.apps, [BROWSER]);
}

#[test]
fn an_identifier_that_comes_again_lasts() {
    let device = format!(r#""$device_id":"{DEVICE}""#);
    let flow = collected(BROWSER, "sa.api.intl.miui.com");
    let once = told(Claim::C7, [upload(&flow, r#""$device_id":"1111111111111111","$os":"Android""#)]);
    let twice = told(Claim::C7, [upload(&flow, &device), upload(&flow, &device)]);
    assert_eq!((once.answer, once.grounds), (Answer::Undecided, Grounds::Evidence), "{once:#?}");
    assert_eq!((twice.answer, twice.numbers.requests), (Answer::Confirmed, 2), "{twice:#?}");
}

#[test]
fn places_speak_for_and_against_where_servers_are() {
    let host = || collected(BROWSER, "tracking.intl.miui.com");
    let other = || collected(BROWSER, "sa.api.intl.miui.com");
    let singapore = placed(host(), 1, Some("SG"), Some(45102));
    let frankfurt = placed(other(), 2, Some("DE"), None);
    let confirmed = told(Claim::C8, [singapore.clone()]);
    assert_eq!(confirmed.answer, Answer::Confirmed, "{confirmed:#?}");
    assert!(
        confirmed.sentence.contains("tracking.intl.miui.com in SG (AS45102), on 2026-03-01"),
        "{confirmed:#?}"
    );
    assert!(confirmed.sentence.contains("estimates"), "{confirmed:#?}");
    let mixed = told(Claim::C8, [singapore.clone(), frankfurt]);
    assert_eq!(mixed.answer, Answer::Refuted, "{mixed:#?}");
    assert_eq!(mixed.numbers.against, ["sa.api.intl.miui.com"]);
    let kingsoft = told(Claim::C8, [placed(host(), 1, Some("SG"), Some(59019))]);
    assert_eq!(kingsoft.answer, Answer::Refuted, "{kingsoft:#?}");
    let nobodys = placed(other(), 2, Some("SG"), None);
    assert_eq!(
        told(Claim::C8, [nobodys.clone()]).answer,
        Answer::Undecided,
        "whose network it is, no table says"
    );
    assert_eq!(told(Claim::C8, [singapore, nobodys]).answer, Answer::Confirmed);
}

#[test]
fn readable_uploads_confirm_that_they_are_only_encoded() {
    let flow = collected(BROWSER, "sa.api.intl.miui.com");
    let told = told(Claim::C9, [upload(&flow, r#""$os":"Android""#)]);
    assert_eq!((told.answer, told.grounds, told.numbers.requests), (Answer::Confirmed, Grounds::Evidence, 1));
}

#[test]
fn sensors_analytics_is_known_by_name_and_by_form() {
    let by_name = told(Claim::C10, [closed(&collected(BROWSER, "sa.api.intl.miui.com"))]);
    assert_eq!((by_name.answer, by_name.grounds), (Answer::Confirmed, Grounds::Traffic), "{by_name:#?}");
    let elsewhere = collected(BROWSER, "collect.example");
    let by_form = told(Claim::C10, [upload(&elsewhere, r#""$os":"Android""#)]);
    assert_eq!((by_form.answer, by_form.grounds), (Answer::Confirmed, Grounds::Evidence), "{by_form:#?}");
    let neither = told(Claim::C10, [closed(&collected(BROWSER, "tracking.intl.miui.com"))]);
    assert_eq!(neither.answer, Answer::NotSeen, "{neither:#?}");
    assert!(neither.sentence.contains("says nothing of 2020"), "{}", neither.sentence);
    // Whoever else uses the software is not meant.
    let mut customer = named(of("com.example.game"), "sa.customer.example");
    customer.party = None;
    assert_eq!(told(Claim::C10, [upload(&customer, r#""$os":"Android""#)]).answer, Answer::NotSeen);
}

#[test]
fn an_experiment_in_the_record_is_asked() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    let experiment = Experiment::new(Plan::named(Claim::C1, BROWSER, "http://pages.example/{}"), 7);
    let outcome = experiment.outcome();
    let (app, started) = (BROWSER.to_owned(), NOON);
    let row = ExperimentRow { id: None, app, started, ended: None, experiment, outcome };
    let id = writer.record_experiment(row).unwrap();
    writer.close(GapReason::NotRunning);
    let told = &Journal::open(record_in(&directory)).unwrap().claims(&Filter::default()).unwrap()[0];
    assert_eq!((told.answer, told.grounds), (Answer::Undecided, Grounds::Experiment), "{told:#?}");
    assert_eq!(told.numbers.experiments, [id]);
    assert!(told.sentence.contains("It was not finished."), "{}", told.sentence);
}

#[test]
fn time_and_gaps_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let early = Writer::open(record_in(&directory), config()).unwrap();
    early.record(closed(&of(BROWSER)));
    early.close(GapReason::NotRunning);
    let clock = || after(7_200);
    let late = Writer::open(record_in(&directory), StoreConfig { clock, ..config() }).unwrap();
    let mut flow = flow(late.session(), 1);
    (flow.start, flow.end) = (after(7_200), after(7_200));
    late.record(closed(&flow));
    late.close(GapReason::NotRunning);
    let journal = Journal::open(record_in(&directory)).unwrap();
    let told = &journal.claims(&Filter::default()).unwrap()[0];
    assert_eq!((told.numbers.gaps, told.numbers.unseen_ms, told.numbers.named), (1, 7_199_000, Some(0.0)));
    assert!(told.sentence.contains("nothing was watched for 1 hour"), "{}", told.sentence);
    let since = Filter { since: Some(after(7_200)), ..Filter::default() };
    assert_eq!(journal.claims(&since).unwrap()[0].numbers.gaps, 0);
}
