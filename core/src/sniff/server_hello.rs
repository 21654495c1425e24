//! The ServerHello of TLS and DTLS: the version that the server chose.

use std::sync::Arc;

use tls_parser::{TlsExtension, TlsVersion, parse_tls_server_hello_extension};

use super::client_hello::{skip, split_extension, version_text};

/// Version and random, before the session id.
const FIXED: usize = 2 + 32;
/// Cipher suite and compression method.
const CHOICES: usize = 2 + 1;

/// The version in the body of a ServerHello (without its handshake header), or of a HelloRetryRequest, which looks
/// the same (RFC 8446 section 4.1.3).
pub(super) fn version(body: &[u8]) -> Option<Arc<str>> {
    let stated = TlsVersion(u16::from_be_bytes(*body.first_chunk()?));
    let chosen = body.get(FIXED..).and_then(|rest| skip(rest, 1)).and_then(selected);
    version_text(chosen.unwrap_or(stated))
}

/// Whether what follows a ServerHello of this version is encrypted, its certificate included.
pub(super) fn hides_the_rest(version: &str) -> bool {
    version.ends_with("1.3")
}

/// What `supported_versions` says, which outweighs the field before it (RFC 8446 section 4.2.1).
fn selected(rest: &[u8]) -> Option<TlsVersion> {
    let mut extensions = rest.get(CHOICES + 2..)?;
    while let Some((extension, next)) = split_extension(extensions) {
        if let Ok((_, TlsExtension::SupportedVersions(versions))) =
            parse_tls_server_hello_extension(extension)
        {
            return versions.first().copied();
        }
        extensions = next;
    }
    None
}
