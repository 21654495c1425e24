//! The watch test: what the record of a period says of a claim about servers or encoding. The caller asks the record.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::outcome::Verdict;

/// Networks of Alibaba: Alibaba (US) Technology (45102), Alibaba.com Singapore E-Commerce (134963) and Hangzhou Alibaba
/// Advertising (37963), as RouteViews names them.
const ALIBABA: [u32; 3] = [45102, 134963, 37963];
/// Countries that the claim names.
const NAMED_COUNTRIES: [&str; 2] = ["SG", "RU"];
/// First labels of Sensors Analytics' servers.
const SENSORS_LABELS: [&str; 2] = ["sa", "sa-api"];

/// What a suspect's flows to one collector were.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Observed {
    /// Its name, or its address.
    pub host: String,
    pub flows: u64,
    pub bytes_up: u64,
    /// ISO 3166; those of all its addresses.
    pub countries: Vec<String>,
    /// Networks of all its addresses.
    pub asns: Vec<u32>,
    /// Bodies that passed in the clear and could be read.
    pub readable: u64,
    /// Kinds of lasting identifiers in these.
    pub identifiers: Vec<String>,
}

/// A period of record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Observation {
    pub collectors: Vec<Observed>,
}

/// What the record says, with the hosts that say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchOutcome {
    pub claim: Claim,
    pub verdict: Verdict,
    /// Hosts for the claim.
    pub supporting: Vec<String>,
    /// Hosts against it.
    pub against: Vec<String>,
    /// Hosts of which it cannot be told.
    pub untold: Vec<String>,
}

/// Judges a claim by a period of record: C7 to C10. For the others, which need actions, nothing was seen.
pub fn watch(claim: Claim, observation: &Observation) -> WatchOutcome {
    let mut outcome = WatchOutcome {
        claim,
        verdict: Verdict::NotSeen,
        supporting: Vec::new(),
        against: Vec::new(),
        untold: Vec::new(),
    };
    for observed in &observation.collectors {
        let hosts = match speaks_for(claim, observed) {
            Some(true) => &mut outcome.supporting,
            Some(false) => &mut outcome.against,
            None => &mut outcome.untold,
        };
        hosts.push(observed.host.clone());
    }
    outcome.verdict = outcome.judge();
    outcome
}

/// Whether a host is for the claim, or against it, if that can be told.
fn speaks_for(claim: Claim, observed: &Observed) -> Option<bool> {
    match claim {
        // Under encryption there may be identifiers, and there may be none.
        Claim::C7 => (!observed.identifiers.is_empty()).then_some(true),
        Claim::C8 => is_hosted_as_claimed(observed),
        Claim::C9 => (observed.readable > 0).then_some(true),
        Claim::C10 => {
            let label = observed.host.split('.').next().unwrap_or_default();
            SENSORS_LABELS.contains(&label).then_some(true)
        }
        Claim::C1 | Claim::C2 | Claim::C3 | Claim::C4 | Claim::C5 | Claim::C6 | Claim::C11 | Claim::C12 => {
            None
        }
    }
}

/// Country and network have to be those that are named, of every address that is known.
fn is_hosted_as_claimed(observed: &Observed) -> Option<bool> {
    let are_named = observed.countries.iter().all(|country| NAMED_COUNTRIES.contains(&country.as_str()));
    let are_alibabas = observed.asns.iter().all(|asn| ALIBABA.contains(asn));
    let is_known = !observed.countries.is_empty() || !observed.asns.is_empty();
    is_known.then_some(are_named && are_alibabas)
}

impl WatchOutcome {
    fn judge(&self) -> Verdict {
        let is_hidden = matches!(self.claim, Claim::C7 | Claim::C9) && !self.untold.is_empty();
        match (self.supporting.is_empty(), self.against.is_empty()) {
            (_, false) => Verdict::Contradicted,
            (false, true) => Verdict::Confirmed,
            (true, true) if is_hidden => Verdict::NotObservable,
            (true, true) => Verdict::NotSeen,
        }
    }
}

impl fmt::Display for WatchOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.claim.says(), self.verdict)?;
        let lists = [("for it", &self.supporting), ("against it", &self.against), ("not told", &self.untold)];
        for (what, hosts) in lists.into_iter().filter(|(_, hosts)| !hosts.is_empty()) {
            write!(f, "; {what}: {}", hosts.join(", "))?;
        }
        f.write_str(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(host: &str) -> Observed {
        Observed { host: host.to_owned(), flows: 1, ..Observed::default() }
    }

    fn verdict(claim: Claim, collectors: Vec<Observed>) -> Verdict {
        watch(claim, &Observation { collectors }).verdict
    }

    #[test]
    fn identifiers_are_seen_in_the_clear_or_not_at_all() {
        let told = Observed { identifiers: vec!["imei".to_owned()], ..observed("a.example") };
        assert_eq!(verdict(Claim::C7, vec![observed("b.example"), told]), Verdict::Confirmed);
        assert_eq!(verdict(Claim::C7, vec![observed("b.example")]), Verdict::NotObservable);
        assert_eq!(verdict(Claim::C7, Vec::new()), Verdict::NotSeen);
    }

    #[test]
    fn one_host_elsewhere_contradicts_that_all_are_alibabas() {
        let at = |country: &str, asn| Observed {
            countries: vec![country.to_owned()],
            asns: vec![asn],
            ..observed("a.example")
        };
        assert_eq!(verdict(Claim::C8, vec![at("SG", 45102)]), Verdict::Confirmed);
        assert_eq!(verdict(Claim::C8, vec![at("SG", 45102), at("DE", 16509)]), Verdict::Contradicted);
        assert_eq!(verdict(Claim::C8, vec![observed("a.example")]), Verdict::NotSeen);
    }

    #[test]
    fn bodies_in_the_clear_confirm_and_tls_hides() {
        let clear = Observed { readable: 2, ..observed("a.example") };
        assert_eq!(verdict(Claim::C9, vec![clear]), Verdict::Confirmed);
        assert_eq!(verdict(Claim::C9, vec![observed("a.example")]), Verdict::NotObservable);
    }

    #[test]
    fn sensors_servers_are_known_by_their_label() {
        assert_eq!(verdict(Claim::C10, vec![observed("sa.api.intl.miui.com")]), Verdict::Confirmed);
        assert_eq!(verdict(Claim::C10, vec![observed("tracking.intl.miui.com")]), Verdict::NotSeen);
        let outcome = watch(Claim::C10, &Observation { collectors: vec![observed("sa.api.intl.miui.com")] });
        assert_eq!(
            outcome.to_string(),
            "The data goes to a server of Sensors Analytics. confirmed; for it: sa.api.intl.miui.com."
        );
    }
}
