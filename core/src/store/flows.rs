//! The latest state of a flow put into the record, and its share of the sums moved along.
//!
//! A flow is told many times, and what it is gets clearer on the way: owner, name and verdict may change.
//! The row that is stored says what the flow has contributed to the sums so far, so the difference is taken from
//! that, in the same transaction: a crash, a retry or a repeated state never counts anything twice.

use std::borrow::Cow;
use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::evidence;
use super::intern::{Interner, json_array};
use crate::event::{Application, FlowId, FlowRecord, Hidden, Timestamp, Tls};

const HOUR: i64 = 3_600_000;

/// The hour of the roll-ups that `time` falls into.
pub(super) fn hour(time: Timestamp) -> i64 {
    time.0.div_euclid(HOUR)
}

/// What a flow counts under, and how much.
#[derive(Debug, PartialEq, Eq)]
struct Share {
    key: Key,
    bytes_up: i64,
    bytes_down: i64,
}

#[derive(Debug, PartialEq, Eq)]
struct Key {
    hour: i64,
    owner: i64,
    host: i64,
    verdict: i64,
    coverage: Cow<'static, str>,
    ech: bool,
    provenance: Option<Cow<'static, str>>,
}

/// Puts the latest state of `flow` into the record.
pub(super) fn put(
    connection: &Connection,
    interner: &mut Interner,
    flow: &FlowRecord,
) -> rusqlite::Result<()> {
    let share = share(connection, interner, flow)?;
    let stored = stored_share(connection, flow.id)?;
    match stored {
        None => {
            write(connection, flow, &share)?;
            add(connection, flow, &share, 1, (share.bytes_up, share.bytes_down))
        }
        Some(stored) if stored.key == share.key => {
            update(connection, flow)?;
            let more = (share.bytes_up - stored.bytes_up, share.bytes_down - stored.bytes_down);
            add(connection, flow, &share, 0, more)
        }
        Some(stored) => {
            write(connection, flow, &share)?;
            evidence::follow(connection, flow.id, share.key.owner, share.key.verdict)?;
            remove(connection, &stored)?;
            add(connection, flow, &share, 1, (share.bytes_up, share.bytes_down))
        }
    }
}

fn share(connection: &Connection, interner: &mut Interner, flow: &FlowRecord) -> rusqlite::Result<Share> {
    let key = Key {
        hour: hour(flow.start),
        owner: interner.owner(connection, flow.owner.as_ref())?,
        host: interner.host(connection, flow)?,
        verdict: interner.verdict(connection, flow)?,
        coverage: flow.coverage().as_str().into(),
        ech: flow.has_encrypted_name(),
        provenance: flow.name.as_ref().map(|name| name.provenance.as_str().into()),
    };
    Ok(Share { key, bytes_up: clamp(flow.counters.bytes_up), bytes_down: clamp(flow.counters.bytes_down) })
}

fn stored_share(connection: &Connection, id: FlowId) -> rusqlite::Result<Option<Share>> {
    let mut select = connection.prepare_cached(
        "SELECT start, owner, host, verdict, coverage, ech OR hidden IS 'name', provenance, bytes_up, bytes_down
         FROM flows WHERE id = ?1",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Share {
            key: Key {
                hour: hour(Timestamp(row.get(0)?)),
                owner: row.get(1)?,
                host: row.get(2)?,
                verdict: row.get(3)?,
                coverage: row.get::<_, String>(4)?.into(),
                ech: row.get(5)?,
                provenance: row.get::<_, Option<String>>(6)?.map(Cow::Owned),
            },
            bytes_up: row.get(7)?,
            bytes_down: row.get(8)?,
        })
    };
    select.query_row([id.0], read).optional()
}

fn write(connection: &Connection, flow: &FlowRecord, share: &Share) -> rusqlite::Result<()> {
    let mut replace = connection.prepare_cached(
        "INSERT OR REPLACE INTO flows
         (id, start, last, protocol, originator, originator_port, responder, responder_port, owner, pid, host,
          provenance, ech, candidates, verdict, flagged, country, asn, questions, bytes_up, bytes_down, packets_up,
          packets_down, close, application, hidden, tls_version, alpn, coverage)
         VALUES
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,
          ?25, ?26, ?27, ?28, ?29)",
    )?;
    let name = flow.name.as_ref();
    replace.execute(params![
        flow.id.0,
        flow.start.0,
        flow.end.0,
        flow.protocol.as_str(),
        octets(flow.originator.address),
        flow.originator.port,
        octets(flow.responder.address),
        flow.responder.port,
        share.key.owner,
        flow.owner.as_ref().and_then(|owner| owner.pid),
        share.key.host,
        share.key.provenance,
        name.is_some_and(|name| name.ech),
        name.and_then(|name| json_array(&name.candidates)),
        share.key.verdict,
        flow.finding.is_some(),
        flow.country,
        flow.asn,
        json_array(&flow.questions),
        share.bytes_up,
        share.bytes_down,
        clamp(flow.counters.packets_up),
        clamp(flow.counters.packets_down),
        flow.close.as_str(),
        flow.application.map(Application::as_str),
        flow.hidden.map(Hidden::as_str),
        flow.tls.as_ref().and_then(|tls| tls.version.as_deref()),
        flow.tls.as_ref().map(alpn),
        share.key.coverage,
    ])?;
    Ok(())
}

/// Only what changes once a flow is known; leaves every index alone, which is half the cost of a write.
fn update(connection: &Connection, flow: &FlowRecord) -> rusqlite::Result<()> {
    let mut update = connection.prepare_cached(
        "UPDATE flows SET last = ?2, pid = ?3, ech = ?4, candidates = ?5, country = ?6, asn = ?7, questions = ?8,
         bytes_up = ?9, bytes_down = ?10, packets_up = ?11, packets_down = ?12, close = ?13, application = ?14,
         hidden = ?15, tls_version = ?16, alpn = ?17 WHERE id = ?1",
    )?;
    let name = flow.name.as_ref();
    update.execute(params![
        flow.id.0,
        flow.end.0,
        flow.owner.as_ref().and_then(|owner| owner.pid),
        name.is_some_and(|name| name.ech),
        name.and_then(|name| json_array(&name.candidates)),
        flow.country,
        flow.asn,
        json_array(&flow.questions),
        clamp(flow.counters.bytes_up),
        clamp(flow.counters.bytes_down),
        clamp(flow.counters.packets_up),
        clamp(flow.counters.packets_down),
        flow.close.as_str(),
        flow.application.map(Application::as_str),
        flow.hidden.map(Hidden::as_str),
        flow.tls.as_ref().and_then(|tls| tls.version.as_deref()),
        flow.tls.as_ref().map(alpn),
    ])?;
    Ok(())
}

/// Adds `flows` flows with so many bytes to the sums that `share` belongs to.
fn add(
    connection: &Connection,
    flow: &FlowRecord,
    share: &Share,
    flows: i64,
    (bytes_up, bytes_down): (i64, i64),
) -> rusqlite::Result<()> {
    let Key { hour, owner, host, verdict, coverage, ech, provenance } = &share.key;
    let (first, last) = (flow.start.0, flow.end.0);
    connection.prepare_cached(ADD_TO_HOUR)?.execute(params![
        owner, host, verdict, coverage, ech, provenance, flows, bytes_up, bytes_down, first, last, hour
    ])?;
    connection.prepare_cached(ADD_TO_TOTAL)?.execute(params![
        owner, host, verdict, coverage, ech, provenance, flows, bytes_up, bytes_down, first, last
    ])?;
    Ok(())
}

const ADD_TO_HOUR: &str = "
    INSERT INTO rollups (owner, host, verdict, coverage, ech, provenance, flows, bytes_up, bytes_down, first, last, hour)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
    ON CONFLICT DO UPDATE SET
        provenance = coalesce(max(provenance, excluded.provenance), provenance, excluded.provenance),
        flows = flows + excluded.flows,
        bytes_up = bytes_up + excluded.bytes_up,
        bytes_down = bytes_down + excluded.bytes_down,
        first = min(first, excluded.first),
        last = max(last, excluded.last)";

const ADD_TO_TOTAL: &str = "
    INSERT INTO totals (owner, host, verdict, coverage, ech, provenance, flows, bytes_up, bytes_down, first, last)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
    ON CONFLICT DO UPDATE SET
        provenance = coalesce(max(provenance, excluded.provenance), provenance, excluded.provenance),
        flows = flows + excluded.flows,
        bytes_up = bytes_up + excluded.bytes_up,
        bytes_down = bytes_down + excluded.bytes_down,
        first = min(first, excluded.first),
        last = max(last, excluded.last)";

/// Takes back what the flow had counted under another owner, name or verdict. Times and provenance of sums that
/// other flows remain in stay as they are: they still bound those of the flows.
fn remove(connection: &Connection, share: &Share) -> rusqlite::Result<()> {
    let Key { hour, owner, host, verdict, coverage, ech, .. } = &share.key;
    for (table, which) in [
        ("rollups", "owner = ?1 AND host = ?2 AND verdict = ?3 AND coverage = ?4 AND ech = ?5 AND hour = ?6"),
        (
            "totals",
            "owner = ?1 AND host = ?2 AND verdict = ?3 AND coverage = ?4 AND ech = ?5 AND ?6 IS NOT NULL",
        ),
    ] {
        let subtract = format!(
            "UPDATE {table} SET flows = flows - 1, bytes_up = bytes_up - ?7, bytes_down = bytes_down - ?8
             WHERE {which}"
        );
        connection.prepare_cached(&subtract)?.execute(params![
            owner,
            host,
            verdict,
            coverage,
            ech,
            hour,
            share.bytes_up,
            share.bytes_down
        ])?;
        let clean_up = format!("DELETE FROM {table} WHERE {which} AND flows <= 0");
        connection.prepare_cached(&clean_up)?.execute(params![owner, host, verdict, coverage, ech, hour])?;
    }
    Ok(())
}

/// Unlike other lists empty rather than absent: that there was a handshake is worth knowing.
fn alpn(tls: &Tls) -> Cow<'static, str> {
    json_array(&tls.alpn).unwrap_or(Cow::Borrowed("[]"))
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// SQLite's integers end at 2^63; a counter never gets there.
fn clamp(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
