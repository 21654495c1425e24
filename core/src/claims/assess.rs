//! A claim and a record into an answer.

use serde::{Deserialize, Serialize};

use super::record::{Contact, Record, Tried, Upload, is_of};
use super::reported::{Reported, reported};
use super::words::{app, bytes, count, day, days, distinct, duration, list, percent};
use super::{tried, watched};
use crate::event::{Gap, GapReason, Owner, Timestamp};
use crate::experiment::{Claim, RELAYS};

/// What a record says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The record shows it.
    Confirmed,
    /// It was not seen, which does not mean that it is not there.
    NotSeen,
    /// The record shows something else, of the versions that were seen.
    Refuted,
    /// What would tell is encrypted.
    NotObservable,
    /// Something was seen that may be it.
    Undecided,
}

impl Answer {
    /// The word in JSON and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::NotSeen => "not-seen",
            Self::Refuted => "refuted",
            Self::NotObservable => "not-observable",
            Self::Undecided => "undecided",
        }
    }
}

/// What an answer rests on, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grounds {
    /// What was read in the clear.
    Evidence,
    Experiment,
    /// Who talked to whom, where and how much.
    Traffic,
    Nothing,
}

/// A claim, and what a record says of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    pub claim: Claim,
    /// The claim in one sentence.
    pub says: &'static str,
    #[serde(flatten)]
    pub reported: Reported,
    pub answer: Answer,
    pub grounds: Grounds,
    /// Why, in plain English.
    pub sentence: String,
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// What is behind an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Numbers {
    /// Apps that the claim is about, or that carry what they report, as far as they talked.
    pub apps: Vec<String>,
    /// Their flows to collectors,
    pub flows: u64,
    /// and what these sent.
    pub bytes_up: u64,
    /// When the first and the last of these were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// Requests in the clear that show it.
    pub requests: u64,
    /// Experiments about it, by number.
    pub experiments: Vec<i64>,
    /// Hosts that speak for it, against it, and of which it cannot be told.
    #[serde(rename = "hosts_for")]
    pub supporting: Vec<String>,
    #[serde(rename = "hosts_against")]
    pub against: Vec<String>,
    #[serde(rename = "hosts_untold")]
    pub untold: Vec<String>,
    /// Share of the record's flows that could be told by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<f64>,
    /// Times in which not everything was seen, between the record's first and last flow,
    pub gaps: u64,
    /// and how long those were in which nothing was, in milliseconds.
    pub unseen_ms: i64,
}

/// An answer before the rest is put around it.
pub(super) struct Ruling {
    pub(super) answer: Answer,
    pub(super) grounds: Grounds,
    pub(super) sentence: String,
}

impl Ruling {
    pub(super) fn new(answer: Answer, grounds: Grounds, sentence: impl Into<String>) -> Self {
        Self { answer, grounds, sentence: sentence.into() }
    }
}

/// A claim against a record.
pub(super) struct Case<'a> {
    pub(super) claim: Claim,
    pub(super) reported: Reported,
    pub(super) record: &'a Record,
    pub(super) numbers: Numbers,
}

/// What `record` says of `claim`.
pub fn assess(claim: Claim, record: &Record) -> Assessment {
    let mut case = Case::new(claim, record);
    let ruling = match claim {
        Claim::C7 | Claim::C8 | Claim::C9 | Claim::C10 => watched::rule(&mut case),
        Claim::C1 | Claim::C3 | Claim::C4 | Claim::C5 | Claim::C6 => {
            case.by_evidence().or_else(|| tried::rule(&case)).unwrap_or_else(|| case.by_traffic())
        }
        Claim::C2 | Claim::C11 | Claim::C12 => {
            tried::rule(&case).unwrap_or_else(|| case.by_traffic_of_setting())
        }
    };
    case.finish(ruling)
}

impl<'a> Case<'a> {
    fn new(claim: Claim, record: &'a Record) -> Self {
        let mut case = Self { claim, reported: reported(claim), record, numbers: Numbers::default() };
        case.numbers = case.count();
        case
    }

    fn count(&self) -> Numbers {
        let contacts: Vec<&Contact> = self.contacts().collect();
        let of_claim = |tried: &&Tried| tried.outcome.claim == self.claim;
        let tried = self.record.experiments.iter().filter(of_claim);
        Numbers {
            apps: self.apps(),
            flows: contacts.iter().map(|contact| contact.flows).sum(),
            bytes_up: contacts.iter().fold(0, |sum, contact| contact.bytes_up.saturating_add(sum)),
            first_seen: contacts.iter().map(|contact| contact.first).min(),
            last_seen: contacts.iter().map(|contact| contact.last).max(),
            experiments: tried.map(|tried| tried.id).collect(),
            named: self.record.named,
            gaps: self.gaps().map(|_| 1).sum(),
            unseen_ms: self.gaps().fold(0, |sum, gap| self.unseen(gap).saturating_add(sum)),
            ..Numbers::default()
        }
    }

    /// Those of the claim, relays, and the one that was asked for; all where the claim is about none.
    pub(super) fn is_suspect(&self, owner: Option<&Owner>) -> bool {
        self.reported.apps.is_empty() || self.is_speaker(owner) || is_of(owner, &RELAYS)
    }

    /// The same without relays: who speaks for itself.
    fn is_speaker(&self, owner: Option<&Owner>) -> bool {
        let asked = self.record.app.as_deref();
        is_of(owner, self.reported.apps) || asked.is_some_and(|asked| is_of(owner, &[asked]))
    }

    /// Flows of suspects to those who collect.
    pub(super) fn contacts(&self) -> impl Iterator<Item = &'a Contact> {
        let of_claims = self.record.contacts.iter().filter(|contact| contact.is_of_claims());
        of_claims.filter(|contact| self.is_suspect(contact.owner.as_ref()))
    }

    /// What was sent in the clear to those who collect.
    pub(super) fn uploads(&self) -> impl Iterator<Item = &'a Upload> {
        let app = self.record.app.as_deref();
        self.record.uploads.iter().filter(move |upload| upload.is_collected(app))
    }

    fn apps(&self) -> Vec<String> {
        let speakers = self.record.speakers.iter().map(|speaker| speaker.owner.as_ref());
        distinct(speakers.filter(|owner| owner.is_some() && self.is_suspect(*owner)).map(app))
    }

    fn gaps(&self) -> impl Iterator<Item = &'a Gap> {
        let (first, last) = (self.record.first, self.record.last);
        let is_within = move |gap: &&Gap| {
            last.is_some_and(|last| gap.start < last)
                && first.is_some_and(|first| gap.end.is_none_or(|end| end > first))
        };
        self.record.gaps.iter().filter(is_within)
    }

    /// The part of a gap between the first and the last flow, if nothing at all was seen in it.
    fn unseen(&self, gap: &Gap) -> i64 {
        let is_blind = matches!(gap.reason, GapReason::NotRunning | GapReason::Killed | GapReason::Revoked);
        let (Some(first), Some(last), true) = (self.record.first, self.record.last, is_blind) else {
            return 0;
        };
        let end = gap.end.map_or(last.0, |end| end.0.min(last.0));
        end.saturating_sub(gap.start.0.max(first.0)).max(0)
    }

    /// Uploads of suspects to those who collect, which say what the claim is about.
    fn telling(&self) -> Vec<&'a Upload> {
        let says = |upload: &&Upload| self.reported.shown_by.iter().any(|kind| upload.kinds.contains(kind));
        let is_by = |upload: &&Upload| {
            let owner = upload.owner.as_ref();
            self.is_speaker(owner) || self.reported.by_relays && is_of(owner, &RELAYS)
        };
        self.uploads().filter(is_by).filter(says).collect()
    }

    fn by_evidence(&mut self) -> Option<Ruling> {
        let telling = self.telling();
        let (first, last) = span(&telling)?;
        let kinds = self.reported.shown_by.iter();
        let told = kinds.filter(|kind| telling.iter().any(|upload| upload.kinds.contains(kind)));
        let told: Vec<String> = told.map(|kind| kind.label().to_owned()).collect();
        let hosts = distinct(telling.iter().map(|upload| upload.host.to_string()));
        let apps = distinct(telling.iter().map(|upload| app(upload.owner.as_ref())));
        let sentence = format!(
            "Read in the clear: {} in {} of {} to {}, {}.",
            list(&told),
            count(telling.len() as u64, "request"),
            list(&apps),
            list(&hosts),
            days(first, last),
        );
        self.numbers.requests = telling.len() as u64;
        self.numbers.supporting = hosts;
        Some(Ruling::new(Answer::Confirmed, Grounds::Evidence, sentence))
    }

    /// Without readable text and without an experiment only that somebody talked is known.
    fn by_traffic(&self) -> Ruling {
        match (self.numbers.flows, &self.numbers.apps[..]) {
            (1.., _) => Ruling::new(
                Answer::NotObservable,
                Grounds::Traffic,
                format!("{}; {}. An experiment can tell.", self.contact_text(), self.hidden_text()),
            ),
            (0, []) => self.not_seen("None of the apps that it is about were seen.", Grounds::Nothing),
            (0, apps) => {
                let seen = format!("{} talked, but to none of the collectors that are known.", list(apps));
                self.not_seen(&seen, Grounds::Traffic)
            }
        }
    }

    /// What encryption hides; where some of it could be read, there was nothing of the claim in that.
    fn hidden_text(&self) -> String {
        let read =
            self.uploads().filter(|upload| upload.is_readable && self.is_suspect(upload.owner.as_ref()));
        match read.count() {
            0 => "what they carried is encrypted".to_owned(),
            read => {
                let read = count(read as u64, "request");
                format!("it is not in {read} that could be read, and what else they carried is encrypted")
            }
        }
    }

    /// What a switch was set to is not in the record.
    fn by_traffic_of_setting(&self) -> Ruling {
        match (self.numbers.flows, &self.numbers.apps[..]) {
            (1.., _) => Ruling::new(
                Answer::Undecided,
                Grounds::Traffic,
                format!(
                    "{}; how the phone was set then is not in the record. An experiment can tell.",
                    self.contact_text()
                ),
            ),
            (0, _) => self.by_traffic(),
        }
    }

    /// `browser sent 3 flows with ... to ..., on ...`
    fn contact_text(&self) -> String {
        let contacts: Vec<&Contact> = self.contacts().collect();
        let apps = distinct(contacts.iter().map(|contact| app(contact.owner.as_ref())));
        let hosts = distinct(contacts.iter().map(|contact| contact.host.to_string()));
        let dates = self.numbers.first_seen.zip(self.numbers.last_seen);
        format!(
            "{} sent {} in {} to {}{}",
            list(&apps),
            bytes(self.numbers.bytes_up),
            count(self.numbers.flows, "flow"),
            list(&hosts),
            dates.map(|(first, last)| format!(" {}", days(first, last))).unwrap_or_default(),
        )
    }

    /// That something was not seen, and how little that says.
    pub(super) fn not_seen(&self, what: &str, grounds: Grounds) -> Ruling {
        Ruling::new(Answer::NotSeen, grounds, format!("{what} {}", self.weakness()))
    }

    /// Why absence is weak evidence here.
    pub(super) fn weakness(&self) -> String {
        let (Some(first), Some(last)) = (self.record.first, self.record.last) else {
            return "The record is empty, so this says nothing.".to_owned();
        };
        let named = match self.numbers.named {
            Some(share) => format!("{} of all flows could be told by name", percent(share)),
            None => "no flow could be told by name".to_owned(),
        };
        let unseen = match self.numbers.unseen_ms {
            0 => String::new(),
            unseen => format!(", and nothing was watched for {}", duration(unseen)),
        };
        format!("That is weak evidence: {}, {named}{unseen}.", days(first, last))
    }

    fn finish(self, ruling: Ruling) -> Assessment {
        Assessment {
            claim: self.claim,
            says: self.claim.says(),
            reported: self.reported,
            answer: ruling.answer,
            grounds: ruling.grounds,
            sentence: ruling.sentence,
            numbers: self.numbers,
        }
    }
}

/// When the first and the last of these were.
pub(super) fn span(uploads: &[&Upload]) -> Option<(Timestamp, Timestamp)> {
    let times = || uploads.iter().map(|upload| upload.time);
    times().min().zip(times().max())
}

/// `experiment 3 of 2026-03-01 with com.example`
pub(super) fn experiment(tried: &Tried) -> String {
    format!("experiment {} of {} with {}", tried.id, day(tried.started), tried.app)
}
