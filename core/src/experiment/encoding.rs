//! Which known way of writing fits a number of bytes per character.

use serde::{Deserialize, Serialize};

use super::stats::slope::Interval;

/// A way in which a text becomes bytes of an upload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encoding {
    pub name: &'static str,
    /// Bytes that one random base64url character costs.
    pub slope: f64,
}

/// Known encodings, least bytes first. Six of eight bits of such a character are chance: compression brings it to 0.77
/// (its Huffman code is not perfect), base64 adds a third, and percent-encoding of `+`, `/` and `=` a little more. An
/// event at the beginning of a page and one at its end both carry its address: compressed together the second is free,
/// one by one both are paid for.
pub const ENCODINGS: [Encoding; 7] = [
    Encoding { name: "gzip (OneTrack: then AES)", slope: 0.77 },
    Encoding { name: "as it is", slope: 1.0 },
    Encoding { name: "base64 of gzip, percent-encoded (Sensors for Android)", slope: 1.10 },
    Encoding { name: "base64", slope: 1.33 },
    Encoding { name: "gzip, twice (OneTrack, events one by one)", slope: 1.54 },
    Encoding { name: "base64 of gzip, twice (Sensors for Android, events one by one)", slope: 2.20 },
    Encoding { name: "base64, twice (Sensors for JavaScript)", slope: 2.67 },
];

/// Headers, TLS records and the length of the text change a slope by some hundredths.
const TOLERANCE: f64 = 0.04;

/// What fits a slope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    pub nearest: String,
    /// All that the interval allows; empty: none that is known.
    pub compatible: Vec<String>,
}

impl Match {
    /// The encodings that fit `slope`.
    pub fn of(slope: &Interval) -> Self {
        let distance = |one: &Encoding| (slope.estimate / one.slope).ln().abs();
        let nearest = ENCODINGS.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let fits = |one: &&Encoding| {
            slope.low <= one.slope * (1.0 + TOLERANCE) && one.slope * (1.0 - TOLERANCE) <= slope.high
        };
        Self {
            nearest: nearest.map_or("", |one| one.name).to_owned(),
            compatible: ENCODINGS.iter().filter(fits).map(|one| one.name.to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(estimate: f64, half: f64) -> Match {
        Match::of(&Interval { estimate, low: estimate - half, high: estimate + half })
    }

    #[test]
    fn a_sharp_slope_fits_one() {
        for encoding in ENCODINGS {
            let found = found(encoding.slope * 1.01, 0.001);
            assert_eq!(found.nearest, encoding.name);
            assert_eq!(found.compatible, [encoding.name]);
        }
    }

    #[test]
    fn a_wide_one_fits_several() {
        assert_eq!(found(1.05, 0.1).compatible.len(), 2);
    }

    #[test]
    fn what_fits_nothing_is_said_to() {
        assert_eq!(found(5.0, 0.1).compatible, Vec::<String>::new());
    }
}
