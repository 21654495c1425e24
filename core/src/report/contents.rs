//! All that a page shows, read from a record.

use super::ReportError;
use super::options::Options;
use super::stamp::{Figures, Stamp};
use crate::claims::Assessment;
use crate::event::{Gap, Timestamp};
use crate::store::{
    AppRow, CoverageRow, Evidence, ExperimentRow, Filter, FindingRow, HourRow, Journal, PlaceRow,
};

/// Requests that are shown: the latest.
const REQUESTS: usize = 50;

/// Experiments that are shown with their plots: the latest.
const EXPERIMENTS: usize = 20;

pub(super) struct Contents {
    pub(super) figures: Figures,
    pub(super) digest: String,
    pub(super) findings: Vec<FindingRow>,
    pub(super) places: Vec<PlaceRow>,
    pub(super) hours: Vec<HourRow>,
    /// When each flow to a collector began, and what it sent.
    pub(super) uploads: Vec<(Timestamp, u64)>,
    pub(super) requests: Vec<Evidence>,
    pub(super) experiments: Vec<ExperimentRow>,
    pub(super) claims: Vec<Assessment>,
    pub(super) coverage: CoverageRow,
    /// The latest first, no longer than what is asked for.
    pub(super) gaps: Vec<Gap>,
}

impl Contents {
    pub(super) fn read(journal: &Journal, options: &Options) -> Result<Self, ReportError> {
        let filter = options.filter();
        let flagged = Filter { flagged: Some(true), ..filter.clone() };
        let findings = journal.findings(&filter)?;
        let numbers = journal.experiments(&filter)?;
        let mut figures = sums(&journal.apps(&filter)?, &findings);
        figures.hosts = journal.hosts(&filter)?.iter().map(|host| u64::from(host.provenance.is_some())).sum();
        figures.requests = journal.count_evidence(&filter)?;
        figures.experiments = numbers.len() as u64;
        let experiments = numbers.iter().take(EXPERIMENTS).map(|row| journal.experiment(row.id));
        Ok(Self {
            figures,
            digest: journal.digest(&options.times())?,
            findings,
            places: journal.places(&flagged)?,
            hours: journal.hours(&flagged)?,
            uploads: uploads(journal, &flagged)?,
            requests: requests(journal, options)?,
            experiments: experiments.filter_map(Result::transpose).collect::<Result<_, _>>()?,
            claims: journal.claims(&filter)?,
            coverage: journal.total_coverage(&filter)?,
            gaps: journal.gaps(&filter)?.into_iter().filter_map(|gap| clipped(gap, options)).collect(),
        })
    }

    pub(super) fn stamp(&self, options: &Options) -> Stamp {
        Stamp {
            telltale: env!("CARGO_PKG_VERSION").to_owned(),
            record: self.digest.clone(),
            figures: self.figures.clone(),
            options: options.clone(),
        }
    }
}

fn sums(apps: &[AppRow], findings: &[FindingRow]) -> Figures {
    let mut hosts: Vec<&str> = findings.iter().map(|finding| &*finding.host).collect();
    hosts.sort_unstable();
    hosts.dedup();
    Figures {
        first: apps.iter().map(|app| app.first_seen).min(),
        last: apps.iter().map(|app| app.last_seen).max(),
        apps: apps.len() as u64,
        flows: apps.iter().map(|app| app.flows).sum(),
        findings: findings.iter().map(|finding| finding.flows).sum(),
        apps_flagged: apps.iter().map(|app| u64::from(app.findings > 0)).sum(),
        hosts_flagged: hosts.len() as u64,
        bytes_flagged: findings.iter().fold(0, |sum, finding| finding.bytes_up.saturating_add(sum)),
        ..Figures::default()
    }
}

fn requests(journal: &Journal, options: &Options) -> Result<Vec<Evidence>, ReportError> {
    let filter = Filter { limit: Some(REQUESTS), ..options.filter() };
    let (requests, salt) = (journal.evidence(&filter)?, journal.salt()?);
    let shown = |request: Evidence| if options.full { request } else { request.redacted(&salt) };
    Ok(requests.into_iter().map(shown).collect())
}

fn uploads(journal: &Journal, flagged: &Filter) -> Result<Vec<(Timestamp, u64)>, ReportError> {
    let mut uploads = Vec::new();
    journal.each_flow(flagged, |flow| {
        uploads.push((flow.start, flow.counters.bytes_up));
        true
    })?;
    Ok(uploads)
}

/// The part of a gap that was asked for, if there is one.
fn clipped(gap: Gap, options: &Options) -> Option<Gap> {
    let start = options.since.map_or(gap.start, |since| since.max(gap.start));
    let end: Option<Timestamp> = match (gap.end, options.until) {
        (Some(end), Some(until)) => Some(end.min(until)),
        (end, until) => end.or(until),
    };
    end.is_none_or(|end| end > start).then_some(Gap { start, end, ..gap })
}
