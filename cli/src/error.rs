//! Why a command failed, in one line.

use std::io;

use telltale_core::store::StoreError;

use crate::decode::DecodeError;
use crate::experiment::ExperimentError;
use crate::export::ExportCommandError;
use crate::replay::ReplayError;
use crate::report::ReportCommandError;
use crate::rules::RulesCommandError;
use crate::run::RunError;
use crate::tun::TunCommandError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no home directory to look for the record in; set HOME or choose a file with --db")]
    NoHome,
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Report(#[from] ReportCommandError),
    #[error(transparent)]
    Export(#[from] ExportCommandError),
    #[error(transparent)]
    Rules(#[from] RulesCommandError),
    #[error(transparent)]
    Tun(#[from] TunCommandError),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// The reader of the output has seen enough, as in `telltale flows | head`.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(
            self,
            Self::Output(error)
                | Self::Replay(ReplayError::Output(error))
                | Self::Decode(DecodeError::Output(error))
                if error.kind() == io::ErrorKind::BrokenPipe
        )
    }
}

/// An error and what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line = format!("{line}: {cause}");
        source = cause.source();
    }
    line
}
