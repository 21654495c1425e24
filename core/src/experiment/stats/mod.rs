//! Statistics of an experiment. All inference is by randomisation: the only thing taken as known is that the order of
//! doses inside a block was drawn by lot.
//!
//! | file | turns |
//! |---|---|
//! | `design` | trials and uploads into doses, blocks and units of bytes |
//! | `rank` | residuals into bounded scores, and scores into a statistic with its variance under the lot |
//! | `permutation` | statistics into one exact p-value |
//! | `slope` | a statistic into bytes per character with an interval |
//! | `rate` | counts into shares and ratios with intervals |
//!
//! # Why ranks within blocks
//!
//! The estimate is Jaeckel's with Wilcoxon scores (L. A. Jaeckel, "Estimating regression coefficients by minimizing the
//! dispersion of the residuals", Ann. Math. Statist. 43 (1972), <https://doi.org/10.1214/aoms/1177692377>). With one
//! regressor it is the median of the slopes between all pairs, weighted by their distance: Theil and Sen's line
//! (P. K. Sen, J. Amer. Statist. Assoc. 63 (1968), <https://doi.org/10.1080/01621459.1968.10480934>) without its loss
//! where distances are unequal, as those between 0, 512 and 4096 are. Against Huber's and the MM-estimate speak that
//! both need a scale, which is zero for a program that sends the same each time, and that neither has an exact test.
//! Ranks are those of what is left of the middle of its block, over all blocks together (J. L. Hodges and E. L. Lehmann,
//! "Rank methods for combination of independent experiments", Ann. Math. Statist. 33 (1962),
//! <https://doi.org/10.1214/aoms/1177704575>): what changes from block to block cancels.
//!
//! Here the test, the estimate and the interval are one and the same statistic, at slope 0 and at others; and an
//! upload of any size moves a rank by no more than any other does.

pub(super) mod design;
pub(super) mod permutation;
pub(super) mod rank;
pub(super) mod rate;
pub(super) mod slope;

/// Standard normal quantile of 0.995: intervals of 99 %, two-sided.
pub(super) const Z_99: f64 = 2.575_829;
/// Standard normal quantile of 0.95: the power that is reported.
pub(super) const Z_POWER: f64 = 1.644_854;
/// Standard normal quantile of 0.975: intervals of 95 %, two-sided.
pub(super) const Z_95: f64 = 1.959_964;
