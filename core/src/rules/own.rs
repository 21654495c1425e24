//! What the owner's own lists say of a host.
//!
//! Millions of names fit into little memory: one text with all of them, and a sorted table of where each begins.

use std::io::{self, BufRead};
use std::sync::Arc;

use serde::Serialize;

use super::list::{self, Entry, Unusable};

/// Names of all lists together: more than anybody's lists hold, and at most some 100 MiB.
const MAX_NAMES: usize = 3_000_000;

/// Bytes of all names together.
const MAX_TEXT: usize = 64 << 20;

/// Lines of no use that are told one by one; the others are counted.
const MAX_TOLD: usize = 100;

/// Names from lists of one's own; by default none.
#[derive(Debug, Default)]
pub struct OwnRules {
    lists: Vec<Arc<str>>,
    names: String,
    /// By name, exceptions first, then in the order of lists and lines; no two alike.
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    /// Where in `names` it begins.
    at: u32,
    line: u32,
    list: u16,
    length: u8,
    is_exception: bool,
}

/// A row of a list that says something of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnRule<'a> {
    /// The host, or a domain that it is part of.
    pub domain: &'a str,
    pub list: &'a Arc<str>,
    /// From 1.
    pub line: u32,
    /// The host is not to be flagged.
    pub is_exception: bool,
}

/// What came of reading a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListReport {
    pub list: String,
    /// Names to be flagged.
    pub rules: u64,
    /// Names not to be flagged.
    pub exceptions: u64,
    /// Lines, or parts of them, of no use.
    pub unusable: u64,
    /// The first of those.
    pub problems: Vec<ListProblem>,
}

/// A line of no use, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ListProblem {
    pub line: u64,
    pub reason: String,
}

impl OwnRules {
    /// Adds a list, called `name` in what is said of its hosts. What is of no use in it is reported and skipped.
    pub fn read(&mut self, name: &str, source: impl BufRead) -> io::Result<ListReport> {
        let list = u16::try_from(self.lists.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.lists.push(name.into());
        let mut report = ListReport { list: name.to_owned(), ..ListReport::default() };
        let (mut rules, mut exceptions) = (0, 0);
        let take = |line, entry: Entry<'_>| {
            self.push(list, line, &entry)?;
            *(if entry.is_exception { &mut exceptions } else { &mut rules }) += 1;
            Ok(())
        };
        let outcome = list::read(source, take, |line, why| report.add(line, &why));
        (report.rules, report.exceptions) = (rules, exceptions);
        self.sort();
        outcome.map(|()| report)
    }

    /// The row that decides about `host`: of exceptions the one with the longest domain; without one, of the others.
    pub fn find(&self, host: &str) -> Option<OwnRule<'_>> {
        let longest = |is_exception: bool| {
            suffixes(host).find_map(|suffix| {
                let key = (suffix, !is_exception);
                let index = self.rows.binary_search_by(|row| self.key(row).cmp(&key)).ok()?;
                self.rows.get(index)
            })
        };
        longest(true).or_else(|| longest(false)).map(|row| self.rule(row))
    }

    /// All rows, by name.
    pub fn iter(&self) -> impl Iterator<Item = OwnRule<'_>> {
        self.rows.iter().map(|row| self.rule(row))
    }

    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn push(&mut self, list: u16, line: u64, entry: &Entry<'_>) -> Result<(), Unusable> {
        let end = self.names.len() + entry.host.len();
        if self.rows.len() >= MAX_NAMES || end > MAX_TEXT {
            return Err(Unusable::TooManyNames);
        }
        let at = u32::try_from(self.names.len()).map_err(|_| Unusable::TooManyNames)?;
        let length = u8::try_from(entry.host.len()).map_err(|_| Unusable::TooLong)?;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.names.push_str(&entry.host);
        self.rows.push(Row { at, line, list, length, is_exception: entry.is_exception });
        Ok(())
    }

    fn sort(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        // Stable, so that among equals the first list and line stays; quick on what is sorted already.
        rows.sort_by(|a, b| self.key(a).cmp(&self.key(b)));
        rows.dedup_by(|a, b| self.key(a) == self.key(b));
        rows.shrink_to_fit();
        self.rows = rows;
    }

    fn key(&self, row: &Row) -> (&str, bool) {
        (self.name(row), !row.is_exception)
    }

    fn name(&self, row: &Row) -> &str {
        let at = row.at as usize;
        self.names.get(at..at + usize::from(row.length)).unwrap_or_default()
    }

    fn rule(&self, row: &Row) -> OwnRule<'_> {
        static NAMELESS: std::sync::LazyLock<Arc<str>> = std::sync::LazyLock::new(|| "".into());
        OwnRule {
            domain: self.name(row),
            list: self.lists.get(usize::from(row.list)).unwrap_or(&NAMELESS),
            line: row.line,
            is_exception: row.is_exception,
        }
    }
}

impl ListReport {
    fn add(&mut self, line: u64, why: &Unusable) {
        self.unusable += 1;
        if self.problems.len() < MAX_TOLD {
            self.problems.push(ListProblem { line, reason: why.to_string() });
        }
    }
}

/// The host, then every domain that it is part of, cut between labels.
pub(super) fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(lists: &[(&str, &str)]) -> OwnRules {
        let mut own = OwnRules::default();
        for (name, text) in lists {
            own.read(name, text.as_bytes()).unwrap();
        }
        own
    }

    fn found(own: &OwnRules, host: &str) -> Option<(String, String, u32, bool)> {
        own.find(host)
            .map(|rule| (rule.domain.to_owned(), rule.list.to_string(), rule.line, rule.is_exception))
    }

    #[test]
    fn the_longest_suffix_wins_and_an_exception_always() {
        let own = own(&[
            ("a", "ads.example\n||x.ads.example^\n@@||ok.ads.example^"),
            ("b", "ads.example\nvery.ok.ads.example\n@@||free.example^"),
        ]);
        let is = |domain: &str, list: &str, line, is_exception| {
            Some((domain.to_owned(), list.to_owned(), line, is_exception))
        };
        for (host, expected) in [
            ("ads.example", is("ads.example", "a", 1, false)),
            ("www.ads.example", is("ads.example", "a", 1, false)),
            ("y.x.ads.example", is("x.ads.example", "a", 2, false)),
            ("ok.ads.example", is("ok.ads.example", "a", 3, true)),
            ("very.ok.ads.example", is("ok.ads.example", "a", 3, true)),
            ("free.example", is("free.example", "b", 3, true)),
            ("bads.example", None),
            ("example", None),
            ("", None),
        ] {
            assert_eq!(found(&own, host), expected, "{host}");
        }
        assert_eq!(own.len(), 5);
    }

    #[test]
    fn a_report_counts_everything_and_tells_the_first() {
        let bad = "no host\n".repeat(MAX_TOLD + 1);
        let text = format!("a.example\n@@||b.example^\n{bad}a.example\n");
        let report = OwnRules::default().read("mine", text.as_bytes()).unwrap();
        assert_eq!((report.rules, report.exceptions, report.unusable), (2, 1, 101));
        assert_eq!(report.problems.len(), MAX_TOLD);
        assert_eq!(report.problems[0].to_string(), "line 3: 'no host' is no host name");
    }
}
