//! The relay under test: `telltale tun` in its namespace, watched, and killed with this process.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;
use std::{env, thread};

use nix::sched::{CloneFlags, setns};

use super::namespace::Namespace;
use crate::sys;

/// How long the relay may take until it serves.
const READY: Duration = Duration::from_secs(20);

pub(super) struct Relay {
    log: File,
    /// Set when the relay ended.
    status: Arc<OnceLock<String>>,
}

impl Relay {
    /// Starts `telltale tun DEVICE --mtu MTU` and returns once it says `ready DEVICE`.
    pub(super) fn start(namespace: &Namespace, device: &'static str, mtu: u16) -> Self {
        let log = tempfile::tempfile().expect("a temporary file can be made");
        let status = Arc::new(OnceLock::new());
        let (ready, serves) = mpsc::channel();
        let keeper = {
            let (handle, log, status) =
                (namespace.handle(), log.try_clone().expect("a descriptor"), status.clone());
            move || {
                setns(handle, CloneFlags::CLONE_NEWNET).expect("this process owns the namespace");
                let database = tempfile::tempdir().expect("a temporary directory");
                let mut command = Command::new(program());
                command.arg("--db").arg(database.path().join("telltale.db"));
                command.args(["tun", device, "--mtu", &mtu.to_string()]);
                command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
                // This thread waits for the child, so that it ends no earlier than the process.
                let mut child = sys::die_with_parent(&mut command).spawn().expect("the relay starts");
                let output = BufReader::new(child.stdout.take().expect("piped"));
                for line in output.lines().map_while(Result::ok) {
                    if line == format!("ready {device}") {
                        let _ = ready.send(());
                    }
                }
                let end = child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
                let _ = status.set(end);
            }
        };
        thread::Builder::new().name("relay".into()).spawn(keeper).expect("a thread can be started");
        let relay = Self { log, status };
        if serves.recv_timeout(READY).is_err() {
            panic!("the relay did not say `ready {device}` in {READY:?}; it said: {}", relay.said());
        }
        relay
    }

    pub(super) fn obituary(&self) -> Option<String> {
        let status = self.status.get()?;
        Some(format!("the relay has ended ({status}); it said: {}", self.said()))
    }

    fn said(&self) -> String {
        // Not `read`: the relay writes at the same file offset.
        let mut text = vec![0; 64 << 10];
        match self.log.read_at(&mut text, 0) {
            Ok(0) | Err(_) => "nothing".into(),
            Ok(len) => String::from_utf8_lossy(&text[..len]).into_owned(),
        }
    }
}

/// `TELLTALE_BIN`, or the `telltale` of the same build directory.
pub fn program() -> PathBuf {
    if let Some(path) = env::var_os("TELLTALE_BIN") {
        return path.into();
    }
    let test = env::current_exe().expect("a test binary has a path");
    let program = test.ancestors().skip(1).map(|folder| folder.join("telltale")).find(|path| path.is_file());
    program.unwrap_or_else(|| {
        panic!("no `telltale` beside {}: run `cargo build -p telltale` or set TELLTALE_BIN", test.display())
    })
}
