//! A record as one page of HTML that explains itself, needs nothing from elsewhere and can be checked against the record.
//!
//! | file | turns |
//! |---|---|
//! | `options`, `stamp` | what was asked for into what the page says of itself |
//! | `contents` | a record into all that the page shows |
//! | `summary`, `findings`, `requests`, `trials`, `claimed`, `watched` | rows into the words of one section |
//! | `chart` | numbers into pictures |
//! | `page`, `core/templates/` | all of it into HTML |
//! | `verify` | a page and a record into whether they fit |
//!
//! The same record, options and version give the same page, byte for byte: that is what `verify` relies on. Every text
//! of the record is foreign; the templates escape it, and nothing but pictures goes round that.

mod chart;
mod claimed;
mod contents;
mod findings;
mod options;
mod page;
mod requests;
mod stamp;
mod summary;
mod trials;
mod verify;
mod watched;
mod words;

use std::io::{self, Write};

use askama::Template;

use crate::rules::RuleSet;
use crate::store::{Journal, StoreError};

pub use options::{Fact, Options};
pub use stamp::{Figures, Stamp};
pub use verify::{Fit, verify};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the report cannot be written: {0}")]
    Write(#[from] io::Error),
    #[error("the page cannot be made, this is a bug: {0}")]
    Page(#[from] askama::Error),
    #[error("a picture cannot be drawn, this is a bug: {0}")]
    Chart(String),
    #[error("its numbers cannot be put down, this is a bug: {0}")]
    Stamp(#[from] serde_json::Error),
    #[error("this is not a report of telltale's: there is no stamp at its beginning")]
    NotAReport,
}

/// Writes a report of the record, and answers with what it says of itself. `rules` tells where things are known from.
///
/// # Errors
/// When the record cannot be read, or `sink` cannot be written.
pub fn write(
    journal: &Journal,
    rules: &RuleSet,
    options: &Options,
    mut sink: impl Write,
) -> Result<Stamp, ReportError> {
    let (stamp, page) = make(journal, rules, options)?;
    sink.write_all(page.as_bytes())?;
    sink.flush()?;
    Ok(stamp)
}

/// The same in memory.
fn make(journal: &Journal, rules: &RuleSet, options: &Options) -> Result<(Stamp, String), ReportError> {
    let contents = journal.frozen(|journal| contents::Contents::read(journal, options))?;
    let stamp = contents.stamp(options);
    let page = page::Page::new(&contents, rules, options, &stamp)?;
    Ok((stamp, page.render()?))
}
