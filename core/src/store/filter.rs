//! What to read from the record, and how that is said in SQL.

use std::str::FromStr;

use rusqlite::types::Value;

use super::flows::hour;
use crate::event::Timestamp;

/// Which rows, how many, in what order. The default is everything, in the order that suits the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Flows that started then or later. Sums (hosts, apps, findings) are kept by the hour: theirs is the
    /// whole hour, less what ended before.
    pub since: Option<Timestamp>,
    /// Flows that started before; for sums as above.
    pub until: Option<Timestamp>,
    /// A package, the path of a process or its file name, or a uid; empty for flows of nobody known.
    pub app: Option<String>,
    /// A host or a domain that it is part of; the address where no name was read.
    pub host: Option<String>,
    /// Who stands behind the host, in any case.
    pub party: Option<String>,
    /// A part of the host's name, in any case: what somebody types into a field.
    pub search: Option<String>,
    /// Only findings, or only what is none.
    pub flagged: Option<bool>,
    /// Rows of a page.
    pub limit: Option<usize>,
    /// Rows of the pages before it.
    pub offset: usize,
    pub sort: Option<Sort>,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The latest.
    Recent,
    /// The most bytes in both directions.
    Bytes,
    /// The most flows; single flows: the most packets.
    Flows,
    /// The most findings.
    Findings,
    /// By name of host or app.
    Name,
}

/// A time as a person gives it: RFC 3339, or how long ago (`90s`, `30m`, `2h`, `7d`, `4w`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    At(Timestamp),
    /// Milliseconds before now.
    Ago(i64),
}

/// A text that names no moment.
#[derive(Debug, thiserror::Error)]
#[error("'{text}' is neither a time such as 2026-03-01T12:00:00Z nor an age such as 90s, 30m, 2h, 7d or 4w")]
pub struct NotAMoment {
    text: String,
}

impl Moment {
    pub fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Ago(age) => Timestamp(now.0.saturating_sub(age)),
        }
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        if let Some(age) = parse_age(text) {
            return Ok(Self::Ago(age));
        }
        text.parse().map(Self::At).map_err(|_| NotAMoment { text: text.to_owned() })
    }
}

fn parse_age(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        "w" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    // `u32` refuses a sign, and leaves room for the product.
    Some(i64::from(number.parse::<u32>().ok()?) * seconds * 1_000)
}

/// A WHERE clause and its values.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// On single flows, with the table called `f`.
    pub(super) fn on_flows(filter: &Filter) -> Self {
        let mut conditions = Self::default();
        conditions.and("f.start >= ?", filter.since.map(|since| since.0));
        conditions.and("f.start < ?", filter.until.map(|until| until.0));
        conditions.and("f.flagged = ?", filter.flagged);
        conditions.on_identity(filter, "f");
        conditions
    }

    /// On sums, with the table of [`sums`] called `r` and their verdicts `v`.
    pub(super) fn on_sums(filter: &Filter) -> Self {
        let mut conditions = Self::default();
        conditions.and("r.hour >= ?", filter.since.map(hour));
        conditions.and("r.last >= ?", filter.since.map(|since| since.0));
        conditions.and("r.hour <= ?", filter.until.map(hour));
        conditions.and("r.first < ?", filter.until.map(|until| until.0));
        conditions.and("(v.rule IS NOT NULL) = ?", filter.flagged);
        conditions.on_identity(filter, "r");
        conditions
    }

    /// On the hours of roll-ups, with their table called `r`; for times that are whole hours.
    pub(super) fn on_hours(filter: &Filter) -> Self {
        let mut conditions = Self::default();
        conditions.and("r.hour >= ?", filter.since.map(hour));
        conditions.and("r.hour < ?", filter.until.map(hour));
        conditions.on_identity(filter, "r");
        conditions
    }

    /// On gaps, which are in if they overlap the time asked for.
    pub(super) fn on_gaps(filter: &Filter) -> Self {
        let mut conditions = Self::default();
        conditions.and("stop >= ?", filter.since.map(|since| since.0));
        conditions.and("start < ?", filter.until.map(|until| until.0));
        conditions
    }

    /// On evidence, with its table called `e` and its verdicts `v`.
    pub(super) fn on_evidence(filter: &Filter) -> Self {
        let mut conditions = Self::default();
        conditions.and("e.time >= ?", filter.since.map(|since| since.0));
        conditions.and("e.time < ?", filter.until.map(|until| until.0));
        conditions.and("(v.rule IS NOT NULL) = ?", filter.flagged);
        conditions.on_identity(filter, "e");
        conditions
    }

    /// On moments, which are in if they are in the time asked for.
    pub(super) fn on_marks(filter: &Filter) -> Self {
        let mut conditions = Self::default();
        conditions.and("time >= ?", filter.since.map(|since| since.0));
        conditions.and("time < ?", filter.until.map(|until| until.0));
        conditions
    }

    fn on_identity(&mut self, filter: &Filter, table: &str) {
        let app = format!("{table}.owner IN (SELECT id FROM owners WHERE {OWNER_MATCHES})");
        self.and(&app, filter.app.clone());
        let host = format!("{table}.host IN (SELECT id FROM hosts WHERE {HOST_MATCHES})");
        self.and(&host, filter.host.as_deref().map(normal_host));
        let party = format!("{table}.verdict IN (SELECT id FROM verdicts WHERE party = ? COLLATE NOCASE)");
        self.and(&party, filter.party.clone());
        let search = format!("{table}.host IN (SELECT id FROM hosts WHERE instr(name, ?) > 0)");
        self.and(&search, filter.search.as_deref().map(str::to_ascii_lowercase));
    }

    /// Owners that an app stands for, and their table.
    pub(super) fn on_owners(app: Option<String>) -> Option<(&'static str, Self)> {
        app.map(|app| ("owners", Self::of_one(OWNER_MATCHES, app)))
    }

    /// Hosts of a domain, and their table.
    pub(super) fn on_hosts(host: Option<String>) -> Option<(&'static str, Self)> {
        host.map(|host| ("hosts", Self::of_one(HOST_MATCHES, normal_host(&host))))
    }

    fn of_one(condition: &str, value: String) -> Self {
        let mut conditions = Self::default();
        conditions.and(condition, Some(value));
        conditions
    }

    /// A single number is compared: SQLite then reads an index of the column in the order of what follows in it.
    pub(super) fn require_one_of(&mut self, column: &str, numbers: &[i64]) {
        match numbers {
            [number] => self.require(&format!("{column} = {number}")),
            _ => {
                let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
                self.require(&format!("{column} IN ({})", numbers.join(",")));
            }
        }
    }

    /// Adds a condition if there is a value; every `?` in it stands for that value.
    pub(super) fn and(&mut self, condition: &str, value: Option<impl Into<Value>>) {
        let Some(value) = value else {
            return;
        };
        self.values.push(value.into());
        self.require(&condition.replace('?', &format!("?{}", self.values.len())));
    }

    pub(super) fn require(&mut self, condition: &str) {
        self.sql.push_str(if self.sql.is_empty() { "WHERE " } else { " AND " });
        self.sql.push_str(condition);
    }

    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}

const OWNER_MATCHES: &str = "process = ? OR substr(process, -length(?) - 1) = '/' || ?
    OR CAST(uid AS TEXT) = ? OR EXISTS (SELECT 1 FROM json_each(packages) WHERE value = ?)
    OR (? = '' AND uid IS NULL AND packages = '[]' AND process IS NULL)";

const HOST_MATCHES: &str = "name = ? OR substr(name, -length(?) - 1) = '.' || ?";

/// As names are kept: lower case, without the dot of the root.
fn normal_host(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// The table that holds the sums asked for: by the hour only if it is about time.
pub(super) fn sums(filter: &Filter) -> &'static str {
    if filter.since.is_some() || filter.until.is_some() { "rollups" } else { "totals" }
}

/// The page asked for; a negative LIMIT is none.
pub(super) fn page(filter: &Filter) -> String {
    let limit = filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let offset = i64::try_from(filter.offset).unwrap_or(i64::MAX);
    format!("LIMIT {limit} OFFSET {offset}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_counts_back_from_now() {
        let now = Timestamp(10_000_000_000);
        let ago = |text: &str| text.parse::<Moment>().unwrap().resolve(now).0 - now.0;
        assert_eq!(ago("90s"), -90_000);
        assert_eq!(ago("30m"), -1_800_000);
        assert_eq!(ago("2h"), -7_200_000);
        assert_eq!(ago("7d"), -604_800_000);
        assert_eq!(ago("1w"), ago("7d"));
    }

    #[test]
    fn a_time_stands_for_itself() {
        let moment: Moment = "1970-01-01T00:00:01Z".parse().unwrap();
        assert_eq!(moment, Moment::At(Timestamp(1_000)));
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for text in ["", "h", "2", "-2h", "2x", "yesterday", "2h ago", "5é", "99999999999d"] {
            let error = text.parse::<Moment>().unwrap_err().to_string();
            assert!(error.contains("2026-03-01T12:00:00Z") && error.contains("7d"), "{error}");
        }
    }
}
