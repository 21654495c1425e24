//! What no record can show, but outcomes that only a real experiment would have; and the table of claims.

use std::collections::BTreeSet;

use super::*;
use crate::event::{Owner, Timestamp};
use crate::experiment::{
    CellOutcome, Claim, CountResult, CountedBy, Interval, LengthResult, Measured, Outcome, Ratio, Verdict,
};
use crate::rules::RuleSet;

fn length(verdict: Verdict) -> Measured {
    Measured::Length(LengthResult {
        verdict,
        doubt: None,
        trials: 50,
        characters: 76_800.0,
        bytes: 90_000.0,
        uploads: 40,
        p: 0.0001,
        slope: Interval { estimate: 1.1, low: 1.0, high: 1.2 },
        counted_by: CountedBy::Window,
        detectable: 0.1,
        unseen: 12.0,
        encoding: None,
        cut_off: None,
        further: None,
    })
}

fn count(verdict: Verdict, uploads: usize) -> Measured {
    Measured::Count(CountResult {
        verdict,
        actions: 30,
        shams: 30,
        bytes_after_action: 10.0,
        bytes_after_sham: 10.0,
        uploads_after_action: uploads,
        uploads_after_sham: uploads,
        ratio: Ratio { estimate: Some(1.0), low: 0.5, high: Some(2.0) },
        p: 0.5,
    })
}

fn tried(claim: Claim, app: &str, cells: &[(&str, Measured)]) -> Tried {
    let cell = |(name, measured): &(&str, Measured)| CellOutcome {
        name: (*name).to_owned(),
        collectors: measured.clone(),
        unknown: measured.clone(),
    };
    let outcome = Outcome {
        claim,
        verdict: Verdict::Undecided,
        cells: cells.iter().map(cell).collect(),
        differences: Vec::new(),
        idle_bytes_per_minute: None,
        skipped: 0,
        complete: true,
    };
    Tried { id: 1, app: app.to_owned(), started: Timestamp(1_772_366_400_000), outcome }
}

fn answer(claim: Claim, experiments: Vec<Tried>) -> Assessment {
    assess(claim, &Record { experiments, ..Record::default() })
}

#[test]
fn an_experiment_decides_what_no_bystander_can_see() {
    let expected = [
        (Verdict::Uploaded, Answer::Confirmed),
        (Verdict::NotUploaded, Answer::Refuted),
        (Verdict::Undecided, Answer::Undecided),
    ];
    for claim in [Claim::C1, Claim::C3, Claim::C6] {
        for (verdict, wanted) in expected {
            let told = answer(claim, vec![tried(claim, "browser", &[("", length(verdict))])]);
            assert_eq!((told.answer, told.grounds), (wanted, Grounds::Experiment), "{told:#?}");
            assert!(
                told.sentence.starts_with("In experiment 1 of 2026-03-01 with browser: "),
                "{}",
                told.sentence
            );
        }
    }
}

#[test]
fn what_is_only_counted_proves_nothing() {
    for claim in [Claim::C4, Claim::C5] {
        let of = |verdict| answer(claim, vec![tried(claim, "home", &[("", count(verdict, 3))])]);
        assert_eq!(of(Verdict::ConsistentWith).answer, Answer::Undecided);
        let absent = of(Verdict::NotSeen);
        assert_eq!(absent.answer, Answer::NotSeen);
        assert!(absent.sentence.contains("so this says nothing"), "{}", absent.sentence);
    }
}

#[test]
fn a_refutation_is_of_one_version() {
    let told = answer(Claim::C1, vec![tried(Claim::C1, "browser", &[("", length(Verdict::NotUploaded))])]);
    assert!(told.sentence.ends_with("for no other."), "{}", told.sentence);
}

#[test]
fn an_experiment_that_was_broken_off_refutes_nothing() {
    let mut broken = tried(Claim::C1, "browser", &[("", length(Verdict::NotUploaded))]);
    broken.outcome.complete = false;
    let told = answer(Claim::C1, vec![broken]);
    assert_eq!(told.answer, Answer::Undecided);
    assert!(told.sentence.ends_with("It was not finished."), "{}", told.sentence);
}

#[test]
fn the_latest_experiment_with_an_app_counts_and_any_app_confirms() {
    let one = |app, verdict| tried(Claim::C1, app, &[("", length(verdict))]);
    let again = vec![one("a", Verdict::NotUploaded), one("a", Verdict::Uploaded)];
    assert_eq!(answer(Claim::C1, again).answer, Answer::Refuted);
    let several = vec![one("a", Verdict::NotUploaded), one("b", Verdict::Uploaded)];
    assert_eq!(answer(Claim::C1, several).answer, Answer::Confirmed);
    let open = vec![one("a", Verdict::NotUploaded), one("b", Verdict::Undecided)];
    assert_eq!(answer(Claim::C1, open).answer, Answer::Undecided);
}

#[test]
fn incognito_is_judged_by_its_own_settings() {
    let of = |incognito, both| {
        let cells = [
            ("normal", length(Verdict::Uploaded)),
            ("incognito", length(incognito)),
            ("enhanced only", length(Verdict::Uploaded)),
            ("both", length(both)),
        ];
        answer(Claim::C2, vec![tried(Claim::C2, "browser", &cells)])
    };
    assert_eq!(of(Verdict::NotUploaded, Verdict::NotUploaded).answer, Answer::Refuted);
    let one = of(Verdict::NotUploaded, Verdict::Uploaded);
    assert_eq!(one.answer, Answer::Confirmed);
    assert!(
        one.sentence.contains("both: Uploaded") && !one.sentence.contains("incognito: "),
        "{}",
        one.sentence
    );
}

#[test]
fn any_upload_is_against_a_programme_that_is_off() {
    let of = |uploads| {
        let cells = [
            ("programme on", count(Verdict::NotSeen, 9)),
            ("programme off", count(Verdict::NotSeen, uploads)),
        ];
        answer(Claim::C11, vec![tried(Claim::C11, "all", &cells)]).answer
    };
    assert_eq!((of(1), of(0)), (Answer::Refuted, Answer::NotSeen));
}

#[test]
fn uploads_without_an_account_are_against_that_it_needs_one() {
    let of = |measured: Measured| {
        let cells = [("signed out", measured), ("sync on", length(Verdict::Uploaded))];
        answer(Claim::C12, vec![tried(Claim::C12, "browser", &cells)]).answer
    };
    assert_eq!(of(length(Verdict::Uploaded)), Answer::Refuted);
    assert_eq!(of(count(Verdict::ConsistentWith, 3)), Answer::Undecided);
    assert_eq!(of(count(Verdict::NotSeen, 3)), Answer::NotSeen);
}

#[test]
fn every_claim_has_its_sources() {
    let rules = RuleSet::embedded().unwrap();
    let mut told = BTreeSet::new();
    for claim in Claim::ALL {
        let reported = reported(claim);
        for keys in [reported.reported_in, reported.replied_in] {
            assert_eq!(rules.sources(keys).len(), keys.split(';').count(), "{claim}: {keys}");
        }
        assert!(reported.reported.ends_with('.') && reported.reply.ends_with('.'), "{claim}");
        assert!(told.insert(reported.reported), "{claim}");
    }
}

#[test]
fn an_unknown_owner_is_no_suspect_of_a_claim_about_apps() {
    let at = Timestamp(1_772_366_400_000);
    let contact = |owner: Option<Owner>| Contact {
        owner,
        host: "tracking.intl.miui.com".into(),
        party: Some("Xiaomi".into()),
        flows: 1,
        bytes_up: 1,
        first: at,
        last: at,
    };
    let record = Record { contacts: vec![contact(None)], ..Record::default() };
    assert_eq!(assess(Claim::C1, &record).numbers.flows, 0);
    assert_eq!(assess(Claim::C9, &record).numbers.flows, 1);
}
