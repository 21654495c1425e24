//! The record as its writer sees it: sessions, gaps and batches of flows, each batch one transaction.
//!
//! No thread and no clock: the wall time is the last argument.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::error::StoreError;
use super::evidence::{self, NewEvidence};
use super::intern::Interner;
use super::{flows, schema};
use crate::event::{FlowRecord, Gap, GapReason, Mark, Timestamp};

/// Gaps of one reason that are closer than this are one gap.
const GAP_JOIN: i64 = 2_000;

/// Hidden look-ups this close are one gap: whoever resolves in private closes its connection after seconds without
/// a look-up, and opens the next one when somebody asks again.
const HIDDEN_JOIN: i64 = 10 * 60_000;

/// One run of the monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) number: u32,
    pub(crate) start: Timestamp,
}

/// An open record, its tables up to date.
#[derive(Debug)]
pub(crate) struct Book {
    pub(super) connection: Connection,
    interner: Interner,
    path: PathBuf,
    file: Option<FileId>,
}

/// What is written beside flows.
pub(crate) struct Batch<'a> {
    pub(crate) gaps: &'a [Gap],
    pub(crate) marks: &'a [Mark],
    pub(super) evidence: &'a [NewEvidence],
}

/// Device and inode.
type FileId = (u64, u64);

impl Book {
    pub(crate) fn open(path: &Path, patience: Duration) -> Result<Self, StoreError> {
        let connection = schema::open_for_writing(path, patience)?;
        Ok(Self { connection, interner: Interner::default(), file: file_id(path), path: path.to_owned() })
    }

    /// Whether the file at the path is still the one that is open. SQLite itself would go on writing to a file
    /// that nobody can find any more.
    pub(crate) fn is_in_place(&self) -> bool {
        file_id(&self.path) == self.file
    }

    /// Begins a session, and notes the gap since the one before it.
    pub(crate) fn begin_session(&mut self, now: Timestamp) -> rusqlite::Result<Session> {
        let transaction = immediate(&self.connection)?;
        if let Some(gap) = gap_since_last_session(&transaction, now)? {
            add_gap(&transaction, &gap, now)?;
        }
        let insert = "INSERT INTO sessions (start, alive) VALUES (?1, ?1) RETURNING id";
        let number = transaction.query_row(insert, [now.0], |row| row.get(0))?;
        transaction.commit()?;
        Ok(Session { number, start: now })
    }

    /// Writes the latest states of flows and the batch in one transaction, with a sign of life.
    pub(crate) fn commit<'a>(
        &mut self,
        session: Session,
        flows: impl Iterator<Item = &'a FlowRecord>,
        batch: &Batch<'_>,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        let result = self.try_commit(session, flows, batch, now);
        if result.is_err() {
            // Numbers given out in the transaction went with it.
            self.forget_numbers();
        }
        result
    }

    pub(super) fn forget_numbers(&mut self) {
        self.interner = Interner::default();
    }

    fn try_commit<'a>(
        &mut self,
        session: Session,
        flows: impl Iterator<Item = &'a FlowRecord>,
        batch: &Batch<'_>,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        let transaction = immediate(&self.connection)?;
        for flow in flows {
            flows::put(&transaction, &mut self.interner, flow)?;
        }
        for new in batch.evidence {
            evidence::put(&transaction, &mut self.interner, new)?;
        }
        for gap in batch.gaps {
            add_gap(&transaction, gap, now)?;
        }
        for mark in batch.marks {
            add_mark(&transaction, mark)?;
        }
        mark_alive(&transaction, session, now)?;
        transaction.commit()
    }

    /// Ends a session in good order; `reason` is that of the gap which begins now.
    pub(crate) fn end_session(
        &mut self,
        session: Session,
        reason: GapReason,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        let update = "UPDATE sessions SET alive = ?2, ended = ?2, reason = ?3 WHERE id = ?1";
        self.connection.execute(update, params![session.number, now.0, reason.as_str()])?;
        Ok(())
    }
}

fn file_id(path: &Path) -> Option<FileId> {
    path.metadata().ok().map(|file| (file.dev(), file.ino()))
}

/// A transaction that holds the write lock from the start, so that it cannot fail half-way for want of it.
pub(super) fn immediate(connection: &Connection) -> rusqlite::Result<Transaction<'_>> {
    Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
}

/// Adds a gap, or extends one of the same reason that it continues.
pub(super) fn add_gap(connection: &Connection, gap: &Gap, now: Timestamp) -> rusqlite::Result<()> {
    let stop = gap.end.unwrap_or(now);
    let join = match gap.reason {
        // Only the oldest flows are dropped, hence what was dropped is one stretch.
        GapReason::SizeCap => i64::MAX,
        // One per stop of the monitor, however short it ran in between.
        GapReason::NotRunning | GapReason::Killed | GapReason::Revoked => i64::MIN,
        GapReason::NamesHidden => HIDDEN_JOIN,
        GapReason::EventsLost | GapReason::RecordFailed | GapReason::FlowsRefused => GAP_JOIN,
    };
    let extended = connection.execute(
        "UPDATE gaps SET start = min(start, ?1), stop = max(stop, ?2), lost = lost + ?4
         WHERE id = (SELECT max(id) FROM gaps WHERE reason = ?3) AND start <= ?6 AND stop >= ?5",
        params![
            gap.start.0,
            stop.0,
            gap.reason.as_str(),
            gap.lost,
            gap.start.0.saturating_sub(join),
            stop.0.saturating_add(join.max(0)),
        ],
    )?;
    if extended == 0 {
        let insert = "INSERT INTO gaps (start, stop, reason, lost) VALUES (?1, ?2, ?3, ?4)";
        connection.execute(insert, params![gap.start.0, stop.0, gap.reason.as_str(), gap.lost])?;
    }
    Ok(())
}

fn add_mark(connection: &Connection, mark: &Mark) -> rusqlite::Result<()> {
    let mut insert =
        connection.prepare_cached("INSERT INTO marks (time, kind, text, app) VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute(params![mark.time.0, mark.kind.as_str(), mark.text, mark.app])?;
    Ok(())
}

/// What the last session left behind: when it was last heard of, and the reason of the gap that began then.
pub(super) fn last_sign_of_life(connection: &Connection) -> rusqlite::Result<Option<(Timestamp, GapReason)>> {
    let query = "SELECT alive, ended, reason FROM sessions ORDER BY id DESC LIMIT 1";
    let read = connection.query_row(query, [], |row| {
        let (alive, ended, reason): (i64, Option<i64>, Option<String>) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(match (ended, reason.as_deref()) {
            (None, _) => (Timestamp(alive), GapReason::Killed),
            (Some(ended), Some("revoked")) => (Timestamp(ended), GapReason::Revoked),
            (Some(ended), _) => (Timestamp(ended), GapReason::NotRunning),
        })
    });
    read.optional()
}

/// None before the first session, and when the clock was set back beyond the last one.
fn gap_since_last_session(connection: &Connection, now: Timestamp) -> rusqlite::Result<Option<Gap>> {
    let last = last_sign_of_life(connection)?;
    Ok(last.filter(|(since, _)| *since < now).map(|(start, reason)| Gap {
        start,
        end: Some(now),
        reason,
        lost: 0,
    }))
}

/// Writes the session anew if the file was replaced under the running monitor.
fn mark_alive(connection: &Connection, session: Session, now: Timestamp) -> rusqlite::Result<()> {
    let mut upsert = connection.prepare_cached(
        "INSERT INTO sessions (id, start, alive) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET alive = ?3",
    )?;
    upsert.execute(params![session.number, session.start.0, now.0])?;
    Ok(())
}
