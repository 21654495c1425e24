//! Flows as columns of Apache Parquet: the columns of the CSV, with their types.
//!
//! Format: <https://parquet.apache.org/docs/file-format/>, types:
//! <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use telltale_core::event::FlowRecord;
use telltale_core::store::{Filter, Journal};

use super::outgoing::visited;
use super::{Destination, ExportCommandError};

/// Flows that are held and written together: enough for a reader to skip and to share work by, some 30 MB here.
const GROUP: usize = 32_768;

/// A column: its name, and what a flow has there.
type Column = (&'static str, Read);

/// How a value is read, and thereby its type.
#[derive(Clone, Copy)]
enum Read {
    /// Milliseconds since 1970 UTC.
    Time(fn(&FlowRecord) -> i64),
    Count(fn(&FlowRecord) -> u64),
    Port(fn(&FlowRecord) -> u16),
    Number(fn(&FlowRecord) -> Option<u32>),
    Flag(fn(&FlowRecord) -> Option<bool>),
    Text(for<'a> fn(&'a FlowRecord) -> Option<Cow<'a, str>>),
    /// What is unknown is empty.
    Texts(for<'a> fn(&'a FlowRecord) -> &'a [Arc<str>]),
}

/// In the order of [`telltale_core::store::FLOW_FIELDS`].
const COLUMNS: [Column; 35] = [
    ("id", Read::Count(|flow| flow.id.0)),
    ("start", Read::Time(|flow| flow.start.0)),
    ("end", Read::Time(|flow| flow.end.0)),
    ("protocol", Read::Text(|flow| text(flow.protocol.as_str()))),
    ("originator_address", Read::Text(|flow| Some(flow.originator.address.to_string().into()))),
    ("originator_port", Read::Port(|flow| flow.originator.port)),
    ("responder_address", Read::Text(|flow| Some(flow.responder.address.to_string().into()))),
    ("responder_port", Read::Port(|flow| flow.responder.port)),
    ("owner_uid", Read::Number(|flow| flow.owner.as_ref()?.uid)),
    ("owner_packages", Read::Texts(|flow| flow.owner.as_ref().map_or(&[], |owner| &owner.packages))),
    ("owner_process", Read::Text(|flow| text(flow.owner.as_ref()?.process.as_deref()?))),
    ("owner_pid", Read::Number(|flow| flow.owner.as_ref()?.pid)),
    ("name_host", Read::Text(|flow| text(&flow.name.as_ref()?.host))),
    ("name_provenance", Read::Text(|flow| text(flow.name.as_ref()?.provenance.as_str()))),
    ("name_ech", Read::Flag(|flow| Some(flow.name.as_ref()?.ech))),
    ("name_candidates", Read::Texts(|flow| flow.name.as_ref().map_or(&[], |name| &name.candidates))),
    ("application", Read::Text(|flow| text(flow.application?.as_str()))),
    ("tls_version", Read::Text(|flow| text(flow.tls.as_ref()?.version.as_deref()?))),
    ("tls_alpn", Read::Texts(|flow| flow.tls.as_ref().map_or(&[], |tls| &tls.alpn))),
    ("hidden", Read::Text(|flow| text(flow.hidden?.as_str()))),
    ("party", Read::Text(|flow| text(flow.party.as_deref()?))),
    ("country", Read::Text(|flow| text(flow.country.as_deref()?))),
    ("asn", Read::Number(|flow| flow.asn)),
    ("finding_rule", Read::Text(|flow| text(&flow.finding.as_ref()?.rule))),
    ("finding_category", Read::Text(|flow| text(&flow.finding.as_ref()?.category))),
    ("finding_tier", Read::Text(|flow| text(flow.finding.as_ref()?.tier.as_str()))),
    ("finding_why", Read::Text(|flow| text(&flow.finding.as_ref()?.why))),
    ("finding_citation", Read::Text(|flow| text(&flow.finding.as_ref()?.citation))),
    ("expected", Read::Text(|flow| text(flow.expected.as_deref()?))),
    ("questions", Read::Texts(|flow| &flow.questions)),
    ("bytes_up", Read::Count(|flow| flow.counters.bytes_up)),
    ("bytes_down", Read::Count(|flow| flow.counters.bytes_down)),
    ("packets_up", Read::Count(|flow| flow.counters.packets_up)),
    ("packets_down", Read::Count(|flow| flow.counters.packets_down)),
    ("close", Read::Text(|flow| text(flow.close.as_str()))),
];

#[expect(clippy::unnecessary_wraps, reason = "what a flow need not have is read in the same way")]
fn text(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

/// Writes the flows; answers with how many there were.
pub(super) fn write(
    journal: &Journal,
    filter: &Filter,
    sink: &mut Destination,
) -> std::result::Result<u64, ExportCommandError> {
    let mut file = Table::new(sink).map_err(broken)?;
    let count =
        visited(|visit| journal.each_flow(filter, visit), |flow| Ok(file.push(&flow).map_err(broken)?))?;
    file.finish().map_err(broken)?;
    Ok(count)
}

/// What the library reports; it may only pass on what became of the file.
fn broken(error: ParquetError) -> io::Error {
    let ParquetError::External(source) = error else { return io::Error::other(error) };
    match source.downcast::<io::Error>() {
        Ok(error) => *error,
        Err(source) => io::Error::other(source),
    }
}

/// A file that is being written, with the flows of the group to come.
struct Table<'a> {
    writer: SerializedFileWriter<&'a mut Destination>,
    columns: Vec<Buffer>,
    rows: usize,
}

impl<'a> Table<'a> {
    fn new(sink: &'a mut Destination) -> Result<Self> {
        let fields: String = COLUMNS.iter().map(|(name, read)| read.declare(name)).collect();
        let schema = Arc::new(parse_message_type(&format!("message flow {{ {fields} }}"))?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(sink, schema, Arc::new(properties))?;
        let columns = COLUMNS.iter().map(|(_, read)| Buffer::new(*read)).collect();
        Ok(Self { writer, columns, rows: 0 })
    }

    fn push(&mut self, flow: &FlowRecord) -> Result<()> {
        self.columns.iter_mut().for_each(|column| column.push(flow));
        self.rows += 1;
        if self.rows == GROUP { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<()> {
        self.rows = 0;
        let mut group = self.writer.next_row_group()?;
        for buffer in &mut self.columns {
            if let Some(mut column) = group.next_column()? {
                buffer.write(&mut column)?;
                column.close()?;
            }
        }
        group.close()?;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.close()?;
        Ok(())
    }
}

impl Read {
    /// The column in the message type's own words.
    fn declare(self, name: &str) -> String {
        match self {
            Self::Time(_) => format!("required int64 {name} (TIMESTAMP(MILLIS,true));"),
            Self::Count(_) => format!("required int64 {name} (INTEGER(64,false));"),
            Self::Port(_) => format!("required int32 {name} (INTEGER(16,false));"),
            Self::Number(_) => format!("optional int32 {name} (INTEGER(32,false));"),
            Self::Flag(_) => format!("optional boolean {name};"),
            Self::Text(_) => format!("optional binary {name} (STRING);"),
            Self::Texts(_) => format!(
                "required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}"
            ),
        }
    }
}

/// Values of one column. Which of the lists are used depends on its type.
struct Buffer {
    read: Read,
    longs: Vec<i64>,
    ints: Vec<i32>,
    flags: Vec<bool>,
    texts: Vec<ByteArray>,
    /// Whether there is a value, of columns that need not have one.
    definition: Vec<i16>,
    /// Whether a value belongs to the same list as the one before it.
    repetition: Vec<i16>,
}

impl Buffer {
    fn new(read: Read) -> Self {
        Self {
            read,
            longs: Vec::new(),
            ints: Vec::new(),
            flags: Vec::new(),
            texts: Vec::new(),
            definition: Vec::new(),
            repetition: Vec::new(),
        }
    }

    fn push(&mut self, flow: &FlowRecord) {
        match self.read {
            Read::Time(read) => self.longs.push(read(flow)),
            Read::Count(read) => self.longs.push(read(flow).cast_signed()),
            Read::Port(read) => self.ints.push(read(flow).into()),
            Read::Number(read) => {
                let number = self.define(read(flow));
                self.ints.extend(number.map(u32::cast_signed));
            }
            Read::Flag(read) => {
                let flag = self.define(read(flow));
                self.flags.extend(flag);
            }
            Read::Text(read) => {
                let text = self.define(read(flow));
                self.texts.extend(text.map(|text| ByteArray::from(text.as_bytes().to_vec())));
            }
            Read::Texts(read) => self.push_list(read(flow)),
        }
    }

    fn define<T>(&mut self, value: Option<T>) -> Option<T> {
        self.definition.push(value.is_some().into());
        value
    }

    fn push_list(&mut self, list: &[Arc<str>]) {
        if list.is_empty() {
            self.definition.push(0);
            self.repetition.push(0);
        }
        for (index, text) in list.iter().enumerate() {
            self.definition.push(1);
            self.repetition.push((index > 0).into());
            self.texts.push(ByteArray::from(text.as_bytes().to_vec()));
        }
    }

    /// Writes what there is, and is empty again.
    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let definition = (!self.definition.is_empty()).then_some(&self.definition[..]);
        let repetition = (!self.repetition.is_empty()).then_some(&self.repetition[..]);
        match self.read {
            Read::Time(_) | Read::Count(_) => {
                column.typed::<Int64Type>().write_batch(&self.longs, definition, repetition)
            }
            Read::Port(_) | Read::Number(_) => {
                column.typed::<Int32Type>().write_batch(&self.ints, definition, repetition)
            }
            Read::Flag(_) => column.typed::<BoolType>().write_batch(&self.flags, definition, repetition),
            Read::Text(_) | Read::Texts(_) => {
                column.typed::<ByteArrayType>().write_batch(&self.texts, definition, repetition)
            }
        }?;
        *self = Self::new(self.read);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use telltale_core::store::FLOW_FIELDS;

    use super::*;

    #[test]
    fn the_columns_are_those_of_the_csv() {
        let names: Vec<_> = FLOW_FIELDS.iter().map(|field| field.replace('.', "_")).collect();
        assert_eq!(names, COLUMNS.map(|(name, _)| name));
    }
}
