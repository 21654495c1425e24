//! What was sent in the clear, as a screen shows it.

use telltale_core::decode;
use telltale_core::store;

use crate::records::{Finding, Owner};

/// One request that passed in the clear, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Evidence {
    pub id: i64,
    pub time: i64,
    pub owner: Option<Owner>,
    pub host: String,
    pub party: Option<String>,
    pub finding: Option<Finding>,
    /// A word such as `sensors`, and a name for people.
    pub format: String,
    pub format_label: String,
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Bytes of its body, and how many of them were not kept.
    pub bytes: u64,
    pub missing: u64,
    pub layers: Vec<Layer>,
    pub content: Vec<ContentLine>,
    pub personal: Vec<Personal>,
    /// What could not be read, is not whole, or was checked.
    pub notes: Vec<String>,
}

/// A coding that was undone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Layer {
    /// The place that it was around; empty where that is all there is.
    pub path: String,
    pub name: String,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

/// A line of the decoded tree.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ContentLine {
    /// Steps from the margin.
    pub depth: u32,
    pub name: String,
    /// Absent of what has entries: they follow one step further in.
    pub value: Option<String>,
    /// The word of what it says of a person or device.
    pub kind: Option<String>,
}

/// Something personal.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Personal {
    pub path: String,
    /// A word such as `visited-address`, a name for people, and what it tells, in a sentence.
    pub kind: String,
    pub label: String,
    pub explanation: String,
    pub value: String,
    /// Of an identifier: requests in the record that carry it, this one among them,
    pub requests: Option<u64>,
    /// and when it was first seen.
    pub since: Option<i64>,
}

impl From<store::Evidence> for Evidence {
    fn from(evidence: store::Evidence) -> Self {
        let decoded = &evidence.decoded;
        let personal = decoded.personal.iter().map(|personal| personal_of(personal, &evidence.links));
        Self {
            id: evidence.id,
            time: evidence.time.0,
            format: decoded.format.as_str().to_owned(),
            format_label: decoded.format.label().to_owned(),
            layers: decoded.layers.iter().map(Into::into).collect(),
            content: decoded.outline().into_iter().map(Into::into).collect(),
            personal: personal.collect(),
            notes: decoded.notes.iter().map(ToString::to_string).collect(),
            owner: evidence.owner.map(Into::into),
            host: evidence.host.to_string(),
            party: evidence.party.map(|party| party.to_string()),
            finding: evidence.finding.map(Into::into),
            method: evidence.method,
            target: evidence.target,
            bytes: evidence.bytes,
            missing: evidence.missing,
        }
    }
}

fn personal_of(personal: &decode::Personal, links: &[store::Link]) -> Personal {
    let link = links.iter().find(|link| link.path == personal.path && link.kind == personal.kind);
    Personal {
        path: personal.path.clone(),
        kind: personal.kind.as_str().to_owned(),
        label: personal.kind.label().to_owned(),
        explanation: personal.kind.explain().to_owned(),
        value: personal.value.clone(),
        requests: link.map(|link| link.requests),
        since: link.map(|link| link.since.0),
    }
}

impl From<&decode::Layer> for Layer {
    fn from(layer: &decode::Layer) -> Self {
        let name = layer.name.as_str().to_owned();
        Self { path: layer.path.clone(), name, bytes_in: layer.bytes_in, bytes_out: layer.bytes_out }
    }
}

impl From<decode::Line> for ContentLine {
    fn from(line: decode::Line) -> Self {
        Self {
            depth: u32::try_from(line.depth).unwrap_or(u32::MAX),
            name: line.name,
            value: line.value,
            kind: line.kind.map(|kind| kind.as_str().to_owned()),
        }
    }
}
