//! The process that holds a socket, found in `/proc/PID/fd`.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use hashbrown::HashMap;

/// Sockets whose process is remembered.
const MAX_SOCKETS: usize = 4096;

/// Processes that recently owned sockets are looked at first.
const RECENT: usize = 16;

/// Who holds which socket, as far as it was seen.
pub(super) struct Processes {
    /// What `/proc/PID/ns/net` of the processes that count is a link to; all count where that is not known.
    namespace: Option<PathBuf>,
    /// Process by the inode of the socket, of every process that a search has passed.
    holders: HashMap<u32, u32>,
    recent: VecDeque<u32>,
}

/// A process.
#[derive(Debug, Clone)]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) executable: Option<Arc<str>>,
}

impl Processes {
    /// Looks among the processes in the network namespace of `pid`. To list what all the others hold takes
    /// longer than a short-lived program lives.
    pub(super) fn beside(pid: u32) -> Self {
        Self { namespace: namespace_of(pid), holders: HashMap::new(), recent: VecDeque::new() }
    }

    /// The process that holds the socket with this inode.
    pub(super) fn of_socket(&mut self, inode: u32) -> Option<Process> {
        if inode == 0 {
            return None;
        }
        let pid = self.remembered(inode).or_else(|| self.search(inode))?;
        self.recent.retain(|recent| *recent != pid);
        self.recent.push_front(pid);
        self.recent.truncate(RECENT);
        Some(Process { pid, executable: executable(pid) })
    }

    /// Inodes are used again: what is remembered counts only while the process still holds the socket.
    fn remembered(&self, inode: u32) -> Option<u32> {
        self.holders.get(&inode).copied().filter(|pid| holds(*pid, inode))
    }

    /// Programs that start together ask together: a search answers for all that it passes.
    fn search(&mut self, inode: u32) -> Option<u32> {
        let recent = self.recent.iter().copied().find(|pid| holds(*pid, inode));
        recent.or_else(|| all_processes().find(|pid| self.counts(*pid) && self.remember(*pid, inode)))
    }

    fn counts(&self, pid: u32) -> bool {
        self.namespace.is_none() || namespace_of(pid) == self.namespace
    }

    /// Takes note of what the process holds, and says whether `wanted` is among it.
    fn remember(&mut self, pid: u32, wanted: u32) -> bool {
        let mut is_found = false;
        for inode in sockets(pid) {
            if self.holders.len() >= MAX_SOCKETS {
                self.holders.clear();
            }
            self.holders.insert(inode, pid);
            is_found |= inode == wanted;
        }
        is_found
    }
}

/// Newest first: a program under observation was started after the rest.
fn all_processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut pids: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    pids.sort_unstable_by(|a, b| b.cmp(a));
    pids.into_iter()
}

fn namespace_of(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/ns/net")).ok()
}

fn holds(pid: u32, inode: u32) -> bool {
    sockets(pid).any(|held| held == inode)
}

/// Inodes of the sockets that the process holds.
fn sockets(pid: u32) -> impl Iterator<Item = u32> {
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    descriptors.filter_map(|entry| {
        let target = fs::read_link(entry.path()).ok()?;
        target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
    })
}

fn executable(pid: u32) -> Option<Arc<str>> {
    let path = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    Some(Arc::from(path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::super::{LinuxOwners, OwnerLookup};
    use crate::packet::{FiveTuple, Protocol};

    #[test]
    fn this_process_owns_its_sockets() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || listener.accept().unwrap());
        let client = TcpStream::connect(address).unwrap();
        let _accepted = server.join().unwrap();
        let originator = client.local_addr().unwrap();
        let tuple = FiveTuple { originator, responder: address, protocol: Protocol::Tcp };
        let mut owners = LinuxOwners::new(LinuxOwners::open_socket().unwrap(), std::process::id());
        for _ in 0..2 {
            let owner = owners.owner(&tuple).unwrap();
            assert_eq!(owner.pid, Some(std::process::id()));
            assert_eq!(owner.process.as_deref(), std::env::current_exe().unwrap().to_str());
        }
        let nobody = FiveTuple { originator: "127.0.0.1:1".parse().unwrap(), ..tuple };
        assert_eq!(owners.owner(&nobody), None);
    }
}
