//! The record, page by page.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use telltale_core::report;
use telltale_core::rules::RuleSet;
use telltale_core::store::{self, By, ExportFormat};

use crate::claims::{ClaimRow, row};
use crate::descriptor::adopt;
use crate::error::TelltaleError;
use crate::evidence::Evidence;
use crate::outcome::{ExperimentResult, ExperimentRow};
use crate::records::{
    AppRow, Coverage, FindingRow, Flow, Gap, HostRow, HourRow, Mark, PartyRow, Query, RecordSize, Scope,
};
use crate::report::{ReportOptions, ReportStamp};

/// Reads the record, also while a session writes it, and while none does. Ask it away from the main thread.
#[derive(uniffi::Object)]
pub struct Journal {
    /// One question at a time; a second object is a second reader.
    journal: Mutex<store::Journal>,
}

type Rows<T> = Result<Vec<T>, TelltaleError>;

#[uniffi::export]
impl Journal {
    /// Opens the record at `path`; one of an older version is brought up to date.
    #[uniffi::constructor]
    pub fn open(path: String) -> Result<Arc<Self>, TelltaleError> {
        Ok(Arc::new(Self { journal: Mutex::new(store::Journal::open_upgraded(path)?) }))
    }

    /// Apps, those with the most findings first.
    pub fn apps(&self, query: Query) -> Rows<AppRow> {
        Ok(converted(self.journal().apps(&query.into())?))
    }

    /// Hosts, those with findings first.
    pub fn hosts(&self, query: Query) -> Rows<HostRow> {
        Ok(converted(self.journal().hosts(&query.into())?))
    }

    /// Parties, those with the most findings first.
    pub fn parties(&self, query: Query) -> Rows<PartyRow> {
        Ok(converted(self.journal().parties(&query.into())?))
    }

    /// Single flows, the latest first.
    pub fn flows(&self, query: Query) -> Rows<Flow> {
        Ok(converted(self.journal().flows(&query.into())?))
    }

    /// Findings by app and host, the latest first.
    pub fn findings(&self, query: Query) -> Rows<FindingRow> {
        Ok(converted(self.journal().findings(&query.into())?))
    }

    /// What each app did in each hour, the latest hour first: bars, and the time line.
    pub fn hours(&self, query: Query) -> Rows<HourRow> {
        Ok(converted(self.journal().hours(&query.into())?))
    }

    /// What was sent in the clear, the latest first; `redacted` without its values, as it may leave the phone.
    pub fn evidence(&self, query: Query, redacted: bool) -> Rows<Evidence> {
        let journal = self.journal();
        let mut rows = journal.evidence(&query.into())?;
        if redacted {
            let salt = journal.salt()?;
            rows = rows.iter().map(|row| row.redacted(&salt)).collect();
        }
        Ok(converted(rows))
    }

    /// Intervals of which the record does not tell everything, the latest first.
    pub fn gaps(&self, query: Query) -> Rows<Gap> {
        Ok(converted(self.journal().gaps(&query.into())?))
    }

    /// Marked moments, the latest first.
    pub fn marks(&self, query: Query) -> Rows<Mark> {
        Ok(converted(self.journal().marks(&query.into())?))
    }

    /// How much could be told by host.
    pub fn coverage(&self, query: Query, by: By) -> Rows<Coverage> {
        Ok(converted(self.journal().coverage(&query.into(), by)?))
    }

    /// The same of everything in one row.
    pub fn total_coverage(&self, query: Query) -> Result<Coverage, TelltaleError> {
        Ok(self.journal().total_coverage(&query.into())?.into())
    }

    /// Experiments, the latest first.
    pub fn experiments(&self, query: Query) -> Rows<ExperimentRow> {
        Ok(converted(self.journal().experiments(&query.into())?))
    }

    /// One of them with all that came of it; nothing if there is none of this number.
    pub fn experiment(&self, id: i64) -> Result<Option<ExperimentResult>, TelltaleError> {
        Ok(self.journal().experiment(id)?.map(Into::into))
    }

    /// What the record takes.
    pub fn size(&self) -> Result<RecordSize, TelltaleError> {
        Ok(self.journal().size()?.into())
    }

    /// Writes flows to the file `fd`, which it closes; answers with how many there were.
    pub fn export(&self, query: Query, format: ExportFormat, fd: i32) -> Result<u64, TelltaleError> {
        let file = File::from(adopt(fd)?);
        Ok(self.journal().export(&query.into(), format, file)?)
    }

    /// What the record says of each claim that was made in public, in their order. Of the query the times and the app
    /// count.
    pub fn claims(&self, query: Query) -> Rows<ClaimRow> {
        let (journal, filter) = (self.journal(), query.into());
        let trials = journal.experiments(&filter)?;
        Ok(journal.claims(&filter)?.into_iter().map(|claim| row(claim, &trials)).collect())
    }

    /// Writes the record as one page of HTML to the file `fd`, which it closes; answers with what the page says of
    /// itself. Rules are the catalogue's alone, so that whoever has the record and Telltale can make the same page.
    pub fn report(&self, options: ReportOptions, fd: i32) -> Result<ReportStamp, TelltaleError> {
        let file = File::from(adopt(fd)?);
        Ok(report::write(&self.journal(), &RuleSet::embedded()?, &options.into(), file)?.into())
    }

    /// Forgets part of the record, for good. While a session writes it, only that session can.
    pub fn erase(&self, scope: Scope) -> Result<(), TelltaleError> {
        let path = self.journal().path().to_owned();
        Ok(store::erase(Path::new(&path), &scope.into())?)
    }
}

impl Journal {
    fn journal(&self) -> MutexGuard<'_, store::Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn converted<T, R: From<T>>(rows: Vec<T>) -> Vec<R> {
    rows.into_iter().map(R::from).collect()
}
