//! Plain lists: a domain per line, `ads.example # why`; `*.ads.example` and `.ads.example` mean the same.

use super::{Entry, Unusable, host, shortened};

pub(super) fn read(
    line: &str,
    mut take: impl FnMut(Entry<'_>) -> Result<(), Unusable>,
) -> Result<(), Unusable> {
    let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
    let (Some(domain), None) = (words.next(), words.next()) else {
        return Err(Unusable::NotAHost(shortened(line)));
    };
    let domain = domain.strip_prefix("*.").or_else(|| domain.strip_prefix('.')).unwrap_or(domain);
    take(Entry { host: host(domain)?, is_exception: false })
}
