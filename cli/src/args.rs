//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use telltale_core::sniff::CaptureLimits;
use telltale_core::store::{By, Moment, Sort};

use crate::decode::DecodeArgs;
use crate::error::Error;
use crate::experiment::{self, ExperimentArgs, ServeArgs};
use crate::export::ExportArgs;
use crate::output;
use crate::replay::ReplayArgs;
use crate::report::ReportArgs;
use crate::rules::{OwnLists, RulesArgs};
use crate::run::{self, InsideArgs, RunArgs};
use crate::session::SessionOptions;
use crate::tun::TunArgs;

/// Shows which program talks to whom, and which of those hosts collect behaviour data.
#[derive(Debug, Parser)]
#[command(name = "telltale", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "Exit status: 0 done, 1 failed, 2 wrong usage. Nothing leaves this computer.";

#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// The record [default: $XDG_DATA_HOME/telltale/telltale.db]
    #[arg(long, value_name = "FILE", global = true)]
    db: Option<PathBuf>,
    /// One JSON object per line on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more on standard error; twice: with host names and addresses
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program and watch whom it talks to; needs no root
    Run(RunArgs),
    /// Create a TUN device and relay whatever is routed into it, until SIGINT or SIGTERM
    Tun(TunArgs),
    #[command(name = run::INSIDE, hide = true)]
    RunInside(InsideArgs),
    /// Read captures (pcap, pcapng) as if their flows passed now
    Replay(ReplayArgs),
    /// Show what a request or body says that passed in the clear, and mark what is personal
    Decode(DecodeArgs),
    /// Which programs talked, and how many of their flows are findings
    Apps(Query),
    /// Which hosts were talked to, who stands behind them, and what they are known for
    Hosts(Query),
    /// Where hosts were found: addresses, networks and countries (estimates), and how often
    #[command(after_help = PLACES_HELP)]
    Places(Query),
    /// Single connections, the latest first
    Flows(Query),
    /// Which program sent behaviour data to whom, and how that is known
    Findings(Query),
    /// What programs sent in the clear, decoded: who, to whom, and what it says of you
    Evidence(EvidenceQuery),
    /// How much of the traffic could be told by host name, and how the names were come by
    Coverage(CoverageQuery),
    /// When nothing, or not everything, could be seen
    Gaps(GapQuery),
    /// Test whether what a program is shown causes it to upload it
    Experiment(ExperimentArgs),
    #[command(name = experiment::INSIDE, hide = true)]
    ExperimentInside(ServeArgs),
    /// What was claimed of Xiaomi's phones in public, and what the record says of it
    #[command(after_help = CLAIMS_HELP)]
    Claims(ClaimsQuery),
    /// The record as one page of HTML that explains itself; or check such a page against a record
    Report(ReportArgs),
    /// Take the record away: as CSV, JSON Lines, Parquet, pcapng or HAR
    Export(ExportArgs),
    /// What the catalogue and own lists say of hosts and addresses, and why
    Rules(RulesArgs),
    /// Print the completions for a shell
    Completions { shell: Shell },
    /// Print the manual page
    Man,
}

impl Command {
    /// Arguments that do not go together, beyond what clap can tell.
    fn conflict(&self) -> Option<clap::Error> {
        if let Self::Export(export) = self { export.conflict() } else { None }
    }
}

/// What is kept of what passes in the clear.
#[derive(Debug, clap::Args)]
pub(crate) struct CaptureArgs {
    /// Keep nothing of what programs send in the clear
    #[arg(long)]
    no_evidence: bool,
    /// Keep at most so many bytes of each request's body
    #[arg(long, value_name = "BYTES", default_value_t = CaptureLimits::default().per_request, conflicts_with = "no_evidence")]
    evidence_size: usize,
}

impl CaptureArgs {
    pub(crate) fn limits(&self) -> CaptureLimits {
        if self.no_evidence {
            return CaptureLimits::OFF;
        }
        CaptureLimits { per_request: self.evidence_size, ..CaptureLimits::default() }
    }
}

/// Which rows of the record, in what order, in what form.
#[derive(Debug, clap::Args)]
pub(crate) struct Query {
    #[command(flatten)]
    pub(crate) common: GapQuery,
    /// Only of this package, program (path or file name) or uid
    #[arg(long)]
    pub(crate) app: Option<String>,
    /// Only with this host, or hosts of this domain
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// Only with hosts of this party, such as Xiaomi
    #[arg(long)]
    pub(crate) party: Option<String>,
    /// What comes first
    #[arg(long, value_name = "ORDER")]
    pub(crate) sort: Option<Order>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = EVIDENCE_HELP)]
pub(crate) struct EvidenceQuery {
    #[command(flatten)]
    pub(crate) query: Query,
    /// Personal values as kind, length and a hash that is the same wherever this record's same value is
    #[arg(long)]
    pub(crate) redact: bool,
}

/// Of what time, and of which app beside those of the claims.
#[derive(Debug, clap::Args)]
pub(crate) struct ClaimsQuery {
    /// Only from then on: 2026-03-01T12:00:00Z, or an age such as 30m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Moment>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Moment>,
    /// Only what this package, program (path or file name) or uid did; it counts beside the apps that a claim is about
    #[arg(long)]
    pub(crate) app: Option<String>,
    /// Comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

const CLAIMS_HELP: &str = "confirmed: the record shows it. not-seen: it does not, which does not mean that it is not there. refuted: an \
experiment or an address says otherwise, of the versions that were seen. not-observable: what would tell is encrypted. \
undecided: something was seen that may be it. --json says who claimed what, what Xiaomi answered, and the numbers behind the answer.";

const PLACES_HELP: &str = "Networks are those of the parties of the catalogue (telltale rules list --party). Countries are estimates: \
IP Geolocation by DB-IP, https://db-ip.com; telltale rules check ADDRESS tells of what date. Look-ups and flows without a \
name are left out. This goes back as far as single flows are kept: 30 days, findings a year.";

const EVIDENCE_HELP: &str = "Kept are requests over plain HTTP to hosts of the catalogue, in a format that is known for \
telemetry, or with something personal in them. What is encrypted cannot be read here: not seen is not \"not sent\". With \
--json each has its layers, the decoded tree and the places in it that are personal.";

#[derive(Debug, clap::Args)]
#[command(after_help = COVERAGE_HELP)]
pub(crate) struct CoverageQuery {
    #[command(flatten)]
    pub(crate) query: Query,
    /// What a row is about
    #[arg(long, value_name = "WHAT", default_value = "app")]
    pub(crate) by: Subject,
}

const COVERAGE_HELP: &str = "Shares are of all flows but look-ups, in brackets of their bytes where that is another. ON THE FLOW: it \
named its host itself (TLS, QUIC, HTTP). BY LOOK-UP: concluded from a look-up that was seen. BY CERTIFICATE: concluded \
from the server's certificate. NOT NAMED: only the address is known. WITH ECH: it carried an encrypted name, or what \
looks like one. These sums are kept by the hour (UTC): of an hour that --since or --until cuts, a row counts whole.";

/// [`By`] on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Subject {
    App,
    Host,
    Hour,
    Day,
    Party,
}

impl From<Subject> for By {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::App => Self::App,
            Subject::Host => Self::Host,
            Subject::Hour => Self::Hour,
            Subject::Day => Self::Day,
            Subject::Party => Self::Party,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct GapQuery {
    /// Only from then on: 2026-03-01T12:00:00Z, or an age such as 30m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Moment>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Moment>,
    /// At most so many rows; 0 is all [default: all, but 100 flows in a table]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

/// [`Sort`] on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Order {
    Recent,
    Bytes,
    Flows,
    Findings,
    Name,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Recent => Self::Recent,
            Order::Bytes => Self::Bytes,
            Order::Flows => Self::Flows,
            Order::Findings => Self::Findings,
            Order::Name => Self::Name,
        }
    }
}

impl Global {
    /// How a session is kept and shown.
    pub(crate) fn session_options(&self, capture: CaptureLimits) -> SessionOptions {
        let (db, lists) = (self.record_path().ok(), self.own_lists());
        SessionOptions { db, lists, capture, json: self.json, quiet: self.quiet }
    }

    /// Where own lists are kept.
    pub(crate) fn own_lists(&self) -> OwnLists {
        let settings = xdg_home("XDG_CONFIG_HOME", ".config");
        OwnLists(settings.map(|settings| settings.join("telltale").join("lists")))
    }

    /// Where the record is.
    pub(crate) fn record_path(&self) -> Result<PathBuf, Error> {
        match &self.db {
            Some(path) => Ok(path.clone()),
            None => Ok(xdg_home("XDG_DATA_HOME", ".local/share")
                .ok_or(Error::NoHome)?
                .join("telltale")
                .join("telltale.db")),
        }
    }
}

/// As the XDG base directory specification has it: what is not absolute counts as unset.
fn xdg_home(variable: &str, in_home: &str) -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(in_home)))
}

/// Why the arguments lead to no command: wrong usage, or a plea for help.
#[derive(Debug)]
pub(crate) struct Refusal(clap::Error);

pub(crate) fn parse() -> Result<Args, Refusal> {
    let args = Args::try_parse_from(std::env::args_os().collect::<Vec<OsString>>()).map_err(Refusal)?;
    match args.command.conflict() {
        Some(conflict) => Err(Refusal(conflict)),
        None => Ok(args),
    }
}

impl Refusal {
    /// Help as clap lays it out; a mistake in one line.
    pub(crate) fn print(&self) -> ExitCode {
        let is_help = matches!(
            self.0.kind(),
            ErrorKind::DisplayHelp
                | ErrorKind::DisplayVersion
                | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        );
        if is_help {
            // Nobody is left to tell that the help could not be shown.
            let _ = self.0.print();
        } else {
            output::complain(&one_line(&self.0.render().to_string()));
        }
        // clap's statuses are ours: 0 for help that was asked for, 2 for wrong usage.
        ExitCode::from(u8::try_from(self.0.exit_code()).unwrap_or(2))
    }
}

/// clap's message without its usage and with its tips, on one line.
fn one_line(message: &str) -> String {
    let told = message.split("\nUsage:").next().unwrap_or(message);
    let told = told.split("\nFor more information").next().unwrap_or(told);
    let told = told.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{told}; `telltale --help` shows how it is used")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_order_is_a_sort() {
        for order in Order::value_variants() {
            let name = format!("{:?}", Sort::from(*order)).to_ascii_lowercase();
            assert_eq!(order.to_possible_value().unwrap().get_name(), name);
        }
    }
}
