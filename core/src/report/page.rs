//! All of it as HTML.

use askama::Template;

use super::ReportError;
use super::chart::{self, Picture};
use super::claimed::{ClaimView, claims};
use super::contents::Contents;
use super::findings::{AppFindings, apps};
use super::options::Options;
use super::requests::{RequestView, requests};
use super::stamp::Stamp;
use super::summary::{Tile, sentences, tiles};
use super::trials::{ExperimentView, experiments};
use super::watched::{GapView, Share, gaps, shares};
use super::words::{minute, printable, second, span};
use crate::rules::{RuleSet, Source};

/// Where countries of addresses are known from.
const COUNTRIES: &str = "DBIP";
const NETWORKS: &str = "IPDB";

#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page {
    stamp: String,
    version: &'static str,
    period: String,
    made: String,
    app: String,
    is_full: bool,
    tiles: Vec<Tile>,
    sentences: Vec<String>,
    timeline: Option<(Picture, &'static str)>,
    sizes: Option<Picture>,
    apps: Vec<AppFindings>,
    more_findings: usize,
    requests: Vec<RequestView>,
    more_requests: u64,
    experiments: Vec<ExperimentView>,
    more_experiments: u64,
    claims: Vec<ClaimView>,
    gaps: Vec<GapView>,
    more_gaps: usize,
    shares: Vec<Share>,
    facts: Vec<(String, String)>,
    sources: Vec<Source>,
    has_countries: bool,
    digest: String,
}

impl Page {
    pub(super) fn new(
        contents: &Contents,
        rules: &RuleSet,
        options: &Options,
        stamp: &Stamp,
    ) -> Result<Self, ReportError> {
        let (apps, more_findings) = apps(contents);
        let (gaps, more_gaps) = gaps(contents);
        let requests = requests(contents);
        let experiments = experiments(contents)?;
        Ok(Self {
            stamp: stamp.encode()?,
            version: env!("CARGO_PKG_VERSION"),
            period: period(contents, options),
            made: second(options.made),
            app: options.app.as_deref().map(printable).unwrap_or_default(),
            is_full: options.full,
            tiles: tiles(contents),
            sentences: sentences(contents).iter().map(|sentence| printable(sentence)).collect(),
            timeline: timeline(contents)?,
            sizes: sizes(contents)?,
            apps,
            more_findings,
            more_requests: contents.figures.requests.saturating_sub(requests.len() as u64),
            more_experiments: contents.figures.experiments.saturating_sub(experiments.len() as u64),
            sources: sources(contents, rules, &requests),
            requests,
            experiments,
            claims: claims(contents),
            gaps,
            more_gaps,
            shares: shares(contents),
            facts: facts(options),
            has_countries: has_countries(contents),
            digest: contents.digest.clone(),
        })
    }

    /// Whether the list of sources has this key.
    fn is_source(&self, key: &str) -> bool {
        self.sources.iter().any(|source| source.key == key)
    }
}

/// What was asked for; else what there is.
fn period(contents: &Contents, options: &Options) -> String {
    let start = options.since.or(contents.figures.first);
    let end = options.until.or(contents.figures.last);
    match (start, end) {
        (Some(start), Some(end)) => format!("{} UTC", span(start, end)),
        (Some(start), None) => format!("from {} UTC", minute(start)),
        (None, Some(end)) => format!("until {} UTC", minute(end)),
        (None, None) => "an empty record".to_owned(),
    }
}

fn timeline(contents: &Contents) -> Result<Option<(Picture, &'static str)>, ReportError> {
    let times = contents.figures.first.zip(contents.figures.last);
    let Some((first, last)) = times.filter(|_| contents.figures.findings > 0) else { return Ok(None) };
    chart::timeline(contents, first, last).map(Some)
}

fn sizes(contents: &Contents) -> Result<Option<Picture>, ReportError> {
    if contents.uploads.is_empty() { Ok(None) } else { chart::sizes(&contents.uploads).map(Some) }
}

fn facts(options: &Options) -> Vec<(String, String)> {
    options.facts.iter().map(|fact| (printable(&fact.name), printable(&fact.value))).collect()
}

fn has_countries(contents: &Contents) -> bool {
    contents.places.iter().any(|place| place.country.is_some())
}

/// Everything that is cited on the page, in the order of the table.
fn sources(contents: &Contents, rules: &RuleSet, requests: &[RequestView]) -> Vec<Source> {
    let mut keys: Vec<&str> = contents.findings.iter().map(|finding| &*finding.finding.citation).collect();
    keys.extend(
        contents.claims.iter().flat_map(|claim| [claim.reported.reported_in, claim.reported.replied_in]),
    );
    keys.extend(requests.iter().map(|request| request.citation));
    keys.extend(has_countries(contents).then_some(COUNTRIES));
    keys.extend(contents.places.iter().any(|place| place.asn.is_some()).then_some(NETWORKS));
    rules.sources_of(&keys)
}
