//! Bulk transfers: `iperf3` between app and server.

use std::net::IpAddr;
use std::process::Command;
use std::time::Duration;
use std::{fs, io};

use serde_json::Value;

use super::process::Process;
use crate::world::place::SERVER;
use crate::world::{Family, Namespace};

/// How long the server may take to listen.
const READY: Duration = Duration::from_secs(5);
/// How much longer than the transfer a client may take before it counts as stalled.
const OVERTIME: Duration = Duration::from_secs(12);
/// Payload of a datagram: what QUIC sends over most paths.
const DATAGRAM: &str = "1200";

/// A listening server, until dropped.
pub(super) fn serve(namespace: &Namespace) -> io::Result<Process> {
    let mut command = Command::new("iperf3");
    command.args(["--server", "--bind", &server().to_string()]);
    let server = Process::start(namespace, command)?;
    let sockets = format!("/proc/{}/net/tcp", server.pid());
    // Port 5201, no remote, state LISTEN.
    server.wait_until(READY, "starting iperf3", || {
        Ok(fs::read_to_string(&sockets)?.contains(":1451 00000000:0000 0A"))
    })?;
    Ok(server)
}

fn server() -> IpAddr {
    SERVER.at(Family::V4)
}

/// Which way the bytes go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Direction {
    Up,
    Down,
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Load {
    /// As fast as it goes, over so many TCP streams.
    Streams(u8),
    /// Datagrams at a fixed rate.
    Mbits(u16),
}

/// What the receiver got.
#[derive(Debug, PartialEq)]
pub(super) struct Transfer {
    pub(super) bytes: f64,
    pub(super) bits_per_second: f64,
}

/// One transfer from or to the app.
pub(super) fn transfer(
    app: &Namespace,
    direction: Direction,
    load: Load,
    duration: Duration,
) -> io::Result<Transfer> {
    let mut command = Command::new("iperf3");
    command.args(["--json", "--connect-timeout", "5000", "--client", &server().to_string()]);
    command.args(["--time", &duration.as_secs().to_string()]);
    match direction {
        Direction::Up => &mut command,
        Direction::Down => command.arg("--reverse"),
    };
    match load {
        Load::Streams(count) => command.args(["--parallel", &count.to_string()]),
        Load::Mbits(rate) => command.args(["--udp", "--length", DATAGRAM, "--bitrate", &format!("{rate}M")]),
    };
    parse(&Process::start(app, command)?.finish(duration + OVERTIME, "the transfer")?)
}

fn parse(output: &str) -> io::Result<Transfer> {
    let report: Value = serde_json::from_str(output).map_err(|_| unexpected(output))?;
    if let Some(error) = report["error"].as_str() {
        return Err(io::Error::other(format!("iperf3: {error}")));
    }
    // What the receiver counted; for TCP and, since iperf 3.10, for UDP too.
    let received = &report["end"]["sum_received"];
    let number = |key| received[key].as_f64().ok_or_else(|| unexpected(output));
    Ok(Transfer { bytes: number("bytes")?, bits_per_second: number("bits_per_second")? })
}

fn unexpected(output: &str) -> io::Error {
    let start: String = output.chars().take(200).collect();
    io::Error::other(format!("iperf3 said something else than its report: {start:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_what_arrived() {
        let report =
            r#"{"end": {"sum_sent": {"bytes": 9}, "sum_received": {"bytes": 8, "bits_per_second": 64}}}"#;
        assert_eq!(parse(report).unwrap(), Transfer { bytes: 8.0, bits_per_second: 64.0 });
    }

    #[test]
    fn complaints_come_through() {
        let complaint = parse(r#"{"end": {}, "error": "the server is busy"}"#).unwrap_err();
        assert_eq!(complaint.to_string(), "iperf3: the server is busy");
        assert!(parse("Killed").unwrap_err().to_string().contains("Killed"));
    }
}
