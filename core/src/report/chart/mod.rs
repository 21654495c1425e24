//! Numbers into pictures: SVG in two widths, one for a phone and one for anything else.
//!
//! Colours are those of the page by day; its style gives them others by night. No text of the record is in a picture.

mod sizes;
mod timeline;
mod trials;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::ReportError;

pub(super) use sizes::sizes;
pub(super) use timeline::timeline;
pub(super) use trials::{Across, trials};

/// What stands for a finding, for what is quiet, for lines, and for times in which nothing was seen.
const FLAG: RGBColor = RGBColor(0xb3, 0x26, 0x1e);
const ACCENT: RGBColor = RGBColor(0x00, 0x69, 0x5c);
const QUIET: RGBColor = RGBColor(0x46, 0x51, 0x4d);
const LINE: RGBColor = RGBColor(0xc6, 0xcf, 0xcc);
const GAP: RGBColor = RGBColor(0xe5, 0xeb, 0xe9);

/// Width and height.
const NARROW: (u32, u32) = (320, 200);
const WIDE: (u32, u32) = (688, 220);

/// Text is as large as that of the page's notes.
const TEXT: i32 = 12;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type DrawError = Box<dyn std::error::Error>;

/// A picture in both widths.
pub(super) struct Picture {
    pub(super) narrow: String,
    pub(super) wide: String,
}

impl Picture {
    fn draw(draw: impl Fn(&Area<'_>, bool) -> Result<(), DrawError>) -> Result<Self, ReportError> {
        Ok(Self { narrow: svg(NARROW, |area| draw(area, true))?, wide: svg(WIDE, |area| draw(area, false))? })
    }
}

fn svg(
    size: (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Result<(), DrawError>,
) -> Result<String, ReportError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let drawn = draw(&area).and_then(|()| area.present().map_err(Into::into));
        drawn.map_err(|error| ReportError::Chart(error.to_string()))?;
    }
    Ok(svg)
}

/// How labels look.
fn label() -> TextStyle<'static> {
    ("sans-serif", TEXT).into_font().color(&QUIET)
}

/// A little more than the highest value, so that it does not touch the frame.
fn ceiling(highest: f64) -> f64 {
    (highest * 1.1).max(1.0)
}

/// Lines that counts are read off by: no more than there are whole numbers.
fn rungs(counts: &[u64]) -> usize {
    let highest = counts.iter().copied().max().unwrap_or(0);
    usize::try_from(highest).unwrap_or(usize::MAX).saturating_add(1).min(5)
}

/// Numbers on an axis: `950`, `12k`, `3.5M`.
fn short(value: &f64) -> String {
    let plain = |value: f64| format!("{value:.1}").trim_end_matches('0').trim_end_matches('.').to_owned();
    match value.abs() {
        1e9.. => format!("{}G", plain(value / 1e9)),
        1e6.. => format!("{}M", plain(value / 1e6)),
        1e3.. => format!("{}k", plain(value / 1e3)),
        _ => plain(*value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_on_an_axis_are_short() {
        let texts = [0.0, 950.0, 12_000.0, 3_500_000.0, 2e9].map(|value| short(&value));
        assert_eq!(texts, ["0", "950", "12k", "3.5M", "2G"]);
    }
}
