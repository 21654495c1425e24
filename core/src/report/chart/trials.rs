//! Trials of an experiment, and the line through them.

use plotters::prelude::*;

use super::{ACCENT, Area, DrawError, FLAG, LINE, Picture, QUIET, ceiling, label, short};
use crate::experiment::Point;
use crate::report::ReportError;

/// What each point is, from left to right: characters that were shown, or waits and actions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::report) enum Across {
    /// With the bytes per character that were found, if any were.
    Characters {
        slope: Option<f64>,
    },
    Actions,
}

/// Bytes of each trial over what was shown in it.
pub(in crate::report) fn trials(points: &[&Point], across: Across) -> Result<Picture, ReportError> {
    let places: Vec<(f64, f64)> =
        points.iter().enumerate().map(|(index, point)| (place(across, index, point), point.bytes)).collect();
    Picture::draw(|area, is_narrow| draw(area, &places, across, is_narrow))
}

/// Actions are spread a little, so that equal ones are seen beside each other.
fn place(across: Across, index: usize, point: &Point) -> f64 {
    match across {
        Across::Characters { .. } => point.amount,
        Across::Actions => point.amount + ((index % 9) as f64 - 4.0) * 0.04,
    }
}

fn draw(area: &Area<'_>, places: &[(f64, f64)], across: Across, is_narrow: bool) -> Result<(), DrawError> {
    let highest = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(0.0, f64::max);
    let (top, right) = (ceiling(highest(|place| place.1)), ceiling(highest(|place| place.0)));
    let span = match across {
        Across::Characters { .. } => -right * 0.02..right,
        Across::Actions => -0.5..1.5,
    };
    let mut chart = ChartBuilder::on(area)
        .margin(6)
        .margin_right(18)
        .x_label_area_size(22)
        .y_label_area_size(40)
        .build_cartesian_2d(span, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(LINE)
        .axis_style(QUIET)
        .x_labels(if is_narrow { 4 } else { 8 })
        .y_labels(5)
        .x_label_formatter(&|value| across.label(*value))
        .y_label_formatter(&short)
        .label_style(label())
        .draw()?;
    if let Across::Characters { slope: Some(slope) } = across {
        let base = middle(places.iter().map(|(x, y)| y - slope * x));
        let line = [(0.0, base), (right, base + slope * right)];
        chart.draw_series([PathElement::new(line.to_vec(), ACCENT.stroke_width(2))])?;
    }
    chart.draw_series(places.iter().map(|place| Circle::new(*place, 3, FLAG.filled())))?;
    Ok(())
}

impl Across {
    fn label(self, value: f64) -> String {
        let is_at = |place: f64| (value - place).abs() < 0.01;
        match self {
            Self::Characters { .. } => short(&value),
            Self::Actions if is_at(0.0) => "wait".to_owned(),
            Self::Actions if is_at(1.0) => "action".to_owned(),
            Self::Actions => String::new(),
        }
    }
}

/// The middle value; 0 of nothing.
fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
