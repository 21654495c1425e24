//! What `telltale apps`, `hosts`, `flows`, `findings` and `gaps` show of a record.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use insta::assert_snapshot;
use telltale_core::event::{
    Application, Close, Counters, Event, Finding, FlowId, FlowRecord, GapReason, Name, Owner, Provenance,
    Tier, Timestamp, Tls,
};
use telltale_core::packet::Protocol;
use telltale_core::store::{StoreConfig, Writer};

/// 2026-03-01T12:00:00Z.
const NOON: i64 = 1_772_366_400_000;

/// A record of two sessions a minute apart, with four flows of three owners.
fn record() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let open = |clock: fn() -> Timestamp| {
        let config = StoreConfig { clock, ..StoreConfig::default() };
        Writer::open(directory.path().join("t.db"), config).unwrap()
    };
    open(|| Timestamp(NOON)).close(GapReason::NotRunning);
    let writer = open(|| Timestamp(NOON + 60_000));
    for flow in flows(writer.session()) {
        writer.record(Event::FlowClosed(Box::new(flow)));
    }
    writer.close(GapReason::Revoked);
    directory
}

fn flows(session: u32) -> [FlowRecord; 4] {
    let mut advert = named(flow(session, 1), "sdkconfig.ad.xiaomi.com", Provenance::TlsSni);
    advert.party = Some("Xiaomi".into());
    advert.finding = Some(Finding {
        rule: "ad.xiaomi.com".into(),
        category: "ads".into(),
        tier: Tier::A,
        why: "Fetches advertisements.".into(),
        citation: "miui-2024".into(),
    });
    advert.application = Some(Application::Tls);
    advert.tls = Some(Tls { version: Some("1.3".into()), alpn: vec!["h2".into(), "http/1.1".into()] });
    let mut update = named(flow(session, 2), "update.miui.com", Provenance::Dns);
    update.owner = Some(Owner {
        uid: Some(10_123),
        packages: vec!["com.android.updater".into(), "com.miui.core".into()],
        ..Owner::default()
    });
    update.expected = Some("update".into());
    update.party = Some("Xiaomi".into());
    update.counters.bytes_down = 52_428_800;
    update.name.as_mut().unwrap().candidates = vec!["update.miui.com".into(), "cdn.example.com".into()];
    let mut look_up = flow(session, 3);
    look_up.protocol = Protocol::Udp;
    look_up.responder.port = 53;
    look_up.questions = vec![Arc::from("example.com")];
    look_up.application = Some(Application::Dns);
    look_up.close = Close::Idle;
    let mut nobodys = flow(session, 4);
    nobodys.owner = None;
    nobodys.close = Close::Open;
    [advert, update, look_up, nobodys]
}

fn flow(session: u32, sequence: u32) -> FlowRecord {
    let start = NOON + 60_000 + i64::from(sequence) * 1_000;
    let endpoint = |text: &str| text.parse::<std::net::SocketAddr>().unwrap().into();
    FlowRecord {
        id: FlowId::new(session, sequence),
        start: Timestamp(start),
        end: Timestamp(start + 250),
        protocol: Protocol::Tcp,
        originator: endpoint("10.215.173.1:40000"),
        responder: endpoint("192.0.2.1:443"),
        owner: Some(Owner {
            uid: Some(1000),
            process: Some("/usr/bin/curl".into()),
            pid: Some(42),
            ..Owner::default()
        }),
        name: None,
        application: None,
        tls: None,
        hidden: None,
        party: None,
        country: None,
        asn: None,
        finding: None,
        expected: None,
        questions: Vec::new(),
        counters: Counters { bytes_up: 1_234, bytes_down: 56_789, packets_up: 12, packets_down: 48 },
        close: Close::Fin,
    }
}

fn named(mut flow: FlowRecord, host: &str, provenance: Provenance) -> FlowRecord {
    flow.name = Some(Name { host: host.into(), provenance, ech: false, candidates: Vec::new() });
    flow
}

fn telltale(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_telltale"))
        .args(arguments)
        .args(["--db", directory.join("t.db").to_str().unwrap()])
        .output()
        .unwrap()
}

/// What a successful command prints.
fn shown(arguments: &[&str]) -> String {
    let output = telltale(record().path(), arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn tables() {
    for what in ["apps", "hosts", "flows", "findings", "coverage", "gaps", "claims"] {
        assert_snapshot!(format!("{what}_table"), shown(&[what]));
    }
}

#[test]
fn json_lines() {
    for what in ["apps", "hosts", "flows", "findings", "coverage", "gaps", "claims"] {
        assert_snapshot!(format!("{what}_json"), shown(&[what, "--json"]));
    }
}

#[test]
fn csv() {
    for what in ["apps", "hosts", "flows", "findings", "coverage", "gaps", "claims"] {
        assert_snapshot!(format!("{what}_csv"), shown(&[what, "--csv"]));
    }
}

#[test]
fn coverage_is_by_what_is_asked_for() {
    for by in ["host", "hour", "day", "party"] {
        assert_snapshot!(format!("coverage_by_{by}"), shown(&["coverage", "--by", by]));
    }
    let lines = |arguments: &[&str]| shown(arguments).lines().count();
    assert_eq!(lines(&["coverage", "--json", "--limit", "1"]), 1 + 1);
    assert_eq!(lines(&["coverage", "--json", "--app", "curl"]), 1 + 1);
    assert_eq!(lines(&["coverage", "--json", "--by", "host", "--sort", "name"]), 3 + 1);
    assert_snapshot!(
        shown(&["coverage", "--since", "2027-01-01T00:00:00Z"]),
        @"Flows: not seen. `telltale gaps` shows when not everything could be seen."
    );
}

#[test]
fn filters_reach_the_record() {
    let lines = |arguments: &[&str]| shown(arguments).lines().count();
    assert_eq!(lines(&["flows", "--json"]), 4);
    assert_eq!(lines(&["--json", "flows", "--app", "curl"]), 2);
    assert_eq!(lines(&["flows", "--json", "--app", "com.miui.core"]), 1);
    assert_eq!(lines(&["flows", "--json", "--host", "miui.com"]), 1);
    assert_eq!(lines(&["flows", "--json", "--party", "xiaomi"]), 2);
    assert_eq!(lines(&["flows", "--json", "--since", "2026-03-01T12:01:03Z"]), 2);
    assert_eq!(lines(&["flows", "--json", "--until", "2026-03-01T12:01:03Z"]), 2);
    assert_eq!(lines(&["hosts", "--json", "--limit", "1", "--sort", "bytes"]), 1);
}

#[test]
fn a_table_of_many_flows_shows_the_latest_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let config = StoreConfig { clock: || Timestamp(NOON), ..StoreConfig::default() };
    let writer = Writer::open(directory.path().join("t.db"), config).unwrap();
    for sequence in 0..101 {
        writer.record(Event::FlowClosed(Box::new(flow(writer.session(), sequence))));
    }
    writer.close(GapReason::NotRunning);
    let lines = |arguments: &[&str]| {
        let output = telltale(directory.path(), arguments);
        let count = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().lines().count();
        (count(output.stdout), count(output.stderr))
    };
    assert_eq!(lines(&["flows"]), (1 + 100, 1));
    assert_eq!(lines(&["flows", "-q"]), (1 + 100, 0));
    assert_eq!(lines(&["flows", "--limit", "0"]), (1 + 101, 0));
    assert_eq!(lines(&["flows", "--limit", "7"]), (1 + 7, 0));
    assert_eq!(lines(&["flows", "--json"]), (101, 0));
}

#[test]
fn nothing_seen_is_not_nothing_there() {
    assert_snapshot!(
        shown(&["findings", "--app", "com.example"]),
        @"Findings: not seen. `telltale gaps` shows when not everything could be seen."
    );
}

#[test]
fn a_failure_is_one_line_and_status_1() {
    let directory = tempfile::tempdir().unwrap();
    for what in ["apps", "hosts", "flows", "findings", "coverage", "gaps", "claims"] {
        let output = telltale(directory.path(), &[what, "--csv"]);
        assert_eq!(output.status.code(), Some(1));
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(line.lines().count(), 1);
        assert!(line.starts_with("telltale: no record at ") && line.contains("telltale run"), "{line}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn the_record_is_looked_for_where_data_belongs() {
    let directory = record();
    let data = directory.path().join("data");
    std::fs::create_dir_all(data.join("telltale")).unwrap();
    std::fs::rename(directory.path().join("t.db"), data.join("telltale/telltale.db")).unwrap();
    let by = |name: &str, value: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_telltale"));
        command.arg("apps").env_remove("XDG_DATA_HOME").env_remove("HOME").env(name, value);
        command.output().unwrap().status.code()
    };
    assert_eq!(by("XDG_DATA_HOME", &data), Some(0));
    assert_eq!(by("HOME", directory.path()), Some(1));
    std::fs::create_dir(directory.path().join(".local")).unwrap();
    std::fs::rename(&data, directory.path().join(".local/share")).unwrap();
    assert_eq!(by("HOME", directory.path()), Some(0));
    assert_eq!(by("XDG_DATA_HOME", Path::new("relative")), Some(1));
}

#[test]
fn wrong_usage_is_one_line_and_status_2() {
    let directory = tempfile::tempdir().unwrap();
    for (arguments, word) in [
        (&["flows", "--since", "yesterday"][..], "2026-03-01T12:00:00Z"),
        (&["flows", "--sort", "size"], "recent"),
        (&["flows", "--json", "--csv"], "--csv"),
        (&["flws"], "flows"),
        (&["completions"], "<SHELL>"),
        (&["gaps", "--app", "x"], "--app"),
    ] {
        let output = telltale(directory.path(), arguments);
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.contains(word) && line.contains("telltale --help"), "{line}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let directory = record();
    for form in
        [&["flows", "--json"][..], &["flows", "--csv"], &["flows"], &["man"], &["completions", "bash"]]
    {
        let mut child = Command::new(env!("CARGO_BIN_EXE_telltale"))
            .args(form)
            .args(["--db", directory.path().join("t.db").to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{form:?}");
        assert_eq!(output.status.code(), Some(0), "{form:?}");
    }
}

#[test]
fn help_completions_and_manual_are_there() {
    let directory = tempfile::tempdir().unwrap();
    for (arguments, word) in
        [(&["--help"][..], "findings"), (&["completions", "bash"], "complete -F"), (&["man"], ".TH telltale")]
    {
        let output = telltale(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(String::from_utf8(output.stdout).unwrap().contains(word), "{arguments:?}");
    }
}
