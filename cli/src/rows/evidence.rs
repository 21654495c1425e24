//! What was sent in the clear, and what the record says of claims.

use telltale_core::claims::Assessment;
use telltale_core::store::Evidence;

use super::words::{app, bytes, seconds};
use crate::output::{Column, Row};

impl Row for Evidence {
    const COLUMNS: &'static [Column] = &[
        Column::time("TIME (UTC)"),
        Column::text("APP"),
        Column::text("HOST"),
        Column::text("WHAT"),
        Column::text("PERSONAL"),
        Column::number("SENT"),
    ];
    const FIELDS: &'static [&'static str] = &[
        "id",
        "flow",
        "time",
        "owner.uid",
        "owner.packages",
        "owner.process",
        "host",
        "party",
        "finding.rule",
        "finding.category",
        "method",
        "target",
        "bytes",
        "missing",
        "format",
        "personal",
        "notes",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            seconds(self.time),
            app(self.owner.as_ref()),
            self.host.to_string(),
            self.decoded.format.label().to_owned(),
            personal_kinds(self),
            bytes(self.bytes),
        ]
    }
}

/// Each kind once, in the order of the tree, with how often it is there.
fn personal_kinds(evidence: &Evidence) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for label in evidence.decoded.personal.iter().map(|personal| personal.kind.label()) {
        match counts.iter_mut().find(|(known, _)| *known == label) {
            Some((_, count)) => *count += 1,
            None => counts.push((label, 1)),
        }
    }
    let one = |(label, count): &(&str, usize)| match count {
        1 => (*label).to_owned(),
        _ => format!("{label} ({count})"),
    };
    if counts.is_empty() { "-".to_owned() } else { counts.iter().map(one).collect::<Vec<_>>().join(", ") }
}

impl Row for Assessment {
    const COLUMNS: &'static [Column] = &[Column::text("CLAIM"), Column::time("ANSWER"), Column::text("WHY")];
    const FIELDS: &'static [&'static str] = &[
        "claim",
        "says",
        "answer",
        "grounds",
        "sentence",
        "apps",
        "flows",
        "bytes_up",
        "first_seen",
        "last_seen",
        "requests",
        "hosts_for",
        "hosts_against",
        "hosts_untold",
        "reported_in",
        "replied_in",
    ];

    fn cells(&self) -> Vec<String> {
        vec![format!("{} {}", self.claim, self.says), self.answer.as_str().to_owned(), self.sentence.clone()]
    }
}
