//! Single flows, and the gaps between them.

use telltale_core::event::{Application, FlowRecord, Gap, GapReason};
use telltale_core::store::FLOW_FIELDS;

use super::words::{app, bytes, known_for, length, read_from, seconds, text};
use crate::output::{Column, Row};

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
