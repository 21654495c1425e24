//! Bytes per character, with an interval.

use serde::{Deserialize, Serialize};

use super::Z_99;
use super::design::{Design, Units};
use super::rank::Loads;

/// No encoding costs more bytes per character; an interval that reaches it is open.
pub const BOUND: f64 = 64.0;
/// Halvings of twice the bound: to less than a millionth.
const HALVINGS: usize = 28;

/// An estimate and its interval of 99 %, clamped to ±[`BOUND`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// Estimate, low and high end for people, without the sign of what is rounded to nothing.
    pub fn figures(&self, digits: usize) -> [String; 3] {
        [self.estimate, self.low, self.high].map(|slope| {
            let text = format!("{slope:.digits$}");
            let is_nothing = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
            if is_nothing { text.trim_start_matches('-').to_owned() } else { text }
        })
    }

    /// Whether `value` is in it.
    pub fn covers(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Whether anything can be said: neither end is open.
    pub fn is_known(&self) -> bool {
        self.low > -BOUND && self.high < BOUND
    }

    /// The standard error that the interval amounts to.
    pub fn error(&self) -> f64 {
        (self.high - self.low) / (2.0 * Z_99)
    }
}

/// The slope at which residuals no longer go along with doses, and those at which they would be by chance in 1 of 200
/// orders on either side (normal approximation of the lot).
pub(crate) fn slope(design: &Design, units: &Units) -> Interval {
    let crossing = |level: f64| crossing(|slope| Loads::at(slope, design, units).z(design) - level);
    Interval { estimate: crossing(0.0), low: crossing(Z_99), high: crossing(-Z_99) }
}

/// Where `falling`, which never rises, passes zero.
fn crossing(falling: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-BOUND, BOUND);
    if falling(low) <= 0.0 {
        return low;
    }
    if falling(high) >= 0.0 {
        return high;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        let value = falling(middle);
        if value > 0.0 {
            low = middle;
        } else if value < 0.0 {
            high = middle;
        } else {
            return middle_of_flat(&falling, middle, low, high);
        }
    }
    f64::midpoint(low, high)
}

/// Statistics of ranks are steps: the middle of the one that lies at zero.
fn middle_of_flat(falling: &impl Fn(f64) -> f64, inside: f64, low: f64, high: f64) -> f64 {
    let edge = |mut inside: f64, mut outside: f64| {
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(inside, outside);
            if falling(middle) == 0.0 { inside = middle } else { outside = middle }
        }
        inside
    };
    f64::midpoint(edge(inside, low), edge(inside, high))
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    fn design() -> Design {
        let amounts = [512.0, 4096.0, 0.0, 2048.0, 1024.0].repeat(10);
        Design { amounts, blocks: (0..10).map(|block| block * 5..block * 5 + 5).collect() }
    }

    fn units(bytes: impl Fn(usize, f64) -> f64) -> Units {
        let bytes: Vec<f64> =
            design().amounts.iter().enumerate().map(|(index, amount)| bytes(index, *amount)).collect();
        let shares = (0..bytes.len()).map(|trial| vec![(trial, 1.0)]).collect();
        Units { bytes, shares, blocks: design().blocks }
    }

    #[test]
    fn a_line_is_found_exactly() {
        let found = slope(&design(), &units(|_, amount| 900.0 + 1.1 * amount));
        assert!((found.estimate - 1.1).abs() < 1e-5, "{found:?}");
        assert!(found.high - found.low < 1e-4, "{found:?}");
    }

    #[test]
    fn drift_and_bursts_do_no_harm() {
        let burst = |index: usize| if index % 9 == 4 { 1e6 } else { 0.0 };
        let drift = |index: usize| (index / 5) as f64 * 3_000.0;
        let found = slope(&design(), &units(|index, amount| burst(index) + drift(index) + 0.77 * amount));
        assert!(found.low > 0.76 && found.high < 0.78, "{found:?}");
    }

    #[test]
    fn constant_bytes_have_no_slope() {
        let found = slope(&design(), &units(|_, _| 640.0));
        assert!(found.low.abs() < 1e-5 && found.high.abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn too_few_trials_leave_it_open() {
        let design = Design { amounts: vec![0.0, 4096.0], blocks: std::iter::once(0..2).collect() };
        let units =
            Units { bytes: vec![0.0, 9.0], shares: vec![vec![(0, 1.0)], vec![(1, 1.0)]], blocks: Vec::new() };
        let found = slope(&design, &units);
        assert_eq!((found.low, found.high), (-BOUND, BOUND));
    }

    #[test]
    fn the_interval_covers_as_often_as_it_says() {
        let mut random = Rng::with_seed(11);
        let covered = (0..300)
            .filter(|_| {
                let noise: Vec<f64> = (0..50).map(|_| random.f64().powi(3) * 8_000.0).collect();
                slope(&design(), &units(|index, amount| noise[index] + amount)).covers(1.0)
            })
            .count();
        // 297 are expected.
        assert!(covered >= 288, "{covered} of 300");
    }
}
