//! What the rules say and why, for people: one host or address, all rules, all that is known of a party.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

use super::countries::{self, CountryEstimate};
use super::own::OwnRule;
use super::{NetworkRow, Outcome, Rule, RuleSet, Source, own_rule};
use crate::event::Tier;
use crate::sniff::normalise_host;

/// What can be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// In lower-case ASCII without a trailing dot.
    Host(Arc<str>),
    Address(IpAddr),
}

/// A text that names neither a host nor an address.
#[derive(Debug, thiserror::Error)]
#[error("'{text}' is neither a host name, nor an address, nor a URL with one of them")]
pub struct NotASubject {
    text: String,
}

/// What a rule does to a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Makes it a finding.
    Finding,
    /// Shows it as a service that was asked for.
    Expected,
    /// Says whose the host is, nothing more.
    PartyOnly,
    /// Keeps it from being a finding: an exception of an own list.
    Exception,
}

/// A rule with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleRow {
    /// The domain that it is about, with everything below.
    pub rule: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Arc<str>>,
    pub category: Arc<str>,
    pub tier: Tier,
    pub effect: Effect,
    pub why: Arc<str>,
    /// Keys of sources; the list's name, of an own rule.
    pub citation: Arc<str>,
}

/// What is known of a host or an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Explanation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The rule that decides; without one nothing is known of a host.
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    pub rule: Option<RuleRow>,
    /// The rule of the catalogue that an own one outweighs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overruled: Option<RuleRow>,
    /// The network of an address, if it is of a party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkRow>,
    /// Where an address probably is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_estimate: Option<CountryEstimate>,
    /// Where that is known from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

/// All that is known of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactSheet {
    pub party: Arc<str>,
    pub about: String,
    pub purposes: Vec<Purpose>,
    /// Networks that the party announces.
    pub networks: Vec<Announced>,
    /// It rents its servers out: its networks say nothing of who uses them.
    pub is_hosting: bool,
    /// Of all of it.
    pub sources: Vec<Source>,
}

/// A network by its number, and how many ranges of addresses are known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Announced {
    pub asn: u32,
    pub ranges: u64,
}

/// What a party's hosts are for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Purpose {
    pub category: Arc<str>,
    pub effect: Effect,
    pub hosts: Vec<Arc<str>>,
}

impl FromStr for Subject {
    type Err = NotASubject;

    /// Of a URL its host.
    fn from_str(text: &str) -> Result<Self, NotASubject> {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let bare = place.trim_start_matches('[').split(']').next().unwrap_or_default();
        if let Ok(address) = bare.parse() {
            return Ok(Self::Address(address));
        }
        let without_port = place.split_once(':').map_or(place, |(host, _)| host);
        if let Ok(address) = without_port.parse() {
            return Ok(Self::Address(address));
        }
        match normalise_host(without_port.as_bytes()) {
            Some(host) => Ok(Self::Host(host.into())),
            None => Err(NotASubject { text: text.to_owned() }),
        }
    }
}

impl RuleSet {
    /// What is said of a host or an address, and why.
    pub fn explain(&self, subject: &Subject) -> Explanation {
        match subject {
            Subject::Host(host) => self.explain_host(host),
            Subject::Address(address) => {
                let network = self.networks.row(*address).cloned();
                let country_estimate =
                    self.countries.as_ref().and_then(|countries| countries.estimate(*address));
                let of_network = network.as_ref().map(|network| &*network.citation);
                let of_country = country_estimate.as_ref().map(|_| countries::CITATION);
                let citation = of_network.into_iter().chain(of_country).collect::<Vec<_>>().join(";");
                let sources = self.sources.resolve(&citation);
                let address = Some(*address);
                Explanation { address, network, country_estimate, sources, ..Explanation::default() }
            }
        }
    }

    fn explain_host(&self, host: &Arc<str>) -> Explanation {
        let known = self.catalogue.find(host);
        let own = self.own.find(host);
        let rule = own.map(|own| own_row(&own, known)).or_else(|| known.map(row));
        let overruled = own.and(known).map(row);
        let citation = known.map_or("", |rule| &rule.citation);
        let sources = self.sources.resolve(citation);
        Explanation { host: Some(Arc::clone(host)), rule, overruled, sources, ..Explanation::default() }
    }

    /// All rules: own ones by name, then those of the catalogue in its order.
    pub fn rules(&self) -> impl Iterator<Item = RuleRow> {
        let own = self.own.iter().map(|own| own_row(&own, self.catalogue.find(own.domain)));
        own.chain(self.catalogue.iter().map(row))
    }

    /// What is known of the parties of the catalogue, or of those whose names begin so, in any case.
    pub fn fact_sheets(&self, party: Option<&str>) -> Vec<FactSheet> {
        let begins_with = |name: &str, start: &str| {
            name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
        };
        let is_asked = |name: &str| party.is_none_or(|party| begins_with(name, party));
        let parties = self.parties.iter().filter(|about| is_asked(about.name()));
        parties.map(|about| self.fact_sheet(about.name(), about.about(), about.citation())).collect()
    }

    fn fact_sheet(&self, party: &str, about: &str, citation: &str) -> FactSheet {
        let mut purposes = BTreeMap::<_, Vec<_>>::new();
        let mut keys = vec![citation];
        let is_of_party = |rule: &&Rule| rule.party.as_deref() == Some(party);
        for rule in self.catalogue.iter().filter(is_of_party) {
            let purpose = (effect(&rule.outcome), Arc::clone(&rule.category));
            purposes.entry(purpose).or_default().push(Arc::clone(&rule.domain));
            keys.push(&rule.citation);
        }
        let mut networks = BTreeMap::<u32, u64>::new();
        let of_party = || self.networks.iter().filter(|network| &*network.party == party);
        of_party().for_each(|network| *networks.entry(network.asn).or_default() += 1);
        keys.extend(of_party().map(|network| &*network.citation));
        let purpose = |((effect, category), hosts)| Purpose { category, effect, hosts };
        FactSheet {
            party: party.into(),
            about: about.to_owned(),
            purposes: purposes.into_iter().map(purpose).collect(),
            networks: networks.into_iter().map(|(asn, ranges)| Announced { asn, ranges }).collect(),
            is_hosting: of_party().any(|network| network.is_hosting),
            sources: self.sources_of(&keys),
        }
    }

    /// Where a citation points.
    pub fn sources(&self, citation: &str) -> Vec<Source> {
        self.sources.resolve(citation)
    }

    /// Each once, in the order of their table.
    pub(crate) fn sources_of(&self, citations: &[&str]) -> Vec<Source> {
        let mut keys: Vec<&str> = citations.iter().flat_map(|citation| citation.split(';')).collect();
        keys.sort_unstable();
        keys.dedup();
        self.sources.resolve(&keys.join(";"))
    }
}

fn effect(outcome: &Outcome) -> Effect {
    match outcome {
        Outcome::PartyOnly => Effect::PartyOnly,
        Outcome::Expected(_) => Effect::Expected,
        Outcome::Tracking { .. } => Effect::Finding,
    }
}

fn row(rule: &Rule) -> RuleRow {
    RuleRow {
        rule: Arc::clone(&rule.domain),
        party: rule.party.clone(),
        category: Arc::clone(&rule.category),
        tier: rule.tier,
        effect: effect(&rule.outcome),
        why: Arc::clone(&rule.why),
        citation: Arc::clone(&rule.citation),
    }
}

fn own_row(own: &OwnRule<'_>, known: Option<&Rule>) -> RuleRow {
    let mut row = row(&own_rule(own, known));
    if own.is_exception {
        row.effect = Effect::Exception;
    }
    row
}
