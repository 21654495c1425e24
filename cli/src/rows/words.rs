//! Values as a person reads them.

use telltale_core::event::{Finding, Owner, Provenance, Timestamp};

/// An owner as a person knows it. A shared uid lists every package and picks none.
pub(crate) fn app(owner: Option<&Owner>) -> String {
    let Some(owner) = owner else {
        return "unknown".to_owned();
    };
    match (&owner.packages[..], &owner.process, owner.uid) {
        ([], Some(process), _) => process.to_string(),
        ([], None, Some(uid)) => format!("uid {uid}"),
        ([], None, None) => "unknown".to_owned(),
        (packages, _, _) => packages.join(", "),
    }
}

pub(super) fn known_for(finding: Option<&Finding>, expected: Option<&str>) -> String {
    match (finding, expected) {
        (Some(finding), _) => format!("{} ({})", finding.category, finding.tier.as_str()),
        (None, Some(expected)) => format!("expected: {expected}"),
        (None, None) => String::new(),
    }
}

pub(super) fn read_from(provenance: Option<Provenance>) -> String {
    provenance.map_or("", Provenance::as_str).to_owned()
}

pub(super) fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// Without the milliseconds, which are in the JSON and the CSV.
pub(super) fn seconds(time: Timestamp) -> String {
    let full = time.to_string();
    full.get(..19).unwrap_or(&full).replace('T', " ")
}

/// Three digits and a unit.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if count < 1_000 {
        return format!("{count} B");
    }
    let mut tenths = count / 100;
    for unit in UNITS {
        if tenths < 100 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        if tenths < 10_000 {
            return format!("{} {unit}", tenths / 10);
        }
        tenths /= 1_000;
    }
    format!("{} EB", tenths * 100)
}

/// The two largest units of a time in milliseconds.
pub(super) fn length(milliseconds: i64) -> String {
    let seconds = milliseconds / 1_000;
    match seconds {
        0 => format!("{milliseconds} ms"),
        1..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_counts_are_short() {
        for (count, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (9_999, "9.9 kB"),
            (10_000, "10 kB"),
            (999_999, "999 kB"),
            (1_000_000, "1.0 MB"),
            (52_428_800, "52 MB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(bytes(count), shown);
        }
    }

    #[test]
    fn lengths_have_two_units() {
        for (milliseconds, shown) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (59_000, "59 s"),
            (61_000, "1 min 1 s"),
            (7_260_000, "2 h 1 min"),
            (90_000_000, "1 d 1 h"),
        ] {
            assert_eq!(length(milliseconds), shown);
        }
    }

    #[test]
    fn a_shared_uid_picks_none() {
        let mut owner = Owner { uid: Some(1000), ..Owner::default() };
        assert_eq!(app(Some(&owner)), "uid 1000");
        owner.packages = vec!["a".into(), "b".into()];
        assert_eq!(app(Some(&owner)), "a, b");
        assert_eq!(app(None), "unknown");
    }
}
