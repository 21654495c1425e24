//! Fills a record with a month of flows and times the writer and every question to it:
//! `cargo run --release -p telltale-core --example store_scale -- [FLOWS] [FILE]`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints and reads the clock"
)]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use telltale_core::event::{
    Close, Counters, Endpoint, Event, Finding, FlowId, FlowRecord, GapReason, Name, Owner, Provenance, Tier,
    Timestamp,
};
use telltale_core::packet::Protocol;
use telltale_core::store::{By, Filter, Journal, Retention, StoreConfig, StoreError, Writer};

const NOW: Timestamp = Timestamp(1_772_366_400_000);
const MONTH: u64 = 29 * 86_400_000;
const APPS: u64 = 60;
const HOSTS: u64 = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let flows = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let path = arguments.next().unwrap_or_else(|| "/tmp/telltale-scale.db".to_owned());
    let path = Path::new(&path);
    if !path.exists() {
        fill(path, flows)?;
    }
    println!("{} MiB", path.metadata()?.len() >> 20);
    ask(path)?;
    Ok(())
}

/// Every flow is told twice, when it opens and when it closes.
fn fill(path: &Path, flows: u32) -> Result<(), StoreError> {
    let retention = Retention { size: 4 << 30, ..Retention::default() };
    let writer = Writer::open(path, StoreConfig { clock: || NOW, retention, ..StoreConfig::default() })?;
    let begun = Instant::now();
    let mut random = 0x9e37_79b9_7f4a_7c15;
    for sequence in 0..flows {
        let mut flow = flow(FlowId::new(writer.session(), sequence), flows, &mut random);
        let closed = Event::FlowClosed(Box::new(flow.clone()));
        flow.close = Close::Open;
        flow.counters = Counters::default();
        writer.record(Event::FlowUpdated(Box::new(flow)));
        if sequence % 2_000 == 1_999 {
            // Both states reach the disk, and nothing is lost.
            writer.flush();
        }
        writer.record(closed);
    }
    writer.flush();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{flows} flows in {seconds:.1} s: {:.0} flows/s", f64::from(flows) / seconds);
    writer.close(GapReason::NotRunning);
    Ok(())
}

fn flow(id: FlowId, flows: u32, random: &mut u64) -> FlowRecord {
    let mut below = |limit: u64| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        *random % limit
    };
    let (app, host) = (below(APPS), below(HOSTS) * below(HOSTS) / HOSTS);
    let age = MONTH - MONTH * (id.0 & 0xffff_ffff) / u64::from(flows);
    let start = Timestamp(NOW.0 - i64::try_from(age).unwrap_or_default());
    let flagged = host % 7 == 0;
    let text = |text: String| -> Arc<str> { text.into() };
    FlowRecord {
        id,
        start,
        end: Timestamp(start.0 + 2_000),
        protocol: Protocol::Tcp,
        originator: Endpoint { address: [10, 215, 173, 1].into(), port: 40_000 },
        responder: Endpoint { address: [192, 0, 2, (host & 0xff) as u8].into(), port: 443 },
        owner: Some(Owner {
            uid: u32::try_from(10_000 + app).ok(),
            packages: vec![text(format!("com.example.app{app}"))],
            ..Owner::default()
        }),
        name: Some(Name {
            host: text(format!("api{host}.service{}.example.com", host % 50)),
            provenance: Provenance::TlsSni,
            ech: false,
            candidates: Vec::new(),
        }),
        application: None,
        tls: None,
        hidden: None,
        party: Some(if flagged { "Xiaomi" } else { "Other" }.into()),
        country: None,
        asn: None,
        finding: flagged.then(|| Finding {
            rule: text(format!("service{}.example.com", host % 50)),
            category: "analytics".into(),
            tier: Tier::A,
            why: "Collects which screens are opened, and for how long.".into(),
            citation: "source".into(),
        }),
        expected: None,
        questions: Vec::new(),
        counters: Counters {
            bytes_up: below(10_000),
            bytes_down: below(100_000),
            packets_up: below(20),
            packets_down: below(80),
        },
        close: Close::Fin,
    }
}

fn ask(path: &Path) -> Result<(), StoreError> {
    let journal = Journal::open(path)?;
    let all = Filter::default();
    let page = Filter { limit: Some(100), ..all.clone() };
    let app = Filter { app: Some("com.example.app7".into()), ..page.clone() };
    let host = Filter { host: Some("service7.example.com".into()), ..page.clone() };
    let rare = Filter { party: Some("Nobody".into()), ..page.clone() };
    let day = Filter { since: Some(Timestamp(NOW.0 - 2 * 86_400_000)), ..all.clone() };
    for (name, filter) in [
        ("first page", &page),
        ("an app", &app),
        ("a domain", &host),
        ("no such party", &rare),
        ("all", &all),
    ] {
        time(&format!("flows, {name}"), || {
            let mut count = 0;
            journal.each_flow(filter, |_| {
                count += 1;
                true
            })?;
            Ok(count)
        })?;
    }
    for (name, filter) in [("all", &all), ("an app", &app), ("a domain", &host), ("the last day", &day)] {
        time(&format!("hosts, {name}"), || Ok(journal.hosts(filter)?.len()))?;
        time(&format!("apps, {name}"), || Ok(journal.apps(filter)?.len()))?;
        time(&format!("findings, {name}"), || Ok(journal.findings(filter)?.len()))?;
        time(&format!("coverage, {name}"), || Ok(journal.coverage(filter, By::App)?.len()))?;
    }
    time("coverage by day", || Ok(journal.coverage(&all, By::Day)?.len()))?;
    time("gaps", || Ok(journal.gaps(&all)?.len()))
}

fn time(what: &str, question: impl Fn() -> Result<usize, StoreError>) -> Result<(), StoreError> {
    let begun = Instant::now();
    let rows = question()?;
    println!("{what:<28} {rows:>8} rows {:>8.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
