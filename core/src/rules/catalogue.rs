//! Domains: whose they are and what for.

use std::sync::Arc;

use hashbrown::HashMap;
use serde::Deserialize;

use super::category::{Category, Meaning};
use super::own::suffixes;
use super::party::Party;
use super::table::{self, Problem, RulesError, Words};
use super::{Outcome, Rule, why};
use crate::event::{Finding, Tier};
use crate::sniff::normalise_host;

/// Rules by domain.
#[derive(Default)]
pub(super) struct Catalogue {
    rules: HashMap<Arc<str>, Rule>,
    /// In the order of the table.
    domains: Vec<Arc<str>>,
}

/// A line of `catalogue.csv`.
#[derive(Deserialize)]
struct Row {
    domain: String,
    owner: Party,
    category: Category,
    tier: Tier,
    /// Keys of `docs/sources.md`, joined by `;`.
    source: String,
    /// What the host does, to follow its name in a sentence; empty: what the category says.
    note: String,
    /// Why a row of tier C was picked.
    reason: String,
}

impl Catalogue {
    pub(super) fn parse(text: &str) -> Result<Self, RulesError> {
        let mut catalogue = Self::default();
        let mut words = Words::default();
        table::read("catalogue.csv", text, |row: Row| catalogue.add(row, &mut words))?;
        Ok(catalogue)
    }

    /// The rule of the longest suffix of `host` that has one, cut between labels.
    pub(super) fn find(&self, host: &str) -> Option<&Rule> {
        suffixes(host).find_map(|suffix| self.rules.get(suffix))
    }

    /// All rules, in the order of the table.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.domains.iter().filter_map(|domain| self.rules.get(domain))
    }

    fn add(&mut self, row: Row, words: &mut Words) -> Result<(), Problem> {
        check(&row)?;
        let domain: Arc<str> = row.domain.as_str().into();
        let rule = rule_of(&row, &domain, words);
        self.domains.push(Arc::clone(&domain));
        match self.rules.insert(domain, rule) {
            None => Ok(()),
            Some(_) => Err(Problem::Twice(row.domain)),
        }
    }
}

fn check(row: &Row) -> Result<(), Problem> {
    if normalise_host(row.domain.as_bytes()).as_deref() != Some(row.domain.as_str()) {
        return Err(Problem::Domain(row.domain.clone()));
    }
    if row.source.is_empty() {
        return Err(Problem::NoSource);
    }
    if row.tier == Tier::C && row.reason.is_empty() {
        return Err(Problem::NoReason);
    }
    Ok(())
}

fn rule_of(row: &Row, domain: &Arc<str>, words: &mut Words) -> Rule {
    let outcome = match row.category.meaning() {
        Meaning::PartyOnly => Outcome::PartyOnly,
        Meaning::Expected => Outcome::Expected(words.get(row.category.as_str())),
        Meaning::Tracking => tracking(row, domain, words),
    };
    Rule {
        domain: Arc::clone(domain),
        party: Some(words.get(row.owner.as_str())),
        category: words.get(row.category.as_str()),
        tier: row.tier,
        citation: row.source.as_str().into(),
        why: why::sentence(domain, &row.note, row.category, row.owner).into(),
        outcome,
    }
}

fn tracking(row: &Row, domain: &Arc<str>, words: &mut Words) -> Outcome {
    let why = why::sentence(domain, &row.note, row.category, row.owner);
    let inferred_why = why::inferred(&why);
    let finding = Finding {
        rule: Arc::clone(domain),
        category: words.get(row.category.as_str()),
        tier: row.tier,
        why: why.into(),
        citation: row.source.as_str().into(),
    };
    Outcome::Tracking { finding, inferred_why }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "domain,owner,category,tier,source,note,reason\n";

    fn error(row: &str) -> String {
        let text = format!("{HEADER}miui.com,xiaomi,root,B,V2,,\n{row}\n");
        Catalogue::parse(&text).err().unwrap().to_string()
    }

    #[test]
    fn the_longest_suffix_between_labels_wins() {
        let text = format!("{HEADER}miui.com,xiaomi,root,B,V2,,\nad.miui.com,xiaomi,ads,B,V2,,\n");
        let catalogue = Catalogue::parse(&text).unwrap();
        assert!(catalogue.find("x.ad.miui.com").unwrap().is_tracking());
        assert!(!catalogue.find("bad.miui.com").unwrap().is_tracking());
        assert!(catalogue.find("notmiui.com").is_none());
        assert!(catalogue.find("com").is_none());
        assert!(catalogue.find("").is_none());
    }

    #[test]
    fn a_bad_row_is_told_with_its_line() {
        let cases = [
            ("MIUI.com,xiaomi,root,B,V2,,", "'MIUI.com' is no host name"),
            ("192.0.2.1,xiaomi,root,B,V2,,", "'192.0.2.1' is no host name"),
            ("miui.com,xiaomi,root,B,V2,,", "'miui.com' is listed twice"),
            ("a.com,xiaomi,ads,B,,,", "needs a source"),
            ("a.com,xiaomi,ads,C,H26,,", "needs the reason"),
            ("a.com,nobody,ads,B,V2,,", "unknown variant `nobody`"),
            ("a.com,xiaomi,nothing,B,V2,,", "unknown variant `nothing`"),
            ("a.com,xiaomi,ads", "found record with 3 fields"),
        ];
        for (row, problem) in cases {
            let error = error(row);
            assert!(error.starts_with("catalogue.csv, line 3: ") && error.contains(problem), "{error}");
        }
    }

    #[test]
    fn a_rule_says_what_its_category_is_for() {
        let text = format!("{HEADER}a.com,sensors,analytics,B,V2,,\nb.com,xiaomi,ads,B,V2,shows pictures,\n");
        let catalogue = Catalogue::parse(&text).unwrap();
        let why = |host| match &catalogue.find(host).unwrap().outcome {
            Outcome::Tracking { finding, .. } => finding.why.to_string(),
            Outcome::PartyOnly | Outcome::Expected(_) => panic!("{host} is not tracking"),
        };
        assert_eq!(why("a.com"), "a.com collects how apps and sites are used, for Sensors Analytics");
        assert_eq!(why("b.com"), "b.com shows pictures");
    }
}
