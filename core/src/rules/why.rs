//! Sentences that say why a flow was flagged, for people who have never heard of a host name.

use std::sync::Arc;

use super::category::Category;
use super::party::Party;

/// `domain` with what it does: the row's own `note`, else what its category says.
pub(super) fn sentence(domain: &str, note: &str, category: Category, party: Party) -> String {
    if note.is_empty() {
        format!("{domain} {} {}", predicate(category), party.as_str())
    } else {
        format!("{domain} {note}")
    }
}

/// For a rule of the owner's own list.
pub(super) fn own(domain: &str, list: &str, line: u32) -> String {
    format!("{domain} is on your own list {list}, line {line}")
}

/// For a name that the connection itself did not show.
pub(super) fn inferred(sentence: &str) -> Arc<str> {
    format!("{sentence} (inferred from a look-up of that name; the connection itself shows none)").into()
}

/// For one of `count` names that led to the same address.
pub(super) fn shared(sentence: &str, count: usize) -> Arc<str> {
    format!(
        "{sentence} (inferred from look-ups: {count} names led to this address, and each of them would be a finding)"
    )
    .into()
}

fn predicate(category: Category) -> &'static str {
    match category {
        Category::Ads => "serves and measures advertising for",
        Category::Analytics => "collects how apps and sites are used, for",
        Category::Crash => "collects reports of crashes and errors for",
        Category::Account
        | Category::Browser
        | Category::Cdn
        | Category::CloudSync
        | Category::Config
        | Category::ConnectivityCheck
        | Category::Content
        | Category::Iot
        | Category::Location
        | Category::Push
        | Category::Root
        | Category::Security
        | Category::Update => "belongs to",
    }
}
