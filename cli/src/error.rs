//! Why a command failed, in one line.

use std::io;

use telltale_core::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no home directory to look for the record in; set HOME or choose a file with --db")]
    NoHome,
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// The reader of the output has seen enough, as in `telltale flows | head`.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
