//! The host names that a server's certificate is for.
//!
//! Only the names are read, and nothing is checked: a certificate that no client should accept names its server
//! just as well. So the fields around the names may hold whatever they hold.

use std::sync::Arc;

use der::asn1::AnyRef;
use der::{Class, Decode, Reader, SliceReader, Tag, Tagged};

use super::normalise_host;

/// Names of one certificate that are kept. Those of a CDN are for a hundred customers, which says little.
const MAX_HOSTS: usize = 16;
/// Elements of one list that are looked at, so that a list of nothing costs little.
const MAX_ELEMENTS: usize = 1024;

/// `id-ce-subjectAltName` (RFC 5280 section 4.2.1.6): <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6>
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// `id-at-commonName` (RFC 5280 appendix A.1).
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// Tags of `dNSName` in a `GeneralName` and of the extensions in a certificate.
const DNS_NAME: u32 = 2;
const EXTENSIONS: u32 = 3;

/// Names of the certificate in `der`, wildcards among them: the alternative names; the common name, where there are
/// none and it is a name (RFC 6125 section 6.4.4).
pub(super) fn hosts(der: &[u8]) -> Vec<Arc<str>> {
    let signed = elements(der).next().and_then(|certificate| elements(certificate.value()).next());
    let Some(signed) = signed else { return Vec::new() };
    match alternative_names(signed.value()) {
        Some(names) => alternative_hosts(names),
        None => common_host(signed.value()).into_iter().collect(),
    }
}

/// The `GeneralNames` of the subject, if the certificate has any.
fn alternative_names(signed: &[u8]) -> Option<&[u8]> {
    let extensions = elements(signed).find(|element| is_context(element.tag(), EXTENSIONS))?;
    let list = elements(extensions.value()).next()?;
    let fields = elements(list.value())
        .map(|extension| elements(extension.value()))
        .find_map(|mut fields| (fields.next()?.value() == SUBJECT_ALT_NAME).then_some(fields))?;
    // Whether the extension is critical may stand before its value.
    let value = fields.last()?;
    Some(elements(value.value()).next()?.value())
}

fn alternative_hosts(names: &[u8]) -> Vec<Arc<str>> {
    let mut hosts = Vec::new();
    for name in elements(names).filter(|name| is_context(name.tag(), DNS_NAME)) {
        let host = pattern(name.value()).filter(|host| !hosts.contains(host));
        hosts.extend(host);
        if hosts.len() == MAX_HOSTS {
            break;
        }
    }
    hosts
}

/// The subject's common name. A single word there is a product or a person.
fn common_host(signed: &[u8]) -> Option<Arc<str>> {
    // The first fields are sequences but for version and number: algorithm, issuer, validity, subject.
    let subject = elements(signed).filter(|element| element.tag() == Tag::Sequence).nth(3)?;
    let attributes = elements(subject.value()).flat_map(|set| elements(set.value()));
    let names = attributes.map(|attribute| elements(attribute.value()));
    let name =
        names.filter_map(|mut fields| (fields.next()?.value() == COMMON_NAME).then_some(fields.next()?));
    pattern(name.last()?.value()).filter(|host| host.contains('.'))
}

/// A host name, or one behind a wildcard.
fn pattern(text: &[u8]) -> Option<Arc<str>> {
    match text.strip_prefix(b"*.") {
        Some(parent) => normalise_host(parent).map(|host| format!("*.{host}").into()),
        None => normalise_host(text).map(Arc::from),
    }
}

fn is_context(tag: Tag, number: u32) -> bool {
    tag.class() == Class::ContextSpecific && tag.number().value() == number
}

/// The elements that follow each other in `bytes`, up to the first that is broken.
fn elements(bytes: &[u8]) -> impl Iterator<Item = AnyRef<'_>> {
    let mut reader = SliceReader::new(bytes).ok();
    let next = move || {
        reader.as_mut().filter(|reader| !reader.is_finished()).and_then(|reader| AnyRef::decode(reader).ok())
    };
    std::iter::from_fn(next).take(MAX_ELEMENTS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    fn certificate(names: &[&str], common: Option<&str>) -> Vec<u8> {
        let mut params = CertificateParams::default();
        for name in names {
            let name = SanType::DnsName((*name).try_into().unwrap());
            params.subject_alt_names.push(name);
        }
        if let Some(common) = common {
            params.distinguished_name.push(DnType::CommonName, common);
        }
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn reads_alternative_names_and_wildcards_once() {
        let names = ["A.example", "*.b.example", "a.example", "not a host"];
        assert_eq!(
            hosts(&certificate(&names, Some("c.example"))),
            ["a.example".into(), "*.b.example".into()]
        );
    }

    #[test]
    fn the_common_name_counts_where_there_are_no_others() {
        assert_eq!(hosts(&certificate(&[], Some("c.example"))), ["c.example".into()]);
        for common in ["Some Authority", "router", "192.0.2.1"] {
            assert_eq!(hosts(&certificate(&[], Some(common))), [], "{common}");
        }
    }

    #[test]
    fn addresses_are_no_names() {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "c.example");
        params.subject_alt_names.push(SanType::IpAddress([192, 0, 2, 1].into()));
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        assert_eq!(hosts(certificate.der()), []);
    }

    #[test]
    fn names_are_bounded() {
        let names: Vec<_> = (0..100).map(|index| format!("{index}.example")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(hosts(&certificate(&names, None)).len(), MAX_HOSTS);
    }

    proptest! {
        #[test]
        fn never_panics(at: prop::sample::Index, value: u8, end: prop::sample::Index) {
            let mut certificate = certificate(&["a.example", "*.b.example"], Some("c.example"));
            let at = at.index(certificate.len());
            certificate[at] = value;
            hosts(&certificate);
            hosts(&certificate[..end.index(certificate.len())]);
        }
    }
}
