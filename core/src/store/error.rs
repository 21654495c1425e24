//! What can go wrong with the record, each in one line that says what to do.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ffi;

/// Why the record cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no record at {path} yet; `telltale run -- COMMAND` starts one, --db chooses another file")]
    Missing { path: PathBuf },
    #[error(
        "{path} was written by a newer telltale (schema {found}, this one knows {known}); \
         update telltale or choose another file with --db"
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "{path} was written by an older telltale (schema {found}, this one reads {known}); \
         `telltale run -- COMMAND` brings it up to date"
    )]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error("{path} is not a telltale record; choose another file with --db")]
    NotARecord { path: PathBuf },
    #[error("{path} is being written by another telltale; stop that one or choose another file with --db")]
    InUse { path: PathBuf },
    #[error("{path} is locked by another program; close it there and try again")]
    Busy { path: PathBuf },
    #[error("{path} cannot be written: no permission, or read-only; choose another file with --db")]
    ReadOnly { path: PathBuf },
    #[error("{path} was moved or deleted while it was being written; a new record is begun there")]
    Vanished { path: PathBuf },
    #[error("no room left on the disk of {path}; free some space")]
    Full { path: PathBuf },
    #[error("{path} is damaged; move it away to start a new record, or bring back a copy")]
    Damaged { path: PathBuf },
    #[error("{path} cannot be opened: {source}; check the path or choose another file with --db")]
    Unreachable { path: PathBuf, source: io::Error },
    #[error("the thread that writes {path} did not start: {source}; free some memory and try again")]
    Thread { path: PathBuf, source: io::Error },
    #[error("the record is closed")]
    Closed,
    #[error("the experiment was erased from the record")]
    Erased,
    #[error("{path}: {source}; if that persists, choose another file with --db")]
    Sqlite { path: PathBuf, source: rusqlite::Error },
}

impl StoreError {
    /// Says in the words of a user what SQLite reported about the record at `path`.
    pub(crate) fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match primary_code(&source) {
            ffi::SQLITE_READONLY | ffi::SQLITE_PERM => Self::ReadOnly { path },
            ffi::SQLITE_FULL => Self::Full { path },
            ffi::SQLITE_CORRUPT => Self::Damaged { path },
            ffi::SQLITE_NOTADB => Self::NotARecord { path },
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Self::Busy { path },
            _ => Self::Sqlite { path, source },
        }
    }

    /// The same for the file system's answers.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if matches!(source.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) {
            return Self::ReadOnly { path };
        }
        if source.kind() == io::ErrorKind::StorageFull {
            return Self::Full { path };
        }
        Self::Unreachable { path, source }
    }
}

/// SQLite's result code without the extended bits; 0 if the error is not SQLite's own.
pub(crate) fn primary_code(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(0, |failure| failure.extended_code & 0xff)
}
