//! One writer per record: an advisory lock on a file beside it, which the system drops with the process.
//!
//! By flock(2) itself: the standard library's locks say "unsupported" on Android.
//!
//! Not on the record itself: closing any descriptor of that would drop SQLite's own locks.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::StoreError;

/// Holds the record for this process until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
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
                return Ok(Self { file });
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(StoreError::InUse { path: record.to_owned() })
    }
}

/// A program that is being started has a copy of the descriptor until it runs: to close ours would not be enough.
impl Drop for Lock {
    fn drop(&mut self) {
        release(&self.file);
    }
}

fn release(file: &File) {
    if let Err(error) = flock(file, FlockOperation::Unlock) {
        log::debug!("record not released: {error}");
    }
}

fn try_lock(file: &File, record: &Path) -> Result<bool, StoreError> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        // File systems without locks: two writers stay correct, only the gaps they note may be wrong.
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::NOLCK) => Ok(true),
        Err(source) => Err(StoreError::io(record, io::Error::from(source))),
    }
}

/// Whether some process writes `record` now.
pub(crate) fn is_held(record: &Path) -> bool {
    let Ok(file) = File::open(beside(record)) else { return false };
    let outcome = flock(&file, FlockOperation::NonBlockingLockShared);
    if outcome.is_ok() {
        release(&file);
    }
    outcome == Err(Errno::WOULDBLOCK)
}

fn beside(record: &Path) -> PathBuf {
    let mut name = record.as_os_str().to_owned();
    name.push("-lock");
    name.into()
}
