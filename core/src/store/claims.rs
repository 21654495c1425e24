//! What was claimed in public, held against a record: the questions behind `telltale claims`.

use super::error::StoreError;
use super::evidence::Evidence;
use super::filter::Filter;
use super::query::Journal;
use super::rows::{FindingRow, HostRow};
use crate::claims::{Assessment, Contact, Place, Record, Speaker, Tried, Upload, assess};
use crate::decode::{NoteKind, PersonalKind};
use crate::experiment::Claim;

/// Requests that are in memory at a time: each may be large.
const PAGE: usize = 64;

impl Journal {
    /// What the record says of each claim, in their order. Of `filter` the times and the app count; the app's uploads
    /// count beside those of the apps that a claim is about.
    pub fn claims(&self, filter: &Filter) -> Result<Vec<Assessment>, StoreError> {
        let record = self.of_claims(filter)?;
        Ok(Claim::ALL.into_iter().map(|claim| assess(claim, &record)).collect())
    }

    fn of_claims(&self, filter: &Filter) -> Result<Record, StoreError> {
        let asked =
            Filter { since: filter.since, until: filter.until, app: filter.app.clone(), ..Filter::default() };
        let flagged = Filter { flagged: Some(true), ..asked.clone() };
        let speakers = self.speakers(&asked)?;
        let hosts = self.hosts(&asked)?;
        Ok(Record {
            app: asked.app.clone(),
            first: speakers.iter().map(|speaker| speaker.first).min(),
            last: speakers.iter().map(|speaker| speaker.last).max(),
            named: self.named(&asked)?,
            gaps: self.gaps(&asked)?,
            contacts: self.findings(&asked)?.into_iter().map(contact).collect(),
            hosts: hosts.into_iter().filter(|host| host.provenance.is_some()).map(host).collect(),
            places: self.places(&flagged)?.into_iter().map(place).collect(),
            uploads: self.uploads(&asked)?,
            experiments: self.tried(&asked)?,
            speakers,
        })
    }

    fn speakers(&self, filter: &Filter) -> Result<Vec<Speaker>, StoreError> {
        let apps = self.apps(filter)?.into_iter();
        let speaker =
            |app: super::AppRow| Speaker { owner: app.owner, first: app.first_seen, last: app.last_seen };
        Ok(apps.map(speaker).collect())
    }

    fn named(&self, filter: &Filter) -> Result<Option<f64>, StoreError> {
        let coverage = self.total_coverage(filter)?;
        let parts = [coverage.flow, coverage.dns, coverage.certificate];
        Ok(parts.iter().map(|part| part.share_of_flows).sum())
    }

    fn uploads(&self, filter: &Filter) -> Result<Vec<Upload>, StoreError> {
        let mut uploads = Vec::new();
        self.each_evidence(filter, |evidence| uploads.push(upload(evidence)))?;
        Ok(uploads)
    }

    /// Gives evidence to `visit`, the latest first, with few of them in memory at a time.
    fn each_evidence(&self, filter: &Filter, mut visit: impl FnMut(Evidence)) -> Result<(), StoreError> {
        for page in 0.. {
            let filter = Filter { limit: Some(PAGE), offset: page * PAGE, ..filter.clone() };
            let evidence = self.evidence(&filter)?;
            let is_last = evidence.len() < PAGE;
            evidence.into_iter().for_each(&mut visit);
            if is_last {
                break;
            }
        }
        Ok(())
    }

    fn tried(&self, filter: &Filter) -> Result<Vec<Tried>, StoreError> {
        let experiments = self.experiments(filter)?.into_iter();
        let tried = |row: super::ExperimentSummary| Tried {
            id: row.id,
            app: row.app,
            started: row.started,
            outcome: row.outcome,
        };
        Ok(experiments.map(tried).collect())
    }
}

fn contact(finding: FindingRow) -> Contact {
    Contact {
        owner: finding.owner,
        host: finding.host,
        party: finding.party,
        flows: finding.flows,
        bytes_up: finding.bytes_up,
        first: finding.first_seen,
        last: finding.last_seen,
    }
}

fn host(host: HostRow) -> Contact {
    Contact {
        owner: None,
        host: host.host,
        party: host.party,
        flows: host.flows,
        bytes_up: host.bytes_up,
        first: host.first_seen,
        last: host.last_seen,
    }
}

fn place(place: super::PlaceRow) -> Place {
    Place { host: place.host, asn: place.asn, country: place.country }
}

fn upload(evidence: Evidence) -> Upload {
    let decoded = evidence.decoded;
    let is_readable = !decoded.notes.iter().any(|note| note.kind == NoteKind::Unreadable);
    let mut kinds: Vec<PersonalKind> = decoded.personal.iter().map(|personal| personal.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let lasting = evidence.links.iter().filter(|link| link.requests > 1).map(|link| link.kind);
    Upload {
        owner: evidence.owner,
        host: evidence.host,
        party: evidence.party,
        time: evidence.time,
        format: decoded.format,
        is_finding: evidence.finding.is_some(),
        is_readable: is_readable || !kinds.is_empty(),
        kinds,
        lasting: lasting.collect(),
    }
}
