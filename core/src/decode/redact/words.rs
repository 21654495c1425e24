//! Names that programs give, and what they say of whom: nothing. What is not here is taken for somebody's.

use crate::decode::personal::{is_known, normalised};

/// Values under these, as [`normalised`] gives them, say what a program did and how: they are kept where they are single
/// words or small numbers.
const HARMLESS: &str = "appid appkey appver appversion codex crc dryrun event ext format gzip instanttype instantevent \
    interval length lib libmethod libversion method mistatv msgtype os otprotocol otsender package pkv \
    platform policy project protocol sdkversion size sdkver type usedsearchengine version";

/// Of those, the ones whose numbers are long: of an app, or a check sum.
const NUMBERS: &str = "appid appkey crc ext";

/// Of these only the name is harmless.
const NAMES: &str = "acceptlanguage address b body bytes category cause channel checksum command content cookie country data \
    datalist dn ekey entity envelopeguid events h header headers hex host hosts id instanceidtype internetstatus \
    isfirstday isfirsttime items key language libdetail list miuiregion networktype nonce num op origin \
    otnet otsid p params payload payloads properties r region s screenheight screenwidth sdk \
    searchmethod searchposition searchtype serialnum sid sign signature source statvalue suffix \
    systemlanguage timezoneoffset token trackid uidtype value values wifi xrequestedwith";

/// A value under this key may be kept.
pub(super) fn is_harmless(key: &str) -> bool {
    has(HARMLESS, &normalised(key))
}

/// Its numbers may be long.
pub(super) fn is_of_long_numbers(key: &str) -> bool {
    has(NUMBERS, &normalised(key))
}

/// A name that a programmer chose says nothing; but a map may also have hosts or words for keys.
pub(super) fn is_name(key: &str) -> bool {
    const ORNAMENTS: usize = 6;
    let name = normalised(key);
    let is_number = (1..=3).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = key.is_ascii() && key.len() <= name.len() + ORNAMENTS;
    is_plain && (is_number || is_known(key) || has(NAMES, &name) || has(HARMLESS, &name))
}

pub(super) fn has(words: &str, name: &str) -> bool {
    words.split(' ').any(|word| word == name)
}

/// A name that a programmer gave: `page_load_event_start`, `com.miui.home`, `3.4.0`. Long numbers, and letters and
/// digits mixed, are more likely to be somebody's.
pub(super) fn is_word(text: &str, may_be_number: bool) -> bool {
    const LONGEST: usize = 48;
    const LONGEST_NUMBER: usize = 6;
    let is_part = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let is_number = digits == part.len();
        part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && (digits == 0 || part.len() <= LONGEST_NUMBER || is_number && may_be_number)
    };
    text.len() <= LONGEST && text.split(['_', '$', '.', '-', '=']).all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_as_keys_are_normalised() {
        for word in [HARMLESS, NUMBERS, NAMES].iter().flat_map(|words| words.split(' ')) {
            assert_eq!(normalised(word), word);
        }
        assert!(NUMBERS.split(' ').all(|word| has(HARMLESS, word)));
        assert!(!NAMES.split(' ').any(|word| is_known(word) || has(HARMLESS, word)));
    }

    #[test]
    fn names_are_told_from_what_people_write() {
        for key in ["$lib_version", "data_list", "H", "12", "User-Agent", "properties#2"] {
            assert!(is_name(key), "{key}");
        }
        for key in ["example.org", "johndoe", "1234", "u.r.l.........", "ürl", ""] {
            assert!(!is_name(key), "{key}");
        }
        for word in ["page_load_event_start", "com.miui.home", "3.4.0-123", "$AppStart", "v12"] {
            assert!(is_word(word, false), "{word}");
        }
        for text in ["two words", "13800138000", "9774d56d682e549c", "a@b.example", "https://a.example"] {
            assert!(!is_word(text, false), "{text}");
        }
    }
}
