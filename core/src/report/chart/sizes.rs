//! How large uploads were: a heartbeat is small, a list of what was done is not.

use plotters::prelude::*;

use super::{Area, DrawError, FLAG, LINE, Picture, QUIET, ceiling, label, rungs, short};
use crate::event::Timestamp;
use crate::report::ReportError;

/// Upper ends of all classes but the last, with their names.
const CLASSES: [(u64, &str); 6] = [
    (256, "¼ kB"),
    (1024, "1 kB"),
    (4096, "4 kB"),
    (16_384, "16 kB"),
    (65_536, "64 kB"),
    (262_144, "256 kB"),
];

/// Uploads of each class.
pub(in crate::report) fn sizes(uploads: &[(Timestamp, u64)]) -> Result<Picture, ReportError> {
    let mut counts = [0_u64; CLASSES.len() + 1];
    for (_, bytes) in uploads {
        counts[CLASSES.partition_point(|(end, _)| end <= bytes)] += 1;
    }
    Picture::draw(|area, _| draw(area, &counts))
}

fn draw(area: &Area<'_>, counts: &[u64]) -> Result<(), DrawError> {
    let top = ceiling(counts.iter().copied().max().unwrap_or(0) as f64);
    let mut chart = ChartBuilder::on(area)
        .margin(6)
        .margin_right(18)
        .x_label_area_size(22)
        .y_label_area_size(34)
        .build_cartesian_2d(0.0..counts.len() as f64, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(LINE)
        .axis_style(QUIET)
        .x_labels(counts.len() + 1)
        .y_labels(rungs(counts))
        .x_label_formatter(&|place| boundary(*place))
        .y_label_formatter(&|value| if value.fract() == 0.0 { short(value) } else { String::new() })
        .label_style(label())
        .draw()?;
    let bar = |(index, count): (usize, &u64)| {
        let left = index as f64;
        Rectangle::new([(left + 0.08, 0.0), (left + 0.92, *count as f64)], FLAG.filled())
    };
    chart.draw_series(counts.iter().enumerate().filter(|(_, count)| **count > 0).map(bar))?;
    Ok(())
}

/// The size at the boundary of two classes.
fn boundary(place: f64) -> String {
    let is_boundary = |index: &usize| (*index as f64 + 1.0 - place).abs() < 0.01;
    let found = (0..CLASSES.len()).find(is_boundary);
    found.map(|index| CLASSES[index].1.to_owned()).unwrap_or_default()
}
