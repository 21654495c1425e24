//! The catalogue: names and addresses turned into verdicts.
//!
//! Two tables are compiled in. `data/catalogue.csv` says of domains whose they are and what for,
//! `data/networks.csv` says of addresses whose network they are in. `docs/sources.md` says where either comes from.
//!
//! A row of the catalogue is about its domain and everything below; the longest one that fits wins. An owner's
//! own list, once there is one, is a table of the same shape that is asked before the catalogue, however short its
//! rows: what the owner wrote outweighs what we wrote.

mod catalogue;
mod category;
mod networks;
mod party;
mod table;
mod why;

use std::net::IpAddr;
use std::sync::Arc;

use crate::event::{Finding, Name, Provenance, Verdict};

use catalogue::Catalogue;
use networks::Networks;

pub use table::RulesError;

/// What is known of names and addresses; by default nothing.
#[derive(Default)]
pub struct RuleSet {
    catalogue: Catalogue,
    networks: Networks,
}

/// What a row of the catalogue says of every name that it fits.
struct Rule {
    party: Arc<str>,
    outcome: Outcome,
}

/// The part of a rule that its category decides.
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
        let catalogue = Catalogue::parse(include_str!("../../data/catalogue.csv"))?;
        let networks = Networks::parse(include_str!("../../data/networks.csv"))?;
        Ok(Self { catalogue, networks })
    }

    /// What to say of a flow with this name to this address.
    ///
    /// The name decides. Only where it says nothing does the network of the address name a party; that a network
    /// belongs to a hosting company is never a finding, as everybody's servers stand there.
    pub fn verdict(&self, name: Option<&Name>, address: IpAddr) -> Verdict {
        let mut verdict = name.map(|name| self.judge(name)).unwrap_or_default();
        if let Some(network) = self.networks.find(address) {
            verdict.asn = Some(network.asn);
            if verdict.party.is_none() {
                verdict.party = Some(Arc::clone(&network.party));
                verdict.expected = network.hosting.clone();
            }
        }
        verdict
    }

    fn judge(&self, name: &Name) -> Verdict {
        match name.candidates.as_slice() {
            [] | [_] => {
                self.catalogue.find(&name.host).map(|rule| of_one(rule, name.provenance)).unwrap_or_default()
            }
            candidates => self.judge_candidates(&name.host, candidates),
        }
    }

    /// Of several names that share the address, any may be meant: what is said must be true of each.
    fn judge_candidates(&self, host: &str, candidates: &[Arc<str>]) -> Verdict {
        let rules: Option<Vec<&Rule>> =
            candidates.iter().map(|candidate| self.catalogue.find(candidate)).collect();
        match (self.catalogue.find(host), rules) {
            (Some(newest), Some(rules)) => of_several(newest, &rules),
            _ => Verdict::default(),
        }
    }
}

fn of_one(rule: &Rule, provenance: Provenance) -> Verdict {
    let mut verdict = Verdict { party: Some(Arc::clone(&rule.party)), ..Verdict::default() };
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

fn of_several(newest: &Rule, rules: &[&Rule]) -> Verdict {
    if rules.iter().any(|rule| rule.party != newest.party) {
        return Verdict::default();
    }
    let mut verdict = Verdict { party: Some(Arc::clone(&newest.party)), ..Verdict::default() };
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
