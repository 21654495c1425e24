//! Events as bodies of uploads.

use std::io::Write;

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::habits::Encoding;

const BLOCK: usize = 16;

pub(super) fn body(encoding: Encoding, events: &[String]) -> Vec<u8> {
    let array = format!("[{}]", events.join(","));
    match encoding {
        Encoding::Sensors => {
            format!("gzip=1&data_list={}", percent(&STANDARD.encode(gzip(&array)))).into_bytes()
        }
        Encoding::OneTrack => encrypt(gzip(&array)),
        Encoding::Script => format!("data_list={}", percent(&STANDARD.encode(array))).into_bytes(),
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// ECB with the padding of PKCS #5.
fn encrypt(mut bytes: Vec<u8>) -> Vec<u8> {
    let padding = BLOCK - bytes.len() % BLOCK;
    bytes.resize(bytes.len() + padding, u8::try_from(padding).unwrap_or_default());
    let cipher = Aes128::new(&[7; BLOCK].into());
    for block in bytes.chunks_exact_mut(BLOCK) {
        if let Ok(block) = block.try_into() {
            cipher.encrypt_block(block);
        }
    }
    bytes
}

fn percent(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
