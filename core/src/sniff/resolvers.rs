//! Look-ups that are hidden: TLS and QUIC connections that carry DNS, told by port, protocol and public resolver.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::Hello;
use crate::event::{Application, Hidden};

/// Hosts that answer look-ups over HTTPS to everyone, and those below them: `docs/sources.md` says where from.
const HOSTS: &[&str] = &[
    "adguard-dns.com",
    "alidns.com",
    "canadianshield.cira.ca",
    "cloudflare-dns.com",
    "common.dot.dns.yandex.net",
    "dns.adguard.com",
    "dns.controld.com",
    "dns.digitale-gesellschaft.ch",
    "dns.google",
    "dns.mullvad.net",
    "dns.nextdns.io",
    "dns.quad9.net",
    "dns.sb",
    "dns.switch.ch",
    "dns.twnic.tw",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns12.quad9.net",
    "dns9.quad9.net",
    "doh.360.cn",
    "doh.cleanbrowsing.org",
    "doh.dns.apple.com",
    "doh.familyshield.opendns.com",
    "doh.ffmuc.net",
    "doh.libredns.gr",
    "doh.onedns.net",
    "doh.opendns.com",
    "doh.pub",
    "doh.sb",
    "doh.umbrella.com",
    "doh.xfinity.com",
    "dot.360.cn",
    "dot.pub",
    "family.dot.dns.yandex.net",
    "freedns.controld.com",
    "joindns4.eu",
    "one.one.one.one",
    "public.dns.iij.jp",
    "safe.dot.dns.yandex.net",
];

/// Their addresses, for clients that know no name: Cloudflare, Google, Quad9, AliDNS, DNSPod, OpenDNS, AdGuard.
const ADDRESSES: &[&str] = &[
    "1.0.0.1",
    "1.0.0.2",
    "1.0.0.3",
    "1.1.1.1",
    "1.1.1.2",
    "1.1.1.3",
    "1.12.12.12",
    "120.53.53.53",
    "149.112.112.112",
    "2001:4860:4860::8844",
    "2001:4860:4860::8888",
    "208.67.220.220",
    "208.67.222.222",
    "223.5.5.5",
    "223.6.6.6",
    "2400:3200::1",
    "2400:3200:baba::1",
    "2606:4700:4700::1001",
    "2606:4700:4700::1111",
    "2620:fe::9",
    "2620:fe::fe",
    "8.8.4.4",
    "8.8.8.8",
    "9.9.9.9",
    "94.140.14.14",
    "94.140.15.15",
];

/// RFC 7858 section 3.1, RFC 9250 section 4.1.1.
const DNS_PORT: u16 = 853;
/// What DNS over QUIC was tried on before it had a port of its own.
const EARLIER_QUIC_PORTS: [u16; 2] = [784, 8853];
const HTTPS_PORT: u16 = 443;

/// Marks a hello to `responder` as one of look-ups, if it is.
pub(crate) fn classify(hello: &mut Hello, responder: SocketAddr) {
    let carried = by_port_or_protocol(hello.application, &hello.tls.alpn, responder.port());
    if let Some(application) = carried.or_else(|| over_https(hello, responder)) {
        hello.application = application;
        hello.hidden = Some(Hidden::LookUps);
    }
}

/// What a connection carries whose hello was not seen.
pub(crate) fn by_port(application: Application, responder: SocketAddr) -> Option<Application> {
    by_port_or_protocol(application, &[], responder.port())
}

fn by_port_or_protocol(application: Application, alpn: &[Arc<str>], port: u16) -> Option<Application> {
    // Drafts numbered theirs: `doq-i03`.
    let offers = |wanted: &str| alpn.iter().any(|text| text.split('-').next() == Some(wanted));
    if application == Application::Tls && (port == DNS_PORT || offers("dot")) {
        return Some(Application::DnsOverTls);
    }
    let is_quic_port = port == DNS_PORT || EARLIER_QUIC_PORTS.contains(&port);
    (application == Application::Quic && (is_quic_port || offers("doq"))).then_some(Application::DnsOverQuic)
}

/// The port says HTTPS, the host that it is a resolver. Its web pages, should it have any, look the same.
fn over_https(hello: &Hello, responder: SocketAddr) -> Option<Application> {
    let is_web = matches!(hello.application, Application::Tls | Application::Quic);
    let is_http = hello.tls.alpn.is_empty()
        || hello.tls.alpn.iter().any(|text| text.starts_with('h') || text.starts_with("http/"));
    let is_resolver = match &hello.name {
        Some(name) => is_resolver(&name.host),
        None => is_resolver(&responder.ip().to_canonical().to_string()),
    };
    (is_web && is_http && is_resolver && responder.port() == HTTPS_PORT).then_some(Application::DnsOverHttps)
}

/// Whether a host name or an address is of a public resolver.
fn is_resolver(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return ADDRESSES.binary_search(&&*address.to_string()).is_ok();
    }
    let parents = host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..));
    std::iter::once(host).chain(parents).any(|name| HOSTS.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Name, Provenance, Tls};

    fn classified(application: Application, host: Option<&str>, alpn: &[&str], to: &str) -> Application {
        let name = host.map(|host| Name {
            host: host.into(),
            provenance: Provenance::TlsSni,
            ech: false,
            candidates: Vec::new(),
        });
        let tls = Tls { version: None, alpn: alpn.iter().map(|text| Arc::from(*text)).collect() };
        let mut hello = Hello { application, name, tls, hidden: None };
        classify(&mut hello, to.parse().unwrap());
        let is_hidden = hello.hidden == Some(Hidden::LookUps);
        assert_eq!(is_hidden, hello.application.is_look_up());
        hello.application
    }

    #[test]
    fn tables_can_be_searched() {
        assert!(HOSTS.is_sorted() && ADDRESSES.is_sorted());
        for address in ADDRESSES {
            assert_eq!(address.parse::<IpAddr>().unwrap().to_string(), *address);
        }
    }

    #[test]
    fn look_ups_are_told_by_port_protocol_and_resolver() {
        use Application::{DnsOverHttps, DnsOverQuic, DnsOverTls, Quic, Tls};
        let ours = Some("dns.home.example");
        for (application, host, alpn, to, expected) in [
            (Tls, None, &[][..], "1.1.1.1:853", DnsOverTls),
            (Tls, ours, &["dot"], "192.0.2.1:443", DnsOverTls),
            (Quic, ours, &["doq"], "192.0.2.1:443", DnsOverQuic),
            (Quic, ours, &["doq-i11"], "192.0.2.1:9000", DnsOverQuic),
            (Quic, ours, &[], "[2001:db8::1]:784", DnsOverQuic),
            (Tls, Some("dns.google"), &["h2", "http/1.1"], "8.8.8.8:443", DnsOverHttps),
            (Quic, Some("abc123.dns.nextdns.io"), &["h3"], "192.0.2.1:443", DnsOverHttps),
            (Tls, Some("dns.alidns.com"), &[], "223.5.5.5:443", DnsOverHttps),
            (Tls, None, &["h2"], "[2606:4700:4700::1111]:443", DnsOverHttps),
            (Tls, None, &["h2"], "[::ffff:9.9.9.9]:443", DnsOverHttps),
            (Tls, Some("1.1.1.1"), &["h2"], "1.1.1.1:443", DnsOverHttps),
        ] {
            assert_eq!(classified(application, host, alpn, to), expected, "{host:?} {alpn:?} {to}");
        }
    }

    #[test]
    fn others_stay_what_they_are() {
        use Application::{Dtls, Quic, Tls};
        for (application, host, to) in [
            (Tls, Some("a.example"), "1.1.1.1:443"),
            (Tls, Some("mydns.google"), "192.0.2.1:443"),
            (Tls, Some("dns.google"), "8.8.8.8:993"),
            (Tls, None, "192.0.2.1:443"),
            (Quic, Some("a.example"), "192.0.2.1:443"),
            (Dtls, None, "1.1.1.1:443"),
        ] {
            assert_eq!(classified(application, host, &["h2"], to), application, "{host:?} {to}");
        }
    }
}
