//! One network namespace, and closures and commands that run inside it.

use std::any::Any;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use std::{fs, io, process, thread};

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{getegid, geteuid};

/// The longest that anything may take inside a namespace; every socket operation of the checks is far below.
const BOUND: Duration = Duration::from_secs(90);

/// How [`enter`] went; the first namespace that is made tells.
static ENTERED: OnceLock<Result<(), String>> = OnceLock::new();

/// Moves this process, which must have one thread only, into its own mount and network namespaces, and into a user
/// namespace first where it is not privileged. From then on the host's network is out of reach.
pub fn enter() {
    ENTERED.get_or_init(|| try_enter().map_err(|error| error.to_string()));
}

fn try_enter() -> io::Result<()> {
    let private = CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWNET;
    match unshare(private) {
        Err(Errno::EPERM) => {
            let (uid, gid) = (geteuid(), getegid());
            unshare(CloneFlags::CLONE_NEWUSER | private)?;
            fs::write("/proc/self/setgroups", "deny")?;
            fs::write("/proc/self/uid_map", format!("0 {uid} 1"))?;
            fs::write("/proc/self/gid_map", format!("0 {gid} 1"))?;
        }
        other => other?,
    }
    let none: Option<&str> = None;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)?;
    Ok(())
}

/// A network namespace that lives as long as this value or a socket made in it.
pub struct Namespace {
    name: &'static str,
    handle: File,
}

impl Namespace {
    /// An empty namespace whose loopback is up.
    pub fn new(name: &'static str) -> Self {
        match ENTERED.get() {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                panic!("cannot enter private namespaces: {error}; allow user namespaces or be root")
            }
            None => panic!("the test binary lacks telltale_tests::enter_before_main!()"),
        }
        let handle = bounded(name, || {
            unshare(CloneFlags::CLONE_NEWNET)?;
            File::open("/proc/thread-self/ns/net")
        });
        let namespace = Self { name, handle: handle.expect("a thread of this process may make a namespace") };
        namespace.ip("link set lo up");
        namespace
    }

    /// Runs `work` on a thread of the namespace; a panic passes through, and so does not ending.
    pub fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let handle = self.handle();
        bounded(self.name, move || {
            setns(handle, CloneFlags::CLONE_NEWNET).expect("this process owns the namespace");
            work()
        })
    }

    /// A second handle on the namespace.
    pub fn handle(&self) -> File {
        self.handle.try_clone().expect("a descriptor is left")
    }

    /// Runs `ip` with one command per line.
    pub fn ip(&self, commands: &str) {
        let (name, input) = (self.name, commands.to_owned());
        self.run(move || {
            let mut ip = Command::new("ip")
                .args(["-batch", "-"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("`ip` of iproute2 is installed");
            // Dropped at once: the end of the input ends `ip`.
            ip.stdin.take().expect("piped").write_all(input.as_bytes()).expect("`ip` reads its input");
            let output = ip.wait_with_output().expect("`ip` ends");
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "ip in namespace {name} failed: {complaint}\n{input}");
        });
    }

    /// Sets `/proc/sys/net/...` values; one that this kernel keeps from us or lacks is left as it is.
    pub fn tune(&self, settings: &'static [(&'static str, &'static str)]) {
        self.run(move || {
            for (name, value) in settings {
                let _ = fs::write(format!("/proc/sys/net/{name}"), value);
            }
        });
    }

    /// What `ip link ... netns` takes.
    pub(crate) fn path(&self) -> String {
        format!("/proc/{}/fd/{}", process::id(), self.handle.as_raw_fd())
    }
}

/// Runs `work` on its own thread and panics when it takes longer than [`BOUND`].
pub fn bounded<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, result) = mpsc::channel();
    let run = move || {
        let result: Result<T, Box<dyn Any + Send>> = catch_unwind(AssertUnwindSafe(work));
        // Nobody waits any more when the bound has passed.
        let _ = sender.send(result);
    };
    thread::Builder::new().name(name.to_owned()).spawn(run).expect("a thread can be started");
    match result.recv_timeout(BOUND) {
        Ok(Ok(value)) => value,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            panic!("{name}: still running after {BOUND:?}")
        }
    }
}
