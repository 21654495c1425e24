//! Trials and uploads, as doses, blocks, and units of bytes.

use std::ops::Range;

use crate::experiment::ledger::Upload;
use crate::experiment::plan::Millis;
use crate::experiment::trial::Trial;

/// The doses of the trials of one cell that were done, and the blocks in which their order was left to chance.
#[derive(Debug, Clone)]
pub(crate) struct Design {
    pub(crate) amounts: Vec<f64>,
    pub(crate) blocks: Vec<Range<usize>>,
}

/// What bytes are counted by: windows of trials, or flushes.
#[derive(Debug, Clone)]
pub(crate) struct Units {
    pub(crate) bytes: Vec<f64>,
    /// For each unit, which trials may have gone into it, with how many visits of each.
    pub(crate) shares: Vec<Vec<(usize, f64)>>,
    /// Units that are compared with the middle of their own before all are ranked together; none: with all.
    pub(crate) blocks: Vec<Range<usize>>,
}

impl Design {
    /// `trials` of one cell that were done, in order.
    pub(crate) fn new(trials: &[&Trial]) -> Self {
        let amounts = trials.iter().map(|trial| trial.dose.amount()).collect();
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for (index, trial) in trials.iter().enumerate() {
            match blocks.last_mut() {
                Some(last) if trials[last.start].block == trial.block => last.end = index + 1,
                _ => blocks.push(index..index + 1),
            }
        }
        Self { amounts, blocks }
    }

    /// The same trials, with what `change` makes of each amount.
    pub(crate) fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self { amounts: self.amounts.iter().copied().map(change).collect(), blocks: self.blocks.clone() }
    }

    /// Each trial's amount less the mean of its block: what the lot decided.
    pub(crate) fn deviations(&self) -> Vec<f64> {
        let mut deviations = self.amounts.clone();
        for block in &self.blocks {
            let mean = mean(&self.amounts[block.clone()]);
            deviations[block.clone()].iter_mut().for_each(|amount| *amount -= mean);
        }
        deviations
    }
}

impl Units {
    /// A unit for each trial, of `visits` visits: what was sent in its window. Right where uploads come within it.
    pub(crate) fn windows(trials: &[&Trial], design: &Design, visits: u32, uploads: &[Upload]) -> Self {
        let bytes = trials.iter().map(|trial| bytes_within(uploads, trial.start, trial.end)).collect();
        let shares = (0..trials.len()).map(|trial| vec![(trial, f64::from(visits))]).collect();
        Self { bytes, shares, blocks: design.blocks.clone() }
    }

    /// The same windows, if a share of each trial goes out during the next one.
    pub(crate) fn carried(&self, share: f64) -> Self {
        let visits = |unit: usize| self.shares[unit][0].1;
        let of_unit = |unit: usize| match unit.checked_sub(1) {
            Some(before) => vec![(before, visits(before) * share), (unit, visits(unit) * (1.0 - share))],
            None => vec![(unit, visits(unit) * (1.0 - share))],
        };
        Self { shares: (0..self.len()).map(of_unit).collect(), ..self.clone() }
    }

    /// A unit for each flush: what was sent at once stands for all that was shown since the last. Right where an app
    /// waits for a number of events, so that a trial's part goes out during a later one, and where it sends at once.
    pub(crate) fn flushes(trials: &[&Trial], uploads: &[Upload], kind: Flushes) -> Self {
        let visits = visits(trials);
        let (mut bytes, mut shares) = (Vec::new(), Vec::new());
        let mut shown = 0;
        for flush in kind.of(trials, uploads) {
            let until = shown + visits[shown..].partition_point(|visit| visit.0 <= flush.at);
            bytes.push(weight(usize::try_from(flush.bytes).unwrap_or(usize::MAX)));
            shares.push(tally(&visits[shown..until]));
            shown = until;
        }
        let bytes = without_visits(&bytes, &shares);
        Self { bytes, shares, blocks: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Only the trials with `chosen` amounts; for units that are windows.
    pub(crate) fn of_amounts(&self, design: &Design, chosen: &[f64]) -> (Self, Design) {
        let keep: Vec<usize> =
            (0..self.len()).filter(|unit| chosen.contains(&design.amounts[*unit])).collect();
        let block_of = |unit: usize| design.blocks.iter().position(|block| block.contains(&unit));
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for (index, unit) in keep.iter().enumerate() {
            match blocks.last_mut() {
                Some(last) if block_of(keep[last.start]) == block_of(*unit) => last.end = index + 1,
                _ => blocks.push(index..index + 1),
            }
        }
        let shares = keep.iter().enumerate().map(|(index, unit)| vec![(index, self.shares[*unit][0].1)]);
        let units = Self {
            bytes: keep.iter().map(|unit| self.bytes[*unit]).collect(),
            shares: shares.collect(),
            blocks: blocks.clone(),
        };
        (units, Design { amounts: keep.iter().map(|unit| design.amounts[*unit]).collect(), blocks })
    }
}

/// What counts as one flush.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flushes {
    /// Uploads closer together than so many milliseconds are one.
    pub(crate) gap: u64,
    /// Smaller ones are left out: an unrelated upload between two flushes would be taken for the second.
    pub(crate) least: u64,
}

impl Flushes {
    /// Uploads that were sent in the window of a trial that was done, joined into flushes. The time of a flush is that
    /// of its first bytes: what is shown while it is sent is not in it.
    pub(crate) fn of(self, trials: &[&Trial], uploads: &[Upload]) -> Vec<Upload> {
        let mut flushes: Vec<Upload> = Vec::new();
        let mut last = Millis(0);
        for upload in uploads.iter().filter(|upload| is_measured(trials, upload.at)) {
            match flushes.last_mut() {
                Some(flush) if upload.at.0 < last.0 + self.gap => flush.bytes += upload.bytes,
                _ => flushes.push(*upload),
            }
            last = upload.at;
        }
        flushes.retain(|flush| flush.bytes >= self.least);
        flushes
    }
}

fn is_measured(trials: &[&Trial], at: Millis) -> bool {
    let next = trials.partition_point(|trial| trial.end <= at);
    trials.get(next).is_some_and(|trial| trial.start <= at)
}

/// When what was shown, in order.
fn visits(trials: &[&Trial]) -> Vec<(Millis, usize)> {
    let of_trial =
        |(index, trial): (usize, &&Trial)| trial.visits.iter().map(|at| (*at, index)).collect::<Vec<_>>();
    trials.iter().enumerate().flat_map(of_trial).collect()
}

/// How many of the visits are of each trial.
fn tally(visits: &[(Millis, usize)]) -> Vec<(usize, f64)> {
    let mut tally: Vec<(usize, f64)> = Vec::new();
    for (_, trial) in visits {
        match tally.last_mut() {
            Some((last, count)) if last == trial => *count += 1.0,
            _ => tally.push((*trial, 1.0)),
        }
    }
    tally
}

/// What a flush has beyond the usual for its number of visits: events that say nothing of the text cost bytes, too.
fn without_visits(bytes: &[f64], shares: &[Vec<(usize, f64)>]) -> Vec<f64> {
    let visits: Vec<f64> = shares.iter().map(|share| share.iter().map(|(_, count)| count).sum()).collect();
    let mut per_visit: Vec<f64> = bytes
        .iter()
        .zip(&visits)
        .filter(|(_, visits)| **visits > 0.0)
        .map(|(bytes, visits)| bytes / visits)
        .collect();
    let usual = median(&mut per_visit);
    bytes.iter().zip(&visits).map(|(bytes, visits)| bytes - usual * visits).collect()
}

fn bytes_within(uploads: &[Upload], start: Millis, end: Millis) -> f64 {
    let from = uploads.partition_point(|upload| upload.at < start);
    let sent: u64 =
        uploads[from..].iter().take_while(|upload| upload.at < end).map(|upload| upload.bytes).sum();
    weight(usize::try_from(sent).unwrap_or(usize::MAX))
}

/// The middle value; 0 of nothing.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / weight(values.len()) }
}

/// A count as a number to reckon with: exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts of bytes stay far below 2^53")]
pub(crate) fn weight(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::plan::Dose;
    use crate::experiment::trial::TrialState;

    /// Two visits at the beginning of each trial, which lasts 50 s.
    fn trials(doses: &[u32]) -> Vec<Trial> {
        let trial = |(index, dose): (usize, &u32)| {
            let start = Millis::seconds(index as u64 * 50);
            Trial {
                cell: 0,
                block: index / 2,
                dose: Dose::Length(*dose),
                state: TrialState::Done,
                attempts: 1,
                start,
                end: Millis(start.0 + 50_000),
                visits: vec![start, Millis(start.0 + 1000)],
            }
        };
        doses.iter().enumerate().map(trial).collect()
    }

    fn upload(seconds: u64, bytes: u64) -> Upload {
        Upload { at: Millis::seconds(seconds), bytes }
    }

    #[test]
    fn windows_take_what_was_sent_in_them() {
        let trials = trials(&[0, 100]);
        let trials: Vec<_> = trials.iter().collect();
        let design = Design::new(&trials);
        let units = Units::windows(&trials, &design, 2, &[upload(10, 5), upload(49, 7), upload(50, 11)]);
        assert_eq!(units.bytes, [12.0, 11.0]);
        assert_eq!(units.shares, [[(0, 2.0)], [(1, 2.0)]]);
        assert_eq!(design.blocks.len(), 1);
        assert_eq!(design.blocks[0], 0..2);
        assert_eq!(units.carried(0.25).shares, [vec![(0, 1.5)], vec![(0, 0.5), (1, 1.5)]]);
        assert_eq!(design.deviations(), [-50.0, 50.0]);
    }

    #[test]
    fn flushes_take_all_that_was_shown_since_the_last() {
        let trials = trials(&[0, 100, 100]);
        let trials: Vec<_> = trials.iter().collect();
        let (all, large) = (Flushes { gap: 5_000, least: 0 }, Flushes { gap: 5_000, least: 200 });
        let units = Units::flushes(
            &trials,
            &[upload(60, 300), upload(62, 100), upload(120, 100), upload(900, 9)],
            all,
        );
        assert_eq!(units.shares, [vec![(0, 2.0), (1, 2.0)], vec![(2, 2.0)]]);
        let large = Units::flushes(&trials, &[upload(60, 300), upload(120, 100)], large);
        assert_eq!(large.shares, [vec![(0, 2.0), (1, 2.0)]]);
        // 100 and 50 bytes a visit: 75 are usual.
        assert_eq!(units.bytes, [400.0 - 4.0 * 75.0, 100.0 - 2.0 * 75.0]);
    }

    #[test]
    fn chosen_amounts_keep_their_blocks() {
        let trials = trials(&[0, 100, 200, 0, 100, 0]);
        let trials: Vec<_> = trials.iter().collect();
        let design = Design::new(&trials);
        let units = Units::windows(&trials, &design, 2, &[upload(101, 5)]);
        let (units, design) = units.of_amounts(&design, &[0.0, 200.0]);
        assert_eq!(design.amounts, [0.0, 200.0, 0.0, 0.0]);
        assert_eq!(design.blocks, [0..1, 1..3, 3..4]);
        assert_eq!(units.bytes, [0.0, 5.0, 0.0, 0.0]);
    }

    #[test]
    fn medians_and_means() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!((median(&mut []), mean(&[])), (0.0, 0.0));
        assert_eq!(mean(&[1.0, 2.0]), 1.5);
    }
}
