//! When it was watched, and how much could be told by name.

use super::contents::Contents;
use super::words::{minute, printable};
use crate::claims::words::{count, duration, percent};
use crate::event::{Gap, GapReason};
use crate::store::Part;

/// Gaps that are shown.
const SHOWN: usize = 60;

pub(super) struct GapView {
    pub(super) start: String,
    pub(super) end: String,
    pub(super) length: String,
    pub(super) why: &'static str,
    pub(super) lost: String,
}

/// A part of the bar.
pub(super) struct Share {
    pub(super) class: &'static str,
    pub(super) label: &'static str,
    pub(super) flows: u64,
    pub(super) percent: String,
    /// Its width.
    pub(super) width: String,
}

/// The latest first, and how many are left out.
pub(super) fn gaps(contents: &Contents) -> (Vec<GapView>, usize) {
    let shown = contents.gaps.iter().take(SHOWN).map(view).collect();
    (shown, contents.gaps.len().saturating_sub(SHOWN))
}

fn view(gap: &Gap) -> GapView {
    let length = gap.end.map(|end| duration(end.0.saturating_sub(gap.start.0)));
    GapView {
        start: minute(gap.start),
        end: gap.end.map_or_else(|| "now".to_owned(), minute),
        length: length.unwrap_or_default(),
        why: why(gap.reason),
        lost: if gap.lost > 0 {
            printable(&format!("{} lost", count(gap.lost, "flow")))
        } else {
            String::new()
        },
    }
}

fn why(reason: GapReason) -> &'static str {
    match reason {
        GapReason::NotRunning => "Telltale was not running",
        GapReason::Killed => "Telltale was ended without a word",
        GapReason::Revoked => "the system took the VPN away",
        GapReason::NamesHidden => "names were hidden, by private DNS or encrypted hellos",
        GapReason::EventsLost => "flows came faster than they could be recorded",
        GapReason::RecordFailed => "the record could not be written",
        GapReason::FlowsRefused => "new flows were turned away",
        GapReason::SizeCap => "the oldest flows were dropped to keep the record small",
    }
}

pub(super) fn shares(contents: &Contents) -> Vec<Share> {
    let row = &contents.coverage;
    let parts = [
        ("of-flow", "named by the connection itself", row.flow),
        ("of-dns", "named by a look-up only", row.dns),
        ("of-certificate", "named by the server's certificate only", row.certificate),
        ("of-encrypted", "name encrypted", row.encrypted),
        ("of-none", "not named", row.none),
    ];
    parts.into_iter().filter_map(|(class, label, part)| share(class, label, part)).collect()
}

fn share(class: &'static str, label: &'static str, part: Part) -> Option<Share> {
    let share = part.share_of_flows.filter(|share| *share > 0.0)?;
    let (percent, width) = (percent(share), format!("{:.2}%", share * 100.0));
    Some(Share { class, label, flows: part.amount.flows, percent, width })
}
