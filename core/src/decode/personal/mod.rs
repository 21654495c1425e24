//! Which places of a tree say something of a person or a device.

mod keys;
mod kind;
mod shape;

use serde::{Deserialize, Serialize};

pub(super) use keys::{is_known, normalised};
pub use kind::PersonalKind;

use super::budget::Budget;
use super::limits::MAX_PERSONAL;
use super::redact;
use super::unpack::form::clipped;
use super::value::Value;

/// Bytes of a value that are listed; all of it is in the tree.
const MAX_LISTED: usize = 2048;

/// Something that is said of a person or a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personal {
    /// Where it is in the tree.
    pub path: String,
    pub kind: PersonalKind,
    /// How it was told.
    pub by: By,
    /// As text, also of a number.
    pub value: String,
}

/// How a personal value was told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// It has a name that is known, and does not look like something else.
    Key,
    /// It looks like nothing else, under a name that says nothing or little.
    Shape,
}

impl Personal {
    /// Of an identifier that stays with a device or person: what tells that two uploads carry the same one, without
    /// telling which. 16 hexadecimal digits that depend on `salt`, but not on case and separators.
    pub fn fingerprint(&self, salt: &[u8]) -> Option<String> {
        self.kind.is_identifier().then(|| redact::fingerprint(&self.value, salt))
    }
}

/// Looks at every leaf of the tree.
pub(super) fn find(value: &Value, budget: &mut Budget) -> Vec<Personal> {
    let mut search = Search { found: Vec::new(), budget };
    search.look(value, "", Context::default());
    search.found
}

struct Search<'a> {
    found: Vec<Personal>,
    budget: &'a mut Budget,
}

/// What is known of a leaf from above it.
#[derive(Clone, Copy, Default)]
struct Context<'a> {
    /// The nearest key.
    key: &'a str,
    /// It is in a map of identifiers.
    is_identity: bool,
}

impl Search<'_> {
    fn look(&mut self, value: &Value, at: &str, context: Context<'_>) {
        if value.is_leaf() {
            return self.add(value, at, context);
        }
        let is_identity = context.is_identity || keys::is_of_identities(context.key);
        for (path, key, value) in value.children(at) {
            self.look(value, &path, Context { key: key.unwrap_or(context.key), is_identity });
        }
    }

    fn add(&mut self, value: &Value, at: &str, context: Context<'_>) {
        let Some((kind, by)) = classify(value, context) else { return };
        if self.found.len() == MAX_PERSONAL {
            self.budget.cap("", format!("more than {MAX_PERSONAL} personal fields; the rest is not listed"));
            return;
        }
        let value = clipped(&value.to_string(), MAX_LISTED).to_owned();
        self.found.push(Personal { path: at.to_owned(), kind, by, value });
    }
}

/// By its key, where the value can be what the key says; else by its shape.
fn classify(value: &Value, context: Context<'_>) -> Option<(PersonalKind, By)> {
    let is_number = matches!(value, Value::Integer(_) | Value::Float(_));
    let text = (is_number || value.as_text().is_some()).then(|| value.to_string())?;
    let text = Some(text.trim()).filter(|text| !shape::is_empty(text))?;
    let key = normalised(context.key);
    let by_key = keys::kind_of(&key).and_then(|kind| shape::refined(kind, text, is_number));
    by_key
        .map(|kind| (kind, By::Key))
        .or_else(|| shape::kind_of(text, &key, is_number).map(|kind| (kind, By::Shape)))
        .or_else(|| context.is_identity.then_some((PersonalKind::StableId, By::Key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use PersonalKind as Kind;

    fn kinds(json: &str) -> Vec<(String, Kind, By)> {
        let value: Value = serde_json::from_str(json).unwrap();
        let found = find(&value, &mut Budget::default());
        found.into_iter().map(|personal| (personal.path, personal.kind, personal.by)).collect()
    }

    fn only(json: &str) -> Option<(Kind, By)> {
        let mut found = kinds(json);
        assert!(found.len() < 2, "{found:?}");
        found.pop().map(|(_, kind, by)| (kind, by))
    }

    #[test]
    fn known_keys_tell() {
        for (json, kind) in [
            (r#"{"$url":"https://a.example/"}"#, Kind::VisitedAddress),
            (r#"{"search_word":"weather"}"#, Kind::SearchWords),
            (r#"{"$title":"A page"}"#, Kind::PageTitle),
            (r#"{"song_name":"A song"}"#, Kind::MediaTitle),
            (r#"{"folderName":"Games"}"#, Kind::FolderName),
            (r#"{"$screen_name":"a.Main"}"#, Kind::ScreenName),
            (r#"{"android_id":"9774d56d682e549c"}"#, Kind::AndroidId),
            (r#"{"$device_id":"9774d56d682e549c"}"#, Kind::AndroidId),
            (r#"{"OAID":"ab12cd34ab12cd34"}"#, Kind::Oaid),
            (r#"{"gaid":"cdda802e-fb9c-47ad-9866-0794d394c912"}"#, Kind::Gaid),
            (r#"{"imei":"490154203237518"}"#, Kind::Imei),
            (r#"{"deviceId":490154203237518}"#, Kind::Imei),
            (r#"{"imei":"d41d8cd98f00b204e9800998ecf8427e"}"#, Kind::ImeiHash),
            (r#"{"imei_md5":"d41d8cd98f00b204e9800998ecf8427e"}"#, Kind::ImeiHash),
            (r#"{"sn":"12345/A8UN01234"}"#, Kind::Serial),
            (r#"{"mac":"a4:50:46:12:34:56"}"#, Kind::Mac),
            (r#"{"bssid":"a4:50:46:12:34:56"}"#, Kind::Bssid),
            (r#"{"ssid":"Home"}"#, Kind::WifiName),
            (r#"{"distinct_id":"u1"}"#, Kind::StableId),
            (r#"{"identities":{"$identity_x":"u1"}}"#, Kind::StableId),
            (r#"{"login_id":"123456"}"#, Kind::AccountId),
            (r#"{"mobile":"13800138000"}"#, Kind::PhoneNumber),
            (r#"{"email":"a@b.example"}"#, Kind::Email),
            (r#"{"$latitude":48.2}"#, Kind::Location),
            (r#"{"$carrier":"A1"}"#, Kind::Operator),
            (r#"{"app_list":["com.example.a"]}"#, Kind::InstalledApps),
            (r#"{"$model":"Redmi Note 8"}"#, Kind::PhoneModel),
            (r#"{"$os_version":"9"}"#, Kind::AndroidVersion),
            (r#"{"miui_version":"V11.0.5"}"#, Kind::RomVersion),
            (r#"{"time":1588300000000}"#, Kind::ActionTime),
            (r#"{"e_ts":"1588300000"}"#, Kind::ActionTime),
        ] {
            assert_eq!(only(json), Some((kind, By::Key)), "{json}");
        }
    }

    #[test]
    fn shapes_tell_where_keys_do_not() {
        for (json, kind) in [
            (r#"{"x":"https://a.example/b"}"#, Kind::VisitedAddress),
            (r#"{"x":"a4:50:46:12:34:56"}"#, Kind::Mac),
            (r#"["490154203237518"]"#, Kind::Imei),
            (r#"{"x":"someone@a.example"}"#, Kind::Email),
            (r#"{"x":"+43 660 1234567"}"#, Kind::PhoneNumber),
            (r#"{"client_uid":"cdda802e-fb9c-47ad-9866-0794d394c912"}"#, Kind::StableId),
            (r#"{"my_device":"9774d56d682e549c"}"#, Kind::AndroidId),
        ] {
            assert_eq!(only(json), Some((kind, By::Shape)), "{json}");
        }
    }

    #[test]
    fn what_says_nothing_is_left_alone() {
        for json in [
            r#"{"x":"490154203237519"}"#,
            r#"{"x":"cdda802e-fb9c-47ad-9866-0794d394c912"}"#,
            r#"{"mac":"02:00:00:00:00:00","imei":"","oaid":"unknown","android_id":"null"}"#,
            r#"{"time":5,"latitude":0,"x":12345678901234567,"y":true,"title":null}"#,
            r#"{"user-agent":"curl/8.5.0"}"#,
            r#"{"event":"page_load","x":"a word","y":"http","z":"1.2.3"}"#,
        ] {
            assert_eq!(kinds(json), [], "{json}");
        }
    }

    #[test]
    fn a_fingerprint_links_the_same_identifier() {
        let personal = |kind, value: &str| {
            let (path, value) = (String::new(), value.to_owned());
            Personal { path, kind, by: By::Key, value }
        };
        let first = personal(Kind::Mac, "A4:50:46:12:34:56").fingerprint(b"salt").unwrap();
        assert_eq!(first.len(), 16);
        assert_eq!(personal(Kind::StableId, "a45046123456").fingerprint(b"salt"), Some(first.clone()));
        assert_ne!(personal(Kind::Mac, "A4:50:46:12:34:57").fingerprint(b"salt"), Some(first.clone()));
        assert_ne!(personal(Kind::Mac, "A4:50:46:12:34:56").fingerprint(b"pepper"), Some(first));
        assert_eq!(personal(Kind::SearchWords, "weather").fingerprint(b"salt"), None);
    }
}
