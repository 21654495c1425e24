//! What is to be said about a decoding besides its result.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that a reader has to know. It never quotes what was decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub kind: NoteKind,
    /// What it is about; empty for all of it.
    pub path: String,
    /// A plain English sentence without its full stop.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// A bound of [`limits`](super::limits) was reached.
    Capped,
    /// The end is missing, or cannot be read.
    Truncated,
    /// It is encrypted, or in a form that is not known.
    Unreadable,
    /// A check sum, or another thing that it says of itself, is right.
    Checked,
    /// The same is wrong.
    Wrong,
}

impl NoteKind {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Capped => "capped",
            Self::Truncated => "truncated",
            Self::Unreadable => "unreadable",
            Self::Checked => "checked",
            Self::Wrong => "wrong",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.kind.as_str())?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.text)
    }
}
