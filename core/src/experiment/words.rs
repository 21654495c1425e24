//! What came out, in sentences for a person.

use std::fmt;

use super::count::CountResult;
use super::length::LengthResult;
use super::outcome::{Doubt, Measured, Outcome, Verdict};

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str().replace('-', " "))
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooFewTrials => "there were too few trials",
            Self::NothingSent => {
                "nothing was sent at all; it may be kept until later, so look again after hours"
            }
            Self::Lumps => {
                "much was sent at few times, and the texts may be in it; show more of them per trial"
            }
            Self::Noise => "unrelated uploads hide what there may be",
        })
    }
}

impl fmt::Display for Outcome {
    /// One sentence per cell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, cell) in self.cells.iter().enumerate() {
            let gap = if index > 0 { "\n" } else { "" };
            let name = if cell.name.is_empty() { String::new() } else { format!("{}: ", cell.name) };
            write!(f, "{gap}{name}{}", cell.collectors)?;
            if matches!(cell.unknown.verdict(), Verdict::Uploaded | Verdict::ConsistentWith) {
                write!(f, " To hosts that no list knows: {}", cell.unknown)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(result) => result.fmt(f),
            Self::Count(result) => result.fmt(f),
        }
    }
}

impl fmt::Display for LengthResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.verdict == Verdict::Uploaded {
            self.write_uploaded(f)
        } else if self.verdict == Verdict::NotUploaded {
            write!(
                f,
                "Not uploaded in {} trials: {:.0} bytes were sent, and they do not grow with the text ({}); {:.2} \
                 bytes per character would have been seen in 95 of 100 such experiments, a beginning of {:.0} \
                 characters might not.",
                self.trials,
                self.bytes,
                self.slope_text(),
                self.detectable,
                self.unseen,
            )
        } else {
            self.write_undecided(f)
        }
    }
}

impl LengthResult {
    fn write_uploaded(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uploaded: more is sent the longer the text is, {}", self.slope_text())?;
        write!(f, ", by chance {} in {} trials", chance(self.p), self.trials)?;
        if let Some(encoding) = &self.encoding {
            match &encoding.compatible[..] {
                [] => write!(f, "; no known encoding does this, the nearest is {}", encoding.nearest)?,
                [one] => write!(f, "; as {one} does")?,
                several => write!(f, "; compatible with {}", several.join(" and "))?,
            }
        }
        if let Some(cut_off) = self.cut_off {
            write!(f, "; cut off at about {cut_off:.0} characters")?;
        }
        f.write_str(".")
    }

    fn write_undecided(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Undecided after {} trials ({})", self.trials, self.slope_text())?;
        if let Some(doubt) = self.doubt {
            write!(f, ": {doubt}")?;
        }
        if let Some(further) = self.further {
            write!(f, "; about {further} more trials would probably decide it")?;
        }
        f.write_str(".")
    }

    fn slope_text(&self) -> String {
        if !self.slope.is_known() {
            return "bytes per character not known".to_owned();
        }
        let [estimate, low, high] = self.slope.figures(2);
        format!("{estimate} bytes per character, 99 % interval {low} to {high}")
    }
}

impl fmt::Display for CountResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_consistent = self.verdict == Verdict::ConsistentWith;
        let lead = if is_consistent {
            "Consistent with the claim, though no proof of what is sent"
        } else {
            "Not seen"
        };
        write!(
            f,
            "{lead}: {:.0} bytes on average after {} actions, {:.0} after {} waits, by chance {}; something was sent \
             after {} actions and {} waits, ratio {}.",
            self.bytes_after_action,
            self.actions,
            self.bytes_after_sham,
            self.shams,
            chance(self.p),
            self.uploads_after_action,
            self.uploads_after_sham,
            self.ratio,
        )
    }
}

/// A probability for people.
fn chance(p: f64) -> String {
    if p < 0.001 { "less than 1 in 1000".to_owned() } else { format!("{:.1} %", p * 100.0) }
}
