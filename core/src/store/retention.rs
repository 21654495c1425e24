//! What is dropped, and when: old flows, old findings with their evidence, and the oldest when the record grows too
//! large.
//!
//! Works in slices, so that the writer can go on recording between them. Roll-ups are kept for good.

use std::time::Duration;

use rusqlite::{Connection, Transaction, params};

use super::book::{Book, Session, add_gap, immediate};
use crate::event::{FlowId, Gap, GapReason, Timestamp};

/// Rows deleted at once: some 20 ms on a phone.
const SLICE: i64 = 1_000;

/// The same of evidence, which is larger.
const EVIDENCE_SLICE: i64 = 50;

/// Pages given back to the file system at once.
const PAGES: i64 = 500;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long things are kept, and how large the record may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Flows that are not findings.
    pub flows: Duration,
    /// Flows that are findings, evidence and marks.
    pub findings: Duration,
    /// Bytes of the record; beyond it the oldest flows go first, then the oldest evidence, then the oldest findings. Said
    /// as a gap.
    pub size: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { flows: 30 * DAY, findings: 365 * DAY, size: 512 << 20 }
    }
}

/// What a slice of the work left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    More,
    Done,
}

impl Book {
    /// Does one slice of what is due. Flows of `session` that still run are left alone: their row says what they
    /// have counted so far.
    pub(crate) fn prune(
        &mut self,
        keep: &Retention,
        session: Session,
        now: Timestamp,
    ) -> rusqlite::Result<Progress> {
        let before = |age: Duration| now.0 - i64::try_from(age.as_millis()).unwrap_or(i64::MAX / 2);
        let transaction = immediate(&self.connection)?;
        let mut dropped = drop_oldest(&transaction, RAW, before(keep.flows), session)?.len();
        if dropped == 0 {
            dropped = drop_oldest(&transaction, FLAGGED, before(keep.findings), session)?.len();
        }
        if dropped == 0 {
            dropped = drop_evidence(&transaction, before(keep.findings))?.len();
        }
        if dropped == 0 {
            let drop_marks = "DELETE FROM marks WHERE time < ?1";
            transaction.prepare_cached(drop_marks)?.execute([before(keep.findings)])?;
        }
        if dropped == 0 && used_bytes(&transaction)? > keep.size {
            dropped = shrink(&transaction, session, now)?;
        }
        transaction.commit()?;
        if dropped > 0 {
            return Ok(Progress::More);
        }
        give_back(&self.connection)
    }
}

const RAW: &str = "flagged = 0";
const FLAGGED: &str = "flagged = 1";

/// Deletes a slice of the oldest flows that started before `limit`; returns when they had started.
fn drop_oldest(
    transaction: &Transaction<'_>,
    which: &str,
    limit: i64,
    session: Session,
) -> rusqlite::Result<Vec<i64>> {
    let sql = format!(
        "DELETE FROM flows WHERE id IN (
             SELECT id FROM flows
             WHERE {which} AND start < ?1 AND NOT (close = 'open' AND id >= ?2)
             ORDER BY start LIMIT ?3)
         RETURNING start"
    );
    let first_of_session = FlowId::new(session.number, 0).0;
    let mut delete = transaction.prepare_cached(&sql)?;
    delete.query_map(params![limit, first_of_session, SLICE], |row| row.get(0))?.collect()
}

/// Deletes a slice of the oldest evidence from before `limit`; gives its times.
fn drop_evidence(transaction: &Transaction<'_>, limit: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = "DELETE FROM evidence WHERE id IN
        (SELECT id FROM evidence WHERE time < ?1 ORDER BY time LIMIT ?2) RETURNING time";
    transaction.prepare_cached(sql)?.query_map(params![limit, EVIDENCE_SLICE], |row| row.get(0))?.collect()
}

/// Drops a slice for size alone, and says so.
fn shrink(transaction: &Transaction<'_>, session: Session, now: Timestamp) -> rusqlite::Result<usize> {
    let mut starts = drop_oldest(transaction, RAW, i64::MAX, session)?;
    if starts.is_empty() {
        starts = drop_evidence(transaction, i64::MAX)?;
    }
    if starts.is_empty() {
        starts = drop_oldest(transaction, FLAGGED, i64::MAX, session)?;
    }
    if let (Some(first), Some(last)) = (starts.iter().min(), starts.iter().max()) {
        let lost = u64::try_from(starts.len()).unwrap_or(u64::MAX);
        let (start, end) = (Timestamp(*first), Some(Timestamp(*last)));
        add_gap(transaction, &Gap { start, end, reason: GapReason::SizeCap, lost }, now)?;
    }
    Ok(starts.len())
}

/// Returns free pages to the file system, a few at a time.
fn give_back(connection: &Connection) -> rusqlite::Result<Progress> {
    if pages(connection, "freelist_count")? == 0 {
        return Ok(Progress::Done);
    }
    connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES})"))?.query([]).and_then(|mut rows| {
        while rows.next()?.is_some() {}
        Ok(())
    })?;
    Ok(if pages(connection, "freelist_count")? == 0 { Progress::Done } else { Progress::More })
}

/// Bytes of the record in use, without pages that wait to be given back.
fn used_bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let used = pages(connection, "page_count")?.saturating_sub(pages(connection, "freelist_count")?);
    Ok(used * pages(connection, "page_size")?)
}

fn pages(connection: &Connection, pragma: &str) -> rusqlite::Result<u64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}
