//! Rows of coverage: shares as percents.

use serde::Serialize;
use telltale_core::store::{Amount, By, CoverageRow, Part};

use super::words::{app, bytes, seconds, text};
use crate::output::{Column, Row};

/// A row of coverage, and what it is about: of which app or time is not told by the row where that is not known.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Covered {
    pub(crate) row: CoverageRow,
    #[serde(skip)]
    pub(crate) by: By,
}

impl Row for Covered {
    const COLUMNS: &'static [Column] = &[
        Column::text("OF"),
        Column::number("FLOWS"),
        Column::number("BYTES"),
        Column::number("ON THE FLOW"),
        Column::number("BY LOOK-UP"),
        Column::number("BY CERTIFICATE").extra(),
        Column::number("ENCRYPTED").extra(),
        Column::number("NOT NAMED"),
        Column::number("WITH ECH").extra(),
        Column::number("LOOK-UPS"),
        Column::number("HIDDEN"),
    ];
    const FIELDS: &'static [&'static str] = &[
        "owner.uid",
        "owner.packages",
        "owner.process",
        "host",
        "party",
        "start",
        "total",
        "flows",
        "bytes_up",
        "bytes_down",
        "flow.flows",
        "flow.bytes_up",
        "flow.bytes_down",
        "flow.share_of_flows",
        "flow.share_of_bytes",
        "dns.flows",
        "dns.bytes_up",
        "dns.bytes_down",
        "dns.share_of_flows",
        "dns.share_of_bytes",
        "certificate.flows",
        "certificate.bytes_up",
        "certificate.bytes_down",
        "certificate.share_of_flows",
        "certificate.share_of_bytes",
        "encrypted.flows",
        "encrypted.bytes_up",
        "encrypted.bytes_down",
        "encrypted.share_of_flows",
        "encrypted.share_of_bytes",
        "none.flows",
        "none.bytes_up",
        "none.bytes_down",
        "none.share_of_flows",
        "none.share_of_bytes",
        "ech.flows",
        "ech.bytes_up",
        "ech.bytes_down",
        "ech.share_of_flows",
        "ech.share_of_bytes",
        "look_ups.flows",
        "look_ups.bytes_up",
        "look_ups.bytes_down",
        "hidden_look_ups.flows",
        "hidden_look_ups.bytes_up",
        "hidden_look_ups.bytes_down",
    ];

    fn cells(&self) -> Vec<String> {
        let row = &self.row;
        let part = |part: &Part| percents(&part.amount, &row.all);
        vec![
            self.subject(),
            row.all.flows.to_string(),
            bytes(row.all.bytes()),
            part(&row.flow),
            part(&row.dns),
            part(&row.certificate),
            part(&row.encrypted),
            part(&row.none),
            part(&row.ech),
            row.look_ups.flows.to_string(),
            row.hidden_look_ups.flows.to_string(),
        ]
    }
}

impl Covered {
    fn subject(&self) -> String {
        let row = &self.row;
        let start = row.start.map(seconds).unwrap_or_default();
        let until = |end| start.get(..end).unwrap_or(&start).to_owned();
        match self.by {
            _ if row.total => "all together".to_owned(),
            By::App => app(row.owner.as_ref()),
            By::Host => text(row.host.as_deref()),
            By::Hour => until(16),
            By::Day => until(10),
            By::Party => row.party.as_deref().unwrap_or("unknown").to_owned(),
        }
    }
}

/// A share of the flows, and in brackets of the bytes where that is another.
fn percents(part: &Amount, whole: &Amount) -> String {
    match (percent(part.flows, whole.flows), percent(part.bytes(), whole.bytes())) {
        (Some(flows), Some(bytes)) if flows != bytes => format!("{flows} ({bytes})"),
        (flows, _) => flows.unwrap_or_default(),
    }
}

/// Whole percents; only nothing is 0 %, and only everything is 100 %.
pub(crate) fn percent(part: u64, whole: u64) -> Option<String> {
    let percents = u128::from(part) * 100 / u128::from(whole.max(1));
    match (part, whole) {
        (_, 0) => None,
        (1.., _) if percents == 0 => Some("<1 %".to_owned()),
        _ => Some(format!("{percents} %")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_percents() {
        for (part, whole, shown) in [
            (0, 0, None),
            (0, 7, Some("0 %")),
            (1, 1_000, Some("<1 %")),
            (1, 3, Some("33 %")),
            (999, 1_000, Some("99 %")),
            (u64::MAX, u64::MAX, Some("100 %")),
        ] {
            assert_eq!(percent(part, whole).as_deref(), shown, "{part} of {whole}");
        }
    }
}
