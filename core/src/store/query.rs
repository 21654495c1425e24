//! Questions to the record.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Row, params_from_iter};

use super::book::last_sign_of_life;
use super::error::StoreError;
use super::filter::{Conditions, Filter, Sort, page, sums};
use super::rows::{self, AppRow, FINDING, FLOW, FindingRow, HostRow, OWNER, SUMMED, SUMS};
use super::{lock, schema};
use crate::event::{FlowId, FlowRecord, Gap};

/// How long to wait for a writer that just cleans up.
const PATIENCE: Duration = Duration::from_secs(2);

/// Of the verdicts on one host the weightiest: a finding, then a service that the user asked for; among equals one on a
/// name that the flow itself showed, whose provenance is told beside it, then the one that came last into the record.
const WEIGHTIEST: &str =
    "max(((iif(v.rule IS NOT NULL, 2, v.expected IS NOT NULL) << 1) + (r.coverage = 'flow')) << 40
    | r.verdict) & ((1 << 40) - 1)";

/// Reads the record, also while it is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    pub(super) connection: Connection,
}

impl Journal {
    /// Opens the record at `path` for reading.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        let connection = schema::open_for_reading(&path, PATIENCE)?;
        Ok(Self { path, connection })
    }

    /// The same; a record of an older version is brought up to date first, which nobody else may be writing then.
    pub fn open_upgraded(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        match Self::open(&path) {
            Err(StoreError::Older { .. }) => {
                let _lock = lock::Lock::take(&path)?;
                drop(schema::open_for_writing(&path, PATIENCE)?);
                Self::open(path)
            }
            opened => opened,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Single flows, the latest first.
    pub fn flows(&self, filter: &Filter) -> Result<Vec<FlowRecord>, StoreError> {
        let mut flows = Vec::new();
        self.each_flow(filter, |flow| {
            flows.push(flow);
            true
        })?;
        Ok(flows)
    }

    /// Gives the same flows to `visit`, one at a time, until it returns false.
    pub fn each_flow(
        &self,
        filter: &Filter,
        visit: impl FnMut(FlowRecord) -> bool,
    ) -> Result<(), StoreError> {
        let order = match filter.sort.unwrap_or(Sort::Recent) {
            Sort::Recent => "f.start DESC, f.id DESC",
            Sort::Bytes => "f.bytes_up + f.bytes_down DESC, f.start DESC",
            Sort::Flows => "f.packets_up + f.packets_down DESC, f.start DESC",
            Sort::Findings => "f.flagged DESC, f.start DESC, f.id DESC",
            Sort::Name => "h.name, f.start DESC, f.id DESC",
        };
        self.each_flow_by(order, filter, visit)
    }

    /// The same in the order in which they began, whatever the filter's own.
    pub fn each_flow_in_time(
        &self,
        filter: &Filter,
        visit: impl FnMut(FlowRecord) -> bool,
    ) -> Result<(), StoreError> {
        self.each_flow_by("f.start, f.id", filter, visit)
    }

    fn each_flow_by(
        &self,
        order: &str,
        filter: &Filter,
        visit: impl FnMut(FlowRecord) -> bool,
    ) -> Result<(), StoreError> {
        let conditions = self.on_flows(filter)?;
        let sql = format!("{} ORDER BY {order} {}", select_flows(&conditions), page(filter));
        self.each(&sql, &conditions, rows::flow, visit)
    }

    /// The flow with this number, unless it was dropped for its age.
    pub fn flow(&self, id: FlowId) -> Result<Option<FlowRecord>, StoreError> {
        let mut conditions = Conditions::default();
        conditions.and("f.id = ?", Some(id.0.cast_signed()));
        let mut found = None;
        self.each(&select_flows(&conditions), &conditions, rows::flow, |flow| {
            found = Some(flow);
            false
        })?;
        Ok(found)
    }

    /// Hosts, those with findings first.
    pub fn hosts(&self, filter: &Filter) -> Result<Vec<HostRow>, StoreError> {
        let conditions = Conditions::on_sums(filter);
        let sql = format!(
            "SELECT {SUMMED}, h.name, s.provenance, v.party, v.expected, s.apps, {FINDING} FROM (
                 SELECT r.host, {SUMS}, max(r.provenance) AS provenance, count(DISTINCT r.owner) AS apps,
                     {WEIGHTIEST} AS verdict
                 FROM {} r CROSS JOIN verdicts v ON v.id = r.verdict {} GROUP BY r.host) s
             JOIN hosts h ON h.id = s.host JOIN verdicts v ON v.id = s.verdict
             ORDER BY {}, h.name {}",
            sums(filter),
            conditions.sql(),
            order(filter.sort.unwrap_or(Sort::Findings), "v.rule IS NOT NULL DESC, s.last DESC", "h.name"),
            page(filter),
        );
        self.all(&sql, &conditions, rows::host)
    }

    /// Owners of flows, those with the most findings first.
    pub fn apps(&self, filter: &Filter) -> Result<Vec<AppRow>, StoreError> {
        let conditions = Conditions::on_sums(filter);
        let sql = format!(
            "SELECT {SUMMED}, s.findings, s.hosts, s.hosts_flagged, {OWNER} FROM (
                 SELECT r.owner, {SUMS}, sum(iif(v.rule IS NOT NULL, r.flows, 0)) AS findings,
                     count(DISTINCT r.host) AS hosts,
                     count(DISTINCT iif(v.rule IS NOT NULL, r.host, NULL)) AS hosts_flagged
                 FROM {} r CROSS JOIN verdicts v ON v.id = r.verdict {} GROUP BY r.owner) s
             JOIN owners o ON o.id = s.owner
             ORDER BY {}, o.id {}",
            sums(filter),
            conditions.sql(),
            order(filter.sort.unwrap_or(Sort::Findings), "s.findings DESC, s.last DESC", OWNER_NAME),
            page(filter),
        );
        self.all(&sql, &conditions, rows::app)
    }

    /// Findings, one row for each owner and host, the latest first.
    pub fn findings(&self, filter: &Filter) -> Result<Vec<FindingRow>, StoreError> {
        let mut conditions = Conditions::on_sums(filter);
        conditions.require("v.rule IS NOT NULL");
        let sql = format!(
            "SELECT {SUMMED}, h.name, s.provenance, v.party, {OWNER}, {FINDING} FROM (
                 SELECT r.owner, r.host, {SUMS}, max(r.provenance) AS provenance, {WEIGHTIEST} AS verdict
                 FROM {} r CROSS JOIN verdicts v ON v.id = r.verdict {} GROUP BY r.owner, r.host) s
             JOIN owners o ON o.id = s.owner JOIN hosts h ON h.id = s.host JOIN verdicts v ON v.id = s.verdict
             ORDER BY {}, h.name, o.id {}",
            sums(filter),
            conditions.sql(),
            order(filter.sort.unwrap_or(Sort::Recent), "s.flows DESC", "h.name"),
            page(filter),
        );
        let rows = self.all(&sql, &conditions, rows::finding)?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Intervals of which the record does not tell everything, the latest first. One that lasts has no end.
    pub fn gaps(&self, filter: &Filter) -> Result<Vec<Gap>, StoreError> {
        let conditions = Conditions::on_gaps(filter);
        let sql = format!(
            "SELECT start, stop, reason, lost FROM gaps {} ORDER BY start DESC, id DESC",
            conditions.sql(),
        );
        let mut gaps = self.all(&sql, &conditions, rows::gap)?;
        if let Some(current) =
            self.current_gap()?.filter(|gap| filter.until.is_none_or(|until| gap.start < until))
        {
            gaps.insert(0, current);
        }
        let limit = filter.limit.unwrap_or(usize::MAX);
        Ok(gaps.into_iter().skip(filter.offset).take(limit).collect())
    }

    /// Hosts and owners by their numbers: only then are flows read in the order of those, and only as many as asked for.
    fn on_flows(&self, filter: &Filter) -> Result<Conditions, StoreError> {
        let (app, host) = (filter.app.clone(), filter.host.clone());
        let mut conditions = Conditions::on_flows(&Filter { app: None, host: None, ..filter.clone() });
        for (column, of_table) in
            [("f.owner", Conditions::on_owners(app)), ("f.host", Conditions::on_hosts(host))]
        {
            if let Some((table, which)) = of_table {
                let sql = format!("SELECT id FROM {table} {}", which.sql());
                conditions.require_one_of(column, &self.all(&sql, &which, |row| row.get(0))?);
            }
        }
        Ok(conditions)
    }

    /// The gap that no session has closed yet, because none runs.
    fn current_gap(&self) -> Result<Option<Gap>, StoreError> {
        let last = last_sign_of_life(&self.connection).map_err(|error| self.explain(error))?;
        if lock::is_held(&self.path) {
            return Ok(None);
        }
        Ok(last.map(|(start, reason)| Gap { start, end: None, reason, lost: 0 }))
    }

    pub(super) fn all<T>(
        &self,
        sql: &str,
        conditions: &Conditions,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, conditions, read, |row| {
            rows.push(row);
            true
        })?;
        Ok(rows)
    }

    pub(super) fn each<T>(
        &self,
        sql: &str,
        conditions: &Conditions,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
        mut visit: impl FnMut(T) -> bool,
    ) -> Result<(), StoreError> {
        let mut run = || {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query(params_from_iter(conditions.values()))?;
            while let Some(row) = rows.next()? {
                if !visit(read(row)?) {
                    break;
                }
            }
            Ok(())
        };
        run().map_err(|error| self.explain(error))
    }

    pub(super) fn explain(&self, error: rusqlite::Error) -> StoreError {
        StoreError::sqlite(&self.path, error)
    }
}

/// CROSS JOIN keeps the flows outermost: in the order of their index, and only as many as the limit.
fn select_flows(conditions: &Conditions) -> String {
    format!(
        "SELECT {FLOW}, {OWNER}, {FINDING} FROM flows f
         CROSS JOIN owners o ON o.id = f.owner
         CROSS JOIN hosts h ON h.id = f.host
         CROSS JOIN verdicts v ON v.id = f.verdict {}",
        conditions.sql(),
    )
}

/// An owner's name to sort by.
pub(super) const OWNER_NAME: &str =
    "coalesce(json_extract(o.packages, '$[0]'), o.process, CAST(o.uid AS TEXT))";

/// ORDER BY for sums called `s`.
fn order<'a>(sort: Sort, findings: &'a str, name: &'a str) -> &'a str {
    match sort {
        Sort::Recent => "s.last DESC",
        Sort::Bytes => "s.bytes_up + s.bytes_down DESC",
        Sort::Flows => "s.flows DESC",
        Sort::Findings => findings,
        Sort::Name => name,
    }
}
