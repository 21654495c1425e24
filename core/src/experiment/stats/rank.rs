//! Residuals as ranks, and the statistic that compares them with doses.

use std::ops::Range;

use super::design::{Design, Units, mean, median, weight};

/// What units have too much or too little at an assumed slope, as scores summed by trial.
#[derive(Debug, Clone)]
pub(crate) struct Loads(Vec<f64>);

/// Scores of `values`: their middle ranks, from -1 to 1 and summing to 0.
pub(crate) fn scores(values: &[f64]) -> Vec<f64> {
    let mut scores = vec![0.0; values.len()];
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let size = weight(order.len());
    let mut below = 0;
    for tied in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = weight(2 * below + tied.len() + 1) / 2.0;
        tied.iter().for_each(|index| scores[*index] = (2.0 * rank - size - 1.0) / (size + 1.0));
        below += tied.len();
    }
    scores
}

/// Takes from `values` of each block their middle.
fn align(values: &mut [f64], blocks: &[Range<usize>]) {
    for block in blocks {
        let middle = median(&mut values[block.clone()].to_vec());
        values[block.clone()].iter_mut().for_each(|value| *value -= middle);
    }
}

impl Loads {
    /// At `slope`: each unit's bytes less what the doses that went into it would have made.
    pub(crate) fn at(slope: f64, design: &Design, units: &Units) -> Self {
        let deviations = design.deviations();
        let explained = |share: &[(usize, f64)]| -> f64 {
            share.iter().map(|(trial, visits)| visits * deviations[*trial]).sum()
        };
        let mut residuals: Vec<f64> = units
            .bytes
            .iter()
            .zip(&units.shares)
            .map(|(bytes, share)| bytes - slope * explained(share))
            .collect();
        align(&mut residuals, &units.blocks);
        let mut loads = vec![0.0; design.amounts.len()];
        for (score, share) in scores(&residuals).into_iter().zip(&units.shares) {
            share.iter().for_each(|(trial, visits)| loads[*trial] += visits * score);
        }
        Self(loads)
    }

    /// The statistic in units of its standard deviation, were the doses of each block dealt out anew; 0 where nothing
    /// varies. Positive where more was sent after larger doses.
    pub(crate) fn z(&self, design: &Design) -> f64 {
        let variance = self.variance(design);
        if variance > 0.0 { self.sum(&design.deviations()) / variance.sqrt() } else { 0.0 }
    }

    /// The statistic for doses that deviate so from the means of their blocks.
    pub(crate) fn sum(&self, deviations: &[f64]) -> f64 {
        self.0.iter().zip(deviations).map(|(load, deviation)| load * deviation).sum()
    }

    /// The same if each trial had had the dose of the trial in `order`.
    pub(crate) fn sum_in(&self, deviations: &[f64], order: &[usize]) -> f64 {
        self.0.iter().zip(order).map(|(load, other)| load * deviations[*other]).sum()
    }

    /// Its variance over all orders within blocks.
    pub(crate) fn variance(&self, design: &Design) -> f64 {
        design
            .blocks
            .iter()
            .filter(|block| block.len() > 1)
            .map(|block| {
                let (loads, amounts) = (&self.0[block.clone()], &design.amounts[block.clone()]);
                squares(loads) * squares(amounts) / weight(block.len() - 1)
            })
            .sum()
    }
}

/// The sum of squares around the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_middle_ranks_around_zero() {
        assert_eq!(scores(&[10.0, 30.0, 20.0]), [-0.5, 0.5, 0.0]);
        assert_eq!(scores(&[1.0, 1.0, 9.0, 9.0]), [-0.4, -0.4, 0.4, 0.4]);
    }

    #[test]
    fn values_are_compared_with_the_middle_of_their_block() {
        let mut values = [1.0, 2.0, 9.0, 102.0, 101.0];
        align(&mut values, &[0..3, 3..5]);
        assert_eq!(values, [-1.0, 0.0, 7.0, 0.5, -0.5]);
    }

    #[test]
    fn an_upload_of_any_size_is_one_rank() {
        assert_eq!(scores(&[1.0, 2.0, 3.0]), scores(&[1.0, 2.0, 3e9]));
    }

    #[test]
    fn the_variance_is_that_over_all_orders() {
        let design = Design { amounts: vec![0.0, 1.0, 5.0], blocks: std::iter::once(0..3).collect() };
        let loads = Loads(vec![-0.5, 0.25, 0.25]);
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let deviations = design.deviations();
        let sums = orders.map(|order| loads.sum(&order.map(|index| deviations[index])));
        let variance = sums.iter().map(|sum| sum * sum).sum::<f64>() / 6.0;
        assert!((loads.variance(&design) - variance).abs() < 1e-12);
    }
}
