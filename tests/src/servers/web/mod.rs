//! HTTP, HTTPS and HTTP/3 for every host with a name: each request is answered with a line of JSON about itself.

mod http3;

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    PublicKeyData,
};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::hosts::HOSTS;
use super::tcp::patient;
use super::{each_connection, listen};
use crate::world::Namespace;

pub const HTTP_PORT: u16 = 80;
pub const HTTPS_PORT: u16 = 443;
/// The longest head of a request.
const HEAD_LIMIT: u64 = 64 << 10;

/// The authority behind every certificate of the world.
pub struct Authority {
    pub pem: String,
    pub der: CertificateDer<'static>,
    /// The public key of the servers' certificate (SubjectPublicKeyInfo, DER).
    pub server_key: Vec<u8>,
}

/// Serves for as long as the process lives.
pub(super) fn start(namespace: &Namespace) -> Authority {
    let (authority, config) = certify().expect("a certificate for fixed names");
    for address in [IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(Ipv6Addr::UNSPECIFIED)] {
        let (plain, encrypted) = namespace
            .run(move || {
                io::Result::Ok((listen(address, HTTP_PORT, None)?, listen(address, HTTPS_PORT, None)?))
            })
            .expect("ports 80 and 443 of the world are free");
        each_connection(plain, |stream| {
            // The client hangs up when it has enough.
            let _ = patient(&stream).and_then(|()| serve(stream));
        });
        http3::start(namespace, address, (*config).clone());
        let config = config.clone();
        each_connection(encrypted, move |stream| {
            let connection = ServerConnection::new(config.clone()).expect("a valid configuration");
            let _ = patient(&stream).and_then(|()| serve_encrypted(StreamOwned::new(connection, stream)));
        });
    }
    authority
}

fn serve_encrypted(mut stream: StreamOwned<ServerConnection, TcpStream>) -> io::Result<()> {
    serve(&mut stream)?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// Answers requests until the client has no more.
fn serve(stream: impl Read + Write) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream)? {
        let Request { method, path, host, body: bytes } = &request;
        let body = Answer { host, method, path, bytes: *bytes }.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.get_mut().write_all((head + &body).as_bytes())?;
        stream.get_mut().flush()?;
    }
    Ok(())
}

/// What a server says of a request.
struct Answer<'a> {
    host: &'a str,
    method: &'a str,
    path: &'a str,
    bytes: u64,
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [host, method, path] = [self.host, self.method, self.path].map(str::escape_default);
        writeln!(f, r#"{{"host":"{host}","method":"{method}","path":"{path}","bytes":{}}}"#, self.bytes)
    }
}

struct Request {
    method: String,
    path: String,
    host: String,
    /// Bytes of the body, which is read and forgotten.
    body: u64,
}

/// The next request; nothing at the end of the connection.
fn read_request(stream: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if (&mut *stream).take(HEAD_LIMIT).read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(&head).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let header = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map_or_else(String::new, |header| String::from_utf8_lossy(header.value).into_owned())
    };
    let request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: parsed.path.unwrap_or_default().to_owned(),
        host: header("host"),
        body: header("content-length").parse().unwrap_or(0),
    };
    io::copy(&mut stream.take(request.body), &mut io::sink())?;
    Ok(Some(request))
}

/// A new authority, and a server that proves every name of the world by it.
pub(crate) fn certify() -> Result<(Authority, Arc<ServerConfig>), rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Telltale test world");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

    let key = KeyPair::generate()?;
    let names: Vec<String> = HOSTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let leaf = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
    let private = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder.with_no_client_auth().with_single_cert(vec![leaf.der().clone()], private.into())
        })
        .expect("a certificate that was just made fits its key");
    let server_key = key.subject_public_key_info();
    let authority = Authority { pem: issuer.pem(), der: issuer.der().clone(), server_key };
    Ok((authority, Arc::new(config)))
}
