//! Whether a report fits a record.

use std::fmt;

use super::stamp::Stamp;
use super::{ReportError, make};
use crate::rules::RuleSet;
use crate::store::Journal;

/// How a report and a record go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// The record makes this very report, byte for byte.
    Whole,
    /// Digest and numbers are right; the text was made by this other version, and was not compared.
    Numbers { version: String },
    /// The record is another one, or was changed in the time that the report is about.
    OtherRecord { reported: String, found: String },
    /// The record is the one, the report's numbers are not its.
    OtherNumbers,
    /// Digest and numbers are right, but somebody changed the text.
    OtherText,
}

impl Fit {
    pub fn is_good(&self) -> bool {
        match self {
            Self::Whole | Self::Numbers { .. } => true,
            Self::OtherRecord { .. } | Self::OtherNumbers | Self::OtherText => false,
        }
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => {
                f.write_str("the report fits the record: digest, numbers and every byte of the text")
            }
            Self::Numbers { version } => write!(
                f,
                "the report fits the record: digest and numbers; its text, made by telltale {version}, was not compared"
            ),
            Self::OtherRecord { reported, found } => write!(
                f,
                "the report does not fit: it is of a record with SHA-256 {reported}, this one has {found}; it is another \
                 one, or was written or pruned since"
            ),
            Self::OtherNumbers => {
                f.write_str("the report does not fit: its numbers are not those of the record")
            }
            Self::OtherText => {
                f.write_str("the report does not fit: its text is not what the record gives; it was changed")
            }
        }
    }
}

/// Makes the report again and compares. `report` is all of its file.
///
/// # Errors
/// When `report` is none, or the record cannot be read.
pub fn verify(journal: &Journal, rules: &RuleSet, report: &str) -> Result<Fit, ReportError> {
    let told = Stamp::read(report)?;
    let (made, page) = make(journal, rules, &told.options)?;
    Ok(compare(&told, &made, || page == report))
}

fn compare(told: &Stamp, made: &Stamp, is_same: impl FnOnce() -> bool) -> Fit {
    if told.record != made.record {
        return Fit::OtherRecord { reported: told.record.clone(), found: made.record.clone() };
    }
    if told.figures != made.figures {
        return Fit::OtherNumbers;
    }
    match told.telltale == made.telltale {
        false => Fit::Numbers { version: told.telltale.clone() },
        true if is_same() => Fit::Whole,
        true => Fit::OtherText,
    }
}
