//! What a tracker makes of its events: real bodies, of which only the size is used.

use std::collections::HashMap;
use std::io::Write;

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Encoding {
    /// Sensors for Android: a form with base64 of gzip of a JSON array, percent-encoded.
    Sensors,
    /// OneTrack: AES-128 of gzip of a JSON array.
    OneTrack,
    /// Sensors for JavaScript: a form with base64 of a JSON array.
    Script,
}

impl Encoding {
    fn body(self, events: &str) -> Vec<u8> {
        match self {
            Self::Sensors => {
                let list = STANDARD.encode(gzip(events));
                format!("crc={}&gzip=1&data_list={}", hash_code(&list), percent(&list)).into_bytes()
            }
            Self::OneTrack => encrypt(gzip(events)),
            Self::Script => format!("data_list={}", percent(&STANDARD.encode(events))).into_bytes(),
        }
    }
}

/// Pages visited with the same number of characters, one after the other; and what of them is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pages {
    /// Characters of the address that are told beyond those that all have.
    pub(crate) characters: u32,
    pub(crate) pages: u32,
}

/// Sizes of bodies. To encode each of the hundred millions of a long run would take days: of each kind of body so many
/// are made, with other events each, and then one is drawn.
#[derive(Debug, Default)]
pub(crate) struct Sizes(HashMap<(Encoding, Events, Vec<Pages>), Vec<u32>>);

const SAMPLES: usize = 6;

/// What of each page is in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Events {
    /// The event at its beginning and the one at its end.
    Both,
    /// One event.
    One,
}

impl Sizes {
    /// Bytes of one body with the events of `pages`.
    pub(crate) fn draw(
        &mut self,
        encoding: Encoding,
        events: Events,
        pages: &[Pages],
        random: &mut Rng,
    ) -> u64 {
        let known = self.0.entry((encoding, events, pages.to_vec())).or_default();
        let drawn = random.usize(..SAMPLES);
        while known.len() <= drawn {
            let body = encoding.body(&json(events, pages, random));
            known.push(u32::try_from(body.len()).unwrap_or(u32::MAX));
        }
        u64::from(known[drawn])
    }
}

/// Events as Sensors' library writes them.
fn json(events: Events, pages: &[Pages], random: &mut Rng) -> String {
    let mut array = String::from("[");
    for run in pages {
        for _ in 0..run.pages {
            let address = address(run.characters, random);
            array.push_str(&event("web_page_start", &address, random));
            if events == Events::Both {
                array.push_str(&event("web_page_finish", &address, random));
            }
        }
    }
    array.push(']');
    array
}

fn address(characters: u32, random: &mut Rng) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut address = format!("http://pages.example/{:08}", random.u32(..100_000_000));
    address.extend((0..characters).map(|_| char::from(ALPHABET[random.usize(..64)])));
    address
}

fn event(name: &str, address: &str, random: &mut Rng) -> String {
    format!(
        r#"{{"_track_id":{},"time":15882{:08},"type":"track","event":"{name}","distinct_id":"5bd9fcb2-4e36-4a2a","lib":{{"$lib":"Android","$lib_version":"3.2.4","$app_version":"12.1.3"}},"properties":{{"$os":"Android","$model":"Redmi Note 8","$wifi":true,"session":{},"load_time":{},"url":"{address}"}}}},"#,
        random.i32(..),
        random.u32(..100_000_000),
        random.u32(..),
        random.u32(50..5000),
    )
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// ECB with the padding of PKCS #5, as OneTrack does it.
fn encrypt(mut body: Vec<u8>) -> Vec<u8> {
    let padding = 16 - body.len() % 16;
    body.resize(body.len() + padding, u8::try_from(padding).unwrap_or_default());
    let cipher = Aes128::new(&[7; 16].into());
    for block in body.chunks_exact_mut(16) {
        if let Ok(block) = block.try_into() {
            cipher.encrypt_block(block);
        }
    }
    body
}

fn percent(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// Java's `String.hashCode`.
fn hash_code(text: &str) -> i32 {
    text.bytes().fold(0_i32, |hash, byte| hash.wrapping_mul(31).wrapping_add(i32::from(byte)))
}
