//! What the words of claims have not: times of a day, and pieces of text that are cut.

use crate::event::Timestamp;

/// `2026-03-01 12:00`, of UTC.
pub(super) fn minute(time: Timestamp) -> String {
    time.to_string().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// `2026-03-01 12:00 to 2026-03-02 09:30`; what is the same is said once.
pub(super) fn span(first: Timestamp, last: Timestamp) -> String {
    let (first, last) = (minute(first), minute(last));
    match (first.split_once(' '), last.split_once(' ')) {
        _ if first == last => first,
        (Some((day, _)), Some((same, time))) if day == same => format!("{first} to {time}"),
        _ => format!("{first} to {last}"),
    }
}

/// `2026-03-01 12:00:07`
pub(super) fn second(time: Timestamp) -> String {
    time.to_string().chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// The first so many characters; of what is cut it is told how long it is.
pub(super) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}

/// Text that cannot turn the letters around it, or hide some: a host name or a payload may hold anything.
pub(super) fn printable(text: &str) -> String {
    let is_unseen = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let shown =
        |c: char| if c.is_control() || is_unseen(c) { c.escape_default().to_string() } else { c.into() };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_texts_are_cut() {
        assert_eq!(second(Timestamp(0)), "1970-01-01 00:00:00");
        assert_eq!(minute(Timestamp(60_000)), "1970-01-01 00:01");
        let spans = [1, 3_600_000, 86_400_000].map(|last| span(Timestamp(0), Timestamp(last)));
        assert_eq!(
            spans,
            ["1970-01-01 00:00", "1970-01-01 00:00 to 01:00", "1970-01-01 00:00 to 1970-01-02 00:00"]
        );
        assert_eq!(
            (clipped("äöü", 3), clipped("äöü", 2)),
            ("äöü".to_owned(), "äö… (3 characters)".to_owned())
        );
        assert_eq!(printable("a\u{202e}b\n"), "a\\u{202e}b\\n");
    }
}
