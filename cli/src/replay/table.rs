//! The flows of a replay as a table. Nobody knows whose they are, so it has no column for that.

use std::io;

use serde::Serialize;
use telltale_core::event::FlowRecord;

use crate::output::{self, Column, Format, Listing, Row};

/// Flows that are to be shown at the end: of a long capture only some.
pub(super) struct FlowTable {
    limit: usize,
    flows: Vec<Replayed>,
    total: u64,
}

/// A flow without an owner.
#[derive(Serialize)]
#[serde(transparent)]
struct Replayed(FlowRecord);

/// Where [`FlowRecord`]'s own row has the owner.
const OWNER: usize = 1;

impl Row for Replayed {
    const COLUMNS: &'static [Column] = &[
        Column::time("START (UTC)"),
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
    const FIELDS: &'static [&'static str] = FlowRecord::FIELDS;

    fn cells(&self) -> Vec<String> {
        let mut cells = self.0.cells();
        cells.remove(OWNER);
        cells
    }
}

impl FlowTable {
    /// A table of at most `limit` flows; 0 is all.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: if limit == 0 { usize::MAX } else { limit }, flows: Vec::new(), total: 0 }
    }

    pub(super) fn add(&mut self, flow: &FlowRecord) {
        self.total += 1;
        if self.flows.len() < self.limit {
            self.flows.push(Replayed(flow.clone()));
        }
    }

    /// Writes it to standard output, the earliest flow first.
    pub(super) fn write(mut self, quiet: bool) -> io::Result<()> {
        self.flows.sort_by_key(|flow| (flow.0.start, flow.0.id));
        let shown = self.flows.len();
        let mut listing = Listing::new::<Replayed>(Format::Table)?;
        self.flows.iter().try_for_each(|flow| listing.push(flow))?;
        listing.finish("Flows: none in these captures.")?;
        if self.total > shown as u64 && !quiet {
            output::remark(&format!(
                "The first {shown} flows that ended, of {}; --limit 0 shows all.",
                self.total
            ));
        }
        Ok(())
    }
}
