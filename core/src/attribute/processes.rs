//! The process that holds a socket, found in `/proc/PID/fd`.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashMap;

/// Sockets whose process is remembered.
const MAX_SOCKETS: usize = 4096;

/// Processes that recently owned sockets are looked at first.
const RECENT: usize = 16;

/// Who holds which socket, as far as it was asked.
pub(super) struct Processes {
    /// What `/proc/PID/ns/net` of the processes that count is a link to; all count where that is not known.
    namespace: Option<PathBuf>,
    by_inode: HashMap<u32, Process>,
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
        Self { namespace: namespace_of(pid), by_inode: HashMap::new(), recent: VecDeque::new() }
    }

    /// The process that holds the socket with this inode.
    pub(super) fn of_socket(&mut self, inode: u32) -> Option<Process> {
        if inode == 0 {
            return None;
        }
        let link = format!("socket:[{inode}]");
        // Inodes are used again: what is remembered counts only while the process still holds the socket.
        if let Some(process) = self.by_inode.get(&inode).filter(|process| holds(process.pid, &link)) {
            return Some(process.clone());
        }
        let pid = self.search(&link)?;
        let process = Process { pid, executable: executable(pid) };
        self.remember(inode, &process);
        Some(process)
    }

    fn search(&self, link: &str) -> Option<u32> {
        let recent = self.recent.iter().copied().find(|pid| holds(*pid, link));
        recent.or_else(|| all_processes().find(|pid| self.counts(*pid) && holds(*pid, link)))
    }

    fn counts(&self, pid: u32) -> bool {
        self.namespace.is_none() || namespace_of(pid) == self.namespace
    }

    fn remember(&mut self, inode: u32, process: &Process) {
        if self.by_inode.len() >= MAX_SOCKETS {
            self.by_inode.clear();
        }
        self.by_inode.insert(inode, process.clone());
        self.recent.retain(|pid| *pid != process.pid);
        self.recent.push_front(process.pid);
        self.recent.truncate(RECENT);
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

fn holds(pid: u32, link: &str) -> bool {
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    descriptors
        .map(|entry| fs::read_link(entry.path()))
        .any(|target| target.is_ok_and(|t| t == Path::new(link)))
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
