//! Rows of the record as plain data, with the keys that the command line and the phone share.

use std::net::IpAddr;
use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::{Deserialize, Serialize};

use crate::event::{
    Counters, Endpoint, Finding, FlowId, FlowRecord, Gap, Name, Owner, Provenance, Timestamp, Tls,
};

/// A host, with all that was seen of it. Without a provenance, `host` is the address of flows without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRow {
    pub host: Arc<str>,
    /// The strongest way in which the name was read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provenance: Option<Provenance>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finding: Option<Finding>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<Arc<str>>,
    /// Owners that talked to it.
    pub apps: u64,
    pub flows: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
}

/// An owner of flows, with what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppRow {
    /// Absent: flows of which the owner is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    pub flows: u64,
    /// Flows that are findings.
    pub findings: u64,
    pub hosts: u64,
    /// Hosts of the findings.
    pub hosts_flagged: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
}

/// The findings of one owner at one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    pub host: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provenance: Option<Provenance>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Arc<str>>,
    pub finding: Finding,
    pub flows: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
}

/// Reads the columns of a row from left to right.
pub(super) struct Cursor<'a> {
    row: &'a Row<'a>,
    column: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(row: &'a Row<'a>) -> Self {
        Self { row, column: 0 }
    }

    pub(super) fn take<T: rusqlite::types::FromSql>(&mut self) -> rusqlite::Result<T> {
        self.column += 1;
        self.row.get(self.column - 1)
    }

    pub(super) fn skip(&mut self) {
        self.column += 1;
    }

    pub(super) fn time(&mut self) -> rusqlite::Result<Timestamp> {
        self.take().map(Timestamp)
    }

    /// One of the words that an enum serialises to.
    pub(super) fn word<T: for<'de> Deserialize<'de>>(&mut self) -> rusqlite::Result<T> {
        let text: String = self.take()?;
        self.parse_word(&text)
    }

    fn optional_word<T: for<'de> Deserialize<'de>>(&mut self) -> rusqlite::Result<Option<T>> {
        let text: Option<String> = self.take()?;
        text.map(|text| self.parse_word(&text)).transpose()
    }

    fn parse_word<T: for<'de> Deserialize<'de>>(&self, text: &str) -> rusqlite::Result<T> {
        let words: StrDeserializer<'_, WordError> = text.into_deserializer();
        T::deserialize(words).map_err(|error| self.unreadable(Type::Text, error))
    }

    fn unreadable(
        &self,
        kind: Type,
        error: impl std::error::Error + Send + Sync + 'static,
    ) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(self.column - 1, kind, Box::new(error))
    }

    pub(super) fn json<T: for<'de> Deserialize<'de>>(&mut self) -> rusqlite::Result<T> {
        let text: String = self.take()?;
        serde_json::from_str(&text).map_err(|error| self.unreadable(Type::Text, error))
    }

    fn names(&mut self) -> rusqlite::Result<Vec<Arc<str>>> {
        self.optional_names().map(Option::unwrap_or_default)
    }

    fn optional_names(&mut self) -> rusqlite::Result<Option<Vec<Arc<str>>>> {
        let text: Option<String> = self.take()?;
        match text.as_deref() {
            None => Ok(None),
            Some("[]") => Ok(Some(Vec::new())),
            Some(text) => {
                serde_json::from_str(text).map(Some).map_err(|error| self.unreadable(Type::Text, error))
            }
        }
    }

    pub(super) fn address(&mut self) -> rusqlite::Result<IpAddr> {
        let octets: Vec<u8> = self.take()?;
        if let Ok(four) = <[u8; 4]>::try_from(&octets[..]) {
            Ok(four.into())
        } else if let Ok(sixteen) = <[u8; 16]>::try_from(&octets[..]) {
            Ok(sixteen.into())
        } else {
            Err(self.unreadable(Type::Blob, FromSqlError::InvalidType))
        }
    }

    fn endpoint(&mut self) -> rusqlite::Result<Endpoint> {
        Ok(Endpoint { address: self.address()?, port: self.take()? })
    }

    /// [`OWNER`]; none if nothing of it is known.
    pub(super) fn owner(&mut self) -> rusqlite::Result<Option<Owner>> {
        let owner = Owner { uid: self.take()?, packages: self.names()?, process: self.take()?, pid: None };
        Ok(Some(owner).filter(|owner| *owner != Owner::default()))
    }

    /// [`FINDING`].
    pub(super) fn finding(&mut self) -> rusqlite::Result<Option<Finding>> {
        let rule: Option<Arc<str>> = self.take()?;
        let Some(rule) = rule else {
            self.column += 4;
            return Ok(None);
        };
        let (category, tier) = (self.take()?, self.word()?);
        Ok(Some(Finding { rule, category, tier, why: self.take()?, citation: self.take()? }))
    }
}

/// Columns of `owners o` that a [`Cursor`] reads as an owner.
pub(super) const OWNER: &str = "o.uid, o.packages, o.process";

/// Columns of `verdicts v` that a [`Cursor`] reads as a finding.
pub(super) const FINDING: &str = "v.rule, v.category, v.tier, v.why, v.citation";

/// Columns of a flow, in the order of [`flow`].
pub(super) const FLOW: &str = "f.id, f.start, f.last, f.protocol, f.originator, f.originator_port, f.responder,
    f.responder_port, f.country, f.asn, f.questions, f.bytes_up, f.bytes_down, f.packets_up, f.packets_down, f.close,
    f.application, f.hidden, f.tls_version, f.alpn, f.pid, h.name, f.provenance, f.ech, f.candidates, v.party,
    v.expected";

/// Reads [`FLOW`], [`OWNER`], [`FINDING`].
pub(super) fn flow(row: &Row<'_>) -> rusqlite::Result<FlowRecord> {
    let mut at = Cursor::new(row);
    let mut flow = FlowRecord {
        id: FlowId(at.take()?),
        start: at.time()?,
        end: at.time()?,
        protocol: at.word()?,
        originator: at.endpoint()?,
        responder: at.endpoint()?,
        country: at.take()?,
        asn: at.take()?,
        questions: at.names()?,
        counters: Counters {
            bytes_up: at.take()?,
            bytes_down: at.take()?,
            packets_up: at.take()?,
            packets_down: at.take()?,
        },
        close: at.word()?,
        application: at.optional_word()?,
        hidden: at.optional_word()?,
        tls: tls(&mut at)?,
        owner: None,
        name: None,
        party: None,
        expected: None,
        finding: None,
    };
    let pid: Option<u32> = at.take()?;
    flow.name = name(&mut at)?;
    (flow.party, flow.expected) = (at.take()?, at.take()?);
    flow.owner = at.owner()?;
    if pid.is_some() {
        flow.owner.get_or_insert_default().pid = pid;
    }
    flow.finding = at.finding()?;
    Ok(flow)
}

/// There is one wherever a list of protocols is, be it empty.
fn tls(at: &mut Cursor<'_>) -> rusqlite::Result<Option<Tls>> {
    let (version, alpn) = (at.take()?, at.optional_names()?);
    Ok(alpn.map(|alpn| Tls { version, alpn }))
}

fn name(at: &mut Cursor<'_>) -> rusqlite::Result<Option<Name>> {
    let (host, provenance, ech, candidates) = (at.take()?, at.optional_word()?, at.take()?, at.names()?);
    Ok(provenance.map(|provenance| Name { host, provenance, ech, candidates }))
}

/// Columns of the sums over `rollups` or `totals`, called `r`, in the order of [`Sums`].
pub(super) const SUMS: &str =
    "sum(r.flows) AS flows, sum(r.bytes_up) AS bytes_up, sum(r.bytes_down) AS bytes_down,
    min(r.first) AS first, max(r.last) AS last";

/// The same, when they come out of a sub-query.
pub(super) const SUMMED: &str = "s.flows, s.bytes_up, s.bytes_down, s.first, s.last";

struct Sums {
    flows: u64,
    bytes_up: u64,
    bytes_down: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Cursor<'_> {
    fn sums(&mut self) -> rusqlite::Result<Sums> {
        Ok(Sums {
            flows: self.take()?,
            bytes_up: self.take()?,
            bytes_down: self.take()?,
            first: self.time()?,
            last: self.time()?,
        })
    }
}

/// Reads [`SUMMED`], host, provenance, party, expected, apps, [`FINDING`].
pub(super) fn host(row: &Row<'_>) -> rusqlite::Result<HostRow> {
    let mut at = Cursor::new(row);
    let sums = at.sums()?;
    Ok(HostRow {
        flows: sums.flows,
        bytes_up: sums.bytes_up,
        bytes_down: sums.bytes_down,
        first_seen: sums.first,
        last_seen: sums.last,
        host: at.take()?,
        provenance: at.optional_word()?,
        party: at.take()?,
        expected: at.take()?,
        apps: at.take()?,
        finding: at.finding()?,
    })
}

/// Reads [`SUMMED`], findings, hosts, flagged hosts, [`OWNER`].
pub(super) fn app(row: &Row<'_>) -> rusqlite::Result<AppRow> {
    let mut at = Cursor::new(row);
    let sums = at.sums()?;
    Ok(AppRow {
        flows: sums.flows,
        bytes_up: sums.bytes_up,
        bytes_down: sums.bytes_down,
        first_seen: sums.first,
        last_seen: sums.last,
        findings: at.take()?,
        hosts: at.take()?,
        hosts_flagged: at.take()?,
        owner: at.owner()?,
    })
}

/// Reads [`SUMMED`], host, provenance, party, [`OWNER`], [`FINDING`]; none if there is no finding in it.
pub(super) fn finding(row: &Row<'_>) -> rusqlite::Result<Option<FindingRow>> {
    let mut at = Cursor::new(row);
    let sums = at.sums()?;
    let (host, provenance, party) = (at.take()?, at.optional_word()?, at.take()?);
    let owner = at.owner()?;
    Ok(at.finding()?.map(|finding| FindingRow {
        owner,
        host,
        provenance,
        party,
        finding,
        flows: sums.flows,
        bytes_up: sums.bytes_up,
        bytes_down: sums.bytes_down,
        first_seen: sums.first,
        last_seen: sums.last,
    }))
}

/// Reads start, stop, reason, lost.
pub(super) fn gap(row: &Row<'_>) -> rusqlite::Result<Gap> {
    let mut at = Cursor::new(row);
    Ok(Gap { start: at.time()?, end: Some(at.time()?), reason: at.word()?, lost: at.take()? })
}
