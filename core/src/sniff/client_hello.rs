//! The ClientHello of TLS, which DTLS and QUIC carry as well.
//!
//! What is read is as much as there is: a capture may have cut the message off behind the name.

use std::sync::Arc;

use tls_parser::{TlsExtension, TlsVersion, parse_tls_client_hello_extension};

use super::{Hello, shown_host};
use crate::event::{Application, Hidden, Name, Provenance, Tls};

/// Version and random, before the session id.
const FIXED: usize = 2 + 32;

/// RFC 6066 section 3: <https://www.rfc-editor.org/rfc/rfc6066#section-3>
const NAME_TYPE_HOST: u8 = 0;

/// RFC 9849 section 5: <https://www.rfc-editor.org/rfc/rfc9849#section-5>
const EXTENSION_ECH: u16 = 0xfe0d;
/// Its forerunner, which sent no outer name:
/// <https://datatracker.ietf.org/doc/html/draft-ietf-tls-esni-02#section-4>
const EXTENSION_ESNI: u16 = 0xffce;

/// Protocols of one offer that are kept, and their length; RFC 7301 allows 255 bytes, those in use have ten.
const MAX_ALPN: usize = 8;
const MAX_PROTOCOL: usize = 32;

/// The body of a ClientHello (without its handshake header), as far as it is there. `None`: none at all.
pub(super) fn read(body: &[u8], application: Application, provenance: Provenance) -> Option<Hello> {
    let version = TlsVersion(u16::from_be_bytes(*body.first_chunk()?));
    let mut offer = Offer { version: Some(version), ..Offer::default() };
    let rest = body.get(FIXED..)?;
    // Session id, cipher suites, compression methods; DTLS puts its cookie behind the first.
    let rest = skip(rest, 1)?;
    let rest = if application == Application::Dtls { skip(rest, 1)? } else { rest };
    let rest = skip(rest, 2).and_then(|rest| skip(rest, 1)).unwrap_or_default();
    offer.read_extensions(rest.get(2..).unwrap_or_default());
    Some(offer.hello(application, provenance))
}

/// What the extensions say.
#[derive(Default)]
struct Offer {
    version: Option<TlsVersion>,
    host: Option<Arc<str>>,
    alpn: Vec<Arc<str>>,
    has_ech: bool,
    has_esni: bool,
}

impl Offer {
    /// One by one, so that one that is malformed does not hide the others.
    fn read_extensions(&mut self, mut bytes: &[u8]) {
        while let Some((extension, next)) = split_extension(bytes) {
            match parse_tls_client_hello_extension(extension) {
                Ok((_, TlsExtension::SNI(names))) if self.host.is_none() => self.host = host_of(&names),
                Ok((_, TlsExtension::ALPN(protocols))) => self.alpn = texts_of(&protocols),
                Ok((_, TlsExtension::SupportedVersions(versions))) => self.version = highest(&versions),
                Ok((_, TlsExtension::EncryptedServerName { .. })) => self.has_esni = true,
                Ok((_, TlsExtension::Unknown(kind, _))) => {
                    self.has_ech |= kind.0 == EXTENSION_ECH;
                    self.has_esni |= kind.0 == EXTENSION_ESNI;
                }
                _ => {}
            }
            bytes = next;
        }
    }

    /// Whether ECH hides another name or is GREASE, sent so that the extension is common, cannot be told from
    /// outside: that is its purpose (RFC 9849 section 6.2).
    fn hello(self, application: Application, provenance: Provenance) -> Hello {
        let is_hidden = self.host.is_none() && (self.has_ech || self.has_esni);
        let ech = self.has_ech;
        Hello {
            application,
            name: self.host.map(|host| Name { host, provenance, ech, candidates: Vec::new() }),
            tls: Tls { version: self.version.and_then(version_text), alpn: self.alpn },
            hidden: is_hidden.then_some(Hidden::Name),
        }
    }
}

/// What follows a vector whose length takes `width` bytes.
pub(super) fn skip(bytes: &[u8], width: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.split_at_checked(width)?;
    let length = length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    rest.get(length..)
}

/// An extension with its header, and what follows it.
pub(super) fn split_extension(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let &[_, _, high, low, ..] = bytes else { return None };
    bytes.split_at_checked(4 + usize::from(u16::from_be_bytes([high, low])))
}

fn host_of(names: &[(tls_parser::SNIType, &[u8])]) -> Option<Arc<str>> {
    let (_, text) = names.iter().find(|(kind, _)| kind.0 == NAME_TYPE_HOST)?;
    shown_host(text)
}

fn texts_of(protocols: &[&[u8]]) -> Vec<Arc<str>> {
    let texts = protocols.iter().filter(|text| text.len() <= MAX_PROTOCOL && !is_grease_text(text));
    texts.take(MAX_ALPN).map(|text| text.escape_ascii().to_string().into()).collect()
}

/// RFC 8701 reserves values of this form, which clients offer so that servers learn to ignore the unknown:
/// <https://www.rfc-editor.org/rfc/rfc8701#section-2>
fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a
}

fn is_grease_text(text: &[u8]) -> bool {
    matches!(text, [high, low] if is_grease(u16::from_be_bytes([*high, *low])))
}

/// Versions of DTLS count downwards.
fn highest(versions: &[TlsVersion]) -> Option<TlsVersion> {
    let rank = |version: &TlsVersion| if version.0 >> 8 == 0xfe { !version.0 } else { version.0 };
    versions.iter().filter(|version| !is_grease(version.0)).max_by_key(|version| rank(version)).copied()
}

/// `1.3`; `None` for numbers that stand for no version.
pub(super) fn version_text(version: TlsVersion) -> Option<Arc<str>> {
    let text = match version.0 {
        0x0300 => "ssl3",
        0x0301 => "1.0",
        0x0302 => "1.1",
        0x0303 => "1.2",
        // 1.3 and its drafts, those of Facebook among them.
        0x0304 | 0x7f00..=0x7fff | 0xfb00..=0xfbff => "1.3",
        0xfeff => "dtls1.0",
        0xfefd => "dtls1.2",
        0xfefc => "dtls1.3",
        _ => return None,
    };
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::testing::ClientHello;

    fn hello(hello: ClientHello) -> Hello {
        read(&hello.handshake()[4..], Application::Tls, Provenance::TlsSni).unwrap()
    }

    #[test]
    fn reads_version_and_protocols() {
        let offered =
            hello(ClientHello::of("a.example").with_extension(16, b"\0\x0f\x02\x3a\x3a\x02h2\x08http/1.1"));
        assert_eq!(offered.tls.version.as_deref(), Some("1.3"));
        assert_eq!(offered.tls.alpn, ["h2".into(), "http/1.1".into()]);
        assert_eq!(offered.hidden, None);
    }

    #[test]
    fn what_is_cut_off_behind_the_name_does_not_matter() {
        let whole = ClientHello::of("a.example").with_padding(300).handshake();
        let cut = &whole[4..whole.len() - 200];
        let hello = read(cut, Application::Tls, Provenance::TlsSni).unwrap();
        assert_eq!(&*hello.name.unwrap().host, "a.example");
    }

    #[test]
    fn an_encrypted_name_is_said_to_be_hidden() {
        assert_eq!(hello(ClientHello::new().with_ech()).hidden, Some(Hidden::Name));
        assert_eq!(hello(ClientHello::new().with_extension(0xffce, &[0; 40])).hidden, Some(Hidden::Name));
        let outer = hello(ClientHello::of("outer.example").with_ech());
        assert!(outer.hidden.is_none() && outer.name.unwrap().ech);
    }
}
