//! What the owner wants forgotten, taken out of every table.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Transaction, params_from_iter};

use super::book::{Book, immediate};
use super::error::StoreError;
use super::experiments;
use super::filter::{Conditions, Filter};
use super::lock::Lock;
use crate::event::Timestamp;

const HOUR: i64 = 3_600_000;

/// How long another program may hold the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// What to forget: by default everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// As in [`Filter::app`]. Gaps and marks are of no app and stay then, but for marks about it.
    pub app: Option<String>,
    /// Sums are kept by the hour, so whole hours are forgotten: from the beginning of the one that this is in
    pub since: Option<Timestamp>,
    /// to the end of the one before which this is.
    pub until: Option<Timestamp>,
}

/// Forgets what is in `scope`, in a record that nobody writes; [`super::Writer::erase`] does it in one that is
/// being written.
pub fn erase(path: &Path, scope: &Scope) -> Result<(), StoreError> {
    if !path.try_exists().map_err(|source| StoreError::io(path, source))? {
        return Ok(());
    }
    let _lock = Lock::take(path)?;
    let mut book = Book::open(path, PATIENCE)?;
    book.erase(scope).map_err(|source| StoreError::sqlite(path, source))
}

impl Book {
    pub(super) fn erase(&mut self, scope: &Scope) -> rusqlite::Result<()> {
        // Deleted rows are overwritten, not only unlinked.
        self.connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
        let erased = erase_rows(&self.connection, scope);
        // What is known by number may be gone.
        self.forget_numbers();
        self.connection.pragma_update_and_check(None, "secure_delete", "OFF", |_| Ok(()))?;
        erased?;
        shrink(&self.connection)
    }
}

fn erase_rows(connection: &Connection, scope: &Scope) -> rusqlite::Result<()> {
    let filter = scope.filter();
    let transaction = immediate(connection)?;
    delete(&transaction, "flows AS f", &Conditions::on_flows(&filter))?;
    delete(&transaction, "evidence AS e", &Conditions::on_evidence(&filter))?;
    delete(&transaction, "rollups AS r", &Conditions::on_hours(&filter))?;
    sum_anew(&transaction)?;
    if scope.app.is_none() {
        delete(&transaction, "gaps", &Conditions::on_gaps(&filter))?;
    }
    let mut of_app = Conditions::on_marks(&filter);
    of_app.and("app = ?", scope.app.clone());
    delete(&transaction, "marks", &of_app)?;
    experiments::erase(&transaction, &filter)?;
    transaction.execute_batch(UNREFERENCED)?;
    transaction.commit()
}

fn delete(transaction: &Transaction<'_>, table: &str, conditions: &Conditions) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM {table} {}", conditions.sql());
    transaction.prepare(&sql)?.execute(params_from_iter(conditions.values()))?;
    Ok(())
}

/// The totals are the roll-ups' sums over all hours.
fn sum_anew(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "DELETE FROM totals;
         INSERT INTO totals
         SELECT owner, host, verdict, coverage, ech, max(provenance), sum(flows), sum(bytes_up), sum(bytes_down),
             min(first), max(last)
         FROM rollups GROUP BY owner, host, verdict, coverage, ech;",
    )
}

/// Names of hosts and apps go with the last flow that had them.
const UNREFERENCED: &str = "
DELETE FROM hosts WHERE id NOT IN
    (SELECT host FROM flows UNION SELECT host FROM rollups UNION SELECT host FROM evidence);
DELETE FROM owners WHERE id NOT IN
    (SELECT owner FROM flows UNION SELECT owner FROM rollups UNION SELECT owner FROM evidence);
DELETE FROM verdicts WHERE id NOT IN
    (SELECT verdict FROM flows UNION SELECT verdict FROM rollups UNION SELECT verdict FROM evidence);
";

/// Gives the space back, and empties the write-ahead log, in which old pages may still be found.
fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    for pragma in ["PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        let mut statement = connection.prepare(pragma)?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(())
}

impl Scope {
    fn filter(&self) -> Filter {
        let begin = |time: Timestamp| Timestamp(time.0.div_euclid(HOUR) * HOUR);
        let end = |time: Timestamp| begin(Timestamp(time.0.saturating_add(HOUR - 1)));
        Filter {
            app: self.app.clone(),
            since: self.since.map(begin),
            until: self.until.map(end),
            ..Filter::default()
        }
    }
}
