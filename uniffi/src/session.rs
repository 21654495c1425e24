//! A monitor at work.

use std::fs;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use telltale_core::engine::wall_clock;
use telltale_core::event::{self, GapReason, MarkKind};
use telltale_core::limits::TUN_MTU;
use telltale_core::rules::{Countries, RuleSet};
use telltale_core::session::conduct::Pages;
use telltale_core::session::{self, Counts, LiveCounts, Setup};
use telltale_core::sniff::CaptureLimits;
use telltale_core::store::{self, ExperimentRow, StoreConfig, Writer};

use crate::descriptor::adopt;
use crate::error::TelltaleError;
use crate::experiment::{ExperimentRequest, ExperimentRun, PageText};
use crate::foreign::{ForeignOwners, OwnerLookup, Protector, sockets};
use crate::records::Scope;
use crate::rules::own_rules;

/// Bytes on their way to their remotes have so long when the owner stops the session.
const DRAIN: Duration = Duration::from_millis(300);

const DNS_PORT: u16 = 53;

/// What a session is started with.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SessionConfig {
    /// The record: a file in a folder of the app's own.
    pub record: String,
    /// The folder of the owner's own lists.
    #[uniffi(default = None)]
    pub lists: Option<String>,
    /// Addresses in the tunnel at which apps find a resolver.
    #[uniffi(default = [])]
    pub tunnel_dns: Vec<String>,
    /// The network's real resolvers behind them, in their order. A link-local one comes with the number of its
    /// interface: `fe80::1%3`.
    #[uniffi(default = [])]
    pub dns_servers: Vec<String>,
    #[uniffi(default = None)]
    pub retention: Option<Retention>,
    /// A file with the countries of addresses, in MaxMind's format.
    #[uniffi(default = None)]
    pub countries: Option<String>,
    /// What is sent in the clear is kept and decoded, within the core's limits.
    #[uniffi(default = true)]
    pub keeps_evidence: bool,
}

/// How long things are kept, and how large the record may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Retention {
    /// Flows that are no findings.
    pub flow_days: u32,
    /// Findings and marks.
    pub finding_days: u32,
    pub max_bytes: u64,
}

/// Why a session ends: the reason of the gap that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum StopReason {
    /// The owner, or the system on the owner's behalf, wanted it so.
    Stopped,
    /// Another VPN took over, or consent was withdrawn.
    Revoked,
}

/// A moment to be marked.
#[derive(Debug, Clone, uniffi::Record)]
pub struct MarkRequest {
    pub kind: MarkKind,
    /// What happened: "I opened the browser now".
    #[uniffi(default = None)]
    pub text: Option<String>,
    /// The package of the app that it is about.
    #[uniffi(default = None)]
    pub app: Option<String>,
}

/// How a session stands, counted since it started.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct Snapshot {
    /// False also if the tunnel was taken away and nobody has stopped the session yet.
    pub is_running: bool,
    /// Flows that run now, look-ups among them.
    pub running_flows: u64,
    /// Flows that are no look-ups.
    pub flows: u64,
    pub bytes: u64,
    /// Of these, the ones with a host name.
    pub named_flows: u64,
    pub named_bytes: u64,
    pub look_ups: u64,
    /// Of these, the ones that could not be read.
    pub hidden_look_ups: u64,
    pub findings: u64,
    /// The latest word on trouble with the record, for people.
    pub record_notice: Option<String>,
}

/// MTU to give to the tunnel.
#[uniffi::export]
pub fn tunnel_mtu() -> u16 {
    TUN_MTU
}

/// A monitor at work. It ends with [`Self::stop`], or when the object is closed.
#[derive(uniffi::Object)]
pub struct Session {
    monitor: Mutex<Option<session::Session>>,
    record: String,
    counts: Arc<Counts>,
    running_flows: Arc<AtomicU64>,
    record_notice: Mutex<Option<String>>,
}

#[uniffi::export]
impl Session {
    /// Starts to relay what comes from the TUN `tun`, which it owns from now on. Without a record it goes on: the
    /// snapshot says so.
    #[uniffi::constructor]
    pub fn start(
        tun: i32,
        config: SessionConfig,
        owners: Option<Arc<dyn OwnerLookup>>,
        protector: Option<Arc<dyn Protector>>,
    ) -> Result<Arc<Self>, TelltaleError> {
        let tun = adopt(tun)?;
        let (record, record_notice) = open_record(&config);
        let setup = Setup {
            tun,
            tunnel_dns: parse_all(&config.tunnel_dns)?,
            resolvers: resolvers(&config.dns_servers)?,
            sockets: sockets(protector),
            owners: owners.map(|owners| Box::new(ForeignOwners::warmed_up(owners)) as _),
            rules: rules(&config)?,
            record: record.map(Arc::new),
            capture: if config.keeps_evidence { CaptureLimits::default() } else { CaptureLimits::OFF },
        };
        let mut live = LiveCounts::default();
        let (counts, running_flows) = live.shared();
        let monitor = session::Session::start(setup, move |event| live.observe(event))?;
        log::info!("session started");
        let (monitor, record_notice) = (Mutex::new(Some(monitor)), Mutex::new(record_notice));
        Ok(Arc::new(Self { monitor, record: config.record, counts, running_flows, record_notice }))
    }

    /// Ends the session; what is left is written before it returns. Once is enough, more do no harm.
    pub fn stop(&self, reason: StopReason) -> Result<(), TelltaleError> {
        // Held to the end: who stops it as well, or starts another, finds the record closed.
        let mut running = self.monitor();
        let Some(monitor) = running.take() else { return Ok(()) };
        let (patience, gap) = match reason {
            StopReason::Stopped => (DRAIN, GapReason::NotRunning),
            StopReason::Revoked => (Duration::ZERO, GapReason::Revoked),
        };
        let outcome = monitor.stop(patience).close(gap);
        log::info!("session ended: {}", gap.as_str());
        match (outcome, reason) {
            // A tunnel that was taken away is closed, of course.
            (Ok(_), _) | (Err(_), StopReason::Revoked) => Ok(()),
            (Err(error), StopReason::Stopped) => Err(error.into()),
        }
    }

    /// How it stands.
    pub fn snapshot(&self) -> Snapshot {
        let totals = self.counts.totals();
        let monitor = self.monitor();
        Snapshot {
            is_running: monitor.as_ref().is_some_and(|monitor| !monitor.is_finished()),
            running_flows: self.running_flows.load(Ordering::Relaxed),
            flows: totals.talk.flows,
            bytes: totals.talk.bytes + totals.look_ups.bytes,
            named_flows: totals.named.flows,
            named_bytes: totals.named.bytes,
            look_ups: totals.look_ups.flows,
            hidden_look_ups: totals.hidden.flows,
            findings: totals.findings,
            record_notice: self.latest_notice(monitor.as_ref()),
        }
    }

    /// The device has another network: its resolvers answer from now on, and the moment is marked. Flows go on as
    /// long as their sockets live.
    pub fn network_changed(&self, dns_servers: Vec<String>) -> Result<(), TelltaleError> {
        self.set_dns_servers(dns_servers)?;
        self.mark(MarkRequest { kind: MarkKind::Network, text: None, app: None })
    }

    /// The network has other resolvers.
    pub fn set_dns_servers(&self, dns_servers: Vec<String>) -> Result<(), TelltaleError> {
        let resolvers = resolvers(&dns_servers)?;
        let monitor = self.monitor();
        monitor.as_ref().ok_or(TelltaleError::Stopped)?.set_resolvers(resolvers);
        Ok(())
    }

    /// Marks this moment.
    pub fn mark(&self, mark: MarkRequest) -> Result<(), TelltaleError> {
        let text = |text: Option<String>| text.map(Into::into);
        let time = wall_clock();
        let mark = event::Mark { time, kind: mark.kind, text: text(mark.text), app: text(mark.app) };
        self.with_record(|record| record.record_mark(mark))
    }

    /// Begins an experiment on an app that this session watches; one at a time. It starts at once. Where the plan opens
    /// addresses, their pages say `page`.
    pub fn begin_experiment(
        &self,
        request: ExperimentRequest,
        page: PageText,
    ) -> Result<Arc<ExperimentRun>, TelltaleError> {
        let plan = request.plan("");
        self.conduct(ExperimentRow::new(plan, request.app, wall_clock(), None), page)
    }

    /// Goes on with one that was interrupted, in this session or another. The trial that was going on is done again.
    pub fn resume_experiment(&self, id: i64, page: PageText) -> Result<Arc<ExperimentRun>, TelltaleError> {
        let found = store::Journal::open(&self.record)?.experiment(id)?;
        let row = found.ok_or_else(|| TelltaleError::Input(format!("there is no experiment {id}")))?;
        self.conduct(row, page)
    }

    /// The experiment that goes on, or is paused, in this session.
    pub fn current_experiment(&self) -> Option<Arc<ExperimentRun>> {
        self.monitor().as_ref().and_then(session::Session::experiment).map(ExperimentRun::new)
    }

    /// Waits until all that was seen so far is in the record.
    pub fn flush(&self) -> Result<(), TelltaleError> {
        self.with_record(Writer::flush)
    }

    /// Forgets part of the record, for good. Flows that still run are recorded anew.
    pub fn erase(&self, scope: Scope) -> Result<(), TelltaleError> {
        Ok(self.with_record(|record| record.erase(scope.into()))??)
    }
}

impl Session {
    fn monitor(&self) -> MutexGuard<'_, Option<session::Session>> {
        self.monitor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn conduct(&self, row: ExperimentRow, page: PageText) -> Result<Arc<ExperimentRun>, TelltaleError> {
        let monitor = self.monitor();
        let monitor = monitor.as_ref().ok_or(TelltaleError::Stopped)?;
        monitor.record().ok_or(TelltaleError::NoRecord)?;
        let opens = row.experiment.plan().opens_addresses();
        let pages = opens.then(|| Pages::start(page.into(), Vec::new())).transpose();
        let pages =
            pages.map_err(|error| TelltaleError::Experiment(format!("no page can be served: {error}")))?;
        Ok(ExperimentRun::new(monitor.conduct(row, pages)?))
    }

    fn with_record<T>(&self, work: impl FnOnce(&Writer) -> T) -> Result<T, TelltaleError> {
        let monitor = self.monitor();
        let monitor = monitor.as_ref().ok_or(TelltaleError::Stopped)?;
        monitor.record().map(work).ok_or(TelltaleError::NoRecord)
    }

    fn latest_notice(&self, monitor: Option<&session::Session>) -> Option<String> {
        let mut notice = self.record_notice.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = monitor.and_then(session::Session::record).and_then(Writer::poll_failure) {
            *notice = Some(line);
        }
        notice.clone()
    }
}

/// Without countries everything else is known all the same.
fn rules(config: &SessionConfig) -> Result<RuleSet, TelltaleError> {
    let rules = RuleSet::embedded()?.with_own(own_rules(config.lists.as_deref()));
    let Some(file) = &config.countries else { return Ok(rules) };
    Ok(match open_countries(file) {
        Ok(countries) => rules.with_countries(countries),
        Err(error) => {
            log::warn!("no countries: {error}");
            rules
        }
    })
}

fn open_countries(file: &str) -> Result<Countries, Box<dyn std::error::Error>> {
    Ok(Countries::open(fs::read(file)?)?)
}

fn open_record(config: &SessionConfig) -> (Option<Writer>, Option<String>) {
    let retention = config.retention.map(Into::into).unwrap_or_default();
    match Writer::open(&config.record, StoreConfig { retention, ..StoreConfig::default() }) {
        Ok(record) => (Some(record), None),
        Err(error) => (None, Some(error.to_string())),
    }
}

fn resolvers(addresses: &[String]) -> Result<Vec<SocketAddr>, TelltaleError> {
    addresses.iter().map(|text| resolver(text).ok_or_else(|| no_address(text))).collect()
}

fn resolver(text: &str) -> Option<SocketAddr> {
    let plain = text.parse().map(|address: IpAddr| SocketAddr::new(address, DNS_PORT));
    // The standard library reads a scope only where a port follows.
    let scoped = || format!("[{text}]:{DNS_PORT}").parse().map(|address: SocketAddrV6| address.into());
    plain.or_else(|_| scoped()).ok()
}

fn parse_all(addresses: &[String]) -> Result<Vec<IpAddr>, TelltaleError> {
    addresses.iter().map(|text| text.parse().map_err(|_| no_address(text))).collect()
}

fn no_address(text: &str) -> TelltaleError {
    TelltaleError::Input(format!("'{text}' is no address"))
}

impl From<Retention> for store::Retention {
    fn from(retention: Retention) -> Self {
        let days = |days: u32| Duration::from_secs(u64::from(days) * 24 * 60 * 60);
        Self {
            flows: days(retention.flow_days),
            findings: days(retention.finding_days),
            size: retention.max_bytes,
        }
    }
}
