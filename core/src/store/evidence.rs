//! What flows sent in the clear: decoded, put into the record beside the flow, and read again with what it has in
//! common with other evidence.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::filter::{Conditions, Filter, page};
use super::flows;
use super::intern::Interner;
use super::query::Journal;
use super::rows::{Cursor, FINDING, OWNER};
use crate::decode::{Decoded, PersonalKind, Request, decode_request, told_path};
use crate::event::{Finding, FlowId, FlowRecord, Owner, Timestamp};
use crate::sniff::KeptRequest;

/// A request that says something, on its way into the record.
#[derive(Debug)]
pub(super) struct NewEvidence {
    flow: Box<FlowRecord>,
    time: Timestamp,
    kept: Box<KeptRequest>,
    decoded: Decoded,
}

impl NewEvidence {
    /// Decodes a request. `None` for one of no interest: to a host that collects nothing, in no format that is known for
    /// it, with nothing personal in it but what every request of a phone has, such as its model.
    pub(super) fn of(flow: Box<FlowRecord>, time: Timestamp, kept: Box<KeptRequest>) -> Option<Self> {
        let decoded = decode_request(&kept.request);
        let is_telling = decoded.personal.iter().any(|personal| personal.kind.is_telling());
        let says_something = flow.finding.is_some() || decoded.format.is_named() || is_telling;
        says_something.then_some(Self { flow, time, kept, decoded })
    }
}

/// One request that passed in the clear, and what it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub id: i64,
    pub flow: FlowId,
    /// When its end passed.
    pub time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    /// Whom the request itself names.
    pub host: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finding: Option<Finding>,
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Bytes of its body,
    pub bytes: u64,
    /// and how many of them were not kept.
    pub missing: u64,
    #[serde(flatten)]
    pub decoded: Decoded,
    /// Identifiers in it, and where else each was seen.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub links: Vec<Link>,
}

/// An identifier of one request that others carry as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Where it is in the tree.
    pub path: String,
    pub kind: PersonalKind,
    /// Requests in the record that carry it, this one among them.
    pub requests: u64,
    /// When it was first seen.
    pub since: Timestamp,
}

impl Evidence {
    /// Without what is personal: see [`Decoded::redacted`]. Of the target its path is left,
    /// where that is known to be nobody's.
    #[must_use]
    pub fn redacted(&self, salt: &[u8]) -> Self {
        Self { target: told_path(&self.target, salt), decoded: self.decoded.redacted(salt), ..self.clone() }
    }
}

/// Puts evidence into the record.
pub(super) fn put(
    connection: &Connection,
    interner: &mut Interner,
    new: &NewEvidence,
) -> rusqlite::Result<()> {
    let (owner, verdict) = place(connection, interner, &new.flow)?;
    let host = match &new.kept.request.host {
        Some(host) => interner.host_by_name(connection, host.as_str().into())?,
        None => interner.host(connection, &new.flow)?,
    };
    let Request { method, target, fields, body, missing, .. } = &new.kept.request;
    let id: i64 = connection.prepare_cached(INSERT)?.query_row(
        params![
            new.flow.id.0,
            new.time.0,
            owner,
            host,
            verdict,
            new.decoded.format.as_str(),
            method,
            target,
            json(fields)?,
            body,
            missing,
            json(&new.decoded)?,
        ],
        |row| row.get(0),
    )?;
    put_personal(connection, id, &new.decoded)
}

const INSERT: &str = "
    INSERT INTO evidence (flow, time, owner, host, verdict, format, method, target, fields, body, missing, decoded)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id";

fn put_personal(connection: &Connection, id: i64, decoded: &Decoded) -> rusqlite::Result<()> {
    let salt = salt(connection)?;
    let mut insert = connection
        .prepare_cached("INSERT INTO personal (evidence, kind, path, fingerprint) VALUES (?1, ?2, ?3, ?4)")?;
    for personal in &decoded.personal {
        let fingerprint = personal.fingerprint(&salt);
        insert.execute(params![id, personal.kind.as_str(), personal.path, fingerprint])?;
    }
    Ok(())
}

/// Owner and verdict of the flow as they are in the record, where it may be known better by now.
fn place(
    connection: &Connection,
    interner: &mut Interner,
    flow: &FlowRecord,
) -> rusqlite::Result<(i64, i64)> {
    let read = |connection: &Connection| {
        let mut select = connection.prepare_cached("SELECT owner, verdict FROM flows WHERE id = ?1")?;
        select.query_row([flow.id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    };
    if let Some(place) = read(connection)? {
        return Ok(place);
    }
    flows::put(connection, interner, flow)?;
    Ok((interner.owner(connection, flow.owner.as_ref())?, interner.verdict(connection, flow)?))
}

/// Follows a flow whose owner or verdict has changed.
pub(super) fn follow(
    connection: &Connection,
    flow: FlowId,
    owner: i64,
    verdict: i64,
) -> rusqlite::Result<()> {
    let update = "UPDATE evidence SET owner = ?2, verdict = ?3 WHERE flow = ?1";
    connection.prepare_cached(update)?.execute(params![flow.0, owner, verdict])?;
    Ok(())
}

/// What makes the fingerprints of this record unlike those of any other.
fn salt(connection: &Connection) -> rusqlite::Result<Vec<u8>> {
    connection
        .prepare_cached("SELECT value FROM settings WHERE name = 'salt'")?
        .query_row([], |row| row.get(0))
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

impl Journal {
    /// What was sent in the clear, the latest first.
    pub fn evidence(&self, filter: &Filter) -> Result<Vec<Evidence>, StoreError> {
        let conditions = Conditions::on_evidence(filter);
        let sql = format!("{} ORDER BY e.time DESC, e.id DESC {}", select(&conditions), page(filter));
        self.all(&sql, &conditions, |row| self.read(row))
    }

    /// Gives it to `visit` in the order of time, one at a time, until that returns false.
    pub fn each_evidence_in_time(
        &self,
        filter: &Filter,
        visit: impl FnMut(Evidence) -> bool,
    ) -> Result<(), StoreError> {
        let conditions = Conditions::on_evidence(filter);
        let sql = format!("{} ORDER BY e.time, e.id {}", select(&conditions), page(filter));
        self.each(&sql, &conditions, |row| self.read(row), visit)
    }

    /// The evidence with this number.
    pub fn evidence_by_id(&self, id: i64) -> Result<Option<Evidence>, StoreError> {
        let mut conditions = Conditions::default();
        conditions.and("e.id = ?", Some(id));
        Ok(self.all(&select(&conditions), &conditions, |row| self.read(row))?.pop())
    }

    /// Numbers and times of what a flow sent in the clear, in the order in which it did.
    pub fn evidence_of(&self, flow: FlowId) -> Result<Vec<(i64, Timestamp)>, StoreError> {
        let run = || {
            let mut select = self
                .connection
                .prepare_cached("SELECT id, time FROM evidence WHERE flow = ?1 ORDER BY time, id")?;
            let read = |row: &Row<'_>| Ok((row.get(0)?, Timestamp(row.get(1)?)));
            select.query_map([flow.0], read)?.collect::<rusqlite::Result<_>>()
        };
        run().map_err(|error| self.explain(error))
    }

    /// How much of it is left of flows that were dropped for their age.
    pub fn evidence_without_flow(&self, filter: &Filter) -> Result<u64, StoreError> {
        let mut conditions = Conditions::on_evidence(filter);
        conditions.require("NOT EXISTS (SELECT 1 FROM flows f WHERE f.id = e.flow)");
        let sql = format!(
            "SELECT count(*) FROM evidence e JOIN verdicts v ON v.id = e.verdict {}",
            conditions.sql()
        );
        let counts: Vec<u64> = self.all(&sql, &conditions, |row| row.get(0))?;
        Ok(counts.into_iter().sum())
    }

    /// How many requests that would be; limit and page do not count.
    pub fn count_evidence(&self, filter: &Filter) -> Result<u64, StoreError> {
        let conditions = Conditions::on_evidence(filter);
        let sql = format!(
            "SELECT count(*) FROM evidence e CROSS JOIN verdicts v ON v.id = e.verdict {}",
            conditions.sql()
        );
        let counts: Vec<u64> = self.all(&sql, &conditions, |row| row.get(0))?;
        Ok(counts.into_iter().sum())
    }

    /// The request itself, as it passed, of the evidence with this number.
    pub fn request(&self, evidence: i64) -> Result<Option<Request>, StoreError> {
        let select = "SELECT e.method, h.name, e.target, e.fields, e.body, e.missing
             FROM evidence e JOIN hosts h ON h.id = e.host WHERE e.id = ?1";
        let read = |row: &Row<'_>| {
            let mut at = Cursor::new(row);
            Ok(Request {
                method: at.take()?,
                host: at.take()?,
                target: at.take()?,
                fields: at.json()?,
                body: at.take()?,
                missing: at.take()?,
            })
        };
        let found = self.connection.query_row(select, [evidence], read).optional();
        found.map_err(|error| self.explain(error))
    }

    /// What [`Evidence::redacted`] is given, so that the same identifier looks the same in all that leaves this record.
    pub fn salt(&self) -> Result<Vec<u8>, StoreError> {
        salt(&self.connection).map_err(|error| self.explain(error))
    }

    /// Reads what [`select`] gives.
    fn read(&self, row: &Row<'_>) -> rusqlite::Result<Evidence> {
        let mut evidence = read(row)?;
        evidence.links = self.links(evidence.id)?;
        Ok(evidence)
    }

    fn links(&self, evidence: i64) -> rusqlite::Result<Vec<Link>> {
        let mut select = self.connection.prepare_cached(
            "SELECT p.path, p.kind, count(DISTINCT q.evidence), min(e.time)
             FROM personal p JOIN personal q ON q.kind = p.kind AND q.fingerprint = p.fingerprint
             JOIN evidence e ON e.id = q.evidence
             WHERE p.evidence = ?1 AND p.fingerprint IS NOT NULL GROUP BY p.path, p.kind ORDER BY min(p.rowid)",
        )?;
        let read = |row: &Row<'_>| {
            let mut at = Cursor::new(row);
            Ok(Link { path: at.take()?, kind: at.word()?, requests: at.take()?, since: at.time()? })
        };
        select.query_map([evidence], read)?.collect()
    }
}

fn select(conditions: &Conditions) -> String {
    format!(
        "SELECT e.id, e.flow, e.time, h.name, e.method, e.target, length(e.body), e.missing, e.decoded, v.party,
             {OWNER}, {FINDING}
         FROM evidence e CROSS JOIN owners o ON o.id = e.owner CROSS JOIN hosts h ON h.id = e.host
         CROSS JOIN verdicts v ON v.id = e.verdict {}",
        conditions.sql(),
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<Evidence> {
    let mut at = Cursor::new(row);
    let (id, flow, time) = (at.take()?, FlowId(at.take()?), at.time()?);
    let (host, method, target) = (at.take()?, at.take()?, at.take()?);
    let (kept, missing): (u64, u64) = (at.take()?, at.take()?);
    Ok(Evidence {
        id,
        flow,
        time,
        host,
        method,
        target,
        bytes: kept.saturating_add(missing),
        missing,
        decoded: at.json()?,
        party: at.take()?,
        owner: at.owner()?,
        finding: at.finding()?,
        links: Vec::new(),
    })
}
