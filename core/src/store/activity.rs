//! Questions behind pictures: what happened hour by hour, whom it went to, how large the record is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::filter::{Conditions, Filter, page, sums};
use super::query::Journal;
use super::rows::{Cursor, OWNER};
use crate::event::{Mark, Owner, Timestamp};

/// What one owner did in one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourRow {
    /// When the hour began.
    pub start: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    pub flows: u64,
    /// Flows that are findings.
    pub findings: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
}

/// A party, with all that went to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRow {
    /// Absent: hosts of which nobody knows whose they are.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Arc<str>>,
    pub apps: u64,
    pub hosts: u64,
    pub flows: u64,
    pub findings: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
}

/// What the record takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSize {
    /// Of the file and its side files.
    pub bytes: u64,
    /// Single flows.
    pub flows: u64,
    /// Start of the oldest of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub oldest: Option<Timestamp>,
}

impl Journal {
    /// What each owner did in each hour, the latest hour first; hours without a flow have no row.
    pub fn hours(&self, filter: &Filter) -> Result<Vec<HourRow>, StoreError> {
        let conditions = Conditions::on_sums(filter);
        let sql = format!(
            "SELECT s.hour * 3600000, s.flows, s.findings, s.bytes_up, s.bytes_down, {OWNER} FROM (
                 SELECT r.hour, r.owner, {AMOUNTS}
                 FROM rollups r CROSS JOIN verdicts v ON v.id = r.verdict {} GROUP BY r.hour, r.owner) s
             JOIN owners o ON o.id = s.owner
             ORDER BY s.hour DESC, s.findings DESC, s.owner {}",
            conditions.sql(),
            page(filter),
        );
        self.all(&sql, &conditions, |row| {
            let mut at = Cursor::new(row);
            Ok(HourRow {
                start: at.time()?,
                flows: at.take()?,
                findings: at.take()?,
                bytes_up: at.take()?,
                bytes_down: at.take()?,
                owner: at.owner()?,
            })
        })
    }

    /// Parties, those with the most findings first.
    pub fn parties(&self, filter: &Filter) -> Result<Vec<PartyRow>, StoreError> {
        let conditions = Conditions::on_sums(filter);
        let sql = format!(
            "SELECT v.party, count(DISTINCT r.owner), count(DISTINCT r.host), {AMOUNTS}
             FROM {} r CROSS JOIN verdicts v ON v.id = r.verdict {} GROUP BY v.party
             ORDER BY findings DESC, flows DESC, v.party {}",
            sums(filter),
            conditions.sql(),
            page(filter),
        );
        self.all(&sql, &conditions, |row| {
            let mut at = Cursor::new(row);
            Ok(PartyRow {
                party: at.take()?,
                apps: at.take()?,
                hosts: at.take()?,
                flows: at.take()?,
                findings: at.take()?,
                bytes_up: at.take()?,
                bytes_down: at.take()?,
            })
        })
    }

    /// Marked moments, the latest first.
    pub fn marks(&self, filter: &Filter) -> Result<Vec<Mark>, StoreError> {
        let conditions = Conditions::on_marks(filter);
        let sql = format!(
            "SELECT time, kind, text, app FROM marks {} ORDER BY time DESC, id DESC {}",
            conditions.sql(),
            page(filter),
        );
        self.all(&sql, &conditions, |row| {
            let mut at = Cursor::new(row);
            Ok(Mark { time: at.time()?, kind: at.word()?, text: at.take()?, app: at.take()? })
        })
    }

    /// What the record takes.
    pub fn size(&self) -> Result<RecordSize, StoreError> {
        let count = "SELECT count(*), min(start) FROM flows";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(Timestamp)));
        let counted = self.connection.query_row(count, [], read);
        let (flows, oldest) = counted.map_err(|error| self.explain(error))?;
        let bytes = ["", "-wal", "-shm"].iter().map(|suffix| {
            let mut name = self.path().as_os_str().to_owned();
            name.push(suffix);
            std::fs::metadata(name).map_or(0, |file| file.len())
        });
        Ok(RecordSize { bytes: bytes.sum(), flows, oldest })
    }
}

const AMOUNTS: &str = "sum(r.flows) AS flows, sum(iif(v.rule IS NOT NULL, r.flows, 0)) AS findings,
    sum(r.bytes_up) AS bytes_up, sum(r.bytes_down) AS bytes_down";
