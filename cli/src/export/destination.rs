//! Where an export goes: to standard output, or to a file that is there as a whole or not at all.

use std::fs;
use std::io::{self, Stdout, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use tempfile::NamedTempFile;

/// What is written, until it is whole.
pub(crate) struct Destination {
    target: Target,
    name: String,
    /// A signal asked for the end.
    is_interrupted: Arc<AtomicBool>,
}

enum Target {
    StandardOutput(Stdout),
    /// Beside the file that it is to become; gone when it is dropped.
    File {
        temporary: NamedTempFile,
        path: PathBuf,
        may_replace: bool,
    },
}

/// Why there is no export, in one line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DestinationError {
    #[error("{0} is there already; choose another file or replace it with --force")]
    Exists(String),
    #[error("{0} is no ordinary file and is not replaced; `-` writes to standard output")]
    NotAFile(String),
    #[error("{0} is the record itself; choose another file")]
    IsRecord(String),
    #[error("no room left for {0}; free some space. Nothing was left behind")]
    Full(String),
    #[error("whoever reads {0} has left before the end; what was written is not whole")]
    Closed(String),
    #[error("interrupted; {0} was not written")]
    Interrupted(String),
    #[error("{name} cannot be written: {source}")]
    Write { name: String, source: io::Error },
}

impl Destination {
    /// `-` is standard output. Any other file must be new unless it may be replaced; it is never `record`.
    pub(crate) fn open(file: &Path, may_replace: bool, record: &Path) -> Result<Self, DestinationError> {
        let name = crate::output::name_of_output(file);
        let is_interrupted = Arc::default();
        if file == Path::new("-") {
            return Ok(Self { target: Target::StandardOutput(io::stdout()), name, is_interrupted });
        }
        let path = final_path(file, may_replace, record, &name)?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let temporary = NamedTempFile::with_prefix_in(".telltale-", directory.unwrap_or(Path::new(".")))
            .map_err(|source| DestinationError::Write { name: name.clone(), source })?;
        catch_signals(&is_interrupted)
            .map_err(|source| DestinationError::Write { name: name.clone(), source })?;
        Ok(Self { target: Target::File { temporary, path, may_replace }, name, is_interrupted })
    }

    /// Everything is written: from now on the file is there.
    pub(crate) fn finish(mut self) -> Result<(), DestinationError> {
        if let Err(error) = self.flush() {
            return Err(self.explain(error));
        }
        let Self { target, name, .. } = self;
        let Target::File { temporary, path, may_replace } = target else { return Ok(()) };
        let persisted = match temporary.as_file().sync_all() {
            Err(error) => Err(error),
            Ok(()) if may_replace => temporary.persist(path).map(drop).map_err(|error| error.error),
            Ok(()) => temporary.persist_noclobber(path).map(drop).map_err(|error| error.error),
        };
        persisted.map_err(|error| explain(error, name))
    }

    /// Says in the words of a user why it could not be written.
    pub(crate) fn explain(self, error: io::Error) -> DestinationError {
        if self.is_interrupted.load(Ordering::Relaxed) {
            return DestinationError::Interrupted(self.name);
        }
        explain(error, self.name)
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_interrupted.load(Ordering::Relaxed) {
            return Err(io::Error::other("interrupted"));
        }
        match &mut self.target {
            Target::StandardOutput(out) => out.write(bytes),
            Target::File { temporary, .. } => temporary.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::StandardOutput(out) => out.flush(),
            Target::File { temporary, .. } => temporary.flush(),
        }
    }
}

/// Where a link leads if the file is one: what it leads to is replaced, not the link.
fn final_path(
    file: &Path,
    may_replace: bool,
    record: &Path,
    name: &str,
) -> Result<PathBuf, DestinationError> {
    let Ok(found) = fs::canonicalize(file) else { return Ok(file.to_owned()) };
    if fs::canonicalize(record).is_ok_and(|record| record == found) {
        return Err(DestinationError::IsRecord(name.to_owned()));
    }
    if !found.is_file() {
        return Err(DestinationError::NotAFile(name.to_owned()));
    }
    if may_replace { Ok(found) } else { Err(DestinationError::Exists(name.to_owned())) }
}

/// The first signal ends the export in good order, the second one ends the program.
fn catch_signals(is_interrupted: &Arc<AtomicBool>) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register_conditional_shutdown(signal, 1, Arc::clone(is_interrupted))?;
        flag::register(signal, Arc::clone(is_interrupted))?;
    }
    Ok(())
}

fn explain(source: io::Error, name: String) -> DestinationError {
    let kind = source.kind();
    if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
        DestinationError::Full(name)
    } else if kind == io::ErrorKind::BrokenPipe {
        DestinationError::Closed(name)
    } else if kind == io::ErrorKind::AlreadyExists {
        DestinationError::Exists(name)
    } else {
        DestinationError::Write { name, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_interrupted_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("out");
        let mut destination = Destination::open(&file, false, Path::new("record")).unwrap();
        destination.write_all(b"half").unwrap();
        destination.is_interrupted.store(true, Ordering::Relaxed);
        let error = destination.write_all(b"of it").unwrap_err();
        assert!(matches!(destination.explain(error), DestinationError::Interrupted(_)));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_came_in_between_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("out");
        let destination = Destination::open(&file, false, Path::new("record")).unwrap();
        fs::write(&file, "mine").unwrap();
        assert!(matches!(destination.finish(), Err(DestinationError::Exists(_))));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        assert_eq!(fs::read(&file).unwrap(), b"mine");
    }
}
