//! What the catalogue and the owner's own lists say.

use std::fs::File;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use telltale_core::event::Tier;
use telltale_core::rules::{self, Effect, ListFolder, OwnRules, RuleSet, Subject};

use crate::descriptor::adopt;
use crate::error::TelltaleError;

/// The catalogue, with own lists before it. A session that runs goes on with the lists that it was started with.
#[derive(uniffi::Object)]
pub struct Rules {
    folder: Option<ListFolder>,
    rules: RwLock<RuleSet>,
}

/// Which rules.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct RulesQuery {
    #[uniffi(default = None)]
    pub party: Option<String>,
    /// Only those of own lists.
    #[uniffi(default = false)]
    pub own: bool,
    pub limit: u32,
    #[uniffi(default = 0)]
    pub offset: u32,
}

/// A rule with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RuleRow {
    pub rule: String,
    pub party: Option<String>,
    pub category: String,
    pub tier: Tier,
    pub effect: Effect,
    pub why: String,
    pub citation: String,
}

/// A public source.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Source {
    pub key: String,
    /// What it is, and where.
    pub origin: String,
    /// Its licence, or how it was used.
    pub terms: String,
}

/// A network of a party.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Network {
    pub asn: u32,
    pub party: String,
    /// Its servers are rented out: it says nothing of who uses them.
    pub is_hosting: bool,
    pub date: String,
}

/// What is known of a host or an address.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Explanation {
    pub host: Option<String>,
    pub address: Option<String>,
    /// The rule that decides.
    pub rule: Option<RuleRow>,
    /// The rule of the catalogue that an own one outweighs.
    pub overruled: Option<RuleRow>,
    pub network: Option<Network>,
    pub sources: Vec<Source>,
}

/// What came of reading a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ListReport {
    pub list: String,
    pub rules: u64,
    pub exceptions: u64,
    /// Lines of no use,
    pub unusable: u64,
    /// the first of them by line.
    pub problems: Vec<ListProblem>,
}

/// A line of no use, and why.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ListProblem {
    pub line: u64,
    pub reason: String,
}

#[uniffi::export]
impl Rules {
    /// The catalogue with the own lists of a folder.
    #[uniffi::constructor]
    pub fn open(lists: Option<String>) -> Result<Arc<Self>, TelltaleError> {
        let rules = RwLock::new(RuleSet::embedded()?.with_own(own_rules(lists.as_deref())));
        Ok(Arc::new(Self { folder: lists.map(ListFolder::new), rules }))
    }

    /// What is known of a host, an address or a URL.
    pub fn check(&self, subject: String) -> Result<Explanation, TelltaleError> {
        let subject: Subject = subject.parse()?;
        Ok(self.rules().explain(&subject).into())
    }

    /// Rules, own ones first.
    pub fn list(&self, query: RulesQuery) -> Vec<RuleRow> {
        let rows = |rows: u32| usize::try_from(rows).unwrap_or(usize::MAX);
        let rules = self.rules();
        let matching = rules.rules().filter(|rule| {
            (!query.own || rule.tier == Tier::Own)
                && query.party.as_deref().is_none_or(|party| rule.party.as_deref() == Some(party))
        });
        matching.skip(rows(query.offset)).take(rows(query.limit)).map(Into::into).collect()
    }

    /// Sources by the keys of a citation.
    pub fn sources(&self, citation: String) -> Vec<Source> {
        self.rules().sources(&citation).into_iter().map(Into::into).collect()
    }

    /// Names of own lists.
    pub fn lists(&self) -> Result<Vec<String>, TelltaleError> {
        Ok(self.folder()?.names()?)
    }

    /// Keeps a copy of the list in the file `fd`, which it closes.
    pub fn add(&self, name: String, fd: i32, replace: bool) -> Result<ListReport, TelltaleError> {
        let file = File::from(adopt(fd)?);
        let report = self.folder()?.add(file, &name, replace)?;
        self.reload()?;
        Ok(report.into())
    }

    /// Forgets an own list.
    pub fn remove(&self, name: String) -> Result<(), TelltaleError> {
        self.folder()?.remove(&name)?;
        self.reload()
    }
}

impl Rules {
    fn rules(&self) -> RwLockReadGuard<'_, RuleSet> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder(&self) -> Result<&ListFolder, TelltaleError> {
        let missing = || TelltaleError::List("there is no folder for own lists".to_owned());
        self.folder.as_ref().ok_or_else(missing)
    }

    fn reload(&self) -> Result<(), TelltaleError> {
        let own = self.folder()?.load().0;
        let rules = RuleSet::embedded()?.with_own(own);
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
        Ok(())
    }
}

/// The own lists of a folder; one that cannot be read does not keep the others from being used.
pub(crate) fn own_rules(folder: Option<&str>) -> OwnRules {
    let Some(folder) = folder else { return OwnRules::default() };
    let (own, outcomes) = ListFolder::new(folder).load();
    let broken = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    if broken > 0 {
        log::warn!("{broken} own lists cannot be read and are not used");
    }
    own
}

impl From<rules::RuleRow> for RuleRow {
    fn from(row: rules::RuleRow) -> Self {
        Self {
            rule: row.rule.to_string(),
            party: row.party.map(|party| party.to_string()),
            category: row.category.to_string(),
            tier: row.tier,
            effect: row.effect,
            why: row.why.to_string(),
            citation: row.citation.to_string(),
        }
    }
}

impl From<rules::Source> for Source {
    fn from(source: rules::Source) -> Self {
        Self { key: source.key, origin: source.origin, terms: source.terms }
    }
}

impl From<rules::NetworkRow> for Network {
    fn from(row: rules::NetworkRow) -> Self {
        Self { asn: row.asn, party: row.party.to_string(), is_hosting: row.is_hosting, date: row.date }
    }
}

impl From<rules::Explanation> for Explanation {
    fn from(explanation: rules::Explanation) -> Self {
        Self {
            host: explanation.host.map(|host| host.to_string()),
            address: explanation.address.map(|address| address.to_string()),
            rule: explanation.rule.map(Into::into),
            overruled: explanation.overruled.map(Into::into),
            network: explanation.network.map(Into::into),
            sources: explanation.sources.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<rules::ListReport> for ListReport {
    fn from(report: rules::ListReport) -> Self {
        let problem =
            |problem: rules::ListProblem| ListProblem { line: problem.line, reason: problem.reason };
        Self {
            list: report.list,
            rules: report.rules,
            exceptions: report.exceptions,
            unusable: report.unusable,
            problems: report.problems.into_iter().map(problem).collect(),
        }
    }
}
