//! When there were uploads, and when nobody watched.

use plotters::prelude::*;

use super::{Area, DrawError, FLAG, GAP, LINE, Picture, QUIET, ceiling, label, short};
use crate::event::{Gap, GapReason, Timestamp};
use crate::report::ReportError;
use crate::store::HourRow;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// How long a bar may stand for.
const STEPS: [i64; 8] = [HOUR, 3 * HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 91 * DAY, 364 * DAY];

/// Bars on a page.
const BARS: i64 = 62;

/// Bars of the same length, from a first to a last time.
struct Bars {
    start: i64,
    step: i64,
    counts: Vec<u64>,
}

/// The picture, and what a bar stands for.
pub(in crate::report) fn timeline(
    hours: &[HourRow],
    gaps: &[Gap],
    first: Timestamp,
    last: Timestamp,
) -> Result<(Picture, &'static str), ReportError> {
    let bars = Bars::of(hours, first, last);
    let blind =
        |gap: &&Gap| matches!(gap.reason, GapReason::NotRunning | GapReason::Killed | GapReason::Revoked);
    let gaps: Vec<(f64, f64)> = gaps.iter().filter(blind).map(|gap| bars.place(gap)).collect();
    let picture = Picture::draw(|area, is_narrow| draw(area, &bars, &gaps, is_narrow))?;
    Ok((picture, bars.unit()))
}

impl Bars {
    fn of(hours: &[HourRow], first: Timestamp, last: Timestamp) -> Self {
        let span = last.0.saturating_sub(first.0).max(0);
        let step = STEPS.into_iter().find(|step| span / step < BARS).unwrap_or(STEPS[STEPS.len() - 1]);
        let start = first.0.div_euclid(step) * step;
        let number = usize::try_from((last.0.saturating_sub(start)).max(0) / step).unwrap_or(0).min(4096) + 1;
        let mut counts = vec![0; number];
        for hour in hours {
            let bar = hour.start.0.saturating_sub(start).div_euclid(step);
            if let Some(count) = usize::try_from(bar).ok().and_then(|bar| counts.get_mut(bar)) {
                *count += hour.findings;
            }
        }
        Self { start, step, counts }
    }

    fn unit(&self) -> &'static str {
        match self.step {
            HOUR => "hour",
            DAY => "day",
            step if step < DAY => "few hours",
            step if step == 7 * DAY => "week",
            _ => "few weeks",
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
        let range =
            if self.step < DAY && self.counts.len() < 48 && self.step == HOUR { 11..16 } else { 5..10 };
        time.get(range).unwrap_or_default().to_owned()
    }
}

fn draw(area: &Area<'_>, bars: &Bars, gaps: &[(f64, f64)], is_narrow: bool) -> Result<(), DrawError> {
    let top = ceiling(bars.counts.iter().copied().max().unwrap_or(0) as f64);
    let mut chart = ChartBuilder::on(area)
        .margin(6)
        .margin_right(18)
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
        .y_labels(5)
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
