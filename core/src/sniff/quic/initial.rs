//! Protection of Initial packets: keys that follow from the connection id which the client chose
//! (RFC 9001 section 5).

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes_gcm::Aes128Gcm;
use aes_gcm::aead::Aead;
use aes_gcm::aead::Payload;
use hkdf::Hkdf;
use sha2::Sha256;

use super::packet::LongHeader;
use super::version::Version;

/// Where the sample for header protection begins, from the packet number (RFC 9001 section 5.4.2).
const SAMPLE_AT: usize = 4;
const SAMPLE: usize = 16;

/// What a client protects its Initial packets with.
pub(super) struct ClientKeys {
    packet: Aes128Gcm,
    iv: [u8; 12],
    header: Aes128,
}

impl ClientKeys {
    /// The keys for a connection whose first Initial was sent to `destination_id`.
    pub(super) fn new(version: &Version, destination_id: &[u8]) -> Self {
        let initial = Hkdf::<Sha256>::new(Some(&version.salt), destination_id);
        let secret: [u8; 32] = expand(&initial, b"client in");
        // A secret of the hash's own length is always accepted.
        let client = Hkdf::<Sha256>::from_prk(&secret).unwrap_or(initial);
        let (key, header): ([u8; 16], [u8; 16]) =
            (expand(&client, version.labels.key), expand(&client, version.labels.header));
        Self {
            packet: Aes128Gcm::new(&key.into()),
            iv: expand(&client, version.labels.iv),
            header: Aes128::new(&header.into()),
        }
    }

    /// The frames of a packet, if these are its keys.
    pub(super) fn open(&self, header: &LongHeader, packet: &[u8]) -> Option<Vec<u8>> {
        let sample_at = header.number_at + SAMPLE_AT;
        let mask = self.mask(packet.get(sample_at..sample_at + SAMPLE)?.first_chunk()?);
        let first = packet.first()? ^ mask[0] & 0x0f;
        let number_length = usize::from(first & 3) + 1;
        let (protected, body) = packet.split_at_checked(header.number_at + number_length)?;
        let mut clear = protected.to_vec();
        clear[0] = first;
        for (byte, mask) in clear[header.number_at..].iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
        }
        let nonce = self.nonce(&clear[header.number_at..]);
        self.packet.decrypt(&nonce.into(), Payload { msg: body, aad: &clear }).ok()
    }

    /// RFC 9001 section 5.4.3.
    fn mask(&self, sample: &[u8; SAMPLE]) -> [u8; SAMPLE] {
        let mut block = (*sample).into();
        self.header.encrypt_block(&mut block);
        block.into()
    }

    /// The packet number is written short; Initial packets are so few that the rest of it is 0.
    fn nonce(&self, number: &[u8]) -> [u8; 12] {
        let mut nonce = self.iv;
        for (byte, number) in nonce.iter_mut().rev().zip(number.iter().rev()) {
            *byte ^= number;
        }
        nonce
    }
}

/// HKDF-Expand-Label (RFC 8446 section 7.1) with an empty context.
fn expand<const N: usize>(secret: &Hkdf<Sha256>, label: &[u8]) -> [u8; N] {
    const PREFIX: &[u8] = b"tls13 ";
    let length = u16::try_from(N).unwrap_or_default().to_be_bytes();
    let label_length = u8::try_from(PREFIX.len() + label.len()).unwrap_or_default();
    let mut output = [0; N];
    let info: [&[u8]; 5] = [&length, &[label_length], PREFIX, label, &[0]];
    if secret.expand_multi_info(&info, &mut output).is_err() {
        // Only for outputs of more than 255 hashes.
        log::error!("a key of {N} bytes cannot be derived; this is a bug");
    }
    output
}

#[cfg(test)]
impl ClientKeys {
    pub(super) fn parts(version: &Version, destination_id: &[u8]) -> ([u8; 16], [u8; 12], [u8; 16]) {
        let initial = Hkdf::<Sha256>::new(Some(&version.salt), destination_id);
        let secret: [u8; 32] = expand(&initial, b"client in");
        let client = Hkdf::<Sha256>::from_prk(&secret).unwrap();
        let labels = version.labels;
        (expand(&client, labels.key), expand(&client, labels.iv), expand(&client, labels.header))
    }

    /// Protects a packet whose header ends with a packet number of four bytes.
    pub(super) fn seal(&self, header: &[u8], frames: &[u8]) -> Vec<u8> {
        let number_at = header.len() - 4;
        let nonce = self.nonce(&header[number_at..]);
        let body = self.packet.encrypt(&nonce.into(), Payload { msg: frames, aad: header }).unwrap();
        let mut packet = [header, &body].concat();
        let sample = *packet[number_at + SAMPLE_AT..][..SAMPLE].first_chunk().unwrap();
        let mask = self.mask(&sample);
        packet[0] ^= mask[0] & 0x0f;
        for (byte, mask) in packet[number_at..number_at + 4].iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
        }
        packet
    }
}
