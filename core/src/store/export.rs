//! Flows taken away: as a table for spreadsheets, or as an object per line for programs.

use std::io::{self, Write};

use serde_json::Value;

use super::error::StoreError;
use super::filter::Filter;
use super::query::Journal;
use crate::event::FlowRecord;

/// What the file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// A heading, then a line per flow.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

/// Why flows did not get out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the file cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Keys of a flow as columns of a table; a dot leads into an object.
pub const FLOW_FIELDS: &[&str] = &[
    "id",
    "start",
    "end",
    "protocol",
    "originator.address",
    "originator.port",
    "responder.address",
    "responder.port",
    "owner.uid",
    "owner.packages",
    "owner.process",
    "owner.pid",
    "name.host",
    "name.provenance",
    "name.ech",
    "name.candidates",
    "application",
    "tls.version",
    "tls.alpn",
    "hidden",
    "party",
    "country",
    "asn",
    "finding.rule",
    "finding.category",
    "finding.tier",
    "finding.why",
    "finding.citation",
    "expected",
    "questions",
    "bytes_up",
    "bytes_down",
    "packets_up",
    "packets_down",
    "close",
];

impl Journal {
    /// Writes the flows that `filter` lets through, the latest first; answers with how many there were.
    pub fn export(
        &self,
        filter: &Filter,
        format: ExportFormat,
        sink: impl Write,
    ) -> Result<u64, ExportError> {
        match format {
            ExportFormat::Csv => self.export_csv(filter, csv::Writer::from_writer(sink)),
            ExportFormat::JsonLines => self.export_lines(filter, io::BufWriter::new(sink)),
        }
    }

    fn export_csv(&self, filter: &Filter, mut csv: csv::Writer<impl Write>) -> Result<u64, ExportError> {
        let heading = FLOW_FIELDS.iter().map(|field| field.replace('.', "_"));
        csv.write_record(heading).map_err(csv_error)?;
        let count = self.export_each(filter, |flow| {
            let value = serde_json::to_value(flow)?;
            csv.write_record(FLOW_FIELDS.iter().map(|field| text_at(&value, field))).map_err(csv_error)
        })?;
        csv.flush()?;
        Ok(count)
    }

    fn export_lines(&self, filter: &Filter, mut sink: impl Write) -> Result<u64, ExportError> {
        let count = self.export_each(filter, |flow| {
            serde_json::to_writer(&mut sink, flow)?;
            sink.write_all(b"\n")
        })?;
        sink.flush()?;
        Ok(count)
    }

    fn export_each(
        &self,
        filter: &Filter,
        mut write: impl FnMut(&FlowRecord) -> io::Result<()>,
    ) -> Result<u64, ExportError> {
        let (mut count, mut written) = (0, Ok(()));
        self.each_flow(filter, |flow| {
            written = write(&flow);
            count += u64::from(written.is_ok());
            written.is_ok()
        })?;
        written?;
        Ok(count)
    }
}

/// A full disk is still told to be one.
fn csv_error(error: csv::Error) -> io::Error {
    if let csv::ErrorKind::Io(_) = error.kind()
        && let csv::ErrorKind::Io(error) = error.into_kind()
    {
        return error;
    }
    io::ErrorKind::InvalidData.into()
}

/// The value at a dotted path, as text; lists with spaces between.
pub fn text_at(value: &Value, path: &str) -> String {
    match path.split('.').try_fold(value, |value, key| value.get(key)) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(" ")
        }
        Some(other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_))) => other.to_string(),
    }
}
