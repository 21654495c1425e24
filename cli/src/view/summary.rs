//! The table at the end of a session: which program sent to which flagged host.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;
use telltale_core::event::FlowRecord;

use crate::output::{self, Column, Listing, Row};
use crate::rows::bytes;

/// Flagged flows by program and host.
#[derive(Default)]
pub(crate) struct Summary {
    rows: BTreeMap<(String, String), SummaryRow>,
}

#[derive(Default, Serialize)]
struct SummaryRow {
    process: String,
    host: String,
    party: String,
    category: String,
    flows: u64,
    bytes_up: u64,
    bytes_down: u64,
}

impl Row for SummaryRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("PROGRAM"),
        Column::text("HOST"),
        Column::text("PARTY"),
        Column::text("CATEGORY"),
        Column::number("FLOWS"),
        Column::number("SENT"),
        Column::number("RECEIVED"),
    ];
    const FIELDS: &'static [&'static str] =
        &["process", "host", "party", "category", "flows", "bytes_up", "bytes_down"];

    fn cells(&self) -> Vec<String> {
        let texts = [&self.process, &self.host, &self.party, &self.category].map(String::clone);
        let counts = [self.flows.to_string(), bytes(self.bytes_up), bytes(self.bytes_down)];
        texts.into_iter().chain(counts).collect()
    }
}

impl Summary {
    /// Adds a flow that ended, if it is a finding.
    pub(crate) fn add(&mut self, flow: &FlowRecord) {
        let Some(finding) = &flow.finding else { return };
        let row = self.rows.entry((process_of(flow), host_of(flow))).or_insert_with(|| SummaryRow {
            process: process_of(flow),
            host: host_of(flow),
            party: flow.party.as_deref().unwrap_or_default().to_owned(),
            category: finding.category.to_string(),
            ..SummaryRow::default()
        });
        row.flows += 1;
        row.bytes_up += flow.counters.bytes_up;
        row.bytes_down += flow.counters.bytes_down;
    }

    /// Writes it to standard error, with the counts, and where the record is.
    pub(crate) fn write(&self, counts: &str, db: Option<&Path>) -> io::Result<()> {
        let mut listing = Listing::on_standard_error::<SummaryRow>()?;
        self.rows.values().try_for_each(|row| listing.push(row))?;
        listing.finish("telltale: no flow to a host that is known to collect behaviour data was seen")?;
        output::remark(&format!("telltale: {counts}"));
        if let Some(db) = db {
            let query = if self.rows.is_empty() { "flows" } else { "findings" };
            output::remark(&format!(
                "telltale: recorded; `telltale --db {} {query}` shows more",
                db.display()
            ));
        }
        Ok(())
    }
}

/// The file name of the program, or its packages, or that it is not known.
pub(super) fn process_of(flow: &FlowRecord) -> String {
    let Some(owner) = &flow.owner else { return "unknown program".to_owned() };
    let name = owner.process.as_deref().and_then(|path| Path::new(path).file_name()?.to_str());
    match (name, owner.packages.as_slice(), owner.uid) {
        (Some(name), ..) => name.to_owned(),
        (None, [_, ..], _) => owner.packages.join(", "),
        (None, [], Some(uid)) => format!("uid {uid}"),
        (None, [], None) => "unknown program".to_owned(),
    }
}

/// The host's name, or its address.
pub(super) fn host_of(flow: &FlowRecord) -> String {
    flow.name.as_ref().map_or_else(|| flow.responder.address.to_string(), |name| name.host.to_string())
}
