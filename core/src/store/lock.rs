//! One writer per record: an advisory lock on a file beside it, which the system drops with the process.
//!
//! Not on the record itself: closing any descriptor of that would drop SQLite's own locks.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::error::StoreError;

/// Holds the record for this process until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(record: &Path) -> Result<Self, StoreError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(beside(record))
            .map_err(|source| StoreError::io(record, source))?;
        // A reader that looks whether the record is held has it for an instant: ask again before giving up.
        for _ in 0..3 {
            if try_lock(&file, record)? {
                return Ok(Self { _file: file });
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(StoreError::InUse { path: record.to_owned() })
    }
}

fn try_lock(file: &File, record: &Path) -> Result<bool, StoreError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        // File systems without locks: two writers stay correct, only the gaps they note may be wrong.
        Err(TryLockError::Error(source)) if source.kind() == std::io::ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(source)) => Err(StoreError::io(record, source)),
    }
}

/// Whether some process writes `record` now.
pub(crate) fn is_held(record: &Path) -> bool {
    File::open(beside(record))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn beside(record: &Path) -> PathBuf {
    let mut name = record.as_os_str().to_owned();
    name.push("-lock");
    name.into()
}
