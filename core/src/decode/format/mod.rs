//! The formats that have a name, one file per family.
//!
//! Each is recognised by its path and by its form, never by its host alone: whoever runs a collector may run it on any
//! host. [`open`] undoes what only the format's rules can undo, [`recognise`] names the result.

mod httpdns;
mod mipush;
mod mistat;
mod onetrack;
mod sensors;
mod splash;
mod track;
mod umeng;

use serde::{Deserialize, Serialize};

use super::budget::Budget;
use super::layer::Coding;
use super::message::{Body, Message};
use super::value::Value;

/// What a request or body is. Its sources are listed in `docs/sources.md` under the keys of [`Self::citation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    Sensors,
    SensorsConfig,
    MistatV1,
    MistatV2,
    MistatV3,
    TrackV1,
    TrackSpock,
    Tracks,
    Onetrack,
    Umeng,
    Httpdns,
    Mipush,
    SplashAds,
    Json,
    Form,
    Protobuf,
    Text,
    Unknown,
}

impl Format {
    pub const ALL: [Self; 18] = [
        Self::Sensors,
        Self::SensorsConfig,
        Self::MistatV1,
        Self::MistatV2,
        Self::MistatV3,
        Self::TrackV1,
        Self::TrackSpock,
        Self::Tracks,
        Self::Onetrack,
        Self::Umeng,
        Self::Httpdns,
        Self::Mipush,
        Self::SplashAds,
        Self::Json,
        Self::Form,
        Self::Protobuf,
        Self::Text,
        Self::Unknown,
    ];

    /// Word, name and sources of each: the one table.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Sensors => ("sensors", "Sensors Analytics upload", "SA-SDK;SA-JS;PAL"),
            Self::SensorsConfig => ("sensors-config", "Sensors Analytics settings request", "SA-SDK"),
            Self::MistatV1 => ("mistat-v1", "MiStat upload, version 1", "APK-MS"),
            Self::MistatV2 => ("mistat-v2", "MiStat upload, version 2", "APK-MS;XMSF"),
            Self::MistatV3 => ("mistat-v3", "MiStat upload, version 3", "APK-MS;LE21"),
            Self::TrackV1 => ("track-v1", "Xiaomi Analytics upload (/track/v1)", "APK-MA;KH17"),
            Self::TrackSpock => ("track-spock", "Xiaomi Analytics upload (/track/spock)", "APK-MA"),
            Self::Tracks => ("tracks", "Xiaomi Analytics upload, oldest form (/tracks)", "APK-MA"),
            Self::Onetrack => ("onetrack", "Xiaomi OneTrack upload", "APK-OT;JS-OT"),
            Self::Umeng => ("umeng", "Umeng analytics upload", "APK-UM"),
            Self::Httpdns => ("httpdns", "look-up of host names over HTTP", ""),
            Self::Mipush => ("mipush", "Mi Push connection", "APK-MP"),
            Self::SplashAds => ("splash-ads", "Xiaomi request for opening advertisements", "KH17;APK-ZE"),
            Self::Json => ("json", "JSON", ""),
            Self::Form => ("form", "form or query fields", ""),
            Self::Protobuf => ("protobuf", "Protocol Buffers without a known schema", ""),
            Self::Text => ("text", "text", ""),
            Self::Unknown => ("unknown", "not recognised", ""),
        }
    }

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// A name for people.
    pub fn label(self) -> &'static str {
        self.row().1
    }

    /// Keys of `docs/sources.md` joined by `;`, as in the catalogue; empty for general formats and open standards.
    pub fn citation(self) -> &'static str {
        self.row().2
    }

    /// It is somebody's telemetry or advertising, rather than a general way to write things down.
    pub fn is_named(self) -> bool {
        !matches!(self, Self::Json | Self::Form | Self::Protobuf | Self::Text | Self::Unknown)
    }
}

/// Undoes what only a format's own rules can undo: decryption, envelopes. What is encrypted for good is marked.
pub(super) fn open(message: &mut Message, budget: &mut Budget) -> Option<Format> {
    mistat::open(message, budget)
        .or_else(|| onetrack::open(message, budget))
        .or_else(|| umeng::open(message, budget))
        .or_else(|| mipush::open(message, budget))
}

/// Names what was decoded, and checks what it says of itself.
pub(super) fn recognise(
    message: &Message,
    opened: Option<Format>,
    value: &Value,
    budget: &mut Budget,
) -> Format {
    opened
        .or_else(|| sensors::recognise(message, value, budget))
        .or_else(|| track::recognise(message, value))
        .or_else(|| onetrack::recognise(message, value, budget))
        .or_else(|| httpdns::recognise(message))
        .or_else(|| splash::recognise(message))
        .unwrap_or_else(|| general(message, value, budget))
}

/// The layers that are a format.
const STRUCTURES: [(Coding, Format); 4] = [
    (Coding::Json, Format::Json),
    (Coding::JsonLines, Format::Json),
    (Coding::Protobuf, Format::Protobuf),
    (Coding::Form, Format::Form),
];

/// What it is where it has no name of its own.
fn general(message: &Message, value: &Value, budget: &Budget) -> Format {
    let Body::Bytes(body) = &message.body else { return Format::Form };
    if body.is_empty() {
        return if message.query.is_empty() { Format::Unknown } else { Format::Form };
    }
    let path = message.body_path();
    let of_body = budget.layers().iter().filter(|layer| layer.path == path);
    let mut structures = of_body.filter_map(|layer| {
        STRUCTURES.iter().find(|(coding, _)| *coding == layer.name).map(|(_, format)| *format)
    });
    let is_text = matches!(message.body_of(value), Some(Value::Text(_)));
    structures.next_back().unwrap_or(if is_text { Format::Text } else { Format::Unknown })
}

/// The path ends with these words.
fn ends_with(path: &str, words: &str) -> bool {
    path.trim_end_matches('/').ends_with(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_json() {
        for format in Format::ALL {
            assert_eq!(serde_json::to_value(format).unwrap(), format.as_str());
            assert_eq!(format.is_named(), format == Format::Httpdns || !format.citation().is_empty());
        }
    }

    #[test]
    fn every_source_and_format_is_documented() {
        let sources = include_str!("../../../../docs/sources.md");
        let page = include_str!("../../../../docs/decoding.md");
        for format in Format::ALL {
            assert!(page.contains(&format!("`{}`", format.as_str())), "{}", format.as_str());
            for key in format.citation().split(';').filter(|key| !key.is_empty()) {
                assert!(sources.contains(&format!("| `{key}` |")), "{key}");
            }
        }
    }
}
