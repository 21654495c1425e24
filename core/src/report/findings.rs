//! Findings, app by app.

use super::contents::Contents;
use super::words::{minute, printable};
use crate::claims::words::{app, bytes, count, distinct};
use crate::event::Tier;
use crate::store::FindingRow;

/// Rows that are shown.
const SHOWN: usize = 400;

/// An app, and whom it told.
pub(super) struct AppFindings {
    pub(super) name: String,
    pub(super) sums: String,
    pub(super) hosts: Vec<HostFinding>,
    uploads: u64,
}

/// A collector that it told.
pub(super) struct HostFinding {
    pub(super) host: String,
    pub(super) why: String,
    pub(super) party: String,
    pub(super) category: String,
    pub(super) tier: &'static str,
    /// Countries and networks, estimates.
    pub(super) place: String,
    pub(super) uploads: String,
    pub(super) sent: String,
    pub(super) received: String,
    pub(super) first: String,
    pub(super) last: String,
    /// Of the most bytes that any host was sent, in percent.
    pub(super) share: u64,
    pub(super) citation: Vec<String>,
}

/// Apps with the most uploads first, and how many rows are left out.
pub(super) fn apps(contents: &Contents) -> (Vec<AppFindings>, usize) {
    let most = contents.findings.iter().map(|finding| finding.bytes_up).max().unwrap_or(0).max(1);
    let mut apps: Vec<AppFindings> = Vec::new();
    for finding in contents.findings.iter().take(SHOWN) {
        let name = printable(&app(finding.owner.as_ref()));
        let host = host(contents, finding, most);
        match apps.iter_mut().find(|app| app.name == name) {
            Some(app) => {
                app.hosts.push(host);
                app.uploads += finding.flows;
            }
            None => apps.push(AppFindings {
                name,
                sums: String::new(),
                hosts: vec![host],
                uploads: finding.flows,
            }),
        }
    }
    for app in &mut apps {
        let hosts = count(app.hosts.len() as u64, "collector");
        app.sums = format!("{} to {hosts}", count(app.uploads, "upload"));
    }
    apps.sort_by_key(|app| std::cmp::Reverse(app.uploads));
    (apps, contents.findings.len().saturating_sub(SHOWN))
}

fn host(contents: &Contents, row: &FindingRow, most: u64) -> HostFinding {
    let finding = &row.finding;
    HostFinding {
        host: printable(&row.host),
        why: printable(&finding.why),
        party: row.party.as_deref().unwrap_or("unknown").to_owned(),
        category: finding.category.to_string(),
        tier: tier(finding.tier),
        place: place(contents, &row.host),
        uploads: row.flows.to_string(),
        sent: bytes(row.bytes_up),
        received: bytes(row.bytes_down),
        first: minute(row.first_seen),
        last: minute(row.last_seen),
        share: u64::try_from(u128::from(row.bytes_up) * 100 / u128::from(most)).unwrap_or(100),
        citation: finding.citation.split(';').map(printable).collect(),
    }
}

/// How well that is known.
fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::A => "seen in app code or on a device",
        Tier::B => "named in a free list",
        Tier::C => "named in another list, and picked for a reason",
        Tier::Own => "on the owner's own list",
    }
}

fn place(contents: &Contents, host: &str) -> String {
    let places = || contents.places.iter().filter(|place| *place.host == *host);
    let countries = distinct(places().filter_map(|place| place.country.as_deref().map(str::to_owned)));
    let networks = distinct(places().filter_map(|place| place.asn.map(|asn| format!("AS{asn}"))));
    countries.into_iter().chain(networks).collect::<Vec<_>>().join(", ")
}
