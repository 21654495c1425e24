//! Counts, as shares and ratios with intervals.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Z_95;

/// A share of `hits` in `trials` with Wilson's interval of 95 % (E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927),
/// <https://doi.org/10.1080/01621459.1927.10502953>); of no trials everything is possible.
pub fn wilson(hits: f64, trials: f64) -> (f64, f64) {
    if trials <= 0.0 {
        return (0.0, 1.0);
    }
    let (share, square) = (hits / trials, Z_95 * Z_95);
    let middle = (share + square / (2.0 * trials)) / (1.0 + square / trials);
    let half = Z_95 * (share * (1.0 - share) / trials + square / (4.0 * trials * trials)).sqrt()
        / (1.0 + square / trials);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// How much more often something happened in one time than in another of the same length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// Absent where it never happened in the other.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub estimate: Option<f64>,
    pub low: f64,
    /// Absent: any number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub high: Option<f64>,
}

/// The ratio of two rates with an interval of 95 %. Given their sum, two Poisson counts are a share of it (J. Przyborowski
/// and H. Wilenski, Biometrika 31 (1940), <https://doi.org/10.1093/biomet/31.3-4.313>). Uploads that come in clusters
/// make it look surer than it is: the verdict rests on the permutation, not on this.
pub(crate) fn ratio(hits: f64, other: f64, exposure: f64, other_exposure: f64) -> Ratio {
    let (low, high) = wilson(hits, hits + other);
    let scale = if exposure > 0.0 { other_exposure / exposure } else { 0.0 };
    let odds = |share: f64| (share < 1.0).then(|| scale * share / (1.0 - share));
    let estimate = (other > 0.0).then(|| scale * hits / other);
    Ratio { estimate, low: odds(low).unwrap_or_default(), high: odds(high) }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: Option<f64>| value.map_or("unlimited".to_owned(), |value| format!("{value:.2}"));
        write!(f, "{}, 95 % interval {:.2} to {}", shown(self.estimate), self.low, shown(self.high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, and 0 of 20.
    #[test]
    fn wilsons_interval_is_that_of_the_books() {
        let close =
            |(low, high): (f64, f64), (l, h): (f64, f64)| (low - l).abs() < 5e-5 && (high - h).abs() < 5e-5;
        assert!(close(wilson(81.0, 263.0), (0.2553, 0.3662)));
        assert!(close(wilson(0.0, 20.0), (0.0, 0.1611)));
        assert_eq!(wilson(0.0, 0.0), (0.0, 1.0));
    }

    #[test]
    fn ratios_take_account_of_time() {
        let twice = ratio(30.0, 30.0, 1.0, 2.0);
        assert_eq!(twice.estimate, Some(2.0));
        assert!(twice.low > 1.0 && twice.high.is_some_and(|high| high < 4.0), "{twice:?}");
        let only = ratio(9.0, 0.0, 1.0, 1.0);
        assert_eq!((only.estimate, only.high), (None, None));
        assert!(only.low > 2.0);
    }
}
