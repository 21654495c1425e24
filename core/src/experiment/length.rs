//! The length test: do uploads grow with what was shown?

use serde::{Deserialize, Serialize};

use super::encoding::Match;
use super::ledger::Upload;
use super::outcome::{Doubt, Verdict};
use super::stats::design::{Design, Flushes, Units, median, weight};
use super::stats::permutation::p_value;
use super::stats::rank::Loads;
use super::stats::slope::{BOUND, Interval, slope};
use super::stats::{Z_99, Z_POWER};
use super::trial::Trial;

/// Chance at which an upload is claimed although there is none, in an experiment of one cell.
pub(super) const ALPHA: f64 = 0.002;
/// Bytes per character that would have been seen before it is said that nothing was: a quarter of what the tersest
/// known encoding needs.
const LIMIT: f64 = 0.2;
/// Bytes per character of all that was shown, in uploads far above the usual. More could be half of everything, kept
/// back and sent at few times: no encoding known is below 0.77.
const LUMPS: f64 = 0.385;
/// Blocks without which intervals are not to be relied on.
const MIN_BLOCKS: usize = 3;
/// Trials that a further run may be asked to have, at most.
const MAX_FURTHER: f64 = 2000.0;
/// What the tersest known encoding needs for a character.
const TERSEST: f64 = 0.77;

/// What the trials of one cell say of one class of hosts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LengthResult {
    pub verdict: Verdict,
    /// Why it is undecided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub doubt: Option<Doubt>,
    /// Trials that were done.
    pub trials: usize,
    /// Characters of markers that were shown.
    pub characters: f64,
    /// Bytes sent in the windows of these trials.
    pub bytes: f64,
    /// Flushes that they came in.
    pub uploads: usize,
    /// Chance of such an agreement of bytes and lengths if they had nothing to do with each other.
    pub p: f64,
    /// Bytes per character.
    pub slope: Interval,
    /// By what the slope was found.
    pub counted_by: CountedBy,
    /// Least bytes per character that would have been seen in 95 of 100 such experiments.
    pub detectable: f64,
    /// Longest beginning of a text that might have been uploaded unseen, in characters.
    pub unseen: f64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encoding: Option<Match>,
    /// Characters after which texts were cut off, about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cut_off: Option<f64>,
    /// Trials that would probably decide it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub further: Option<u32>,
}

/// What bytes were compared with lengths by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountedBy {
    /// What was sent in the window of a trial, with the length of that trial.
    Window,
    /// The same, if a quarter of each trial goes out during the next.
    Carried,
    /// Each flush, with all that was shown since the one before.
    Flush,
}

/// What goes out late if an app waits for 50 events and a trial makes 80, on average.
const CARRIED: f64 = 0.25;
/// All that is sent within 5 s: the parts of a request, a retry, a handshake and what follows it.
const FLUSHES: Flushes = Flushes { gap: 5_000, least: 0 };
/// Ways to see flushes: all; those above what small unrelated uploads have; and each upload by itself, for apps that
/// send at once, page by page.
const KINDS: [Flushes; 4] = [
    FLUSHES,
    Flushes { least: 8_000, ..FLUSHES },
    Flushes { least: 32_000, ..FLUSHES },
    Flushes { gap: 700, least: 0 },
];

/// Trials, and ways to count what was sent after them. All that apply are tried at once; the p-value allows for that.
struct Sample<'a> {
    trials: &'a [&'a Trial],
    design: Design,
    /// The first is by windows.
    ways: Vec<(CountedBy, Units)>,
    uploads: usize,
}

/// Judges the trials of one cell, which are done and in order. `alpha` is the chance of a false alarm.
pub(super) fn judge(
    trials: &[&Trial],
    visits: u32,
    uploads: &[Upload],
    alpha: f64,
    seed: u64,
) -> LengthResult {
    let sample = Sample::new(trials, visits, uploads);
    let p = sample.p(alpha, seed);
    let (counted_by, slope) = sample.slope();
    let mut result = LengthResult {
        verdict: Verdict::Undecided,
        doubt: None,
        trials: trials.len(),
        characters: sample.characters(),
        bytes: sample.windows().bytes.iter().sum(),
        uploads: sample.uploads,
        p,
        slope,
        counted_by,
        detectable: slope.error() * (Z_99 + Z_POWER),
        unseen: sample.unseen(),
        encoding: None,
        cut_off: None,
        further: None,
    };
    match sample.doubt(&result, alpha) {
        _ if p <= alpha => result.verdict = Verdict::Uploaded,
        None => result.verdict = Verdict::NotUploaded,
        doubt => result.doubt = doubt,
    }
    sample.complete(&mut result, alpha);
    result
}

impl<'a> Sample<'a> {
    fn new(trials: &'a [&'a Trial], visits: u32, uploads: &[Upload]) -> Self {
        let design = Design::new(trials);
        let windows = Units::windows(trials, &design, visits, uploads);
        let carried = windows.carried(CARRIED);
        let mut ways = vec![(CountedBy::Window, windows), (CountedBy::Carried, carried)];
        let by_flush = |kind| (CountedBy::Flush, Units::flushes(trials, uploads, kind));
        ways.extend(KINDS.map(by_flush));
        Self { trials, design, ways, uploads: FLUSHES.of(trials, uploads).len() }
    }

    fn windows(&self) -> &Units {
        &self.ways[0].1
    }

    fn p(&self, alpha: f64, seed: u64) -> f64 {
        let loads: Vec<_> = self.ways.iter().map(|(_, units)| Loads::at(0.0, &self.design, units)).collect();
        p_value(&loads, &self.shapes(), alpha, seed)
    }

    /// Bytes may grow with all of the text, or with no more than its beginning.
    fn shapes(&self) -> Vec<Design> {
        let levels = self.levels();
        let cuts = levels.iter().skip(1).rev();
        cuts.map(|cut| self.design.map(|amount| amount.min(*cut))).collect()
    }

    /// The lengths, shortest first.
    fn levels(&self) -> Vec<f64> {
        let mut levels = self.design.amounts.clone();
        levels.sort_unstable_by(f64::total_cmp);
        levels.dedup();
        levels
    }

    /// By what fits best. Windows are preferred: they stand unrelated uploads best.
    fn slope(&self) -> (CountedBy, Interval) {
        let z = |units: &Units| Loads::at(0.0, &self.design, units).z(&self.design);
        let (mut best, mut least) = (&self.ways[0], 1.05 * z(self.windows()).max(Z_99));
        for way in &self.ways[1..] {
            let fit = z(&way.1);
            if fit > least {
                (best, least) = (way, fit);
            }
        }
        (best.0, slope(&self.design, &best.1))
    }

    fn characters(&self) -> f64 {
        let shown = |(trial, amount): (&&Trial, &f64)| weight(trial.visits.len()) * amount;
        self.trials.iter().zip(&self.design.amounts).map(shown).sum()
    }

    /// Why it cannot be said that nothing was uploaded.
    fn doubt(&self, result: &LengthResult, alpha: f64) -> Option<Doubt> {
        if self.design.blocks.len() < MIN_BLOCKS || orders(&self.design) < 2.0 / alpha {
            Some(Doubt::TooFewTrials)
        } else if result.uploads == 0 {
            Some(Doubt::NothingSent)
        } else if self.excess() > LUMPS * result.characters {
            Some(Doubt::Lumps)
        } else {
            let is_drowned = result.slope.high >= LIMIT || result.unseen >= self.shortest();
            is_drowned.then_some(Doubt::Noise)
        }
    }

    /// Bytes of trials above the middle of their block.
    fn excess(&self) -> f64 {
        let of_block = |block: &std::ops::Range<usize>| -> f64 {
            let bytes = &self.windows().bytes[block.clone()];
            let usual = median(&mut bytes.to_vec());
            bytes.iter().map(|bytes| (bytes - usual).max(0.0)).sum()
        };
        self.design.blocks.iter().map(of_block).sum()
    }

    /// Longest beginning of a text that the tersest encoding could have hidden in the interval.
    fn unseen(&self) -> f64 {
        let least = self.shortest();
        let beginning = slope(&self.design.map(|amount| amount.min(least)), self.windows());
        (beginning.high * least / TERSEST).max(0.0)
    }

    /// The shortest text that is any.
    fn shortest(&self) -> f64 {
        self.levels().get(1).copied().unwrap_or_default()
    }

    /// What is told beside the verdict.
    fn complete(&self, result: &mut LengthResult, alpha: f64) {
        if result.verdict == Verdict::Uploaded {
            self.complete_uploaded(result);
        }
        result.further = further(result, self.shortest(), alpha);
    }

    fn complete_uploaded(&self, result: &mut LengthResult) {
        if let Some((cut_off, beginning)) = self.cut_off() {
            result.cut_off = Some(cut_off);
            result.slope = beginning;
            result.counted_by = CountedBy::Window;
        }
        // Cut off before the end of the shortest, its slope is not that of the encoding.
        if result.cut_off.is_none_or(|cut_off| cut_off > 1.05 * self.shortest()) {
            result.encoding = Some(Match::of(&result.slope));
        }
    }

    /// Where texts are cut off, and the slope up to there: the shortest make a difference, the longest make none.
    fn cut_off(&self) -> Option<(f64, Interval)> {
        let levels = self.levels();
        let [none, least, .., second, longest] = levels[..] else { return None };
        let between = |a: f64, b: f64| {
            let (units, design) = self.windows().of_amounts(&self.design, &[a, b]);
            slope(&design, &units)
        };
        let (beginning, end) = (between(none, least), between(second, longest));
        let is_cut_off = beginning.low > 0.0 && end.high < beginning.estimate / 2.0;
        let added = between(none, longest).estimate * (longest - none);
        is_cut_off.then(|| (none + (added / beginning.estimate).clamp(0.0, longest), beginning))
    }
}

/// How many orders the lot could have given.
fn orders(design: &Design) -> f64 {
    let of_block = |block: &std::ops::Range<usize>| (1..=block.len()).map(weight).product::<f64>();
    design.blocks.iter().map(of_block).product()
}

/// Intervals shrink with the root of the number of trials.
fn further(result: &LengthResult, shortest: f64, alpha: f64) -> Option<u32> {
    let (done, slope) = (weight(result.trials), &result.slope);
    let half = (slope.high - slope.low) / 2.0;
    let to_exclude = (half / (LIMIT - slope.estimate)).powi(2).max((result.unseen / shortest).powi(2));
    let to_show = (half / slope.estimate).powi(2);
    let times = match result.doubt? {
        Doubt::NothingSent | Doubt::Lumps => return None,
        // Each block of two at least doubles the orders, of which there have to be enough.
        Doubt::TooFewTrials if half >= BOUND / 2.0 => 2.0 * (2.0 / alpha).log2() / done.max(1.0),
        Doubt::TooFewTrials | Doubt::Noise if slope.estimate < LIMIT / 2.0 => to_exclude,
        Doubt::TooFewTrials | Doubt::Noise => to_show,
    };
    let trials = (done * (times.max(1.2) - 1.0)).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 2000")]
    (trials <= MAX_FURTHER).then_some(trials.max(1.0) as u32)
}
