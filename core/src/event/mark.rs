//! Moments that somebody, or the device, marked: what the flows around them are compared with.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// What kind of moment it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// The owner said what happened: "I opened the browser now".
    Note,
    ScreenOn,
    ScreenOff,
    /// The device changed its network.
    Network,
}

impl MarkKind {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::ScreenOn => "screen-on",
            Self::ScreenOff => "screen-off",
            Self::Network => "network",
        }
    }
}

/// A marked moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub time: Timestamp,
    pub kind: MarkKind,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<Arc<str>>,
    /// The package of the app that it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub app: Option<Arc<str>>,
}
