//! What is measured, one test at a time, and the figures that come out.

use std::net::TcpStream;
use std::time::{Duration, Instant};
use std::{fmt, io, thread};

use clap::ValueEnum;

use super::bed::Bed;
use super::iperf::{self, Direction, Load, Transfer};
use super::load;
use super::process::Process;

/// How long opening the idle flows may take.
const OPENING: Duration = Duration::from_secs(40);
/// From the last ping until memory and idle CPU are read.
const REST: Duration = Duration::from_secs(1);
/// Processor time is counted in steps of 10 ms: too coarse for less.
const IDLE: Duration = Duration::from_secs(2);
const UDP_MBITS: u16 = 400;

/// One test of every relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Test {
    /// Upload, one TCP stream
    Up1,
    /// Download, one TCP stream
    Dn1,
    /// Upload, eight TCP streams
    Up8,
    /// Download, eight TCP streams
    Dn8,
    /// Round trips of 64 bytes on one connection
    Rr,
    /// New flows: connect, 64 bytes there and back, close
    Cps,
    /// Memory and processor time of idle flows
    Hold,
    /// Upload and download beside idle flows
    Crowd,
    /// Upload of datagrams at a fixed rate
    Udpup,
    /// Download of datagrams at a fixed rate
    Udpdn,
}

/// How much, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    pub(super) duration: Duration,
    pub(super) idle_flows: u16,
}

/// Which values are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    More,
    Less,
}

/// One measured value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) better: Better,
    pub(super) value: f64,
}

impl Test {
    pub(super) fn measure(self, bed: &Bed, effort: Effort) -> io::Result<Vec<Figure>> {
        let tcp = |direction, streams| {
            let (transfer, cpu) = cost(bed, || transfer(bed, direction, Load::Streams(streams), effort))?;
            Ok(with_cpu_per_gb(more("speed", "Gbit/s", transfer.bits_per_second / 1e9), &transfer, cpu))
        };
        let udp = |direction| {
            let (transfer, cpu) = cost(bed, || transfer(bed, direction, Load::Mbits(UDP_MBITS), effort))?;
            Ok(with_cpu_per_gb(more("goodput", "Mbit/s", transfer.bits_per_second / 1e6), &transfer, cpu))
        };
        match self {
            Self::Up1 => tcp(Direction::Up, 1),
            Self::Dn1 => tcp(Direction::Down, 1),
            Self::Up8 => tcp(Direction::Up, 8),
            Self::Dn8 => tcp(Direction::Down, 8),
            Self::Udpup => udp(Direction::Up),
            Self::Udpdn => udp(Direction::Down),
            Self::Rr => round_trips(bed, effort),
            Self::Cps => new_flows(bed, effort),
            Self::Hold => hold(bed, effort),
            Self::Crowd => crowd(bed, effort),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_possible_value().expect("no value is hidden").get_name())
    }
}

fn more(name: &'static str, unit: &'static str, value: f64) -> Figure {
    Figure { name, unit, better: Better::More, value }
}

fn less(name: &'static str, unit: &'static str, value: f64) -> Figure {
    Figure { name, unit, better: Better::Less, value }
}

/// The processor time in seconds that `work` costs the relay, where there is one.
fn cost<T>(bed: &Bed, work: impl FnOnce() -> io::Result<T>) -> io::Result<(T, Option<f64>)> {
    let cpu = || bed.relay().map(Process::cpu_seconds).transpose();
    let before = cpu()?;
    let result = work()?;
    bed.relay().map_or(Ok(()), Process::check)?;
    Ok((result, cpu()?.zip(before).map(|(after, before)| after - before)))
}

fn transfer(bed: &Bed, direction: Direction, load: Load, effort: Effort) -> io::Result<Transfer> {
    let transfer = iperf::transfer(bed.app(), direction, load, effort.duration)?;
    if transfer.bytes > 0.0 { Ok(transfer) } else { Err(io::Error::other("nothing arrived")) }
}

fn with_cpu_per_gb(figure: Figure, transfer: &Transfer, cpu: Option<f64>) -> Vec<Figure> {
    let cost = cpu.map(|seconds| less("relay CPU", "s/GB", seconds / (transfer.bytes / 1e9)));
    [Some(figure), cost].into_iter().flatten().collect()
}

fn round_trips(bed: &Bed, effort: Effort) -> io::Result<Vec<Figure>> {
    let times = bed.app().run(move || load::round_trips(effort.duration))?;
    let percentile = |percent| {
        let time: Duration = times.get(times.len() * percent / 100).copied().unwrap_or_default();
        time.as_secs_f64() * 1e6
    };
    Ok(vec![less("p50", "µs", percentile(50)), less("p99", "µs", percentile(99))])
}

fn new_flows(bed: &Bed, effort: Effort) -> io::Result<Vec<Figure>> {
    let start = Instant::now();
    let (flows, cpu) = cost(bed, || bed.app().run(move || load::new_flows(effort.duration)))?;
    if flows.done == 0 {
        return Err(io::Error::other(format!("no flow came to its end, {} failed", flows.failed)));
    }
    let rate = f64::from(flows.done) / start.elapsed().as_secs_f64();
    let mut figures = vec![more("new flows", "1/s", rate)];
    figures.extend(cpu.map(|seconds| less("relay CPU", "µs/flow", seconds * 1e6 / f64::from(flows.done))));
    // Few failures are the rule; many mean that the rate is not what it seems.
    figures.push(less("failed flows", "", f64::from(flows.failed)));
    Ok(figures)
}

/// Nothing where the kernel forwards: it has no process to look at.
fn hold(bed: &Bed, effort: Effort) -> io::Result<Vec<Figure>> {
    let Some(relay) = bed.relay() else { return Ok(Vec::new()) };
    let alone = idle_cpu(bed)?;
    let before = relay.resident_kb()?;
    let _flows = open_idle(bed, effort)?;
    let memory = (relay.resident_kb()? - before) / f64::from(effort.idle_flows);
    let busy = idle_cpu(bed)?;
    Ok(vec![
        less("memory", "kB/flow", memory),
        less("memory, no flow", "kB", before),
        less("idle CPU, no flow", "%", alone),
        less("idle CPU, idle flows", "%", busy),
    ])
}

/// Share of one processor that the relay uses while nothing happens.
fn idle_cpu(bed: &Bed) -> io::Result<f64> {
    let ((), cpu) = cost(bed, || {
        thread::sleep(IDLE);
        Ok(())
    })?;
    Ok(cpu.unwrap_or_default() / IDLE.as_secs_f64() * 100.0)
}

/// The flows stay open as long as what this returns.
fn open_idle(bed: &Bed, effort: Effort) -> io::Result<Vec<TcpStream>> {
    let flows = bed.app().run(move || load::open_many(effort.idle_flows.into(), OPENING))?;
    thread::sleep(REST);
    Ok(flows)
}

fn crowd(bed: &Bed, effort: Effort) -> io::Result<Vec<Figure>> {
    let speed = |direction| {
        let transfer = transfer(bed, direction, Load::Streams(1), effort)?;
        Ok::<_, io::Error>(transfer.bits_per_second / 1e9)
    };
    let (up_alone, down_alone) = (speed(Direction::Up)?, speed(Direction::Down)?);
    let _flows = open_idle(bed, effort)?;
    let (up, down) = (speed(Direction::Up)?, speed(Direction::Down)?);
    Ok(vec![
        more("upload", "Gbit/s", up),
        more("upload / without idle flows", "", up / up_alone),
        more("download", "Gbit/s", down),
        more("download / without idle flows", "", down / down_alone),
    ])
}
