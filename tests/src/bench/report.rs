//! Samples into a table: medians of each relay, and of the ratios of each round.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::bed::Relay;
use super::measure::{Better, Figure, Test};

/// One figure of one relay in one round.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) round: u32,
    pub(super) test: Test,
    pub(super) relay: Relay,
    pub(super) figure: Figure,
}

impl Sample {
    pub(super) fn json(&self) -> Value {
        let Figure { name, unit, better, value } = &self.figure;
        json!({
            "round": self.round,
            "test": self.test.to_string(),
            "relay": self.relay.to_string(),
            "figure": name,
            "unit": unit,
            "better": match better { Better::More => "more", Better::Less => "less" },
            "value": value,
        })
    }
}

/// A row per figure: the median of each relay, then `telltale / other` with its extremes.
pub(super) fn table(samples: &[Sample], relays: &[Relay]) -> String {
    let others: Vec<Relay> = relays
        .iter()
        .copied()
        .filter(|relay| *relay != Relay::Telltale && relays.contains(&Relay::Telltale))
        .collect();
    let mut table = String::from("| test | figure |");
    for relay in relays {
        let _ = write!(table, " {} |", relay);
    }
    for other in &others {
        let _ = write!(table, " telltale / {} |", other);
    }
    table.push_str("\n|---|---|");
    table.push_str(&"---|".repeat(relays.len() + others.len()));
    table.push('\n');
    for row in rows(samples) {
        let of = |relay| values(samples, row, relay);
        let _ = write!(table, "| {} | {} |", row.test, label(&row.figure));
        for relay in relays {
            let values: Vec<f64> = of(*relay).into_iter().map(|(_, value)| value).collect();
            let _ = write!(table, " {} |", median(&values).map_or_else(|| "-".into(), number));
        }
        for other in &others {
            let _ = write!(table, " {} |", spread(&ratios(&of(Relay::Telltale), &of(*other))));
        }
        table.push('\n');
    }
    table
}

/// The first sample of each row, in the order of measuring.
fn rows(samples: &[Sample]) -> Vec<&Sample> {
    let mut rows: Vec<&Sample> = Vec::new();
    for sample in samples {
        if !rows.iter().any(|row| same_row(row, sample)) {
            rows.push(sample);
        }
    }
    rows.sort_by_key(|row| row.test);
    rows
}

fn same_row(a: &Sample, b: &Sample) -> bool {
    a.test == b.test && a.figure.name == b.figure.name
}

/// Values of a relay by round.
fn values(samples: &[Sample], row: &Sample, relay: Relay) -> Vec<(u32, f64)> {
    let wanted = samples.iter().filter(|sample| sample.relay == relay && same_row(sample, row));
    wanted.map(|sample| (sample.round, sample.figure.value)).collect()
}

/// `ours / theirs` of each round that has both: what the machine did meanwhile to both of them cancels out.
fn ratios(ours: &[(u32, f64)], theirs: &[(u32, f64)]) -> Vec<f64> {
    let theirs_in = |wanted| theirs.iter().find(|(round, value)| *round == wanted && *value > 0.0);
    ours.iter().filter_map(|(round, value)| Some(value / theirs_in(*round)?.1)).collect()
}

pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    Some(if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[middle - 1], upper) } else { upper })
}

/// The median with the extremes.
pub(super) fn spread(values: &[f64]) -> String {
    let Some(median) = median(values) else { return "-".into() };
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("**{}** ({}–{})", number(median), number(least), number(most))
}

fn label(figure: &Figure) -> String {
    let arrow = match figure.better {
        Better::More => '↑',
        Better::Less => '↓',
    };
    match figure.unit {
        "" => format!("{} {arrow}", figure.name),
        unit => format!("{}, {unit} {arrow}", figure.name),
    }
}

/// Three digits that count, as far as they are behind the point.
pub(super) fn number(value: f64) -> String {
    let digits = match value.abs() {
        0.0 => 0,
        small if small < 10.0 => 2,
        medium if medium < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(relay: Relay, values: &[f64]) -> Vec<Sample> {
        let figure = |value| Figure { name: "speed", unit: "Gbit/s", better: Better::More, value };
        let sample =
            |(round, value): (u32, &f64)| Sample { round, test: Test::Up1, relay, figure: figure(*value) };
        (1..).zip(values).map(sample).collect()
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // The machine slows down by half: medians would say 6 / 3, every single round says 3.
        let mut all = samples(Relay::Telltale, &[12.0, 6.0, 6.0]);
        all.extend(samples(Relay::Tun2proxy, &[4.0, 2.0, 2.0]));
        let expected = "\
| test | figure | telltale | tun2proxy | telltale / tun2proxy |
|---|---|---|---|---|
| up1 | speed, Gbit/s ↑ | 6.00 | 2.00 | **3.00** (3.00–3.00) |
";
        assert_eq!(table(&all, &[Relay::Telltale, Relay::Tun2proxy]), expected);
    }

    #[test]
    fn a_round_without_a_counterpart_has_no_ratio() {
        assert_eq!(ratios(&[(1, 6.0), (2, 8.0)], &[(2, 4.0), (3, 1.0)]), [2.0]);
        assert_eq!(ratios(&[(1, 6.0)], &[(1, 0.0)]), [] as [f64; 0]);
        assert_eq!(spread(&[]), "-");
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn numbers_have_about_three_digits() {
        assert_eq!([0.0, 0.129, 9.0, 12.34, 1234.5].map(number), ["0", "0.13", "9.00", "12.3", "1234"]);
    }
}
