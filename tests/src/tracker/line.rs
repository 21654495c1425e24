//! The tracker's connection to its collector.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::{COLLECTOR, PATIENCE};

type Stream = BufReader<StreamOwned<ClientConnection, TcpStream>>;

pub(super) struct Line {
    config: Arc<ClientConfig>,
    is_kept: bool,
    stream: Option<Stream>,
}

impl Line {
    pub(super) fn new(authority: &Path, is_kept: bool) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_file(authority).map_err(io::Error::other)?;
        roots.add(authority).map_err(io::Error::other)?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
        Ok(Self { config, is_kept, stream: None })
    }

    /// Uploads one body and waits for the answer.
    pub(super) fn post(&mut self, body: &[u8]) -> io::Result<()> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect()?,
        };
        let head = format!(
            "POST /sa?project=global_browser HTTP/1.1\r\nHost: {COLLECTOR}\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let writer = stream.get_mut();
        writer.write_all(head.as_bytes())?;
        writer.write_all(body)?;
        writer.flush()?;
        read_answer(&mut stream)?;
        self.stream = self.is_kept.then_some(stream);
        Ok(())
    }

    fn connect(&self) -> io::Result<Stream> {
        let tcp = TcpStream::connect((COLLECTOR, 443))?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        tcp.set_nodelay(true)?;
        let name = ServerName::try_from(COLLECTOR).map_err(io::Error::other)?;
        let tls = ClientConnection::new(self.config.clone(), name).map_err(io::Error::other)?;
        Ok(BufReader::new(StreamOwned::new(tls, tcp)))
    }
}

/// Head and body of an answer, which say nothing that matters.
fn read_answer(stream: &mut Stream) -> io::Result<()> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    io::copy(&mut stream.take(length), &mut io::sink())?;
    Ok(())
}
