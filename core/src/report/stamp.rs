//! What a report says of itself, for programs: at its beginning, in one attribute, as JSON in base64url.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::ReportError;
use super::options::Options;
use crate::event::Timestamp;

/// Everything that is needed to make the report again, and what came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Version that made it.
    pub telltale: String,
    /// SHA-256 of the record: [`crate::store::Journal::digest`].
    pub record: String,
    pub figures: Figures,
    pub options: Options,
}

/// The numbers of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// When the first and the last flow were.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last: Option<Timestamp>,
    pub apps: u64,
    pub hosts: u64,
    pub flows: u64,
    /// Flows that are findings, the apps and hosts of these, and what they sent.
    pub findings: u64,
    pub apps_flagged: u64,
    pub hosts_flagged: u64,
    pub bytes_flagged: u64,
    /// Requests that passed in the clear.
    pub requests: u64,
    pub experiments: u64,
}

/// What stands before a stamp, and after it.
pub(super) const BEFORE: &str = "<meta name=\"telltale-report\" content=\"";
const AFTER: char = '"';

/// Bytes of a report among which its stamp is.
const HEAD: usize = 64 * 1024;

impl Stamp {
    /// As it stands in a report.
    pub(super) fn encode(&self) -> Result<String, ReportError> {
        Ok(BASE64URL_NOPAD.encode(&serde_json::to_vec(self)?))
    }

    /// Reads the stamp of a report.
    ///
    /// # Errors
    /// [`ReportError::NotAReport`] where there is none that can be read.
    pub fn read(report: &str) -> Result<Self, ReportError> {
        let encoded = find(report).ok_or(ReportError::NotAReport)?;
        let json = BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|_| ReportError::NotAReport)?;
        serde_json::from_slice(&json).map_err(|_| ReportError::NotAReport)
    }
}

fn find(report: &str) -> Option<&str> {
    let (start, _) = report.match_indices(BEFORE).next().filter(|(start, _)| *start < HEAD)?;
    report.get(start + BEFORE.len()..)?.split_once(AFTER).map(|(encoded, _)| encoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::Fact;

    fn stamp(value: String) -> Stamp {
        let facts = vec![Fact { name: "model".to_owned(), value }];
        Stamp {
            telltale: "1.0".to_owned(),
            record: "00".to_owned(),
            figures: Figures { flows: 7, ..Figures::default() },
            options: Options { facts, full: true, ..Options::new(Timestamp(1)) },
        }
    }

    fn page(stamp: &Stamp) -> String {
        format!("<head>{BEFORE}{}{AFTER}></head>", stamp.encode().unwrap())
    }

    #[test]
    fn a_page_without_a_stamp_is_no_report() {
        let late = format!("{}{}", " ".repeat(HEAD), page(&stamp(String::new())));
        for page in ["", "<html>", BEFORE, &format!("{BEFORE}!\""), &format!("{BEFORE}e30\""), &late] {
            assert!(matches!(Stamp::read(page), Err(ReportError::NotAReport)), "{page}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in ".*") {
            let stamp = stamp(value);
            prop_assert_eq!(Stamp::read(&page(&stamp)).unwrap(), stamp);
        }

        #[test]
        fn nothing_makes_it_panic(before in ".*", inside in ".*", after in ".*") {
            let _ = Stamp::read(&before);
            let _ = Stamp::read(&format!("{before}{BEFORE}{inside}{AFTER}{after}"));
            let _ = Stamp::read(&format!("{BEFORE}{}{AFTER}", BASE64URL_NOPAD.encode(inside.as_bytes())));
        }
    }
}
