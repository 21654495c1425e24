//! The catalogue and the owner's own lists: names and addresses turned into verdicts.
//!
//! The tables of `data/` are compiled in: `catalogue.csv` says of domains whose they are and what for,
//! `networks.csv` says of addresses whose network they are in, `sources.csv` where either comes from, `parties.csv`
//! who the companies are.
//!
//! A row of the catalogue is about its domain and everything below; the longest one that fits wins. Own lists are
//! asked before the catalogue, however short their rows: what the owner wrote outweighs what we wrote. Among them an
//! exception outweighs every other row; `docs/rules.md` has the order.

mod catalogue;
mod category;
mod countries;
mod explain;
#[cfg(feature = "engine")]
mod folder;
mod list;
mod networks;
mod own;
mod party;
mod sources;
mod table;
mod why;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use crate::event::{Application, Finding, Name, Provenance, Tier, Verdict};

use catalogue::Catalogue;
use category::Category;
use networks::Networks;
use party::{About, Party};
use sources::Sources;

pub use countries::{Countries, CountriesError, CountryEstimate};
pub use explain::{Announced, Effect, Explanation, FactSheet, NotASubject, Purpose, RuleRow, Subject};
#[cfg(feature = "engine")]
pub use folder::{ListError, ListFolder};
pub use list::{MAX_BYTES, MAX_LINE, Unusable};
pub use networks::NetworkRow;
pub use own::{ListProblem, ListReport, OwnRule, OwnRules};
pub use sources::{Source, SourceKind};
pub use table::RulesError;

/// The category of own rules, and of what they except.
const OWN: &str = "own";

/// What is known of names and addresses; by default nothing.
#[derive(Default)]
pub struct RuleSet {
    own: OwnRules,
    catalogue: Catalogue,
    networks: Networks,
    sources: Sources,
    parties: Vec<About>,
    countries: Option<Countries>,
}

/// What a row of the catalogue says of every name that it fits.
#[derive(Clone)]
struct Rule {
    domain: Arc<str>,
    /// Absent: an own rule about a host of which the catalogue says nothing.
    party: Option<Arc<str>>,
    category: Arc<str>,
    tier: Tier,
    citation: Arc<str>,
    /// One sentence for a lay person.
    why: Arc<str>,
    outcome: Outcome,
}

/// The part of a rule that its category decides.
#[derive(Clone)]
enum Outcome {
    /// Says whose the name is, and nothing of what it is for.
    PartyOnly,
    Expected(Arc<str>),
    Tracking {
        /// As told of a flow that showed the name itself.
        finding: Finding,
        /// Why, of a flow whose name was concluded from a look-up.
        inferred_why: Arc<str>,
    },
}

impl RuleSet {
    /// The tables that are compiled in.
    pub fn embedded() -> Result<Self, RulesError> {
        Ok(Self {
            own: OwnRules::default(),
            catalogue: Catalogue::parse(include_str!("../../data/catalogue.csv"))?,
            networks: Networks::parse(include_str!("../../data/networks.csv"))?,
            sources: Sources::parse(include_str!("../../data/sources.csv"))?,
            parties: About::parse(include_str!("../../data/parties.csv"))?,
            countries: embedded_countries(),
        })
    }

    /// With this database of countries.
    pub fn with_countries(self, countries: Countries) -> Self {
        Self { countries: Some(countries), ..self }
    }

    /// With the owner's own lists before them.
    pub fn with_own(self, own: OwnRules) -> Self {
        Self { own, ..self }
    }

    /// What to say of a flow with this name to this address.
    ///
    /// The name decides. Only where it says nothing does the network of the address name a party; that a network
    /// belongs to a hosting company is never a finding, as everybody's servers stand there, nor does it make that
    /// company a party to a finding of an own list.
    pub fn verdict(&self, name: Option<&Name>, address: IpAddr) -> Verdict {
        let mut verdict = name.map(|name| self.judge(name)).unwrap_or_default();
        verdict.country = self.countries.as_ref().and_then(|countries| countries.find(address));
        let Some(network) = self.networks.find(address) else { return verdict };
        verdict.asn = Some(network.asn);
        let is_hosting = network.hosting.is_some();
        if verdict.party.is_none() && !(is_hosting && verdict.finding.is_some()) {
            verdict.party = Some(Arc::clone(&network.party));
            verdict.expected = verdict.expected.or_else(|| network.hosting.clone());
        }
        verdict
    }

    /// Adds what the protocol says where name and address say nothing of whose it is: Xiaomi's push service is
    /// Xiaomi's wherever it stands, and push is what its users ask for.
    pub fn refine(&self, verdict: &mut Verdict, application: Application) {
        let is_hosting = verdict.expected.as_deref() == Some(networks::HOSTING);
        let is_open = verdict.finding.is_none() && (verdict.party.is_none() || is_hosting);
        if application == Application::MiPush && is_open {
            verdict.party = Some(Party::Xiaomi.as_str().into());
            verdict.expected = Some(Category::Push.as_str().into());
        }
    }

    fn judge(&self, name: &Name) -> Verdict {
        match name.candidates.as_slice() {
            [] | [_] => self.rule(&name.host).map(|rule| of_one(&rule, name.provenance)).unwrap_or_default(),
            candidates => self.judge_candidates(&name.host, candidates),
        }
    }

    /// Of several names that share the address, any may be meant: what is said must be true of each.
    fn judge_candidates(&self, host: &str, candidates: &[Arc<str>]) -> Verdict {
        let rules: Option<Vec<Cow<'_, Rule>>> =
            candidates.iter().map(|candidate| self.rule(candidate)).collect();
        match (self.rule(host), rules) {
            (Some(newest), Some(rules)) => of_several(&newest, &rules),
            _ => Verdict::default(),
        }
    }

    /// What decides about a host: an own rule, else one of the catalogue.
    fn rule(&self, host: &str) -> Option<Cow<'_, Rule>> {
        let known = self.catalogue.find(host);
        match self.own.find(host) {
            None => known.map(Cow::Borrowed),
            Some(own) => Some(Cow::Owned(own_rule(&own, known))),
        }
    }
}

/// Without it everything else is known all the same.
#[cfg(feature = "countries")]
fn embedded_countries() -> Option<Countries> {
    Countries::embedded().inspect_err(|error| log::error!("this is a bug: {error}")).ok()
}

#[cfg(not(feature = "countries"))]
fn embedded_countries() -> Option<Countries> {
    None
}

/// What an own row makes of what the catalogue says: whose the host is stays, what it is for does not. That a host is
/// excepted is told as if the owner had asked for its service, unless the catalogue knows better.
fn own_rule(own: &OwnRule<'_>, known: Option<&Rule>) -> Rule {
    let domain: Arc<str> = own.domain.into();
    let why: Arc<str> = why::own(own.domain, own.list, own.line).into();
    let category: Arc<str> = OWN.into();
    let outcome = match known.map(|rule| &rule.outcome) {
        Some(expected @ Outcome::Expected(_)) if own.is_exception => expected.clone(),
        _ if own.is_exception => Outcome::Expected(Arc::clone(&category)),
        _ => Outcome::Tracking {
            finding: Finding {
                rule: Arc::clone(&domain),
                category: Arc::clone(&category),
                tier: Tier::Own,
                why: Arc::clone(&why),
                citation: Arc::clone(own.list),
            },
            inferred_why: why::inferred(&why),
        },
    };
    let (party, citation) = (known.and_then(|rule| rule.party.clone()), Arc::clone(own.list));
    Rule { domain, party, category, tier: Tier::Own, citation, why, outcome }
}

fn of_one(rule: &Rule, provenance: Provenance) -> Verdict {
    let mut verdict = Verdict { party: rule.party.clone(), ..Verdict::default() };
    match &rule.outcome {
        Outcome::PartyOnly => {}
        Outcome::Expected(category) => verdict.expected = Some(Arc::clone(category)),
        Outcome::Tracking { finding, inferred_why } => {
            let mut finding = finding.clone();
            if !provenance.is_of_flow() {
                finding.why = Arc::clone(inferred_why);
            }
            verdict.finding = Some(finding);
        }
    }
    verdict
}

fn of_several(newest: &Rule, rules: &[Cow<'_, Rule>]) -> Verdict {
    if rules.iter().any(|rule| rule.party != newest.party) {
        return Verdict::default();
    }
    let mut verdict = Verdict { party: newest.party.clone(), ..Verdict::default() };
    match &newest.outcome {
        Outcome::Expected(category) if rules.iter().all(|rule| rule.expects(category)) => {
            verdict.expected = Some(Arc::clone(category));
        }
        Outcome::Tracking { finding, .. } if rules.iter().all(|rule| rule.is_tracking()) => {
            verdict.finding =
                Some(Finding { why: why::shared(&finding.why, rules.len()), ..finding.clone() });
        }
        Outcome::PartyOnly | Outcome::Expected(_) | Outcome::Tracking { .. } => {}
    }
    verdict
}

impl Rule {
    fn is_tracking(&self) -> bool {
        matches!(self.outcome, Outcome::Tracking { .. })
    }

    fn expects(&self, category: &str) -> bool {
        matches!(&self.outcome, Outcome::Expected(expected) if **expected == *category)
    }
}

#[cfg(test)]
mod tests;
