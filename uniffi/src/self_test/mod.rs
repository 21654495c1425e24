//! A look at the library where no test framework runs, such as on a phone's own C library: one function that a few
//! lines of C can call. It needs a folder and the loopback interface, and no TUN.
#![expect(unsafe_code, reason = "C passes and takes strings as pointers")]

mod app;

use std::error::Error;
use std::ffi::{CStr, CString, c_char};
use std::fmt::Write as _;
use std::io::{self, Read, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::os::unix::net::UnixDatagram;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, thread};

use telltale_core::engine::DirectSockets;
use telltale_core::event::{FlowRecord, GapReason, Provenance};
use telltale_core::rules::RuleSet;
use telltale_core::session::{Session, Setup};
use telltale_core::sniff::CaptureLimits;
use telltale_core::store::{Filter, Journal, StoreConfig, Writer};

use app::App;

/// The tunnel's own resolver. It alone is relayed to loopback, so all flows of the test go there.
const RESOLVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 111, 222, 2)), 53);

/// The host that the ClientHello names, which is in the catalogue.
const HOST: &str = "tracking.intl.miui.com";

/// What a server on the other side has to hear and say.
const GREETING: &[u8] = b"telltale";

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(10);

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Opens a record in the folder `dir`, relays one TCP and one UDP flow over loopback, names a ClientHello and catches a
/// panic. The text that it returns, which nobody needs to free, ends in `RESULT ok` or says what failed.
///
/// # Safety
/// `dir` is null or a string that ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn telltale_self_test(dir: *const c_char) -> *const c_char {
    let folder = if dir.is_null() {
        None
    } else {
        // SAFETY: the caller promises a string.
        unsafe { CStr::from_ptr(dir) }.to_str().ok()
    };
    let report = folder.map_or_else(|| "RESULT failed: no folder".to_owned(), |dir| report(Path::new(dir)));
    CString::new(report).map_or(c"RESULT failed: no text".as_ptr(), |report| report.into_raw().cast_const())
}

fn report(folder: &Path) -> String {
    let mut text = String::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| run(folder, &mut text)));
    // Writing to a string cannot fail.
    let _ = match outcome {
        Ok(Ok(())) => write!(text, "RESULT ok"),
        Ok(Err(error)) => write!(text, "RESULT failed: {}", with_causes(&*error)),
        Err(_) => write!(text, "RESULT failed: a panic"),
    };
    text
}

fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn run(folder: &Path, text: &mut String) -> Outcome<()> {
    let path = folder.join("self-test.db");
    forget(&path)?;
    let record = Arc::new(Writer::open(&path, StoreConfig::default())?);
    writeln!(text, "record opened")?;
    let (ours, theirs) = UnixDatagram::pair()?;
    let session = Session::start(setup(theirs, serve()?, record)?, |_| {})?;
    let mut app = App::new(ours)?;
    app.ask_over_tcp(RESOLVER, &client_hello(HOST), GREETING)?;
    writeln!(text, "TCP relayed")?;
    app.ask_over_udp(RESOLVER, GREETING)?;
    writeln!(text, "UDP relayed")?;
    session.stop(Duration::ZERO).close(GapReason::NotRunning)?;
    check_record(&path)?;
    writeln!(text, "ClientHello named, flows recorded")?;
    check_panic()?;
    writeln!(text, "panic caught")?;
    Ok(())
}

/// The record of an earlier test would be told as this one's.
fn forget(record: &Path) -> io::Result<()> {
    for ending in ["db", "db-wal", "db-shm"] {
        match fs::remove_file(record.with_extension(ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A pair of datagram sockets takes the place of a TUN: a packet per read, a packet per write.
fn setup(tun: UnixDatagram, server: SocketAddr, record: Arc<Writer>) -> Outcome<Setup> {
    Ok(Setup {
        tun: tun.into(),
        tunnel_dns: vec![RESOLVER.ip()],
        resolvers: vec![server],
        sockets: Box::new(DirectSockets),
        owners: None,
        rules: RuleSet::embedded()?,
        record: Some(record),
        capture: CaptureLimits::default(),
    })
}

/// A server on one port of TCP and UDP, for one visit each.
fn serve() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let socket = UdpSocket::bind(address)?;
    thread::Builder::new().spawn(move || -> io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        let mut question = [0; 1024];
        let _length = stream.read(&mut question)?;
        stream.write_all(GREETING)
    })?;
    thread::Builder::new().spawn(move || -> io::Result<()> {
        let mut question = [0; 1024];
        let (length, from) = socket.recv_from(&mut question)?;
        socket.send_to(&question[..length], from).map(drop)
    })?;
    Ok(address)
}

fn check_record(path: &Path) -> Outcome<()> {
    let flows = Journal::open(path)?.flows(&Filter::default())?;
    let is_named = |flow: &FlowRecord| {
        let name = flow.name.as_ref();
        name.is_some_and(|name| &*name.host == HOST && name.provenance == Provenance::TlsSni)
    };
    match (flows.len(), flows.iter().find(|flow| is_named(flow))) {
        (2, Some(flow)) if flow.finding.is_some() => Ok(()),
        _ => Err(format!("the record has {} flows: {flows:?}", flows.len()).into()),
    }
}

/// As at every call from Kotlin.
fn check_panic() -> Outcome<()> {
    let mut status = uniffi::RustCallStatus::default();
    uniffi::rust_call(&mut status, || -> Result<(), uniffi::RustCallError> {
        std::panic::panic_any("a panic on purpose")
    });
    if status.code == uniffi::RustCallStatusCode::UnexpectedError {
        Ok(())
    } else {
        Err("the panic was not caught".into())
    }
}

/// The smallest ClientHello with a server name (RFC 8446 section 4.1.2, RFC 6066 section 3).
fn client_hello(host: &str) -> Vec<u8> {
    let name = [&[0], prefixed::<2>(host.as_bytes()).as_slice()].concat();
    let server_name = [&[0, 0], prefixed::<2>(&prefixed::<2>(&name)).as_slice()].concat();
    let mut hello = vec![3, 3];
    hello.extend([7; 32]);
    // No session, one suite, no compression.
    hello.extend([0, 0, 2, 0x13, 0x01, 1, 0]);
    hello.extend(prefixed::<2>(&server_name));
    let handshake = [&[1], prefixed::<3>(&hello).as_slice()].concat();
    [&[22, 3, 1], prefixed::<2>(&handshake).as_slice()].concat()
}

/// With its length before it, in `N` bytes.
fn prefixed<const N: usize>(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len().to_be_bytes();
    [&length[length.len() - N..], bytes].concat()
}
