//! Experiments in the record: written, gone on with, listed and erased.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use telltale_core::event::{GapReason, Timestamp};
use telltale_core::experiment::{Claim, Experiment, Plan, Verdict};
use telltale_core::store::{ExperimentRow, Filter, Journal, Scope, StoreConfig, StoreError, Writer};

fn row(app: &str, started: i64) -> ExperimentRow {
    let experiment = Experiment::new(Plan::named(Claim::C1, app, "http://pages.example/{}"), 7);
    let outcome = experiment.outcome();
    ExperimentRow {
        id: None,
        app: app.to_owned(),
        started: Timestamp(started),
        ended: None,
        experiment,
        outcome,
    }
}

fn apps(journal: &Journal, filter: &Filter) -> Vec<String> {
    journal.experiments(filter).unwrap().into_iter().map(|row| row.app).collect()
}

#[test]
fn an_experiment_is_written_again_under_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let writer = Writer::open(&path, StoreConfig::default()).unwrap();
    let mut first = row("a", 1_000);
    first.id = Some(writer.record_experiment(first.clone()).unwrap());
    let second = writer.record_experiment(row("b", 2_000)).unwrap();
    assert_ne!(first.id, Some(second));
    first.ended = Some(Timestamp(3_000));
    assert_eq!(writer.record_experiment(first.clone()).unwrap(), first.id.unwrap());

    let journal = Journal::open(&path).unwrap();
    let found = journal.experiment(first.id.unwrap()).unwrap().unwrap();
    assert_eq!((found.ended, found.experiment.trials()), (first.ended, first.experiment.trials()));
    assert_eq!(found.outcome.verdict, Verdict::Undecided);
    assert!(journal.experiment(99).unwrap().is_none());
    assert_eq!(apps(&journal, &Filter::default()), ["b", "a"]);
    assert_eq!(apps(&journal, &Filter { until: Some(Timestamp(2_000)), ..Filter::default() }), ["a"]);
    writer.close(GapReason::NotRunning);
}

#[test]
fn what_is_erased_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let writer = Writer::open(&path, StoreConfig::default()).unwrap();
    for app in ["a", "b"] {
        writer.record_experiment(row(app, 1_000)).unwrap();
    }
    writer.erase(Scope { app: Some("a".to_owned()), ..Scope::default() }).unwrap();
    let journal = Journal::open(&path).unwrap();
    assert_eq!(apps(&journal, &Filter::default()), ["b"]);
    let id = journal.experiments(&Filter::default()).unwrap()[0].id;
    let running = journal.experiment(id).unwrap().unwrap();
    writer.erase(Scope::default()).unwrap();
    let again = writer.record_experiment(running);
    assert!(matches!(again, Err(StoreError::Erased)), "{again:?}");
    assert_eq!(apps(&journal, &Filter::default()), Vec::<String>::new());
    writer.close(GapReason::NotRunning);
}
