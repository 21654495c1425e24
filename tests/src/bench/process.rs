//! A program inside a namespace: its output is kept, and it ends with this value or with this process.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{io, thread};

use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::sys;
use crate::world::Namespace;

/// How often somebody looks whether the program has ended.
const WATCH: Duration = Duration::from_millis(50);
/// How long it may take to end when asked.
const GRACE: Duration = Duration::from_secs(3);
/// Ticks of `/proc/PID/stat` in a second: `USER_HZ`, the same wherever Linux runs Rust programs.
const TICKS: f64 = 100.0;
/// More than any program here has to say.
const OUTPUT: u64 = 16 << 20;

pub(super) struct Process {
    pid: u32,
    output: File,
    /// How it ended, once it has.
    end: Arc<OnceLock<String>>,
    /// Dropped to end the program.
    stop: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Process {
    pub(super) fn start(namespace: &Namespace, mut command: Command) -> io::Result<Self> {
        let output = tempfile::tempfile()?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output.try_clone()?);
        let handle = namespace.handle();
        let (stop, stopped) = mpsc::channel();
        let (tell, started) = mpsc::channel();
        let end = Arc::new(OnceLock::new());
        let ended = Arc::clone(&end);
        // The program dies with the thread that starts it, so that thread waits for it.
        let keep = move || {
            let child = setns(handle, CloneFlags::CLONE_NEWNET)
                .map_err(io::Error::from)
                .and_then(|()| sys::die_with_parent(&mut command).spawn());
            match child {
                Ok(child) => {
                    let _ = tell.send(Ok(child.id()));
                    let status = keep(child, &stopped);
                    let _ = ended.set(status.map_or_else(|error| error.to_string(), |end| end.to_string()));
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        };
        let keeper = thread::Builder::new().name("keeper".into()).spawn(keep)?;
        let pid = started.recv().map_err(io::Error::other)??;
        Ok(Self { pid, output, end, stop: Some(stop), keeper: Some(keeper) })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// What the program has written so far.
    pub(super) fn output(&self) -> io::Result<String> {
        // Not `read`: the program writes at the same file offset.
        let len = self.output.metadata()?.len().min(OUTPUT);
        let mut text = vec![0; usize::try_from(len).map_err(io::Error::other)?];
        self.output.read_exact_at(&mut text, 0)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// An error once the program has ended.
    pub(super) fn check(&self) -> io::Result<()> {
        let Some(end) = self.end.get() else { return Ok(()) };
        let output = self.output()?;
        let last = output.lines().last().unwrap_or("it said nothing");
        Err(io::Error::other(format!("the program has ended ({end}): {last}")))
    }

    /// Waits until `done`, for at most `limit` and only while the program runs.
    pub(super) fn wait_until(
        &self,
        limit: Duration,
        what: &str,
        mut done: impl FnMut() -> io::Result<bool>,
    ) -> io::Result<()> {
        let deadline = Instant::now() + limit;
        while !done()? {
            self.check()?;
            if Instant::now() > deadline {
                return Err(timed_out(what, limit));
            }
            thread::sleep(WATCH / 2);
        }
        Ok(())
    }

    /// Waits for the program's end and returns its output.
    pub(super) fn finish(self, limit: Duration, what: &str) -> io::Result<String> {
        let deadline = Instant::now() + limit;
        while self.end.get().is_none() {
            if Instant::now() > deadline {
                return Err(timed_out(what, limit));
            }
            thread::sleep(WATCH / 2);
        }
        self.output()
    }

    /// Seconds of processor time that all its threads have used, in the kernel too.
    pub(super) fn cpu_seconds(&self) -> io::Result<f64> {
        parse_cpu_seconds(&fs::read_to_string(format!("/proc/{}/stat", self.pid))?)
            .ok_or_else(|| io::Error::other("/proc/PID/stat is not as proc(5) says"))
    }

    /// Its resident memory in kB.
    pub(super) fn resident_kb(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse().ok())
            .ok_or_else(|| io::Error::other("/proc/PID/status has no VmRSS: the program has ended"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(keeper) = self.keeper.take() {
            // It has nothing to say that is not said yet.
            let _ = keeper.join();
        }
    }
}

/// Waits for the child's end, and brings it about when `stop` is dropped. Only a child that was not waited for is
/// sent signals: its number still belongs to it.
fn keep(mut child: Child, stop: &Receiver<()>) -> io::Result<ExitStatus> {
    while stop.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
    }
    let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    if child.try_wait()?.is_none() {
        kill(pid, Signal::SIGTERM)?;
    }
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(WATCH / 5);
    }
    child.kill()?;
    child.wait()
}

fn timed_out(what: &str, limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("{what} took more than {limit:?}"))
}

/// User and system time of a line of `/proc/PID/stat`.
fn parse_cpu_seconds(stat: &str) -> Option<f64> {
    // The name in parentheses may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(|ticks| ticks.parse::<u32>().ok());
    Some((f64::from(times.next()??) + f64::from(times.next()??)) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "7 (a ) (b) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 3 0 12 1 1";
        assert_eq!(parse_cpu_seconds(stat), Some(2.0));
        assert_eq!(parse_cpu_seconds("7 (short) S 1"), None);
    }
}
