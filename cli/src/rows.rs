//! What a table shows of each kind of row.

mod covered;

use telltale_core::claims::Assessment;
use telltale_core::event::{Application, Finding, FlowRecord, Gap, GapReason, Owner, Provenance, Timestamp};
use telltale_core::store::{AppRow, Evidence, FLOW_FIELDS, FindingRow, HostRow, PlaceRow};

pub(crate) use self::covered::{Covered, percent};

use crate::output::{Column, Row};

impl Row for AppRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("APP"),
        Column::number("FINDINGS"),
        Column::number("FLOWS"),
        Column::number("HOSTS"),
        Column::number("FLAGGED").extra(),
        Column::number("SENT"),
        Column::number("RECEIVED").extra(),
        Column::time("LAST SEEN (UTC)"),
    ];
    const FIELDS: &'static [&'static str] = &[
        "owner.uid",
        "owner.packages",
        "owner.process",
        "flows",
        "findings",
        "hosts",
        "hosts_flagged",
        "bytes_up",
        "bytes_down",
        "first_seen",
        "last_seen",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            app(self.owner.as_ref()),
            self.findings.to_string(),
            self.flows.to_string(),
            self.hosts.to_string(),
            self.hosts_flagged.to_string(),
            bytes(self.bytes_up),
            bytes(self.bytes_down),
            seconds(self.last_seen),
        ]
    }
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

impl Row for HostRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("HOST"),
        Column::text("PARTY"),
        Column::text("KNOWN FOR"),
        Column::text("READ FROM").extra(),
        Column::number("APPS").extra(),
        Column::number("FLOWS"),
        Column::number("SENT"),
        Column::number("RECEIVED").extra(),
        Column::time("LAST SEEN (UTC)"),
    ];
    const FIELDS: &'static [&'static str] = &[
        "host",
        "provenance",
        "party",
        "finding.rule",
        "finding.category",
        "finding.tier",
        "finding.why",
        "finding.citation",
        "expected",
        "apps",
        "flows",
        "bytes_up",
        "bytes_down",
        "first_seen",
        "last_seen",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.host.to_string(),
            text(self.party.as_deref()),
            known_for(self.finding.as_ref(), self.expected.as_deref()),
            read_from(self.provenance),
            self.apps.to_string(),
            self.flows.to_string(),
            bytes(self.bytes_up),
            bytes(self.bytes_down),
            seconds(self.last_seen),
        ]
    }
}

impl Row for PlaceRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("HOST"),
        Column::text("PARTY").extra(),
        Column::text("ADDRESS"),
        Column::text("NETWORK"),
        Column::text("COUNTRY (ESTIMATE)"),
        Column::number("FLOWS"),
        Column::number("SENT"),
        Column::time("FIRST SEEN (UTC)").extra(),
        Column::time("LAST SEEN (UTC)"),
    ];
    const FIELDS: &'static [&'static str] = &[
        "host",
        "party",
        "finding.rule",
        "finding.category",
        "address",
        "asn",
        "country",
        "flows",
        "bytes_up",
        "bytes_down",
        "first_seen",
        "last_seen",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.host.to_string(),
            text(self.party.as_deref()),
            self.address.to_string(),
            self.asn.map_or("-".to_owned(), |asn| format!("AS{asn}")),
            text(self.country.as_deref()),
            self.flows.to_string(),
            bytes(self.bytes_up),
            seconds(self.first_seen),
            seconds(self.last_seen),
        ]
    }
}

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

impl Row for FindingRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("APP"),
        Column::text("HOST"),
        Column::text("PARTY"),
        Column::text("FINDING"),
        Column::text("WHY").extra(),
        Column::text("READ FROM").extra(),
        Column::number("FLOWS"),
        Column::number("SENT"),
        Column::time("LAST SEEN (UTC)"),
    ];
    const FIELDS: &'static [&'static str] = &[
        "owner.uid",
        "owner.packages",
        "owner.process",
        "host",
        "provenance",
        "party",
        "finding.rule",
        "finding.category",
        "finding.tier",
        "finding.why",
        "finding.citation",
        "flows",
        "bytes_up",
        "bytes_down",
        "first_seen",
        "last_seen",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            app(self.owner.as_ref()),
            self.host.to_string(),
            text(self.party.as_deref()),
            known_for(Some(&self.finding), None),
            format!("{} [{}]", self.finding.why, self.finding.citation),
            read_from(self.provenance),
            self.flows.to_string(),
            bytes(self.bytes_up),
            seconds(self.last_seen),
        ]
    }
}

impl Row for FlowRecord {
    const COLUMNS: &'static [Column] = &[
        Column::time("START (UTC)"),
        Column::text("APP"),
        Column::text("HOST"),
        Column::text("READ FROM").extra(),
        Column::text("SPEAKS").extra(),
        Column::text("PORT").extra(),
        Column::text("PARTY"),
        Column::text("KNOWN FOR"),
        Column::number("SENT"),
        Column::number("RECEIVED").extra(),
        Column::text("END"),
    ];
    const FIELDS: &'static [&'static str] = FLOW_FIELDS;

    fn cells(&self) -> Vec<String> {
        let host = match (&self.name, self.questions.as_slice()) {
            (Some(name), _) => name.host.to_string(),
            (None, []) => self.responder.address.to_string(),
            (None, questions) => format!("look-up of {}", questions.join(", ")),
        };
        vec![
            seconds(self.start),
            app(self.owner.as_ref()),
            host,
            read_from(self.name.as_ref().map(|name| name.provenance)),
            self.application.map_or("", Application::as_str).to_owned(),
            format!("{}/{}", self.responder.port, self.protocol.as_str()),
            text(self.party.as_deref()),
            known_for(self.finding.as_ref(), self.expected.as_deref()),
            bytes(self.counters.bytes_up),
            bytes(self.counters.bytes_down),
            self.close.as_str().to_owned(),
        ]
    }
}

impl Row for Gap {
    const COLUMNS: &'static [Column] = &[
        Column::time("FROM (UTC)"),
        Column::time("TO (UTC)"),
        Column::text("LENGTH"),
        Column::text("REASON"),
        Column::number("LOST"),
    ];
    const FIELDS: &'static [&'static str] = &["start", "end", "reason", "lost"];

    fn cells(&self) -> Vec<String> {
        vec![
            seconds(self.start),
            self.end.map_or_else(|| "now".to_owned(), seconds),
            self.end.map(|end| length(end.0 - self.start.0)).unwrap_or_default(),
            reason(self.reason).to_owned(),
            if self.lost == 0 { String::new() } else { self.lost.to_string() },
        ]
    }
}

/// An owner as a person knows it. A shared uid lists every package and picks none.
pub(crate) fn app(owner: Option<&Owner>) -> String {
    let Some(owner) = owner else {
        return "unknown".to_owned();
    };
    match (&owner.packages[..], &owner.process, owner.uid) {
        ([], Some(process), _) => process.to_string(),
        ([], None, Some(uid)) => format!("uid {uid}"),
        ([], None, None) => "unknown".to_owned(),
        (packages, _, _) => packages.join(", "),
    }
}

fn known_for(finding: Option<&Finding>, expected: Option<&str>) -> String {
    match (finding, expected) {
        (Some(finding), _) => format!("{} ({})", finding.category, finding.tier.as_str()),
        (None, Some(expected)) => format!("expected: {expected}"),
        (None, None) => String::new(),
    }
}

fn read_from(provenance: Option<Provenance>) -> String {
    provenance.map_or("", Provenance::as_str).to_owned()
}

fn reason(reason: GapReason) -> &'static str {
    match reason {
        GapReason::NotRunning => "telltale did not run",
        GapReason::Killed => "telltale was killed",
        GapReason::Revoked => "the system took the VPN away",
        GapReason::NamesHidden => "names were hidden (private DNS, ECH)",
        GapReason::EventsLost => "flows came faster than they could be recorded",
        GapReason::RecordFailed => "the record could not be written",
        GapReason::FlowsRefused => "flows were turned away, too many at once",
        GapReason::SizeCap => "flows were dropped to keep the record small",
    }
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// Without the milliseconds, which are in the JSON and the CSV.
fn seconds(time: Timestamp) -> String {
    let full = time.to_string();
    full.get(..19).unwrap_or(&full).replace('T', " ")
}

/// Three digits and a unit.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if count < 1_000 {
        return format!("{count} B");
    }
    let mut tenths = count / 100;
    for unit in UNITS {
        if tenths < 100 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        if tenths < 10_000 {
            return format!("{} {unit}", tenths / 10);
        }
        tenths /= 1_000;
    }
    format!("{} EB", tenths * 100)
}

/// The two largest units of a time in milliseconds.
fn length(milliseconds: i64) -> String {
    let seconds = milliseconds / 1_000;
    match seconds {
        0 => format!("{milliseconds} ms"),
        1..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_counts_are_short() {
        for (count, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (9_999, "9.9 kB"),
            (10_000, "10 kB"),
            (999_999, "999 kB"),
            (1_000_000, "1.0 MB"),
            (52_428_800, "52 MB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(bytes(count), shown);
        }
    }

    #[test]
    fn lengths_have_two_units() {
        for (milliseconds, shown) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (59_000, "59 s"),
            (61_000, "1 min 1 s"),
            (7_260_000, "2 h 1 min"),
            (90_000_000, "1 d 1 h"),
        ] {
            assert_eq!(length(milliseconds), shown);
        }
    }

    #[test]
    fn a_shared_uid_picks_none() {
        let mut owner = Owner { uid: Some(1000), ..Owner::default() };
        assert_eq!(app(Some(&owner)), "uid 1000");
        owner.packages = vec!["a".into(), "b".into()];
        assert_eq!(app(Some(&owner)), "a, b");
        assert_eq!(app(None), "unknown");
    }
}
