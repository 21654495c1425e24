//! A fingerprint of a record: over what is in it, not over the file's bytes, which change by themselves.

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Batch, Connection, named_params};
use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::filter::Filter;
use super::query::Journal;

/// The lines, one statement per kind of row.
const LINES: &str = include_str!("record.sql");

impl Journal {
    /// SHA-256 of the rows between the times of `filter`, as 64 hexadecimal digits; the rest of it is not looked at.
    /// Each line that `record.sql` gives is taken with its line feed.
    pub fn digest(&self, filter: &Filter) -> Result<String, StoreError> {
        let sum = digest(&self.connection, filter).map_err(|error| self.explain(error))?;
        Ok(data_encoding::HEXLOWER.encode(&sum))
    }

    /// Calls `read`, for which the record stands still while others write it.
    pub fn frozen<T, E: From<StoreError>>(&self, read: impl FnOnce(&Self) -> Result<T, E>) -> Result<T, E> {
        let transaction = self.connection.unchecked_transaction().map_err(|error| self.explain(error))?;
        let result = read(self)?;
        transaction.commit().map_err(|error| self.explain(error))?;
        Ok(result)
    }
}

fn digest(connection: &Connection, filter: &Filter) -> rusqlite::Result<[u8; 32]> {
    let mut sum = Sha256::new();
    let mut statements = Batch::new(connection, LINES);
    while let Some(mut statement) = statements.next()? {
        let times = named_params! {
            ":since": filter.since.map(|since| since.0),
            ":until": filter.until.map(|until| until.0),
        };
        let mut rows = statement.query(times)?;
        while let Some(row) = rows.next()? {
            sum.update(row.get_ref(0)?.as_str()?);
            sum.update("\n");
        }
    }
    Ok(sum.finalize().into())
}
