//! Where one measurement of one relay happens: fresh namespaces `app - relay - server`, a fresh relay, servers.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fmt, io, thread};

use clap::ValueEnum;
use nix::net::if_::if_nametoindex;
use socket2::Socket;
use tempfile::TempDir;

use super::load::{self, Echo};
use super::process::Process;
use super::{find_program, iperf};
use crate::world;
use crate::world::place::{APP, GATEWAY, RELAY, SERVER};
use crate::world::{APP_DEVICE, Family, Namespace, Place, join_by_kernel, join_servers};

/// How long a relay may take until the first flow passes.
const READY: Duration = Duration::from_secs(15);
/// Time to come to rest for a relay that does not say when it serves.
const SETTLE: Duration = Duration::from_millis(500);

/// What joins the app to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Relay {
    /// No relay: the kernel forwards
    Direct,
    /// `telltale tun`: names, verdicts and the record are on
    Telltale,
    /// `tun2proxy-bin -p none`, of crates.io
    Tun2proxy,
}

impl Relay {
    /// The program, unless the kernel does it.
    pub(super) fn program(self) -> Option<PathBuf> {
        match self {
            Self::Direct => None,
            Self::Telltale => Some(world::program()),
            Self::Tun2proxy => Some(tun2proxy_program()),
        }
    }

    fn command(self, mtu: u16, folder: &Path) -> Option<Command> {
        let mut command = Command::new(self.program()?);
        let (size, segment) = (mtu.to_string(), (mtu - 40).to_string());
        match self {
            Self::Direct => return None,
            Self::Telltale => {
                command.arg("--db").arg(folder.join("telltale.db"));
                command.args(["tun", APP_DEVICE, "--mtu", &size])
            }
            // Without an MSS its peers would send 536 bytes at a time.
            Self::Tun2proxy => command
                .args(["--tun", APP_DEVICE, "--proxy", "none", "--verbosity", "off"])
                .args(["--max-sessions", "100000", "--mtu", &size, "--tcp-mss", &segment]),
        };
        Some(command)
    }

    /// Whether the relay is ready to have its device moved.
    fn serves(self, process: &Process, namespace: &Namespace) -> io::Result<bool> {
        match self {
            Self::Direct => Ok(true),
            Self::Telltale => Ok(process.output()?.lines().any(|line| line == format!("ready {APP_DEVICE}"))),
            Self::Tun2proxy => {
                let there = namespace.run(|| if_nametoindex(APP_DEVICE).is_ok());
                if there {
                    thread::sleep(SETTLE);
                }
                Ok(there)
            }
        }
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_possible_value().expect("no value is hidden").get_name())
    }
}

/// `TUN2PROXY_BIN`, or where `scripts/bench.sh` installs it.
fn tun2proxy_program() -> PathBuf {
    let installed = Path::new("peers/bin/tun2proxy-bin");
    env::var_os("TUN2PROXY_BIN").map_or_else(|| find_program(installed), PathBuf::from)
}

/// Fields end in this order: load before relay before namespaces.
pub(super) struct Bed {
    _echo: Echo,
    _iperf: Process,
    relay: Option<Process>,
    app: Namespace,
    /// The other namespaces, and where the relay keeps its record.
    _rest: ([Namespace; 3], TempDir),
}

impl Bed {
    /// Ready once a first flow has passed.
    pub(super) fn new(kind: Relay, mtu: u16) -> io::Result<Self> {
        let (relay, server, far) = join_servers();
        let app = Namespace::new("app");
        let folder = tempfile::tempdir()?;
        let process = match kind.command(mtu, folder.path()) {
            None => {
                join_by_kernel(&app, &relay);
                None
            }
            Some(command) => {
                let process = Process::start(&relay, command)?;
                process.wait_until(READY, "starting the relay", || kind.serves(&process, &relay))?;
                hand_over(&relay, &app, mtu);
                Some(process)
            }
        };
        use_cubic(&app, &relay, &server, process.is_some());
        for namespace in [&app, &relay, &server] {
            namespace.tune(PORTS);
        }
        let bed = Self {
            _echo: Echo::start(&server)?,
            _iperf: iperf::serve(&server)?,
            relay: process,
            app,
            _rest: ([relay, server, far], folder),
        };
        bed.await_first_flow()?;
        Ok(bed)
    }

    pub(super) fn app(&self) -> &Namespace {
        &self.app
    }

    /// The relay's process, unless the kernel does it.
    pub(super) fn relay(&self) -> Option<&Process> {
        self.relay.as_ref()
    }

    fn await_first_flow(&self) -> io::Result<()> {
        let deadline = Instant::now() + READY;
        let target = load::targets().next().expect("they never end");
        loop {
            match self.app.run(move || load::open(target)) {
                Ok(flow) => return check_congestion_control(flow),
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => thread::sleep(Duration::from_millis(50)),
            }
            self.relay.as_ref().map_or(Ok(()), Process::check)?;
        }
    }
}

/// Gives the relay's device to the app, as Android does. Its queue stays as long as the kernel makes it.
fn hand_over(relay: &Namespace, app: &Namespace, mtu: u16) {
    relay.ip(&format!("link set {APP_DEVICE} netns {}", app.path()));
    app.ip(&format!(
        "link set {APP_DEVICE} mtu {mtu} up\naddress add {app}/24 dev {APP_DEVICE}\n\
         route add default dev {APP_DEVICE} src {app}",
        app = APP.at(Family::V4),
    ));
}

/// The machine's default may be another, and cannot be changed in a namespace; a route's can.
fn use_cubic(app: &Namespace, relay: &Namespace, server: &Namespace, relayed: bool) {
    let at = |place: Place| place.at(Family::V4);
    let link = SERVER.host(0).at(Family::V4);
    let from_app =
        if relayed { format!("dev {APP_DEVICE} src {}", at(APP)) } else { format!("via {}", at(GATEWAY)) };
    app.ip(&format!("route change default {from_app} congctl cubic"));
    relay.ip(&format!(
        "route change default via {} congctl cubic\nroute change {link}/24 dev server src {} congctl cubic",
        at(SERVER),
        at(RELAY),
    ));
    server.ip(&format!(
        "route change {}/24 via {} congctl cubic\nroute change {link}/24 dev relay src {} congctl cubic",
        at(APP.host(0)),
        at(RELAY),
        at(SERVER),
    ));
}

fn check_congestion_control(flow: TcpStream) -> io::Result<()> {
    let used = Socket::from(flow).tcp_congestion()?;
    if used.starts_with(b"cubic") {
        return Ok(());
    }
    Err(io::Error::other(format!("TCP uses {} instead of cubic", String::from_utf8_lossy(&used))))
}

/// Enough for the flows that were closed a moment ago.
const PORTS: &[(&str, &str)] = &[("ipv4/ip_local_port_range", "1024 65000"), ("ipv4/tcp_tw_reuse", "1")];
