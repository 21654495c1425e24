//! Adblock rules, as far as they are about hosts: `||ads.example^`, `@@||good.example^$third-party`.
//!
//! The syntax as uBlock Origin, Adblock Plus and AdGuard have it:
//! <https://adguard.com/kb/general/ad-filtering/create-own-filters/>.

use super::{Entry, Unusable, host, shortened};

/// Options that leave a rule about whole hosts. Whose page asked is another matter: apps have no pages, and what a
/// tracker's host is asked for by an app is asked for by a third party.
const HARMLESS: [&str; 10] = [
    "all",
    "doc",
    "document",
    "important",
    "popup",
    "third-party",
    "3p",
    "strict3p",
    "network",
    "match-case",
];

/// What separates the sites from what is hidden, injected or taken away there.
const COSMETIC: [&str; 11] =
    ["##", "#@#", "#?#", "#@?#", "#$#", "#@$#", "#$?#", "#@$?#", "#%#", "#@%#", "$$"];

/// Whether a line is written in this syntax and in no other.
pub(super) fn is_rule(line: &str) -> bool {
    line.starts_with('|') || line.starts_with("@@") || is_cosmetic(line.as_bytes()) || has_pattern(line)
}

/// Whether it is about parts of pages. At the start of a line `##` may as well adorn a comment: there something must
/// follow that selects.
pub(super) fn is_cosmetic(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let separator =
        |(at, _)| COSMETIC.iter().find(|mark| line.get(at..).is_some_and(|rest| rest.starts_with(**mark)));
    let Some((at, mark)) =
        line.match_indices(['#', '$']).find_map(|(at, text)| separator((at, text)).map(|mark| (at, mark)))
    else {
        return false;
    };
    let sites = line.get(..at).unwrap_or_default();
    let rest = line.get(at + mark.len()..).unwrap_or_default();
    if sites.is_empty() {
        return *mark != "##" || rest.starts_with(['.', '[', '#']) && !rest.starts_with("##");
    }
    !rest.is_empty() && !sites.contains(char::is_whitespace)
}

/// What only a pattern of web addresses has.
fn has_pattern(line: &str) -> bool {
    let rule = line.split(['#', ' ', '\t']).next().unwrap_or_default();
    let rule = rule.strip_prefix("*.").unwrap_or(rule);
    rule.contains(['^', '/', '*', '$', '=', '|', '?', '&'])
}

pub(super) fn read(
    line: &str,
    mut take: impl FnMut(Entry<'_>) -> Result<(), Unusable>,
) -> Result<(), Unusable> {
    if is_cosmetic(line.as_bytes()) {
        return Err(Unusable::Cosmetic);
    }
    let (rule, is_exception) = line.strip_prefix("@@").map_or((line, false), |rule| (rule, true));
    let anchored = rule.strip_prefix("||").ok_or(Unusable::Pattern)?;
    let (pattern, options) = anchored.split_once('$').unwrap_or((anchored, ""));
    if let Some(option) = options.split(',').map(str::trim).find(|option| narrows(option)) {
        return Err(Unusable::Option(shortened(option)));
    }
    let pattern = pattern.strip_suffix('|').unwrap_or(pattern);
    let name = pattern.strip_suffix('^').unwrap_or(pattern);
    let name = name.strip_prefix("*.").unwrap_or(name);
    if name.contains(['/', '*', '^', '|', ':', '?']) {
        return Err(Unusable::Pattern);
    }
    take(Entry { host: host(name)?, is_exception })
}

fn narrows(option: &str) -> bool {
    !option.is_empty() && !HARMLESS.iter().any(|harmless| option.eq_ignore_ascii_case(harmless))
}
