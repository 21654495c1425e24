//! `apps`, `hosts`, `places`, `flows`, `findings`, `evidence`, `coverage`, `gaps`, `claims`: what the record holds.

use std::time::{SystemTime, UNIX_EPOCH};

use telltale_core::event::{FlowRecord, Timestamp};
use telltale_core::store::{Filter, Journal, Moment};

use crate::args::{ClaimsQuery, CoverageQuery, EvidenceQuery, GapQuery, Global, Query};
use crate::error::Error;
use crate::output::{self, Format, Listing, Row};
use crate::rows::Covered;

/// Rows of a table of flows unless told otherwise: a record may hold millions.
const FLOWS_SHOWN: usize = 100;

pub(crate) fn apps(global: &Global, query: &Query) -> Result<(), Error> {
    let rows = open(global)?.apps(&query.filter())?;
    list(&rows, query.common.format(global), &not_seen("Apps"))
}

pub(crate) fn hosts(global: &Global, query: &Query) -> Result<(), Error> {
    let rows = open(global)?.hosts(&query.filter())?;
    list(&rows, query.common.format(global), &not_seen("Hosts"))
}

pub(crate) fn places(global: &Global, query: &Query) -> Result<(), Error> {
    let rows = open(global)?.places(&query.filter())?;
    list(&rows, query.common.format(global), &not_seen("Places"))
}

pub(crate) fn findings(global: &Global, query: &Query) -> Result<(), Error> {
    let rows = open(global)?.findings(&query.filter())?;
    list(&rows, query.common.format(global), &not_seen("Findings"))
}

pub(crate) fn evidence(global: &Global, evidence: &EvidenceQuery) -> Result<(), Error> {
    let journal = open(global)?;
    let mut rows = journal.evidence(&evidence.query.filter())?;
    if evidence.redact {
        let salt = journal.salt()?;
        rows = rows.iter().map(|row| row.redacted(&salt)).collect();
    }
    list(&rows, evidence.query.common.format(global), &not_seen("Evidence"))
}

/// A row for each subject, then everything in one.
pub(crate) fn coverage(global: &Global, coverage: &CoverageQuery) -> Result<(), Error> {
    let (filter, by) = (coverage.query.filter(), coverage.by.into());
    let journal = open(global)?;
    let mut rows = journal.coverage(&filter, by)?;
    if !rows.is_empty() {
        rows.push(journal.total_coverage(&filter)?);
    }
    let rows: Vec<_> = rows.into_iter().map(|row| Covered { row, by }).collect();
    list(&rows, coverage.query.common.format(global), &not_seen("Flows"))
}

pub(crate) fn gaps(global: &Global, query: &GapQuery) -> Result<(), Error> {
    let rows = open(global)?.gaps(&query.filter())?;
    list(&rows, query.format(global), "Gaps: none recorded for this time.")
}

/// One row per claim, in their order.
pub(crate) fn claims(global: &Global, query: &ClaimsQuery) -> Result<(), Error> {
    let rows = open(global)?.claims(&query.filter())?;
    list(&rows, format_of(global, query.csv), "Claims: none.")
}

/// Flows go out as they are read; a table stops early, and says so.
pub(crate) fn flows(global: &Global, query: &Query) -> Result<(), Error> {
    let format = query.common.format(global);
    let mut filter = query.filter();
    let shown = match (format, query.common.limit) {
        (Format::Table, None) => FLOWS_SHOWN,
        _ => usize::MAX,
    };
    filter.limit = filter.limit.or(shown.checked_add(1));
    let journal = open(global)?;
    let mut listing = Listing::new::<FlowRecord>(format)?;
    let (mut rows, mut written) = (0, Ok(()));
    journal.each_flow(&filter, |flow| {
        rows += 1;
        if rows <= shown {
            written = listing.push(&flow);
        }
        written.is_ok()
    })?;
    written?;
    listing.finish(&not_seen("Flows"))?;
    if rows > shown && !global.quiet {
        output::remark(&format!("The latest {shown} flows; --limit 0 shows all."));
    }
    Ok(())
}

fn open(global: &Global) -> Result<Journal, Error> {
    Ok(Journal::open(global.record_path()?)?)
}

fn list<R: Row>(rows: &[R], format: Format, none: &str) -> Result<(), Error> {
    let mut listing = Listing::new::<R>(format)?;
    rows.iter().try_for_each(|row| listing.push(row))?;
    Ok(listing.finish(none)?)
}

/// The record proves what was seen, and nothing about what was not.
fn not_seen(what: &str) -> String {
    format!("{what}: not seen. `telltale gaps` shows when not everything could be seen.")
}

impl Query {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            app: self.app.clone(),
            host: self.host.clone(),
            party: self.party.clone(),
            sort: self.sort.map(Into::into),
            ..self.common.filter()
        }
    }
}

impl ClaimsQuery {
    fn filter(&self) -> Filter {
        let (now, app) = (now(), self.app.clone());
        let resolve = |moment: Moment| moment.resolve(now);
        Filter { since: self.since.map(resolve), until: self.until.map(resolve), app, ..Filter::default() }
    }
}

impl GapQuery {
    fn filter(&self) -> Filter {
        let now = now();
        Filter {
            since: self.since.map(|moment| moment.resolve(now)),
            until: self.until.map(|moment| moment.resolve(now)),
            limit: self.limit.filter(|limit| *limit > 0),
            ..Filter::default()
        }
    }

    pub(crate) fn format(&self, global: &Global) -> Format {
        format_of(global, self.csv)
    }
}

fn format_of(global: &Global, csv: bool) -> Format {
    match (global.json, csv) {
        (true, _) => Format::Json,
        (false, true) => Format::Csv,
        (false, false) => Format::Table,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "`--since 2h` counts from the wall clock, and a report says when it was made"
)]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
