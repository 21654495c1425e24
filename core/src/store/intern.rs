//! What repeats from flow to flow (owners, hosts, verdicts) is written once and referred to by number.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashMap;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use crate::event::{Finding, FlowRecord, Owner};

/// Entries of a cache before it is emptied: keeps memory bounded when a program talks to ever new hosts.
const CACHE_LIMIT: usize = 4_096;

/// Numbers given out so far. Forget it when a transaction is rolled back.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    owners: HashMap<OwnerKey, i64>,
    hosts: HashMap<Arc<str>, i64>,
    verdicts: HashMap<VerdictKey, i64>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct OwnerKey {
    uid: Option<u32>,
    packages: Vec<Arc<str>>,
    process: Option<Arc<str>>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct VerdictKey {
    party: Option<Arc<str>>,
    expected: Option<Arc<str>>,
    /// Rule, category, tier, why, citation.
    finding: Option<[Arc<str>; 4]>,
    tier: Option<&'static str>,
}

impl Interner {
    pub(super) fn owner(&mut self, connection: &Connection, owner: Option<&Owner>) -> rusqlite::Result<i64> {
        let key = OwnerKey::new(owner);
        remember(&mut self.owners, key, |key| {
            let packages = json_array(&key.packages).unwrap_or(Cow::Borrowed("[]"));
            find_or_insert(
                connection,
                "SELECT id FROM owners WHERE uid IS ?1 AND packages = ?2 AND process IS ?3",
                "INSERT INTO owners (uid, packages, process) VALUES (?1, ?2, ?3) RETURNING id",
                params![key.uid, packages, key.process],
            )
        })
    }

    /// The name's number, or the remote address's where no name was read.
    pub(super) fn host(&mut self, connection: &Connection, flow: &FlowRecord) -> rusqlite::Result<i64> {
        let host = match &flow.name {
            Some(name) => name.host.clone(),
            None => flow.responder.address.to_string().into(),
        };
        self.host_by_name(connection, host)
    }

    pub(super) fn host_by_name(&mut self, connection: &Connection, host: Arc<str>) -> rusqlite::Result<i64> {
        remember(&mut self.hosts, host, |host| {
            find_or_insert(
                connection,
                "SELECT id FROM hosts WHERE name = ?1",
                "INSERT INTO hosts (name) VALUES (?1) RETURNING id",
                params![host],
            )
        })
    }

    pub(super) fn verdict(&mut self, connection: &Connection, flow: &FlowRecord) -> rusqlite::Result<i64> {
        remember(&mut self.verdicts, VerdictKey::new(flow), |key| {
            let [rule, category, why, citation] = match &key.finding {
                Some(texts) => texts.each_ref().map(Some),
                None => [None; 4],
            };
            find_or_insert(
                connection,
                "SELECT id FROM verdicts WHERE party IS ?1 AND rule IS ?2 AND category IS ?3 AND tier IS ?4
                     AND why IS ?5 AND citation IS ?6 AND expected IS ?7",
                "INSERT INTO verdicts (party, rule, category, tier, why, citation, expected)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
                params![key.party, rule, category, key.tier, why, citation, key.expected],
            )
        })
    }
}

impl OwnerKey {
    /// Without the process number: that belongs to the flow.
    fn new(owner: Option<&Owner>) -> Self {
        match owner {
            Some(owner) => {
                Self { uid: owner.uid, packages: owner.packages.clone(), process: owner.process.clone() }
            }
            None => Self { uid: None, packages: Vec::new(), process: None },
        }
    }
}

impl VerdictKey {
    fn new(flow: &FlowRecord) -> Self {
        let texts = |finding: &Finding| {
            [&finding.rule, &finding.category, &finding.why, &finding.citation].map(Arc::clone)
        };
        Self {
            party: flow.party.clone(),
            expected: flow.expected.clone(),
            finding: flow.finding.as_ref().map(texts),
            tier: flow.finding.as_ref().map(|finding| finding.tier.as_str()),
        }
    }
}

/// The names as a JSON array; none for an empty list, which is the common case and costs no bytes.
pub(super) fn json_array(names: &[Arc<str>]) -> Option<Cow<'static, str>> {
    if names.is_empty() {
        return None;
    }
    serde_json::to_string(names).ok().map(Cow::Owned)
}

fn remember<K: std::hash::Hash + Eq>(
    cache: &mut HashMap<K, i64>,
    key: K,
    number: impl FnOnce(&K) -> rusqlite::Result<i64>,
) -> rusqlite::Result<i64> {
    if let Some(known) = cache.get(&key) {
        return Ok(*known);
    }
    let number = number(&key)?;
    if cache.len() >= CACHE_LIMIT {
        cache.clear();
    }
    cache.insert(key, number);
    Ok(number)
}

fn find_or_insert(
    connection: &Connection,
    find: &str,
    insert: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<i64> {
    let found = connection.prepare_cached(find)?.query_row(values, |row| row.get(0)).optional()?;
    match found {
        Some(number) => Ok(number),
        None => connection.prepare_cached(insert)?.query_row(values, |row| row.get(0)),
    }
}
