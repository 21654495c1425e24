//! Apps and hosts: what flows add up to.

use telltale_core::store::{AppRow, FindingRow, HostRow, PlaceRow};

use super::words::{app, bytes, known_for, read_from, seconds, text};
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
