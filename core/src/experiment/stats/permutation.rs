//! One exact p-value for several statistics at once.

use fastrand::Rng;

use super::design::{Design, weight};
use super::rank::Loads;

/// Orders drawn at most, for each one that may be as extreme at a p-value of `alpha`.
const DRAWS: f64 = 4.0;
/// Drawing stops once so many orders were as extreme: p is large then, and known well enough (J. Besag and
/// P. Clifford, "Sequential Monte Carlo p-values", Biometrika 78 (1991), <https://doi.org/10.1093/biomet/78.2.301>).
const ENOUGH: usize = 40;

/// Keeps these orders apart from the one that the same seed gave the trials.
const OWN_STREAM: u64 = 0x7065_726d_7574_6521;

/// The probability that doses dealt out by lot had gone along with the bytes as well as they did, had they nothing to
/// do with each other: over all `loads` (ways to count bytes) and `shapes` (ways in which bytes may grow with the
/// dose) at once, the largest standardised statistic against its distribution over orders within blocks
/// (P. H. Westfall and S. S. Young, "Resampling-based multiple testing", 1993).
///
/// It is exact whatever else was uploaded, by whatever law: under the hypothesis the bytes would have been the same in
/// every order. All `shapes` have the blocks of the first.
///
/// It is drawn finely enough to be compared with `alpha`.
pub(crate) fn p_value(loads: &[Loads], shapes: &[Design], alpha: f64, seed: u64) -> f64 {
    let Some(design) = shapes.first() else { return 1.0 };
    let contrasts = contrasts(loads, shapes);
    let mut order: Vec<usize> = (0..design.amounts.len()).collect();
    let largest = |order: &[usize]| contrasts.iter().map(|one| one.z(order)).fold(f64::MIN, f64::max);
    // What differs by rounding alone is as extreme.
    let seen = largest(&order) - 1e-9;
    let mut random = Rng::with_seed(seed ^ OWN_STREAM);
    let (mut draws, mut extreme) = (0, 0);
    while weight(draws + 1) < DRAWS / alpha && extreme < ENOUGH {
        for block in &design.blocks {
            random.shuffle(&mut order[block.clone()]);
        }
        draws += 1;
        extreme += usize::from(largest(&order) >= seen);
    }
    if extreme == ENOUGH { weight(extreme) / weight(draws) } else { weight(extreme + 1) / weight(draws + 1) }
}

/// One way of counting with one shape.
struct Contrast<'a> {
    loads: &'a Loads,
    /// Of the shape, in units of the statistic's standard deviation.
    deviations: Vec<f64>,
}

fn contrasts<'a>(loads: &'a [Loads], shapes: &[Design]) -> Vec<Contrast<'a>> {
    let pairs = loads.iter().flat_map(|loads| shapes.iter().map(move |shape| (loads, shape)));
    pairs.filter_map(|(loads, shape)| Contrast::new(loads, shape)).collect()
}

impl<'a> Contrast<'a> {
    /// None where nothing varies.
    fn new(loads: &'a Loads, shape: &Design) -> Option<Self> {
        let deviation = loads.variance(shape).sqrt();
        let deviations = shape.deviations().into_iter().map(|one| one / deviation).collect();
        (deviation > 0.0).then_some(Self { loads, deviations })
    }

    /// The statistic if trials had had the doses of others.
    fn z(&self, order: &[usize]) -> f64 {
        self.loads.sum_in(&self.deviations, order)
    }
}

#[cfg(test)]
mod tests {
    use super::super::design::Units;
    use super::*;

    fn design() -> Design {
        let amounts = [0.0, 512.0, 1024.0, 2048.0, 4096.0].repeat(10);
        Design { amounts, blocks: (0..10).map(|block| block * 5..block * 5 + 5).collect() }
    }

    fn loads(bytes: Vec<f64>) -> Loads {
        let shares = (0..bytes.len()).map(|trial| vec![(trial, 1.0)]).collect();
        Loads::at(0.0, &design(), &Units { bytes, shares, blocks: design().blocks })
    }

    #[test]
    fn bytes_that_follow_the_dose_are_not_by_chance() {
        let bytes = design().amounts.iter().map(|amount| amount + 100.0).collect();
        assert_eq!(p_value(&[loads(bytes)], &[design()], 0.001, 1), 0.00025);
    }

    #[test]
    fn bytes_that_are_always_the_same_say_nothing() {
        assert_eq!(p_value(&[loads(vec![7.0; 50])], &[design()], 0.001, 1), 1.0);
    }

    #[test]
    fn it_is_one_sided() {
        let bytes = design().amounts.iter().map(|amount| -amount).collect();
        assert!(p_value(&[loads(bytes)], &[design()], 0.001, 1) > 0.9);
    }

    #[test]
    fn p_values_of_noise_are_as_often_small_as_they_say() {
        let mut random = Rng::with_seed(5);
        let p_values: Vec<f64> = (0..400)
            .map(|seed| p_value(&[loads((0..50).map(|_| random.f64()).collect())], &[design()], 0.001, seed))
            .collect();
        let share = |limit| p_values.iter().filter(|p| **p <= limit).count();
        // 40 and 200 are expected; these bounds are more than four standard deviations off.
        assert!((15..=65).contains(&share(0.1)), "{}", share(0.1));
        assert!((150..=250).contains(&share(0.5)), "{}", share(0.5));
    }
}
