//! What passed in the clear: layers, and the tree of what it says.

use std::collections::HashMap;

use super::contents::Contents;
use super::words::{clipped, printable, second};
use crate::claims::words::{app, bytes, count};
use crate::decode::{Decoded, PersonalKind, Value};
use crate::store::Evidence;

/// Lines of a tree that are shown, how deep they are set in, and characters of a value.
const LINES: usize = 300;
const DEPTH: usize = 8;
const SHOWN: usize = 300;

pub(super) struct RequestView {
    pub(super) app: String,
    pub(super) host: String,
    pub(super) time: String,
    pub(super) format: &'static str,
    pub(super) citation: &'static str,
    /// `POST /sa`
    pub(super) line: String,
    pub(super) size: String,
    /// What is personal in it, with how often.
    pub(super) kinds: Vec<(String, &'static str)>,
    /// `body: base64, gzip, json`
    pub(super) layers: Vec<String>,
    pub(super) tree: Vec<Line>,
    /// Lines of it that are not shown.
    pub(super) more: usize,
    pub(super) notes: Vec<String>,
    pub(super) links: Vec<String>,
}

/// A line of a tree.
pub(super) struct Line {
    pub(super) depth: usize,
    pub(super) name: String,
    pub(super) value: String,
    /// What is personal of it.
    pub(super) kind: &'static str,
}

pub(super) fn requests(contents: &Contents) -> Vec<RequestView> {
    contents.requests.iter().map(view).collect()
}

fn view(request: &Evidence) -> RequestView {
    let decoded = &request.decoded;
    let (tree, more) = tree(decoded);
    let missing = match request.missing {
        0 => String::new(),
        missing => format!(", of which {} were not kept", bytes(missing)),
    };
    RequestView {
        app: printable(&app(request.owner.as_ref())),
        host: printable(&request.host),
        time: second(request.time),
        format: decoded.format.label(),
        citation: decoded.format.citation(),
        line: printable(&format!("{} {}", request.method, clipped(&request.target, SHOWN))),
        size: if request.bytes == 0 {
            "without a body".to_owned()
        } else {
            format!("{}{missing}", bytes(request.bytes))
        },
        kinds: kinds(decoded),
        layers: layers(decoded),
        tree,
        more,
        notes: decoded.notes.iter().map(|note| printable(&note.to_string())).collect(),
        links: links(request),
    }
}

fn kinds(decoded: &Decoded) -> Vec<(String, &'static str)> {
    let mut counts: Vec<(PersonalKind, u64)> = Vec::new();
    for personal in &decoded.personal {
        match counts.iter_mut().find(|(kind, _)| *kind == personal.kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((personal.kind, 1)),
        }
    }
    counts.sort_unstable();
    let name = |(kind, count): (PersonalKind, u64)| match count {
        1 => (kind.label().to_owned(), kind.explain()),
        _ => (format!("{} × {count}", kind.label()), kind.explain()),
    };
    counts.into_iter().map(name).collect()
}

/// Those of one place in one line.
fn layers(decoded: &Decoded) -> Vec<String> {
    let mut places: Vec<(&str, Vec<String>)> = Vec::new();
    for layer in &decoded.layers {
        let step = format!("{} ({} → {})", layer.name.as_str(), layer.bytes_in, layer.bytes_out);
        match places.iter_mut().find(|(path, _)| *path == layer.path) {
            Some((_, steps)) => steps.push(step),
            None => places.push((&layer.path, vec![step])),
        }
    }
    let line = |(path, steps): (&str, Vec<String>)| {
        printable(&format!("{}: {}", if path.is_empty() { "all" } else { path }, steps.join(", ")))
    };
    places.into_iter().map(line).collect()
}

fn links(request: &Evidence) -> Vec<String> {
    let again = request.links.iter().filter(|link| link.requests > 1);
    let mut told: Vec<String> = again
        .map(|link| {
            let number = count(link.requests, "request");
            format!("The same {} is in {number}, since {}.", link.kind.label(), second(link.since))
        })
        .collect();
    told.dedup();
    told
}

fn tree(decoded: &Decoded) -> (Vec<Line>, usize) {
    let kinds = decoded.personal.iter().map(|personal| (personal.path.as_str(), personal.kind)).collect();
    let mut tree = Tree { kinds, lines: Vec::new(), more: 0 };
    if decoded.value.is_leaf() {
        tree.add("", "", &decoded.value, 0);
    } else {
        tree.branch(&decoded.value, "", 0);
    }
    (tree.lines, tree.more)
}

struct Tree<'a> {
    kinds: HashMap<&'a str, PersonalKind>,
    lines: Vec<Line>,
    more: usize,
}

impl Tree<'_> {
    fn branch(&mut self, value: &Value, path: &str, depth: usize) {
        for (index, (path, key, value)) in value.children(path).enumerate() {
            let name = key.map_or_else(|| format!("[{index}]"), |key| clipped(key, SHOWN));
            self.add(&name, &path, value, depth);
            if !value.is_leaf() {
                self.branch(value, &path, depth + 1);
            }
        }
    }

    fn add(&mut self, name: &str, path: &str, value: &Value, depth: usize) {
        if self.lines.len() == LINES {
            self.more += 1;
            return;
        }
        let shown =
            if value.is_leaf() { printable(&clipped(&value.to_string(), SHOWN)) } else { String::new() };
        self.lines.push(Line {
            depth: depth.min(DEPTH),
            name: printable(name),
            value: shown,
            kind: self.kinds.get(path).map_or("", |kind| kind.label()),
        });
    }
}
