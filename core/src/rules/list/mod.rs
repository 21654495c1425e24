//! Lists that people keep and share: hosts files, plain domains and adblock rules, told apart line by line.
//!
//! What a list says about hosts is used. What it says about parts of pages is not, and that is reported: the relay
//! sees hosts.

mod adblock;
mod domains;
mod hosts;

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::net::IpAddr;

use crate::sniff::normalise_host;

/// Bytes of a line. A host name has 253; rules for many sites at once, which are longer, are of no use here.
pub const MAX_LINE: usize = 4_096;

/// Bytes of one list. The largest that are in common use have some 1,000,000 lines and 30 MB.
pub const MAX_BYTES: u64 = 64 << 20;

/// What a line says of a host, and of everything below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// Lower-case ASCII without a trailing dot.
    pub(super) host: Cow<'a, str>,
    /// Not to be flagged, whatever other lists say.
    pub(super) is_exception: bool,
}

/// Why a line, or a part of it, is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("it is longer than {MAX_LINE} bytes")]
    TooLong,
    #[error("it is not UTF-8 text")]
    NotText,
    #[error("'{0}' is no host name")]
    NotAHost(String),
    #[error("'{0}' is a whole top-level domain, or no host name")]
    NoDot(String),
    #[error("'{0}' is an address; a list is of names")]
    Address(IpAddr),
    #[error("it gives its name a real address, {0}, which is no rule")]
    Mapping(IpAddr),
    #[error("it hides parts of pages, which cannot be seen here")]
    Cosmetic,
    #[error("it matches parts of web addresses, of which only the host can be seen here")]
    Pattern,
    #[error("its option '{0}' narrows it to what cannot be seen here")]
    Option(String),
    #[error("the list is longer than {} MiB; nothing from here on is used", MAX_BYTES >> 20)]
    ListTooLong,
    #[error("there are too many names in all; nothing from here on is used")]
    TooManyNames,
}

impl Unusable {
    /// What follows is not used, either.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::ListTooLong | Self::TooManyNames)
    }
}

/// Reads a list to its end, in bounded memory. `take` is given each entry with its line, from 1, and answers whether
/// there is room for it; `report` is given what is of no use.
pub(super) fn read(
    source: impl BufRead,
    mut take: impl FnMut(u64, Entry<'_>) -> Result<(), Unusable>,
    mut report: impl FnMut(u64, Unusable),
) -> io::Result<()> {
    let mut source = source.take(MAX_BYTES + 1);
    let mut line = Vec::new();
    for number in 1.. {
        let Some(is_whole) = next_line(&mut source, &mut line)? else { return Ok(()) };
        let outcome = if source.limit() == 0 {
            Err(Unusable::ListTooLong)
        } else if is_whole {
            read_line(&line, |entry| take(number, entry))
        } else {
            Err(Unusable::TooLong)
        };
        if let Err(problem) = outcome {
            let is_final = problem.is_final();
            report(number, problem);
            if is_final {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The next line without its end, and whether that is all of it; the rest of a long one is skipped.
fn next_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(1);
    if source.by_ref().take(limit).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Some(true));
    }
    let is_whole = line.len() <= MAX_LINE;
    if !is_whole {
        source.skip_until(b'\n')?;
    }
    Ok(Some(is_whole))
}

fn read_line(line: &[u8], take: impl FnMut(Entry<'_>) -> Result<(), Unusable>) -> Result<(), Unusable> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii();
    if is_comment(line) {
        return Ok(());
    }
    let text = std::str::from_utf8(line).map_err(|_| Unusable::NotText)?;
    if adblock::is_rule(text) {
        adblock::read(text, take)
    } else if let Some((address, names)) = hosts::split(text) {
        hosts::read(address, names, take)
    } else {
        domains::read(text, take)
    }
}

/// Also of the head of an adblock list, `[Adblock Plus 2.0]`. A `#` may begin a rule for parts of pages, too.
fn is_comment(line: &[u8]) -> bool {
    match line {
        [] | [b'!' | b'[' | b';', ..] => true,
        [b'#', ..] => !adblock::is_cosmetic(line),
        _ => false,
    }
}

/// A name as it is compared; of more than one label, so that a stray word does not become a top-level domain.
fn host(text: &str) -> Result<Cow<'_, str>, Unusable> {
    if let Ok(address) = text.trim_matches(['[', ']']).parse() {
        return Err(Unusable::Address(address));
    }
    let host = normalise_host(text.as_bytes()).ok_or_else(|| Unusable::NotAHost(shortened(text)))?;
    if host.contains('.') { Ok(host) } else { Err(Unusable::NoDot(shortened(text))) }
}

/// Enough to find it by.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
