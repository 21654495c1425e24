//! What the page says first: for somebody who has never heard of a host name.

use super::contents::Contents;
use super::words::span;
use crate::claims::words::{app, bytes, count, distinct, duration, list};
use crate::claims::{Answer, Assessment};
use crate::decode::PersonalKind;
use crate::store::FindingRow;

/// A number that stands out.
pub(super) struct Tile {
    pub(super) number: String,
    pub(super) label: String,
    /// It is about findings, and not nothing.
    pub(super) is_flagged: bool,
}

pub(super) fn tiles(contents: &Contents) -> Vec<Tile> {
    let figures = &contents.figures;
    let tile = |number: u64, one: &str, many: &str| Tile {
        number: number.to_string(),
        label: if number == 1 { one.to_owned() } else { many.to_owned() },
        is_flagged: number > 0,
    };
    vec![
        tile(figures.apps_flagged, "app reported to collectors", "apps reported to collectors"),
        tile(figures.hosts_flagged, "collector was talked to", "collectors were talked to"),
        tile(figures.findings, "upload to them", "uploads to them"),
        Tile {
            number: bytes(figures.bytes_flagged),
            label: "sent to them".to_owned(),
            is_flagged: figures.bytes_flagged > 0,
        },
    ]
}

/// One sentence each.
pub(super) fn sentences(contents: &Contents) -> Vec<String> {
    [
        Some(period(contents)),
        Some(collectors(contents)),
        most(contents),
        requests(contents),
        claims(&contents.claims),
        unseen(contents),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn period(contents: &Contents) -> String {
    let figures = &contents.figures;
    let Some((first, last)) = figures.first.zip(figures.last) else {
        return "Nothing was recorded in this time.".to_owned();
    };
    format!(
        "{} UTC: {} talked to {} in {}.",
        span(first, last),
        count(figures.apps, "app"),
        count(figures.hosts, "named host"),
        count(figures.flows, "connection"),
    )
}

fn collectors(contents: &Contents) -> String {
    let figures = &contents.figures;
    if figures.findings == 0 {
        return "No app was seen to talk to a collector that is known. Not seen does not mean not there."
            .to_owned();
    }
    let parties =
        distinct(contents.findings.iter().filter_map(|finding| finding.party.as_deref().map(str::to_owned)));
    let behind =
        if parties.is_empty() { String::new() } else { format!(" Behind them: {}.", list(&parties)) };
    format!(
        "Of these, {} sent something to {} known for collecting how apps and phones are used.{behind}",
        count(figures.apps_flagged, "app"),
        count(figures.hosts_flagged, "host"),
    )
}

/// The busiest.
fn most(contents: &Contents) -> Option<String> {
    let most: &FindingRow =
        contents.findings.iter().max_by_key(|finding| (finding.flows, finding.bytes_up))?;
    let party = most.party.as_deref().map(|party| format!(" ({party})")).unwrap_or_default();
    Some(format!(
        "Most often it was {} that called {}{party}: {}, {} sent.",
        app(most.owner.as_ref()),
        most.host,
        count(most.flows, "time"),
        bytes(most.bytes_up),
    ))
}

fn requests(contents: &Contents) -> Option<String> {
    let number = contents.figures.requests;
    if number == 0 {
        let hidden =
            "What was sent was encrypted, or was not kept: this report says who, to whom, when and how much.";
        return (contents.figures.findings > 0).then(|| hidden.to_owned());
    }
    let mut kinds: Vec<PersonalKind> = contents
        .requests
        .iter()
        .flat_map(|request| &request.decoded.personal)
        .map(|found| found.kind)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let told: Vec<String> = kinds.into_iter().map(|kind| kind.label().to_owned()).collect();
    let told = if told.is_empty() {
        String::new()
    } else {
        format!(". Of a person or phone that tells: {}", told.join(", "))
    };
    Some(format!("{} passed in the clear and could be read{told}.", count(number, "request")))
}

fn claims(claims: &[Assessment]) -> Option<String> {
    let given = |answer: Answer| claims.iter().filter(move |claim| claim.answer == answer);
    let told = |answer: Answer, verb: &str| {
        let names: Vec<String> = given(answer).map(|claim| claim.claim.to_string()).collect();
        (!names.is_empty()).then(|| format!("{verb} {} ({})", names.len(), names.join(", ")))
    };
    let told = [told(Answer::Confirmed, "confirms"), told(Answer::Refuted, "refutes")];
    let told: Vec<String> = told.into_iter().flatten().collect();
    let number = claims.len();
    (!told.is_empty())
        .then(|| format!("Of {number} claims that were made in public, this record {}; that holds for what was seen here only.", told.join(" and ")))
}

fn unseen(contents: &Contents) -> Option<String> {
    let unseen = contents.claims.first().map_or(0, |claim| claim.numbers.unseen_ms);
    (unseen > 0).then(|| format!("In between, nothing was watched for {}.", duration(unseen)))
}
