//! The vectors of every format, and what holds for any input.

use std::io::Write;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

mod formats;
mod hostile;
mod redacted_request;
mod redaction;

const SENSORS_PIXEL: &str = "data=eyJkaXN0aW5jdF9pZCI6InUxIiwidHlwZSI6InRyYWNrIiwiZXZlbnQiOiJwYWdlX2xvYWRfZXZlbnRfc3RhcnQiLCJ0aW1lIjoxNTg4MzAwMDAwMDAwLCJwcm9wZXJ0aWVzIjp7InVybCI6Imh0dHBzOi8vZXhhbXBsZS5vcmcvIn19&ext=crc%3D-995619148";

const SENSORS_BATCH: &str = "H4sIAAAAAAACA12MUQrCMBBE77LfwRhEKLmKSAjN2gbTZtlsRCm9u6v45cDAvGGYywYpN8nrKCEn8NAdGJAXoWbhON4V8YGrKFOcMJQaU/g2oUlk+czzonN3HobT8ScDxJWQJWMDv0HnogezCDVvLT7jQgUPlScLu4FwK73N4e/HqffrG+TTGXmiAAAA";

const MISTAT_V2: &str = "app_id=2882303761500000000&app_key=5000000000000&device_id=ABABABABABABABABABABABABABABABABABABABAB&mistatv=3&stat_value=48cd5b1b4f7e15a1f0f789f8b269362d5e9e26e62f52d7c59631dbd4676ddd7c";

const BATCH: &str = r#"{"H":{"event":"x","st":1588300000000,"imei":"490154203237518"},"B":[{"H":{"e":1},"B":{"title":"A song"}}]}"#;

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn request(target: &str, fields: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Request {
    Request {
        method: "POST".to_owned(),
        host: Some("collector.example".to_owned()),
        target: target.to_owned(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.into(),
        missing: 0,
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// Layers at a path, the outermost first.
fn layers(decoded: &Decoded, path: &str) -> Vec<&'static str> {
    decoded.layers.iter().filter(|layer| layer.path == path).map(|layer| layer.name.as_str()).collect()
}

fn notes(decoded: &Decoded) -> Vec<String> {
    decoded.notes.iter().map(Note::to_string).collect()
}

fn kinds(decoded: &Decoded) -> Vec<(&str, &str)> {
    decoded.personal.iter().map(|personal| (personal.path.as_str(), personal.kind.as_str())).collect()
}
