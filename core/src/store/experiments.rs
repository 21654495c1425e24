//! Experiments in the record: a row each, with all that is needed to go on with it.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::error::StoreError;
use super::filter::{Conditions, Filter};
use super::query::Journal;
use crate::event::Timestamp;
use crate::experiment::{Claim, Experiment, Outcome, Plan};

/// The table, added by version 5.
pub(super) const TABLE: &str = "
CREATE TABLE experiments (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    claim   TEXT NOT NULL,
    app     TEXT NOT NULL,     -- package or program
    started INTEGER NOT NULL,
    ended   INTEGER,           -- absent: goes on, or was interrupted
    plan    TEXT NOT NULL,     -- JSON
    trials  TEXT NOT NULL,     -- JSON: the experiment, with its trials and what was sent
    outcome TEXT NOT NULL      -- JSON: by what was done so far
) STRICT;

CREATE INDEX experiments_by_start ON experiments (started);
";

/// An experiment that was run, or begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExperimentRow {
    /// Its number in the record; absent: not recorded yet.
    pub id: Option<i64>,
    pub app: String,
    pub started: Timestamp,
    /// Absent while it goes on, and when it was interrupted.
    pub ended: Option<Timestamp>,
    pub experiment: Experiment,
    pub outcome: Outcome,
}

/// The same for a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExperimentSummary {
    pub id: i64,
    pub claim: Claim,
    pub app: String,
    pub started: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// Trials that are planned.
    pub trials: usize,
    pub outcome: Outcome,
}

impl ExperimentRow {
    /// An experiment that begins now. `seed` decides the order of trials and the texts; without it each is another.
    pub fn new(plan: Plan, app: String, started: Timestamp, seed: Option<u64>) -> Self {
        let experiment = Experiment::new(plan, seed.unwrap_or_else(|| started.0.unsigned_abs()));
        let outcome = experiment.outcome();
        Self { id: None, app, started, ended: None, experiment, outcome }
    }
}

impl From<ExperimentRow> for ExperimentSummary {
    fn from(row: ExperimentRow) -> Self {
        let plan = row.experiment.plan();
        Self {
            id: row.id.unwrap_or_default(),
            claim: plan.claim,
            app: row.app,
            started: row.started,
            ended: row.ended,
            trials: plan.trials(),
            outcome: row.outcome,
        }
    }
}

impl Book {
    /// Writes an experiment, anew if it has a number; answers with its number. None if that was erased: it stays so.
    pub(super) fn put_experiment(&self, row: &ExperimentRow) -> rusqlite::Result<Option<i64>> {
        let ended = row.ended.map(|ended| ended.0);
        let (trials, outcome) = (to_json(&row.experiment)?, to_json(&row.outcome)?);
        if let Some(id) = row.id {
            let update =
                "UPDATE experiments SET ended = ?2, trials = ?3, outcome = ?4 WHERE id = ?1 RETURNING id";
            let updated =
                self.connection.query_row(update, params![id, ended, trials, outcome], |row| row.get(0));
            return updated.optional();
        }
        let insert = "
            INSERT INTO experiments (claim, app, started, ended, plan, trials, outcome)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            RETURNING id";
        let plan = row.experiment.plan();
        let (claim, plan) = (plan.claim.to_string(), to_json(plan)?);
        let values = params![claim, row.app, row.started.0, ended, plan, trials, outcome];
        self.connection.query_row(insert, values, |row| row.get(0)).map(Some)
    }
}

impl Journal {
    /// All experiments, the latest first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn experiments(&self, filter: &Filter) -> Result<Vec<ExperimentSummary>, StoreError> {
        let conditions = Conditions::on_experiments(filter);
        let sql = format!(
            "SELECT id, claim, app, started, ended, plan, outcome FROM experiments {} ORDER BY started DESC, id DESC {}",
            conditions.sql(),
            super::filter::page(filter),
        );
        self.all(&sql, &conditions, summary)
    }

    /// One experiment; None if there is none of this number.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn experiment(&self, id: i64) -> Result<Option<ExperimentRow>, StoreError> {
        let sql = "SELECT id, app, started, ended, trials, outcome FROM experiments WHERE id = ?1";
        let found = self.connection.query_row(sql, [id], |row| {
            Ok(ExperimentRow {
                id: row.get(0)?,
                app: row.get(1)?,
                started: Timestamp(row.get(2)?),
                ended: row.get::<_, Option<i64>>(3)?.map(Timestamp),
                experiment: from_json(row, 4)?,
                outcome: from_json(row, 5)?,
            })
        });
        found.optional().map_err(|error| self.explain(error))
    }
}

/// Forgets those in `filter`.
pub(super) fn erase(connection: &Connection, filter: &Filter) -> rusqlite::Result<()> {
    let conditions = Conditions::on_experiments(filter);
    let sql = format!("DELETE FROM experiments {}", conditions.sql());
    connection.prepare(&sql)?.execute(rusqlite::params_from_iter(conditions.values()))?;
    Ok(())
}

impl Conditions {
    /// On experiments, which are in if they began in the time asked for.
    fn on_experiments(filter: &Filter) -> Self {
        let mut conditions = Self::default();
        conditions.and("app = ?", filter.app.clone());
        conditions.and("started >= ?", filter.since.map(|since| since.0));
        conditions.and("started < ?", filter.until.map(|until| until.0));
        conditions
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<ExperimentSummary> {
    let claim: String = row.get(1)?;
    Ok(ExperimentSummary {
        id: row.get(0)?,
        claim: claim.parse().map_err(|error| unreadable(1, error))?,
        app: row.get(2)?,
        started: Timestamp(row.get(3)?),
        ended: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        trials: from_json::<Plan>(row, 5)?.trials(),
        outcome: from_json(row, 6)?,
    })
}

fn to_json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(column, error))
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    let source = FromSqlError::Other(Box::new(error));
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(source))
}
