//! What is asked of a report.

use serde::{Deserialize, Serialize};

use crate::event::Timestamp;
use crate::store::Filter;

/// What a report is about, and how much of it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// When it is made.
    pub made: Timestamp,
    /// Only what began then or later,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Timestamp>,
    /// and before then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Timestamp>,
    /// Only of this app, as in [`Filter::app`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub app: Option<String>,
    /// With what is personal; otherwise that is replaced by its kind, its length and a hash.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub full: bool,
    /// What is known of the device and its apps.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub facts: Vec<Fact>,
}

/// Something that the record does not know: the device's model, an app's version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub name: String,
    pub value: String,
}

impl Options {
    /// A report of everything, made at `made`, without what is personal.
    pub fn new(made: Timestamp) -> Self {
        Self { made, since: None, until: None, app: None, full: false, facts: Vec::new() }
    }

    /// The rows that it is about.
    pub(super) fn filter(&self) -> Filter {
        Filter { app: self.app.clone(), ..self.times() }
    }

    /// The same of every app: what its digest is taken of.
    pub(super) fn times(&self) -> Filter {
        Filter { since: self.since, until: self.until, ..Filter::default() }
    }
}
