//! New namespaces for this process; without root, inside a user namespace that changes nobody's rights.

use std::fs;
use std::io;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

/// Settings that forbid user namespaces, the value that does, and how to allow them.
const SETTINGS: [(&str, &str, &str); 3] = [
    ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
];

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub(super) enum NamespaceError {
    #[error("{setting} is {value}, which forbids user namespaces; as root: {remedy}")]
    Forbidden { setting: &'static str, value: &'static str, remedy: &'static str },
    #[error("the kernel refuses new namespaces ({0}); a container or seccomp filter may forbid them")]
    Refused(Errno),
    #[error("failed to map this user into the namespace: {0}")]
    Map(#[source] io::Error),
    #[error("failed to make mounts private: {0}")]
    Mount(Errno),
}

/// Enters a new network and mount namespace. The caller must be single-threaded.
pub(super) fn enter() -> Result<(), NamespaceError> {
    let wanted = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    if !geteuid().is_root() || unshare(wanted).is_err() {
        enter_as_user(wanted)?;
    }
    let flags = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount::<str, str, str, str>(None, "/", None, flags, None).map_err(explain_mount)?;
    allow_ping();
    Ok(())
}

fn enter_as_user(wanted: CloneFlags) -> Result<(), NamespaceError> {
    let (uid, gid) = (geteuid(), getegid());
    unshare(CloneFlags::CLONE_NEWUSER | wanted)
        .map_err(|error| forbidden().unwrap_or(NamespaceError::Refused(error)))?;
    // The program keeps its uid and gid: it sees itself as the same user, and loses the namespace's
    // capabilities when it is executed.
    let map = fs::write("/proc/self/setgroups", "deny")
        .and_then(|()| fs::write("/proc/self/uid_map", format!("{uid} {uid} 1")))
        .and_then(|()| fs::write("/proc/self/gid_map", format!("{gid} {gid} 1")));
    map.map_err(|error| forbidden().unwrap_or(NamespaceError::Map(error)))
}

/// AppArmor lets the namespace be made and then forbids everything in it.
fn explain_mount(error: Errno) -> NamespaceError {
    forbidden().unwrap_or(NamespaceError::Mount(error))
}

/// The setting that forbids user namespaces, if one does.
fn forbidden() -> Option<NamespaceError> {
    SETTINGS.into_iter().find_map(|(setting, value, remedy)| {
        let is_set = fs::read_to_string(setting).is_ok_and(|text| text.trim() == value);
        is_set.then_some(NamespaceError::Forbidden { setting, value, remedy })
    })
}

/// Lets `ping` work without capabilities, for this group at least; a kernel that has no such setting does not
/// need it.
fn allow_ping() {
    let gid = getegid();
    if let Err(error) = fs::write("/proc/sys/net/ipv4/ping_group_range", format!("{gid} {gid}")) {
        log::debug!("ping_group_range stays: {error}");
    }
}
