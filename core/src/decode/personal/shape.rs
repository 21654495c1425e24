//! What values look like.

use super::PersonalKind;

/// The times that a time of an action can be, in seconds since 1970: 2010 to 2049.
const TIMES: std::ops::Range<u64> = 1_262_304_000..2_493_072_000;

/// What programs write where they know nothing.
pub(super) fn is_empty(text: &str) -> bool {
    const NOTHING: &str = "null none unknown undefined 0 -1 true false n/a nil - default";
    let text = text.trim().to_ascii_lowercase();
    text.is_empty() || NOTHING.split(' ').any(|nothing| nothing == text) || is_dummy(&text)
}

/// Zeros, and the address that Android tells instead of the real one.
fn is_dummy(text: &str) -> bool {
    let mut digits = text.bytes().filter(|byte| !matches!(byte, b':' | b'-' | b'.'));
    text == "02:00:00:00:00:00" || text.len() >= 8 && digits.all(|byte| byte == b'0')
}

/// The kind of a value under a key of `kind`; `None` if it cannot be that.
pub(super) fn refined(kind: PersonalKind, text: &str, is_number: bool) -> Option<PersonalKind> {
    use PersonalKind as Kind;
    let holds = match kind {
        Kind::Imei | Kind::ImeiHash | Kind::StableId | Kind::AndroidId | Kind::Mac => {
            return identifier(kind, text);
        }
        Kind::Bssid => is_mac(text),
        Kind::Serial => text.len() >= 6 && !is_number,
        Kind::ActionTime => is_time(text),
        Kind::Location => !is_number || text.parse().is_ok_and(|degrees: f64| degrees.abs() <= 180.0),
        Kind::PhoneNumber => text.bytes().filter(u8::is_ascii_digit).count() >= 6,
        Kind::Email => text.contains('@'),
        Kind::IpAddress => text.parse::<std::net::IpAddr>().is_ok(),
        Kind::VisitedAddress => text.contains(['.', '/']) && !is_number,
        Kind::PhoneModel => !is_number && !is_agent_of_no_phone(text),
        Kind::ScreenName | Kind::PageTitle | Kind::MediaTitle | Kind::FolderName => !is_number,
        Kind::SearchWords
        | Kind::Oaid
        | Kind::Gaid
        | Kind::WifiName
        | Kind::AccountId
        | Kind::Operator
        | Kind::InstalledApps
        | Kind::AndroidVersion
        | Kind::RomVersion => true,
    };
    holds.then_some(kind)
}

/// What a program calls itself towards servers, `curl/8.5.0`, which on a phone has the phone in it.
fn is_agent_of_no_phone(text: &str) -> bool {
    text.contains('/') && !["Android", "Linux; U;", "iPhone", "iPad"].iter().any(|phone| text.contains(phone))
}

/// Keys of identifiers are used for whatever a program has: what it looks like says more.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others say nothing of what they look like")]
fn identifier(kind: PersonalKind, text: &str) -> Option<PersonalKind> {
    use PersonalKind as Kind;
    let is_hash = matches!(text.len(), 32 | 40 | 64) && is_hex(text);
    let is_short_hash = matches!(text.len(), 12 | 16) && is_hex(text);
    match kind {
        _ if is_imei(text) => Some(Kind::Imei),
        _ if is_mac(text) => Some(Kind::Mac),
        Kind::Imei | Kind::ImeiHash if is_hash => Some(Kind::ImeiHash),
        Kind::StableId if is_short_hash && text.len() == 16 => Some(Kind::AndroidId),
        _ => {
            let cannot_be =
                kind == Kind::Imei && text.len() < 14 || kind == Kind::Mac && !is_hash && !is_short_hash;
            (!cannot_be).then_some(kind)
        }
    }
}

/// What a value is by itself, or with a key that says little.
pub(super) fn kind_of(text: &str, key: &str, is_number: bool) -> Option<PersonalKind> {
    use PersonalKind as Kind;
    let is_identifier_key = ["id", "token", "uuid", "guid"].iter().any(|end| key.ends_with(end));
    let is_device_key = ["device", "android", "phone"].iter().any(|part| key.contains(part));
    match text {
        _ if is_imei(text) => Some(Kind::Imei),
        _ if is_number => None,
        _ if is_address(text) => Some(Kind::VisitedAddress),
        _ if is_mac(text) => Some(Kind::Mac),
        _ if is_email(text) => Some(Kind::Email),
        _ if is_international(text) => Some(Kind::PhoneNumber),
        _ if is_identifier_key && is_uuid(text) => Some(Kind::StableId),
        _ if is_device_key && text.len() == 16 && is_hex(text) => Some(Kind::AndroidId),
        _ if is_device_key && is_uuid(text) => Some(Kind::StableId),
        _ => None,
    }
}

fn is_address(text: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| rest.len() > 3 && rest.contains('.') && !rest.contains(char::is_whitespace))
}

/// 15 digits: a body that hands them out, and a check digit (3GPP TS 23.003, annex B).
fn is_imei(text: &str) -> bool {
    const BODIES: [&str; 6] = ["01", "35", "49", "86", "91", "99"];
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits == 15 && text.len() == 15 && BODIES.contains(&&text[..2]) && luhn(text).is_multiple_of(10)
}

fn luhn(digits: &str) -> u32 {
    let weighted = digits.bytes().rev().enumerate().map(|(place, digit)| {
        let value = u32::from(digit - b'0') << (place % 2);
        if value > 9 { value - 9 } else { value }
    });
    weighted.sum()
}

fn is_mac(text: &str) -> bool {
    let is_of = |separator| {
        let mut parts = text.split(separator);
        parts.clone().count() == 6 && parts.all(|part| part.len() == 2 && is_hex(part))
    };
    is_of(':') || is_of('-')
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.split('-').all(is_hex)
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_email(text: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte))
    };
    text.split_once('@').is_some_and(|(name, host)| {
        let (before, end) = host.rsplit_once('.').unwrap_or_default();
        is_name(name)
            && is_name(before)
            && end.len() >= 2
            && end.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// `+`, then 8 to 15 digits (ITU-T E.164), as people group them.
fn is_international(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (8..=15).contains(&digits) && rest.bytes().all(|byte| byte.is_ascii_digit() || b" -()/".contains(&byte))
}

/// Seconds or milliseconds since 1970.
fn is_time(text: &str) -> bool {
    let seconds = match (text.len(), text.parse::<u64>()) {
        (10, Ok(seconds)) => seconds,
        (13, Ok(milliseconds)) => milliseconds / 1000,
        _ => return false,
    };
    TIMES.contains(&seconds)
}
