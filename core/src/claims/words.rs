//! Numbers, times and lists in sentences.

use crate::event::{Owner, Timestamp};

/// Names that are listed one by one.
const LISTED: usize = 4;

/// Packages, and of a program its path and file name.
pub(crate) fn app_names(owner: &Owner) -> impl Iterator<Item = &str> {
    let program = owner.process.as_deref();
    let file = program.and_then(|path| path.rsplit('/').next());
    owner.packages.iter().map(|package| &**package).chain(program).chain(file)
}

/// What to call an owner.
pub(crate) fn app(owner: Option<&Owner>) -> String {
    let Some(owner) = owner else { return "an unknown app".to_owned() };
    match (&owner.packages[..], &owner.process, owner.uid) {
        ([], Some(path), _) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        ([], None, Some(uid)) => format!("uid {uid}"),
        ([], None, None) => "an unknown app".to_owned(),
        (packages, ..) => packages.join(", "),
    }
}

/// The day of it, of UTC.
pub(crate) fn day(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

/// `on 2026-03-01`, or `from 2026-03-01 to 2026-03-04`.
pub(crate) fn days(first: Timestamp, last: Timestamp) -> String {
    match (day(first), day(last)) {
        (first, last) if first == last => format!("on {first}"),
        (first, last) => format!("from {first} to {last}"),
    }
}

/// `1 flow`, `2 flows`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{end}")
}

/// `a, b and c`; of many the first, and how many more.
pub(crate) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        _ if names.len() > LISTED => {
            format!("{} and {} more", names[..LISTED].join(", "), names.len() - LISTED)
        }
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// Each once, in order.
pub(crate) fn distinct(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Decimal units, as phones count: `12.3 kB`.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if number < 1000 {
        return count(number, "byte");
    }
    let mut value = number as f64 / 1000.0;
    let mut units = UNITS.into_iter();
    let mut unit = units.next().unwrap_or_default();
    for larger in units {
        if value < 999.95 {
            break;
        }
        (value, unit) = (value / 1000.0, larger);
    }
    format!("{value:.1} {unit}")
}

/// How long milliseconds are, roughly.
pub(crate) fn duration(milliseconds: i64) -> String {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let whole = |unit: i64, name: &str| count(u64::try_from(milliseconds / unit).unwrap_or(0), name);
    match milliseconds {
        1..1000 => "less than a second".to_owned(),
        ..MINUTE => whole(1000, "second"),
        MINUTE..HOUR => whole(MINUTE, "minute"),
        HOUR..DAY => whole(HOUR, "hour"),
        DAY.. => whole(DAY, "day"),
    }
}

/// A share for people: never 0 or 100 % unless it is just that.
pub(crate) fn percent(share: f64) -> String {
    match share * 100.0 {
        whole if whole > 0.0 && whole < 0.5 => "less than 1 %".to_owned(),
        whole if whole < 100.0 && whole > 99.5 => "more than 99 %".to_owned(),
        whole => format!("{whole:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_well() {
        assert_eq!([0, 1, 999, 1000].map(bytes), ["0 bytes", "1 byte", "999 bytes", "1.0 kB"]);
        assert_eq!([12_345, 999_960, u64::MAX].map(bytes), ["12.3 kB", "1.0 MB", "18446.7 PB"]);
        assert_eq!(
            [-1, 1, 1_000, 90_000, 7_200_000].map(duration),
            ["0 seconds", "less than a second", "1 second", "1 minute", "2 hours"]
        );
        assert_eq!(
            [0.0, 0.001, 0.5, 0.999, 1.0].map(percent),
            ["0 %", "less than 1 %", "50 %", "more than 99 %", "100 %"]
        );
    }

    #[test]
    fn lists_end() {
        let names = |number: usize| (0..number).map(|index| index.to_string()).collect::<Vec<_>>();
        assert_eq!(
            [0, 1, 2, 3, 6].map(|number| list(&names(number))),
            ["", "0", "0 and 1", "0, 1 and 2", "0, 1, 2, 3 and 2 more"]
        );
    }
}
