//! Claims, answers and what they rest on.

use super::contents::Contents;
use super::words::printable;
use crate::claims::{Answer, Assessment, Grounds};

pub(super) struct ClaimView {
    pub(super) claim: String,
    pub(super) says: &'static str,
    pub(super) answer: &'static str,
    /// For its colour.
    pub(super) class: &'static str,
    pub(super) grounds: &'static str,
    pub(super) sentence: String,
    pub(super) reported: &'static str,
    pub(super) reported_in: Vec<&'static str>,
    pub(super) reply: &'static str,
    pub(super) replied_in: Vec<&'static str>,
}

pub(super) fn claims(contents: &Contents) -> Vec<ClaimView> {
    contents.claims.iter().map(view).collect()
}

fn view(claim: &Assessment) -> ClaimView {
    let (answer, class) = words(claim.answer, claim.grounds);
    ClaimView {
        claim: claim.claim.to_string(),
        says: claim.says,
        answer,
        class,
        grounds: grounds(claim.grounds),
        sentence: printable(&claim.sentence),
        reported: claim.reported.reported,
        reported_in: claim.reported.reported_in.split(';').collect(),
        reply: claim.reported.reply,
        replied_in: claim.reported.replied_in.split(';').collect(),
    }
}

fn words(answer: Answer, grounds: Grounds) -> (&'static str, &'static str) {
    match answer {
        Answer::Confirmed => ("confirmed", "yes"),
        Answer::Refuted if grounds == Grounds::Experiment => ("refuted for this version", "no"),
        Answer::Refuted => ("refuted by what was seen", "no"),
        Answer::NotSeen => ("not seen", "quiet"),
        Answer::NotObservable => ("not observable", "quiet"),
        Answer::Undecided => ("undecided", "open"),
    }
}

fn grounds(grounds: Grounds) -> &'static str {
    match grounds {
        Grounds::Evidence => "by what was read in the clear",
        Grounds::Experiment => "by experiment",
        Grounds::Traffic => "by who talked to whom",
        Grounds::Nothing => "",
    }
}
