//! Runs a command in a small world instead of the real network: with its own routes, DNS, web servers and a
//! certificate authority, without root, and without touching the host.
//!
//! `telltale-world [--] COMMAND...`; exits with COMMAND's status, 2 without one, 1 when there can be no world.
//! The command runs where the relay of the tests does, so `telltale-world -- telltale run -- curl
//! https://tracking.intl.miui.com/` records a real fetch without any internet. What there is to reach:
//! [`telltale_tests::servers::hosts`] and [`telltale_tests::world::place`].

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{SigSet, Signal};
use telltale_tests::world::place::DNS;
use telltale_tests::world::{Family, enter, join_servers};
use telltale_tests::{servers, sys};

/// Where programs look for the authorities that they trust: OpenSSL and rustls, curl, Python, Node.
const AUTHORITY_VARIABLES: [&str; 4] =
    ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).peekable();
    arguments.next_if(|first| first == "--");
    let Some(program) = arguments.next() else {
        return complain("usage: telltale-world [--] COMMAND...", 2);
    };
    match run(&program, arguments) {
        Ok(status) => ExitCode::from(status),
        Err(error) => complain(&format!("telltale-world: {}: {error}", program.display()), 1),
    }
}

#[expect(clippy::print_stderr, reason = "a command complains on standard error")]
fn complain(text: &str, status: u8) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(status)
}

fn run(program: &OsString, arguments: impl Iterator<Item = OsString>) -> io::Result<u8> {
    // While there is one thread.
    enter();
    // The command is in the same foreground group: it hears Ctrl-C itself and ends as it likes.
    SigSet::from(Signal::SIGINT).thread_block()?;
    let (host, server, _far) = join_servers();
    let authority = servers::start_internet(&server);
    setns(host.handle(), CloneFlags::CLONE_NEWNET)?;

    let folder = tempfile::tempdir()?;
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).map(|()| path)
    };
    let [v4, v6] = [Family::V4, Family::V6].map(|family| DNS.at(family));
    replace("/etc/resolv.conf", &file("resolv.conf", &format!("nameserver {v4}\nnameserver {v6}\n"))?)?;
    // Nothing but DNS may answer: services such as systemd-resolved would ask the real network.
    replace(
        "/etc/nsswitch.conf",
        &file("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")?,
    )?;

    let mut command = Command::new(program);
    command.args(arguments);
    let certificate = file("authority.pem", &authority.pem)?;
    command.envs(AUTHORITY_VARIABLES.map(|name| (name, &certificate)));
    let status = sys::die_with_parent(&mut command).status()?;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Ok(u8::try_from(code).unwrap_or(1))
}

/// Shows `new` in the place of `old` to this process and its children.
fn replace(old: &str, new: &Path) -> io::Result<()> {
    let none: Option<&str> = None;
    mount(Some(new), old, none, MsFlags::MS_BIND, none).map_err(|error| {
        io::Error::new(
            io::Error::from(error).kind(),
            format!("cannot replace {old} for the command: {error}"),
        )
    })
}
