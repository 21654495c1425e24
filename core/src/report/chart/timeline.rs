//! When there were uploads, and when nobody watched.

use plotters::prelude::*;

use super::{Area, DrawError, FLAG, GAP, LINE, Picture, QUIET, ceiling, label, rungs, short};
use crate::event::{Gap, GapReason, Timestamp};
use crate::report::ReportError;
use crate::report::contents::Contents;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long a bar may stand for. Sums are kept by the hour; what is shorter is counted flow by flow.
const STEPS: [(i64, &str); 13] = [
    (SECOND, "a second"),
    (10 * SECOND, "10 seconds"),
    (MINUTE, "a minute"),
    (5 * MINUTE, "5 minutes"),
    (15 * MINUTE, "15 minutes"),
    (HOUR, "an hour"),
    (3 * HOUR, "3 hours"),
    (6 * HOUR, "6 hours"),
    (DAY, "a day"),
    (7 * DAY, "a week"),
    (28 * DAY, "4 weeks"),
    (91 * DAY, "13 weeks"),
    (364 * DAY, "a year"),
];

/// Places for bars in a picture, at least and at the very most.
const BARS: i64 = 62;
const FEWEST: usize = 12;
const MOST: usize = 4096;

/// Bars of the same length, from a first to a last time.
struct Bars {
    start: i64,
    step: i64,
    counts: Vec<u64>,
}

/// The picture, and what a bar stands for.
pub(in crate::report) fn timeline(
    contents: &Contents,
    first: Timestamp,
    last: Timestamp,
) -> Result<(Picture, &'static str), ReportError> {
    let span = last.0.saturating_sub(first.0).max(0);
    let step = STEPS.into_iter().find(|(step, _)| span / step < BARS);
    let (step, name) = step.unwrap_or(STEPS[STEPS.len() - 1]);
    let mut bars = Bars::new(first, last, step);
    if step < HOUR {
        contents.uploads.iter().for_each(|(start, _)| bars.add(*start, 1));
    } else {
        contents.hours.iter().for_each(|hour| bars.add(hour.start, hour.findings));
    }
    let gaps: Vec<(f64, f64)> =
        contents.gaps.iter().filter(|gap| is_blind(gap)).map(|gap| bars.place(gap)).collect();
    let picture = Picture::draw(|area, is_narrow| draw(area, &bars, &gaps, is_narrow))?;
    Ok((picture, name))
}

fn is_blind(gap: &Gap) -> bool {
    matches!(gap.reason, GapReason::NotRunning | GapReason::Killed | GapReason::Revoked)
}

impl Bars {
    fn new(first: Timestamp, last: Timestamp, step: i64) -> Self {
        let start = first.0.div_euclid(step).saturating_mul(step);
        let number = usize::try_from(last.0.saturating_sub(start).max(0) / step + 1).unwrap_or(MOST);
        Self { start, step, counts: vec![0; number.clamp(FEWEST, MOST)] }
    }

    /// What is before the first bar, in an hour that a period cuts, counts for it.
    fn add(&mut self, time: Timestamp, number: u64) {
        let bar = time.0.saturating_sub(self.start).div_euclid(self.step).max(0);
        if let Some(count) = usize::try_from(bar).ok().and_then(|bar| self.counts.get_mut(bar)) {
            *count += number;
        }
    }

    /// A time as a place on the axis.
    fn at(&self, time: i64) -> f64 {
        let place = (time.saturating_sub(self.start)) as f64 / self.step as f64;
        place.clamp(0.0, self.end())
    }

    fn end(&self) -> f64 {
        self.counts.len() as f64
    }

    fn place(&self, gap: &Gap) -> (f64, f64) {
        (self.at(gap.start.0), gap.end.map_or(self.end(), |end| self.at(end.0)))
    }

    /// What to write at a place.
    fn time(&self, place: f64) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "within the axis")]
        let time = Timestamp(self.start.saturating_add((place * self.step as f64) as i64)).to_string();
        let range = match self.step {
            ..MINUTE => 11..19,
            MINUTE..=HOUR => 11..16,
            _ => 5..10,
        };
        time.get(range).unwrap_or_default().to_owned()
    }
}

fn draw(area: &Area<'_>, bars: &Bars, gaps: &[(f64, f64)], is_narrow: bool) -> Result<(), DrawError> {
    let top = ceiling(bars.counts.iter().copied().max().unwrap_or(0) as f64);
    let mut chart = ChartBuilder::on(area)
        .margin(6)
        .margin_right(28)
        .x_label_area_size(22)
        .y_label_area_size(34)
        .build_cartesian_2d(0.0..bars.end(), 0.0..top)?;
    for (start, end) in gaps {
        chart.draw_series([Rectangle::new([(*start, 0.0), (*end, top)], GAP.filled())])?;
    }
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(LINE)
        .axis_style(QUIET)
        .x_labels(if is_narrow { 4 } else { 8 })
        .y_labels(rungs(&bars.counts))
        .x_label_formatter(&|place| bars.time(*place))
        .y_label_formatter(&|value| if value.fract() == 0.0 { short(value) } else { String::new() })
        .label_style(label())
        .draw()?;
    let bar = |(index, count): (usize, &u64)| {
        let left = index as f64;
        Rectangle::new([(left + 0.12, 0.0), (left + 0.88, *count as f64)], FLAG.filled())
    };
    chart.draw_series(bars.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(bar))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_count_what_began_in_them() {
        let mut bars = Bars::new(Timestamp(HOUR + 7), Timestamp(30 * HOUR), HOUR);
        for time in [0, HOUR, 2 * HOUR - 1, 2 * HOUR, 30 * HOUR, 40 * HOUR] {
            bars.add(Timestamp(time), 1);
        }
        assert_eq!((bars.counts.len(), &bars.counts[..2], bars.counts[29]), (30, &[3, 1][..], 1));
        assert_eq!((bars.time(0.0), bars.time(1.5)), ("01:00".to_owned(), "02:30".to_owned()));
    }

    #[test]
    fn the_shortest_and_the_longest_time_have_their_bars() {
        let bars = Bars::new(Timestamp(5), Timestamp(5), 10 * SECOND);
        assert_eq!((bars.counts.len(), bars.time(1.0)), (FEWEST, "00:00:10".to_owned()));
        assert_eq!(Bars::new(Timestamp(i64::MIN), Timestamp(i64::MAX), 364 * DAY).counts.len(), MOST);
    }

    #[test]
    fn a_gap_stays_within_the_picture() {
        let bars = Bars::new(Timestamp(0), Timestamp(20 * HOUR), HOUR);
        let gap = |start, end: Option<i64>| Gap {
            start: Timestamp(start),
            end: end.map(Timestamp),
            reason: GapReason::Killed,
            lost: 0,
        };
        assert_eq!(bars.place(&gap(-HOUR, Some(3 * HOUR))), (0.0, 3.0));
        assert_eq!(bars.place(&gap(19 * HOUR, None)), (19.0, 21.0));
    }
}
