//! Reading the tables: rows with their line, and what can be wrong with them.

use std::collections::HashMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

/// A table that cannot be used, and the line to look at.
#[derive(Debug, thiserror::Error)]
#[error("{table}, line {line}: {problem}")]
pub struct RulesError {
    table: &'static str,
    line: u64,
    #[source]
    problem: Problem,
}

/// What is wrong with a row.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("{0}")]
    Csv(#[from] csv::Error),
    #[error("'{0}' is no host name in lower-case ASCII without a trailing dot")]
    Domain(String),
    #[error("'{0}' is listed twice")]
    Twice(String),
    #[error("a row needs a source")]
    NoSource,
    #[error("a row of tier C needs the reason it was picked for")]
    NoReason,
    #[error("the range is empty, mixes IPv4 with IPv6, or overlaps another")]
    Range,
}

/// Gives each row of `text` to `take`.
pub(super) fn read<Row: DeserializeOwned>(
    table: &'static str,
    text: &str,
    mut take: impl FnMut(Row) -> Result<(), Problem>,
) -> Result<(), RulesError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| at_own_line(table, error))?.clone();
    for record in reader.records() {
        let record = record.map_err(|error| at_own_line(table, error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = record.deserialize(Some(&headers)).map_err(Problem::Csv);
        row.and_then(&mut take).map_err(|problem| RulesError { table, line, problem })?;
    }
    Ok(())
}

fn at_own_line(table: &'static str, error: csv::Error) -> RulesError {
    let line = error.position().map_or(0, csv::Position::line);
    RulesError { table, line, problem: error.into() }
}

/// One allocation for each word that many rows share.
#[derive(Default)]
pub(super) struct Words(HashMap<&'static str, Arc<str>>);

impl Words {
    pub(super) fn get(&mut self, word: &'static str) -> Arc<str> {
        Arc::clone(self.0.entry(word).or_insert_with(|| word.into()))
    }
}
