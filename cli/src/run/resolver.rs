//! Name resolution inside: every look-up goes through the tunnel, whatever the machine uses.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};

use super::RunError;
use super::network::Plan;

const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Daemons that answer look-ups over a local socket, past the tunnel. Without them the C library asks by DNS.
const SHORTCUTS: [&str; 3] = ["/run/systemd/resolve", "/run/nscd", "/run/avahi-daemon"];

/// A file could not be put into place.
#[derive(Debug, thiserror::Error)]
#[error("failed to mount over {over}: {source}")]
pub(super) struct MountError {
    over: PathBuf,
    source: Errno,
}

/// The machine's resolvers, or those that were asked for.
pub(crate) fn resolvers(asked: &[IpAddr]) -> Result<Vec<SocketAddr>, RunError> {
    let addresses = if asked.is_empty() { read_resolvers()? } else { asked.to_vec() };
    Ok(addresses.into_iter().map(|address| SocketAddr::new(address, 53)).collect())
}

fn read_resolvers() -> Result<Vec<IpAddr>, RunError> {
    let text = fs::read(RESOLV_CONF).map_err(|error| RunError::Resolvers(error.to_string()))?;
    let config = resolv_conf::Config::parse(text).map_err(|error| RunError::Resolvers(error.to_string()))?;
    let addresses: Vec<IpAddr> = config.nameservers.iter().map(IpAddr::from).collect();
    if addresses.is_empty() {
        return Err(RunError::Resolvers("it names none".to_owned()));
    }
    Ok(addresses)
}

/// Writes what the command will find in place of the machine's files.
pub(super) fn write_files(folder: &Path, plan: &Plan) -> io::Result<()> {
    let text = resolv_conf_text(plan);
    fs::write(folder.join("resolv.conf"), &text)?;
    let shadow = folder.join("shadow");
    fs::create_dir(&shadow)?;
    // systemd-resolved: /etc/resolv.conf is often a link to one of these.
    for name in ["stub-resolv.conf", "resolv.conf"] {
        fs::write(shadow.join(name), &text)?;
    }
    Ok(())
}

/// Search domains and options stay as they are.
fn resolv_conf_text(plan: &Plan) -> String {
    let own = plan.resolver_addresses().into_iter().map(|address| format!("nameserver {address}\n"));
    let old = fs::read_to_string(RESOLV_CONF).unwrap_or_default();
    let kept = old.lines().filter(|line| !line.trim_start().starts_with("nameserver"));
    own.chain(kept.map(|line| format!("{line}\n"))).collect()
}

/// Puts the files into place, in this mount namespace alone.
pub(super) fn mount_files(folder: &Path) -> Result<(), MountError> {
    for shortcut in SHORTCUTS {
        if Path::new(shortcut).is_dir() {
            bind(&folder.join("shadow"), Path::new(shortcut))?;
        }
    }
    match fs::canonicalize(RESOLV_CONF) {
        Ok(target) => bind(&folder.join("resolv.conf"), &target),
        // No such file: the C library asks 127.0.0.1, where nobody is, and says so.
        Err(_) => Ok(()),
    }
}

fn bind(from: &Path, over: &Path) -> Result<(), MountError> {
    mount::<Path, Path, str, str>(Some(from), over, None, MsFlags::MS_BIND, None)
        .map_err(|source| MountError { over: over.to_owned(), source })
}
