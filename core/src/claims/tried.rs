//! Outcomes of experiments into an answer.

use super::assess::{Answer, Case, Grounds, Ruling, experiment};
use super::record::Tried;
use crate::experiment::{CellOutcome, Claim, Measured, Verdict};

/// By the latest experiment with each app; the weightiest answer counts. None where there is no experiment.
pub(super) fn rule(case: &Case<'_>) -> Option<Ruling> {
    let of_claim = case.record.experiments.iter().filter(|tried| tried.outcome.claim == case.claim);
    let mut latest: Vec<&Tried> = Vec::new();
    for tried in of_claim {
        if !latest.iter().any(|other| other.app == tried.app) {
            latest.push(tried);
        }
    }
    let rulings = latest.into_iter().filter_map(|tried| rule_one(case, tried));
    rulings.min_by_key(|ruling| weight(case.claim, ruling.answer))
}

/// What is shown outweighs what is not known, and that what is not there.
fn weight(claim: Claim, answer: Answer) -> u8 {
    let is_denial = matches!(claim, Claim::C11 | Claim::C12);
    match answer {
        Answer::Confirmed => 0,
        Answer::Refuted if is_denial => 1,
        Answer::Undecided => 2,
        Answer::Refuted => 3,
        Answer::NotSeen | Answer::NotObservable => 4,
    }
}

fn rule_one(case: &Case<'_>, tried: &Tried) -> Option<Ruling> {
    let of_claim = |cell: &&CellOutcome| is_of_claim(case.claim, &cell.name);
    let cells: Vec<&CellOutcome> = tried.outcome.cells.iter().filter(of_claim).collect();
    let answer = cells
        .iter()
        .map(|cell| of_cell(case.claim, cell))
        .min_by_key(|answer| weight(case.claim, *answer))?;
    let is_settled = tried.outcome.complete || answer == Answer::Confirmed;
    let answer = if is_settled { answer } else { Answer::Undecided };
    let told = cells.iter().filter(|cell| !is_settled || of_cell(case.claim, cell) == answer);
    let told: Vec<String> = told.map(|cell| sentence(cell)).collect();
    let text = format!("In {}: {}{}", experiment(tried), told.join(" "), remark(case, answer, is_settled));
    Some(Ruling::new(answer, Grounds::Experiment, text))
}

/// Of several settings only those that the claim is about.
fn is_of_claim(claim: Claim, cell: &str) -> bool {
    match claim {
        Claim::C2 => matches!(cell, "incognito" | "both"),
        Claim::C11 => cell == "programme off",
        Claim::C12 => matches!(cell, "signed out" | "sync off"),
        Claim::C1
        | Claim::C3
        | Claim::C4
        | Claim::C5
        | Claim::C6
        | Claim::C7
        | Claim::C8
        | Claim::C9
        | Claim::C10 => true,
    }
}

fn of_cell(claim: Claim, cell: &CellOutcome) -> Answer {
    match (claim, cell.collectors.verdict()) {
        // Xiaomi's claim is that nothing is sent; anything at all is against it, whatever caused it.
        (Claim::C11, _) if has_sent(&cell.collectors) => Answer::Refuted,
        (Claim::C11, _) => Answer::NotSeen,
        (Claim::C12, Verdict::Uploaded | Verdict::Contradicted) => Answer::Refuted,
        (_, Verdict::Uploaded | Verdict::Confirmed) => Answer::Confirmed,
        (_, Verdict::NotUploaded | Verdict::Contradicted) => Answer::Refuted,
        (_, Verdict::NotSeen) => Answer::NotSeen,
        (_, Verdict::Undecided | Verdict::ConsistentWith) => Answer::Undecided,
        (_, Verdict::NotObservable) => Answer::NotObservable,
    }
}

fn has_sent(measured: &Measured) -> bool {
    match measured {
        Measured::Length(result) => result.bytes > 0.0,
        Measured::Count(result) => result.uploads_after_action + result.uploads_after_sham > 0,
    }
}

fn sentence(cell: &CellOutcome) -> String {
    if cell.name.is_empty() {
        cell.collectors.to_string()
    } else {
        format!("{}: {}", cell.name, cell.collectors)
    }
}

/// How far the answer goes.
fn remark(case: &Case<'_>, answer: Answer, is_settled: bool) -> String {
    match answer {
        _ if !is_settled => " It was not finished.".to_owned(),
        Answer::Refuted if matches!(case.claim, Claim::C11 | Claim::C12) => {
            " So it is not as claimed, in the version that was installed then.".to_owned()
        }
        Answer::Refuted => {
            " That holds for the version that was installed then, and for no other.".to_owned()
        }
        Answer::NotSeen => format!(" {}", case.weakness()),
        Answer::Confirmed | Answer::Undecided | Answer::NotObservable => String::new(),
    }
}
