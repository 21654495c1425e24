//! C7 to C10: what servers and requests in the clear say, by [`watch`].

use super::assess::{Answer, Case, Grounds, Ruling, span};
use super::record::{Contact, Place, Upload};
use super::words::{app, count, days, distinct, list};
use crate::decode::Format;
use crate::experiment::{Claim, Observation, Observed, Verdict, WatchOutcome, watch};

pub(super) fn rule(case: &mut Case<'_>) -> Ruling {
    let mut outcome = watch(case.claim, &Observation { collectors: observed(case) });
    if case.claim == Claim::C10 {
        add_sensors(case, &mut outcome);
    }
    case.numbers.supporting = outcome.supporting;
    case.numbers.against = outcome.against;
    case.numbers.untold = outcome.untold;
    case.numbers.requests = requests(case).len() as u64;
    by_verdict(case, outcome.verdict)
}

fn by_verdict(case: &Case<'_>, verdict: Verdict) -> Ruling {
    if case.claim == Claim::C7 {
        identifiers(case, verdict)
    } else if case.claim == Claim::C8 {
        servers(case, verdict)
    } else if case.claim == Claim::C9 {
        encoding(case, verdict)
    } else {
        sensors(case, verdict)
    }
}

/// A row for each host that collects; of C10 for each that is Xiaomi's at all.
fn observed(case: &Case<'_>) -> Vec<Observed> {
    let contacts: Vec<&Contact> = if case.claim == Claim::C10 {
        case.record.hosts.iter().filter(|host| host.is_of_claims()).collect()
    } else {
        case.contacts().collect()
    };
    let collected = case.uploads();
    let hosts = contacts.iter().map(|contact| contact.host.to_string());
    let hosts = distinct(hosts.chain(collected.map(|upload| upload.host.to_string())));
    hosts.into_iter().map(|host| observe(case, &contacts, host)).collect()
}

fn observe(case: &Case<'_>, contacts: &[&Contact], host: String) -> Observed {
    let to_host = || contacts.iter().filter(|contact| *contact.host == *host);
    let uploads: Vec<&Upload> = case.uploads().filter(|upload| *upload.host == *host).collect();
    let lasting = uploads.iter().flat_map(|upload| &upload.lasting);
    let (countries, asns) = places(case.record.places.iter().filter(|place| *place.host == *host));
    Observed {
        flows: to_host().map(|contact| contact.flows).sum(),
        bytes_up: to_host().fold(0, |sum, contact| contact.bytes_up.saturating_add(sum)),
        countries,
        asns,
        readable: uploads.iter().filter(|upload| upload.is_readable).map(|_| 1).sum(),
        identifiers: distinct(lasting.map(|kind| kind.label().to_owned())),
        host,
    }
}

/// Countries and networks. Of a network that is in no table nobody can say whose it is: where the country does not speak
/// against the claim, nothing is known.
fn places<'a>(places: impl Iterator<Item = &'a Place>) -> (Vec<String>, Vec<u32>) {
    let places: Vec<&Place> = places.collect();
    let countries = places.iter().filter_map(|place| place.country.as_deref().map(str::to_owned));
    let countries = distinct(countries);
    let mut asns: Vec<u32> = places.iter().filter_map(|place| place.asn).collect();
    asns.sort_unstable();
    asns.dedup();
    let is_elsewhere = countries.iter().any(|country| !["SG", "RU"].contains(&country.as_str()));
    let is_open = places.iter().any(|place| place.asn.is_none());
    if is_open && asns.is_empty() && !is_elsewhere { (Vec::new(), asns) } else { (countries, asns) }
}

/// Of what was sent in the clear, what shows the claim.
fn requests<'a>(case: &Case<'a>) -> Vec<&'a Upload> {
    let shows = |upload: &&Upload| {
        let is_of = |claim| claim == case.claim;
        is_of(Claim::C7) && !upload.lasting.is_empty()
            || is_of(Claim::C9) && upload.is_readable
            || is_of(Claim::C10) && is_sensors(upload)
    };
    case.uploads().filter(shows).collect()
}

fn is_sensors(upload: &Upload) -> bool {
    matches!(upload.format, Format::Sensors | Format::SensorsConfig)
}

/// Whoever sends in its form sends to its software, whatever the host is called.
fn add_sensors(case: &Case<'_>, outcome: &mut WatchOutcome) {
    let hosts =
        distinct(case.uploads().filter(|upload| is_sensors(upload)).map(|upload| upload.host.to_string()));
    if hosts.is_empty() {
        return;
    }
    outcome.untold.retain(|host| !hosts.contains(host));
    outcome.supporting = distinct(outcome.supporting.drain(..).chain(hosts));
    outcome.verdict = Verdict::Confirmed;
}

/// `in 3 requests of browser to host, on 2026-03-01`
fn requests_text(case: &Case<'_>) -> String {
    let requests = requests(case);
    let apps = distinct(requests.iter().map(|upload| app(upload.owner.as_ref())));
    let hosts = distinct(requests.iter().map(|upload| upload.host.to_string()));
    let dates = span(&requests).map(|(first, last)| format!(", {}", days(first, last)));
    let number = count(requests.len() as u64, "request");
    format!("in {number} of {} to {}{}", list(&apps), list(&hosts), dates.unwrap_or_default())
}

fn identifiers(case: &Case<'_>, verdict: Verdict) -> Ruling {
    let kinds = |lasting: bool| {
        let of = |upload: &Upload| if lasting { upload.lasting.clone() } else { upload.kinds.clone() };
        let kinds = case.uploads().flat_map(of).filter(|kind| kind.is_identifier());
        distinct(kinds.map(|kind| kind.label().to_owned()))
    };
    let (again, once) = (kinds(true), kinds(false));
    if verdict == Verdict::Confirmed {
        let sentence = format!("The same {} came again {}.", list(&again), requests_text(case));
        return Ruling::new(Answer::Confirmed, Grounds::Evidence, sentence);
    }
    if !once.is_empty() {
        let sentence = format!(
            "Identifiers passed in the clear ({}), but did not come again: whether they last is not known.",
            list(&once)
        );
        return Ruling::new(Answer::Undecided, Grounds::Evidence, sentence);
    }
    hidden_or_absent(case, verdict, "identifiers are in them, if anywhere")
}

fn encoding(case: &Case<'_>, verdict: Verdict) -> Ruling {
    if verdict == Verdict::Confirmed {
        let sentence =
            format!("Content could be read {}; other uploads may be encrypted.", requests_text(case));
        return Ruling::new(Answer::Confirmed, Grounds::Evidence, sentence);
    }
    hidden_or_absent(case, verdict, "the claim is about what is inside")
}

/// Encrypted uploads hide what would tell; without any nothing was seen.
fn hidden_or_absent(case: &Case<'_>, verdict: Verdict, what: &str) -> Ruling {
    if verdict == Verdict::NotObservable {
        let hosts = &case.numbers.untold;
        let sentence = format!("Uploads to {} were encrypted; {what}.", list(hosts));
        return Ruling::new(Answer::NotObservable, Grounds::Traffic, sentence);
    }
    case.not_seen("No upload to a collector of Xiaomi's was seen.", Grounds::Nothing)
}

fn servers(case: &Case<'_>, verdict: Verdict) -> Ruling {
    let (supporting, against) = (&case.numbers.supporting, &case.numbers.against);
    if verdict == Verdict::Contradicted {
        let seen = format!("{}{}", stands(case, against), also(case, supporting));
        let sentence = format!("Not all collectors are there: {seen}{}. {ESTIMATES}.", dates(case));
        Ruling::new(Answer::Refuted, Grounds::Traffic, sentence)
    } else if verdict == Verdict::Confirmed {
        let seen = format!("{}{}{}", stands(case, supporting), dates(case), untold(&case.numbers.untold));
        let sentence = format!(
            "{seen}. {ESTIMATES}; that servers are rented, and where domains are registered, does not show in traffic."
        );
        Ruling::new(Answer::Confirmed, Grounds::Traffic, sentence)
    } else if !case.numbers.untold.is_empty() {
        let hosts = list(&case.numbers.untold);
        let sentence = format!("Whose networks these are in could not be told: {hosts}{}.", dates(case));
        Ruling::new(Answer::Undecided, Grounds::Traffic, sentence)
    } else {
        case.not_seen("No collector of Xiaomi's was talked to.", Grounds::Nothing)
    }
}

const ESTIMATES: &str = "Countries are estimates";

fn dates(case: &Case<'_>) -> String {
    let dates = case.numbers.first_seen.zip(case.numbers.last_seen);
    dates.map(|(first, last)| format!(", {}", days(first, last))).unwrap_or_default()
}

/// `a.example in SG (AS45102)`, of each host.
fn stands(case: &Case<'_>, hosts: &[String]) -> String {
    let one = |host: &String| {
        let of_host = || case.record.places.iter().filter(|place| *place.host == **host);
        let countries = distinct(of_host().filter_map(|place| place.country.as_deref().map(str::to_owned)));
        let networks = distinct(of_host().filter_map(|place| place.asn.map(|asn| format!("AS{asn}"))));
        let countries = if countries.is_empty() { "an unknown country".to_owned() } else { list(&countries) };
        let networks = if networks.is_empty() { "a network not known".to_owned() } else { list(&networks) };
        format!("{host} in {countries} ({networks})")
    };
    list(&hosts.iter().map(one).collect::<Vec<_>>())
}

fn also(case: &Case<'_>, hosts: &[String]) -> String {
    if hosts.is_empty() { String::new() } else { format!("; as claimed: {}", stands(case, hosts)) }
}

fn untold(hosts: &[String]) -> String {
    if hosts.is_empty() { String::new() } else { format!("; of {} it could not be told", list(hosts)) }
}

fn sensors(case: &Case<'_>, verdict: Verdict) -> Ruling {
    if verdict != Verdict::Confirmed {
        let seen = "No host named like Sensors Analytics' and no upload in its form was seen; that fits a move to \
            Xiaomi's own OneTrack, and says nothing of 2020.";
        return case.not_seen(seen, Grounds::Traffic);
    }
    let hosts = &case.numbers.supporting;
    if case.numbers.requests > 0 {
        let sentence = format!("Its form was read {}.", requests_text(case));
        return Ruling::new(Answer::Confirmed, Grounds::Evidence, sentence);
    }
    let of_hosts = || case.record.hosts.iter().filter(|host| hosts.iter().any(|name| *name == *host.host));
    let dates = of_hosts().map(|host| host.first).min().zip(of_hosts().map(|host| host.last).max());
    let dates = dates.map(|(first, last)| format!(" {}", days(first, last))).unwrap_or_default();
    let sentence = format!("{} was talked to{dates}: the label is that of its servers.", list(hosts));
    Ruling::new(Answer::Confirmed, Grounds::Traffic, sentence)
}
