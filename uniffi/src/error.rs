//! What goes wrong, as far as a screen can act on it. The message is for people.

use telltale_core::engine::EngineError;
use telltale_core::report::ReportError;
use telltale_core::rules::{ListError, NotASubject, RulesError};
use telltale_core::session::conduct::ConductError;
use telltale_core::store::{ExportError, StoreError};

/// Why a call failed. Kotlin sees the case and the message.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
pub enum TelltaleError {
    /// Nothing was recorded yet.
    #[error("nothing is recorded yet")]
    NoRecord,
    /// The record cannot be opened, read or written.
    #[error("{0}")]
    Record(String),
    /// There is no relay.
    #[error("{0}")]
    Tunnel(String),
    /// The session has been stopped.
    #[error("the session has been stopped")]
    Stopped,
    /// An own list cannot be kept, read or removed.
    #[error("{0}")]
    List(String),
    /// An experiment cannot be begun, or gone on with.
    #[error("{0}")]
    Experiment(String),
    /// What was given is not what was asked for.
    #[error("{0}")]
    Input(String),
}

/// The other side did not answer: it threw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum AnswerError {
    #[error("the other side failed to answer")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for AnswerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        log::debug!("a call to the app failed: {}", error.reason);
        Self::Failed
    }
}

impl From<StoreError> for TelltaleError {
    fn from(error: StoreError) -> Self {
        if let StoreError::Missing { .. } = error { Self::NoRecord } else { Self::Record(error.to_string()) }
    }
}

impl From<ExportError> for TelltaleError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::Write(_) => Self::Record(error.to_string()),
        }
    }
}

impl From<ReportError> for TelltaleError {
    fn from(error: ReportError) -> Self {
        if let ReportError::Store(error) = error { error.into() } else { Self::Record(error.to_string()) }
    }
}

impl From<EngineError> for TelltaleError {
    fn from(error: EngineError) -> Self {
        let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
        Self::Tunnel(format!("{error}{}", source.unwrap_or_default()))
    }
}

impl From<ConductError> for TelltaleError {
    fn from(error: ConductError) -> Self {
        Self::Experiment(error.to_string())
    }
}

impl From<RulesError> for TelltaleError {
    fn from(error: RulesError) -> Self {
        Self::Tunnel(format!("the embedded catalogue is broken, this is a bug: {error}"))
    }
}

impl From<ListError> for TelltaleError {
    fn from(error: ListError) -> Self {
        Self::List(error.to_string())
    }
}

impl From<NotASubject> for TelltaleError {
    fn from(error: NotASubject) -> Self {
        Self::Input(error.to_string())
    }
}
