//! How much of the talk could be told by host: the question behind `telltale coverage`.

use std::sync::Arc;

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::filter::{Conditions, Filter, Sort, page, sums};
use super::query::{Journal, OWNER_NAME};
use super::rows::{Cursor, OWNER, SUMS};
use crate::event::{Coverage, Owner, Timestamp};

/// What one row of coverage is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    App,
    Host,
    /// Of UTC. A flow counts whole in the hour in which it started.
    Hour,
    /// Of UTC.
    Day,
    Party,
}

/// Flows and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    pub flows: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
}

/// An amount as a part of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    #[serde(flatten)]
    pub amount: Amount,
    /// Of the flows, 0 to 1; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share_of_flows: Option<f64>,
    /// Of the bytes in both directions, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share_of_bytes: Option<f64>,
}

/// How the flows of an app, a host, a time or a party came by their names. Look-ups stand apart: the shares are of
/// all other flows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CoverageRow {
    /// Of [`By::App`]; absent also where the owner is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    /// Of [`By::Host`]; the address where no name was read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host: Option<Arc<str>>,
    /// Of [`By::Party`]; absent also where the party is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Arc<str>>,
    /// When the hour or the day began, of [`By::Hour`] and [`By::Day`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start: Option<Timestamp>,
    /// Everything that was asked for, whatever it is of.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub total: bool,
    /// All flows but look-ups.
    #[serde(flatten)]
    pub all: Amount,
    /// Named on the flow itself.
    pub flow: Part,
    /// Named by a look-up only.
    pub dns: Part,
    /// Named by the server's certificate only.
    pub certificate: Part,
    /// Not named, because the name is encrypted.
    pub encrypted: Part,
    /// Not named at all.
    pub none: Part,
    /// Carried an encrypted name, or what looks like one; of every class.
    pub ech: Part,
    /// Look-ups that could be read.
    pub look_ups: Amount,
    /// Look-ups that could not.
    pub hidden_look_ups: Amount,
}

impl Journal {
    /// Coverage by app, host, hour, day or party: the most bytes first, hours and days the latest first.
    pub fn coverage(&self, filter: &Filter, by: By) -> Result<Vec<CoverageRow>, StoreError> {
        let conditions = Conditions::on_sums(filter);
        let sql = format!(
            "SELECT {}, s.* FROM ({}) s {} ORDER BY {}, s.subject {}",
            by.columns(),
            classes(by.subject(), by.table(filter), conditions.sql()),
            by.join(),
            by.order(filter.sort),
            page(filter),
        );
        self.all(&sql, &conditions, |row| by.read(row))
    }

    /// Coverage of everything that the filter lets through, whatever its limit.
    pub fn total_coverage(&self, filter: &Filter) -> Result<CoverageRow, StoreError> {
        let conditions = Conditions::on_sums(filter);
        let sql = classes("0", sums(filter), conditions.sql());
        let rows = self.all(&sql, &conditions, |row| read_classes(&mut Cursor::new(row)))?;
        Ok(CoverageRow { total: true, ..rows.into_iter().next().unwrap_or_default() })
    }
}

impl By {
    /// What rows are grouped by, with the sums called `r`, and their verdicts `v`.
    fn subject(self) -> &'static str {
        match self {
            Self::App => "r.owner",
            Self::Host => "r.host",
            Self::Hour => "r.hour",
            Self::Day => "r.hour / 24 - (r.hour % 24 < 0)",
            Self::Party => "v.party",
        }
    }

    fn table(self, filter: &Filter) -> &'static str {
        match self {
            Self::Hour | Self::Day => "rollups",
            Self::App | Self::Host | Self::Party => sums(filter),
        }
    }

    /// What a row shows of its subject.
    fn columns(self) -> &'static str {
        match self {
            Self::App => OWNER,
            Self::Host => "h.name",
            Self::Hour => "s.subject * 3600000",
            Self::Day => "s.subject * 86400000",
            Self::Party => "s.subject",
        }
    }

    fn join(self) -> &'static str {
        match self {
            Self::App => "JOIN owners o ON o.id = s.subject",
            Self::Host => "JOIN hosts h ON h.id = s.subject",
            Self::Hour | Self::Day | Self::Party => "",
        }
    }

    fn order(self, sort: Option<Sort>) -> &'static str {
        match (sort, self) {
            (None, Self::Hour | Self::Day) => "s.subject DESC",
            (None | Some(Sort::Bytes), _) => "s.bytes_up + s.bytes_down DESC",
            (Some(Sort::Recent), _) => "s.last DESC",
            (Some(Sort::Flows), _) => "s.flows DESC",
            (Some(Sort::Findings), _) => "s.findings DESC",
            (Some(Sort::Name), Self::App) => OWNER_NAME,
            (Some(Sort::Name), Self::Host) => "h.name",
            (Some(Sort::Name), Self::Hour | Self::Day | Self::Party) => "s.subject",
        }
    }

    fn read(self, row: &Row<'_>) -> rusqlite::Result<CoverageRow> {
        let mut at = Cursor::new(row);
        let mut subject = CoverageRow::default();
        match self {
            Self::App => subject.owner = at.owner()?,
            Self::Host => subject.host = at.take()?,
            Self::Hour | Self::Day => subject.start = Some(at.time()?),
            Self::Party => subject.party = at.take()?,
        }
        let CoverageRow { owner, host, party, start, .. } = subject;
        Ok(CoverageRow { owner, host, party, start, ..read_classes(&mut at)? })
    }
}

const IS_TALK: &str = "r.coverage NOT IN ('look-up', 'hidden-look-up')";

/// Sums for each subject, as [`read_classes`] reads them. First by class, and only then side by side: the rows are
/// many, the classes few.
fn classes(subject: &str, table: &str, conditions: &str) -> String {
    let mut columns = "r.subject, sum(r.findings) AS findings, max(r.last) AS last".to_owned();
    columns += &amounts(IS_TALK, [" AS flows", " AS bytes_up", " AS bytes_down"]);
    columns += &amounts(&format!("r.ech AND {IS_TALK}"), [""; 3]);
    for class in Coverage::ALL {
        columns += &amounts(&format!("r.coverage = '{}'", class.as_str()), [""; 3]);
    }
    format!(
        "SELECT {columns} FROM (
             SELECT {subject} AS subject, r.coverage, r.ech, {SUMS},
                 sum(iif(v.rule IS NOT NULL, r.flows, 0)) AS findings
             FROM {table} r CROSS JOIN verdicts v ON v.id = r.verdict {conditions}
             GROUP BY subject, r.coverage, r.ech) r
         GROUP BY r.subject"
    )
}

/// Three columns: what `which` is true of.
fn amounts(which: &str, [flows, up, down]: [&str; 3]) -> String {
    let column = |sum: &str, name: &str| format!(", sum(iif({which}, r.{sum}, 0)){name}");
    [column("flows", flows), column("bytes_up", up), column("bytes_down", down)].concat()
}

fn read_classes(at: &mut Cursor<'_>) -> rusqlite::Result<CoverageRow> {
    // Subject, findings and time are for the order.
    (0..3).for_each(|_| at.skip());
    let all = at.amount()?;
    let part = |at: &mut Cursor<'_>| Ok::<_, rusqlite::Error>(Part::new(at.amount()?, all));
    Ok(CoverageRow {
        all,
        ech: part(at)?,
        flow: part(at)?,
        dns: part(at)?,
        certificate: part(at)?,
        encrypted: part(at)?,
        none: part(at)?,
        look_ups: at.amount()?,
        hidden_look_ups: at.amount()?,
        ..CoverageRow::default()
    })
}

impl Cursor<'_> {
    fn amount(&mut self) -> rusqlite::Result<Amount> {
        Ok(Amount { flows: self.take()?, bytes_up: self.take()?, bytes_down: self.take()? })
    }
}

impl Amount {
    /// Bytes in both directions.
    pub fn bytes(self) -> u64 {
        self.bytes_up.saturating_add(self.bytes_down)
    }
}

impl Part {
    fn new(amount: Amount, whole: Amount) -> Self {
        Self {
            amount,
            share_of_flows: share(amount.flows, whole.flows),
            share_of_bytes: share(amount.bytes(), whole.bytes()),
        }
    }
}

/// To four places: a share is an estimate of what could be told, not a checksum.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 1e4).round() / 1e4)
}
