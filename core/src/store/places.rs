//! Where hosts were found: addresses, networks and countries, as far back as single flows are kept.

use std::net::IpAddr;
use std::sync::Arc;

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::filter::{Conditions, Filter, Sort, page};
use super::query::Journal;
use super::rows::{Cursor, FINDING};
use crate::event::{Finding, Timestamp};

/// An address at which a host was, with all flows to it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceRow {
    pub host: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finding: Option<Finding>,
    pub address: IpAddr,
    /// The network's number, where it is one of a party that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub asn: Option<u32>,
    /// An estimate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<Arc<str>>,
    pub flows: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
}

impl Journal {
    /// Hosts by the addresses at which they were, the busiest first. Flows without a name and look-ups are left out.
    pub fn places(&self, filter: &Filter) -> Result<Vec<PlaceRow>, StoreError> {
        let mut conditions = Conditions::on_flows(filter);
        conditions.require("f.provenance IS NOT NULL AND f.questions IS NULL");
        let order = match filter.sort.unwrap_or(Sort::Flows) {
            Sort::Recent => "last DESC",
            Sort::Bytes => "bytes_up + bytes_down DESC",
            Sort::Flows => "flows DESC, last DESC",
            Sort::Findings => "v.rule IS NOT NULL DESC, flows DESC",
            Sort::Name => "h.name, flows DESC",
        };
        let sql = format!(
            "SELECT h.name, v.party, f.responder, max(f.asn), max(f.country), count(*) AS flows,
                 sum(f.bytes_up) AS bytes_up, sum(f.bytes_down) AS bytes_down, min(f.start) AS first,
                 max(f.last) AS last, {FINDING}
             FROM flows f CROSS JOIN hosts h ON h.id = f.host CROSS JOIN verdicts v ON v.id = f.verdict
             {} GROUP BY f.host, f.responder ORDER BY {order}, h.name, f.responder {}",
            conditions.sql(),
            page(filter),
        );
        self.all(&sql, &conditions, read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<PlaceRow> {
    let mut at = Cursor::new(row);
    Ok(PlaceRow {
        host: at.take()?,
        party: at.take()?,
        address: at.address()?,
        asn: at.take()?,
        country: at.take()?,
        flows: at.take()?,
        bytes_up: at.take()?,
        bytes_down: at.take()?,
        first_seen: at.time()?,
        last_seen: at.time()?,
        finding: at.finding()?,
    })
}
