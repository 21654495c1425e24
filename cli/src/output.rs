//! Rows as a table, as JSON lines or as CSV; and the few lines that go to standard error.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table};
use serde::Serialize;
use telltale_core::store::text_at;

/// A row that can be shown.
pub(crate) trait Row: Serialize {
    /// Headings of the table.
    const COLUMNS: &'static [Column];
    /// Keys of the CSV, as in the JSON; a dot leads into an object.
    const FIELDS: &'static [&'static str];

    /// What the table shows, in the order of [`Self::COLUMNS`].
    fn cells(&self) -> Vec<String>;
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    heading: &'static str,
    kind: Kind,
    /// Left out where the terminal is too narrow for everything.
    is_extra: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Broken into several lines where there is no room.
    Text,
    /// Right-aligned, in one piece.
    Number,
    /// In one piece.
    Time,
}

impl Column {
    pub(crate) const fn text(heading: &'static str) -> Self {
        Self { heading, kind: Kind::Text, is_extra: false }
    }

    pub(crate) const fn number(heading: &'static str) -> Self {
        Self { heading, kind: Kind::Number, is_extra: false }
    }

    pub(crate) const fn time(heading: &'static str) -> Self {
        Self { heading, kind: Kind::Time, is_extra: false }
    }

    pub(crate) const fn extra(self) -> Self {
        Self { is_extra: true, ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

/// Takes rows one after the other. A table is shown at the end, everything else at once.
pub(crate) struct Listing<W: Write> {
    shape: Shape<W>,
    rows: usize,
}

enum Shape<W: Write> {
    Table { table: Table, columns: &'static [Column], width: Option<u16>, sink: W },
    Json(W),
    Csv(csv::Writer<W>),
}

impl Listing<BufWriter<io::StdoutLock<'static>>> {
    /// On standard output, a table as wide as the terminal.
    pub(crate) fn new<R: Row>(format: Format) -> io::Result<Self> {
        let width = terminal_size::terminal_size().map(|(width, _)| width.0).or_else(asked_width);
        // Standard output alone would write every line by itself.
        Self::to::<R>(format, width, BufWriter::new(io::stdout().lock()))
    }
}

impl Listing<io::StderrLock<'static>> {
    /// A table on standard error.
    pub(crate) fn on_standard_error<R: Row>() -> io::Result<Self> {
        let width =
            terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0).or_else(asked_width);
        Self::to::<R>(Format::Table, width, io::stderr().lock())
    }
}

impl<W: Write> Listing<W> {
    fn to<R: Row>(format: Format, width: Option<u16>, sink: W) -> io::Result<Self> {
        let shape = match format {
            Format::Table => {
                Shape::Table { table: empty_table(R::COLUMNS), columns: R::COLUMNS, width, sink }
            }
            Format::Json => Shape::Json(sink),
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(sink);
                csv.write_record(R::FIELDS.iter().map(|field| field.replace('.', "_"))).map_err(csv_error)?;
                Shape::Csv(csv)
            }
        };
        Ok(Self { shape, rows: 0 })
    }

    pub(crate) fn push<R: Row>(&mut self, row: &R) -> io::Result<()> {
        self.rows += 1;
        match &mut self.shape {
            Shape::Table { table, .. } => {
                table.add_row(row.cells().iter().map(|cell| printable(cell)));
            }
            Shape::Json(sink) => {
                serde_json::to_writer(&mut *sink, row)?;
                sink.write_all(b"\n")?;
            }
            Shape::Csv(csv) => {
                let value = serde_json::to_value(row)?;
                csv.write_record(R::FIELDS.iter().map(|field| text_at(&value, field))).map_err(csv_error)?;
            }
        }
        Ok(())
    }

    /// Shows what is left to show; `none` stands in for a table without rows.
    pub(crate) fn finish(self, none: &str) -> io::Result<()> {
        match self.shape {
            Shape::Table { mut table, columns, width, mut sink } => {
                if self.rows == 0 {
                    writeln!(sink, "{none}")?;
                } else {
                    if let Some(width) = width {
                        fit(&mut table, columns, width);
                    }
                    table.lines().try_for_each(|line| writeln!(sink, "{}", line.trim_end()))?;
                }
                sink.flush()
            }
            Shape::Json(mut sink) => sink.flush(),
            Shape::Csv(mut csv) => csv.flush(),
        }
    }
}

/// Text on standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let printed: String =
        text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    writeln!(io::stdout(), "{printed}")
}

/// An object on a line of standard output.
pub(crate) fn print_json(value: &impl Serialize) -> io::Result<()> {
    writeln!(io::stdout(), "{}", serde_json::to_string(value)?)
}

/// The file that stands for standard input.
pub(crate) fn is_standard_input(file: &Path) -> bool {
    file == Path::new("-")
}

/// What to call an input in a message.
pub(crate) fn name_of(file: &Path) -> String {
    if is_standard_input(file) { "standard input".to_owned() } else { file.display().to_string() }
}

/// The same of an output.
pub(crate) fn name_of_output(file: &Path) -> String {
    if file == Path::new("-") { "standard output".to_owned() } else { file.display().to_string() }
}

/// One line on standard error that says what went wrong and what to do.
pub(crate) fn complain(what: &dyn Display) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "telltale: {what}");
}

/// One line on standard error for a person that looks on.
pub(crate) fn remark(what: &str) {
    let _ = writeln!(io::stderr(), "{what}");
}

/// Where there is no terminal, the width that COLUMNS asks for, as in `COLUMNS=100 telltale flows | less`.
fn asked_width() -> Option<u16> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|width| *width > 0)
}

/// Spaces between two columns.
const GUTTER: u16 = 2;

/// What a column of text needs at least to be read with pleasure; longer text is broken.
const READABLE: u16 = 30;

fn empty_table(columns: &[Column]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(columns.iter().map(|column| column.heading));
    for (column, laid_out) in columns.iter().zip(table.column_iter_mut()) {
        laid_out.set_padding((0, GUTTER));
        if column.kind == Kind::Number {
            laid_out.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Leaves out extra columns from the right until the others are readable, then breaks long text.
fn fit(table: &mut Table, columns: &[Column], width: u16) {
    let wanted: Vec<u16> = columns
        .iter()
        .zip(table.column_max_content_widths())
        .map(|(column, widest)| {
            GUTTER + if column.kind == Kind::Text { widest.min(READABLE) } else { widest }
        })
        .collect();
    let mut needed: u16 = wanted.iter().sum();
    for (index, column) in columns.iter().enumerate().rev() {
        let Some(laid_out) = table.column_mut(index) else {
            continue;
        };
        if column.is_extra && needed > width {
            laid_out.set_constraint(ColumnConstraint::Hidden);
            needed -= wanted[index];
        } else if column.kind != Kind::Text {
            laid_out.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
}

/// Paths of programs may hold anything, also what moves a terminal's cursor.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The only error that writing rows of one length can bring.
fn csv_error(error: csv::Error) -> io::Error {
    if let csv::ErrorKind::Io(_) = error.kind()
        && let csv::ErrorKind::Io(error) = error.into_kind()
    {
        return error;
    }
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[derive(Serialize)]
    struct Pair {
        name: &'static str,
        nested: Value,
    }

    impl Row for Pair {
        const COLUMNS: &'static [Column] =
            &[Column::text("NAME"), Column::text("MORE").extra(), Column::number("COUNT")];
        const FIELDS: &'static [&'static str] = &["name", "nested.list", "nested.absent"];

        fn cells(&self) -> Vec<String> {
            vec![self.name.to_owned(), "less important".to_owned(), "7".to_owned()]
        }
    }

    fn shown(format: Format, width: u16, names: &[&'static str]) -> String {
        let mut sink = Vec::new();
        let mut listing = Listing::to::<Pair>(format, Some(width), &mut sink).unwrap();
        for name in names {
            listing.push(&Pair { name, nested: serde_json::json!({ "list": ["a", "b"] }) }).unwrap();
        }
        listing.finish("Pairs: not seen.").unwrap();
        String::from_utf8(sink).unwrap()
    }

    #[test]
    fn a_table_fits_the_terminal() {
        let name = "a.very.long.host.name.that.does.not.fit.into.any.terminal.example.com";
        let table = shown(Format::Table, 40, &[name, "b"]);
        assert!(table.lines().all(|line| line.chars().count() <= 40), "{table}");
        assert!(table.contains("NAME") && table.contains('7') && !table.contains("less"), "{table}");
        assert!(shown(Format::Table, 80, &["b"]).contains("less important"));
    }

    #[test]
    fn a_cell_cannot_steer_the_terminal() {
        assert!(!shown(Format::Table, 40, &["\x1b[2Jgone"]).contains('\x1b'));
    }

    #[test]
    fn an_empty_table_says_that_nothing_was_seen() {
        assert_eq!(shown(Format::Table, 40, &[]), "Pairs: not seen.\n");
        assert_eq!(shown(Format::Json, 40, &[]), "");
        assert_eq!(shown(Format::Csv, 40, &[]), "name,nested_list,nested_absent\n");
    }

    #[test]
    fn csv_takes_its_values_from_the_json() {
        assert_eq!(
            shown(Format::Csv, 40, &["a,\"b\""]),
            "name,nested_list,nested_absent\n\"a,\"\"b\"\"\",a b,\n"
        );
    }
}
