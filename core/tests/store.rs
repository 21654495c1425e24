//! What goes into the record comes out of it: through the public writer and journal, in real files.

mod common;

use common::*;
use telltale_core::event::{Application, Close, GapReason, Hidden, Name, Provenance, Timestamp, Tls};
use telltale_core::packet::Protocol;
use telltale_core::store::{By, CoverageRow, Filter, Journal, Sort, Writer};

#[test]
fn a_flow_comes_back_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let mut full = flagged(flow(1, 2));
    full.owner = Some(packages(10_123, &["com.miui.weather2", "com.miui.core"]));
    full.originator = endpoint("[fd00::2]:5000");
    full.responder = endpoint("[2001:db8::1]:53");
    full.protocol = Protocol::Udp;
    full.country = Some("CN".into());
    full.asn = Some(4_200_000_000);
    full.questions = vec!["a.example".into(), "b.example".into()];
    full.name = Some(Name {
        host: "a.example".into(),
        provenance: Provenance::Dns,
        ech: true,
        candidates: vec!["a.example".into(), "c.example".into()],
    });
    full.close = Close::Idle;
    full.counters.bytes_up = 1 << 40;
    full.application = Some(Application::DnsOverTls);
    full.tls = Some(Tls { version: Some("1.3".into()), alpn: vec!["dot".into(), "h2".into()] });
    full.hidden = Some(Hidden::LookUps);
    let mut bare = flow(1, 1);
    bare.owner = None;
    let mut silent = flow(1, 0);
    silent.tls = Some(Tls::default());
    let flows = vec![full, bare, silent];
    let journal = recorded(&directory, |_| flows.clone());
    assert_eq!(journal.flows(&everything()).unwrap(), flows);
}

#[test]
fn a_flow_that_becomes_clearer_is_counted_once() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    let mut told = flow(writer.session(), 1);
    told.owner = None;
    told.close = Close::Open;
    for step in 0..4_u64 {
        told.counters.bytes_up = 100 * step;
        match step {
            1 => told = named(told, "example.com"),
            2 => told.owner = Some(process("/usr/bin/curl")),
            3 => told = flagged(told),
            _ => {}
        }
        writer.record(updated(&told));
        writer.flush();
        // Told twice, counted once.
        writer.record(updated(&told));
        writer.flush();
    }
    told.close = Close::Fin;
    writer.record(closed(&told));
    writer.close(GapReason::NotRunning);

    let journal = Journal::open(record_in(&directory)).unwrap();
    let hosts = journal.hosts(&everything()).unwrap();
    assert_eq!(hosts.len(), 1, "{hosts:?}");
    assert_eq!((hosts[0].flows, hosts[0].bytes_up, hosts[0].bytes_down), (1, 300, 1_000));
    assert_eq!(&*hosts[0].host, "sdkconfig.ad.xiaomi.com");
    assert_eq!(hosts[0].provenance, Some(Provenance::TlsSni));
    assert_eq!(journal.apps(&everything()).unwrap().len(), 1);
    assert_eq!(journal.flows(&everything()).unwrap(), [told]);
}

#[test]
fn sums_are_by_host_app_and_finding() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let by = |sequence, path: &str| {
            let mut flow = flow(session, sequence);
            flow.owner = Some(process(path));
            flow
        };
        vec![
            flagged(by(1, "/usr/bin/curl")),
            flagged(by(2, "/usr/bin/curl")),
            flagged(by(3, "/opt/app")),
            named(by(4, "/opt/app"), "example.com"),
        ]
    });

    let hosts = journal.hosts(&everything()).unwrap();
    let told: Vec<_> = hosts.iter().map(|host| (&*host.host, host.flows, host.apps)).collect();
    assert_eq!(told, [("sdkconfig.ad.xiaomi.com", 3, 2), ("example.com", 1, 1)]);
    assert!(hosts[0].finding.is_some() && hosts[1].finding.is_none());

    let apps = journal.apps(&everything()).unwrap();
    let told: Vec<_> =
        apps.iter().map(|app| (app.flows, app.findings, app.hosts, app.hosts_flagged)).collect();
    assert_eq!(told, [(2, 2, 1, 1), (2, 1, 2, 1)]);

    let findings = journal.findings(&everything()).unwrap();
    let told: Vec<_> = findings.iter().map(|finding| (finding.flows, finding.last_seen)).collect();
    assert_eq!(told, [(1, after(4)), (2, after(3))]);
}

#[test]
fn a_finding_outweighs_what_else_was_said_of_a_host() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let mut update = named(flow(session, 2), "sdkconfig.ad.xiaomi.com");
        update.expected = Some("update".into());
        vec![flagged(flow(session, 1)), update, named(flow(session, 3), "sdkconfig.ad.xiaomi.com")]
    });
    let hosts = journal.hosts(&everything()).unwrap();
    assert_eq!(hosts.len(), 1);
    assert_eq!(hosts[0].party.as_deref(), Some("Xiaomi"));
    assert_eq!((hosts[0].flows, hosts[0].expected.as_deref()), (3, None));
}

#[test]
fn filters_choose_by_app_host_party_and_time() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let mut weather = flagged(flow(session, 3));
        weather.owner = Some(packages(10_123, &["com.miui.weather2", "com.miui.core"]));
        vec![named(flow(session, 1), "api.example.com"), named(flow(session, 2), "badexample.com"), weather]
    });
    let ids = |filter: Filter| -> Vec<u64> {
        journal.flows(&filter).unwrap().iter().map(|flow| flow.id.0 & 0xff).collect()
    };
    let app = |app: &str| Filter { app: Some(app.into()), ..everything() };
    let host = |host: &str| Filter { host: Some(host.into()), ..everything() };

    assert_eq!(ids(everything()), [3, 2, 1]);
    assert_eq!(ids(app("curl")), [2, 1]);
    assert_eq!(ids(app("/usr/bin/curl")), [2, 1]);
    assert_eq!(ids(app("com.miui.core")), [3]);
    assert_eq!(ids(app("10123")), [3]);
    assert_eq!(ids(app("com.miui")), [] as [u64; 0]);
    assert_eq!(ids(host("example.com")), [1]);
    assert_eq!(ids(host("API.Example.com.")), [1]);
    assert_eq!(ids(host("com")), [3, 2, 1]);
    assert_eq!(ids(Filter { party: Some("xiaomi".into()), ..everything() }), [3]);
    assert_eq!(ids(Filter { since: Some(after(2)), ..everything() }), [3, 2]);
    assert_eq!(ids(Filter { until: Some(after(2)), ..everything() }), [1]);
    assert_eq!(ids(Filter { limit: Some(1), ..everything() }), [3]);
    assert_eq!(ids(Filter { sort: Some(Sort::Name), ..everything() }), [1, 2, 3]);
    let mut in_order = Vec::new();
    let until = Filter { until: Some(after(3)), sort: Some(Sort::Bytes), ..everything() };
    journal
        .each_flow_in_time(&until, |flow| {
            in_order.push(flow.id.0 & 0xff);
            true
        })
        .unwrap();
    assert_eq!(in_order, [1, 2]);

    assert_eq!(journal.apps(&app("com.miui.weather2")).unwrap().len(), 1);
    assert_eq!(journal.hosts(&host("example.com")).unwrap().len(), 1);
    assert_eq!(journal.hosts(&Filter { since: Some(after(3_600)), ..everything() }).unwrap(), []);
}

#[test]
fn every_order_of_every_list_is_sql() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| vec![flagged(flow(session, 1)), flow(session, 2)]);
    for sort in [Sort::Recent, Sort::Bytes, Sort::Flows, Sort::Findings, Sort::Name] {
        let filter = Filter { sort: Some(sort), limit: Some(1), ..everything() };
        assert_eq!(journal.flows(&filter).unwrap().len(), 1, "{sort:?}");
        assert_eq!(journal.hosts(&filter).unwrap().len(), 1, "{sort:?}");
        assert_eq!(journal.apps(&filter).unwrap().len(), 1, "{sort:?}");
        assert_eq!(journal.findings(&filter).unwrap().len(), 1, "{sort:?}");
        for by in [By::App, By::Host, By::Hour, By::Day, By::Party] {
            assert_eq!(journal.coverage(&filter, by).unwrap().len(), 1, "{sort:?} {by:?}");
        }
    }
}

#[test]
fn coverage_is_by_app_host_time_and_party() {
    let directory = tempfile::tempdir().unwrap();
    let journal = recorded(&directory, |session| {
        let mut by_look_up = named(flow(session, 2), "b.example");
        by_look_up.name.as_mut().unwrap().provenance = Provenance::Dns;
        let mut encrypted = named(flow(session, 3), "outer.example");
        encrypted.name.as_mut().unwrap().ech = true;
        let mut look_up = flow(session, 4);
        look_up.questions = vec!["b.example".into()];
        let mut private = flow(session, 5);
        private.hidden = Some(Hidden::LookUps);
        let mut tomorrow = flow(session, 6);
        (tomorrow.start, tomorrow.end) = (after(86_400), after(86_401));
        tomorrow.owner = None;
        vec![flagged(flow(session, 1)), by_look_up, encrypted, look_up, private, tomorrow]
    });
    let total = journal.total_coverage(&everything()).unwrap();
    let flows = |row: &CoverageRow| {
        let parts = [row.flow, row.dns, row.certificate, row.none, row.ech].map(|part| part.amount.flows);
        (row.all.flows, parts, row.look_ups.flows, row.hidden_look_ups.flows)
    };
    assert_eq!(flows(&total), (4, [2, 1, 0, 1, 1], 1, 1));
    assert_eq!((total.flow.share_of_flows, total.flow.share_of_bytes), (Some(0.5), Some(0.5)));
    assert_eq!((total.all.bytes_up, total.hidden_look_ups.bytes_down), (400, 1_000));

    let by = |by| journal.coverage(&everything(), by).unwrap();
    let apps: Vec<_> = by(By::App).iter().map(|row| (row.owner.is_some(), flows(row))).collect();
    assert_eq!(apps, [(true, (3, [2, 1, 0, 0, 1], 1, 1)), (false, (1, [0, 0, 0, 1, 0], 0, 0))]);
    let days: Vec<_> = by(By::Day).iter().map(|row| (row.start, row.all.flows)).collect();
    let midnight = |day: i64| Some(Timestamp(NOON.0 - 43_200_000 + day * 86_400_000));
    assert_eq!(days, [(midnight(1), 1), (midnight(0), 3)]);
    let hours: Vec<_> = by(By::Hour).iter().map(|row| (row.start, row.all.flows)).collect();
    assert_eq!(hours, [(Some(after(86_400)), 1), (Some(NOON), 3)]);
    let parties: Vec<_> = by(By::Party).iter().map(|row| (row.party.is_some(), row.all.flows)).collect();
    assert_eq!(parties, [(false, 3), (true, 1)]);
    assert_eq!(by(By::Host).len(), 4);

    let filter = Filter { host: Some("b.example".into()), limit: Some(1), ..everything() };
    assert_eq!(journal.total_coverage(&filter).unwrap().dns.amount.flows, 1);
    let first_day = Filter { until: Some(after(3_600)), ..everything() };
    assert_eq!(journal.total_coverage(&first_day).unwrap().all.flows, 3);
    let nothing = Filter { party: Some("Nobody".into()), ..everything() };
    assert_eq!(
        journal.total_coverage(&nothing).unwrap(),
        CoverageRow { total: true, ..CoverageRow::default() }
    );
    assert_eq!(journal.coverage(&nothing, By::App).unwrap(), []);
}

#[test]
fn places_say_where_a_host_was() {
    let directory = tempfile::tempdir().unwrap();
    let at = |session, index: u32, address: &str, country: Option<&str>| {
        let mut flow = flagged(flow(session, index));
        flow.responder = endpoint(address);
        flow.country = country.map(Into::into);
        flow
    };
    let journal = recorded(&directory, |session| {
        let mut look_up = named(flow(session, 9), "dns.example");
        look_up.questions = vec!["a.example".into()];
        vec![
            at(session, 1, "192.0.2.1:443", Some("SG")),
            at(session, 2, "192.0.2.1:80", Some("SG")),
            at(session, 3, "[2001:db8::1]:443", None),
            flow(session, 4),
            look_up,
        ]
    });
    let places = journal.places(&everything()).unwrap();
    let told: Vec<_> = places
        .iter()
        .map(|place| (place.address.to_string(), place.country.as_deref(), place.flows))
        .collect();
    assert_eq!(told, [("192.0.2.1".to_owned(), Some("SG"), 2), ("2001:db8::1".to_owned(), None, 1)]);
    assert_eq!((places[0].first_seen, places[0].last_seen), (after(1), after(3)));
}
