//! A session on a real TUN: a real client talks, the journal shows it.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed check")]

mod common;

use std::fs::File;
use std::os::fd::IntoRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{HOST, PACKAGE, Phone, eventually};
use telltale::{
    AnswerError, Gap, Journal, MarkRequest, Protector, Query, ReportFact, ReportOptions, Rules, RulesQuery,
    Scope, Session, StopReason, TelltaleError,
};
use telltale_core::claims::{Answer, Grounds};
use telltale_core::event::{GapReason, MarkKind, Provenance};
use telltale_core::report;
use telltale_core::rules::{Effect, RuleSet};
use telltale_core::store::{By, ExportFormat};

telltale_tests::enter_before_main!();

fn start(phone: &Phone) -> Arc<Session> {
    phone.start_with(phone.config(), None)
}

fn gaps(phone: &Phone) -> Vec<Gap> {
    Journal::open(phone.record()).unwrap().gaps(Query::default()).unwrap()
}

#[test]
fn what_an_app_does_is_seen_live_and_in_the_journal() {
    let phone = Phone::new();
    let session = start(&phone);
    assert!(phone.look_up() > 30);
    let curl = phone.fetch();
    assert!(curl.status.success(), "{curl:?}");
    eventually("the flows are counted", || {
        let snapshot = session.snapshot();
        (snapshot.findings, snapshot.flows, snapshot.look_ups) == (1, 1, 1)
    });
    let text = Some("I opened the browser now".to_owned());
    session.mark(MarkRequest { kind: MarkKind::Note, text, app: Some(PACKAGE.to_owned()) }).unwrap();
    session.flush().unwrap();
    let snapshot = session.snapshot();
    assert!(snapshot.is_running && snapshot.bytes > 0 && snapshot.record_notice.is_none(), "{snapshot:?}");
    assert_eq!((snapshot.named_flows, snapshot.hidden_look_ups), (1, 0));

    // While the session runs.
    let journal = Journal::open(phone.record()).unwrap();
    let [finding] = &journal.findings(Query::default()).unwrap()[..] else { panic!("one finding") };
    assert_eq!((&*finding.host, finding.provenance), (HOST, Some(Provenance::TlsSni)));
    assert_eq!(finding.owner.as_ref().unwrap().packages, [PACKAGE]);
    assert!(finding.finding.why.contains("OneTrack"), "{finding:?}");
    let of_app = || Query { app: Some(PACKAGE.to_owned()), limit: Some(10), ..Query::default() };
    assert_eq!(journal.apps(of_app()).unwrap()[0].findings, 1);
    assert_eq!(journal.hosts(of_app()).unwrap()[0].party.as_deref(), Some("Xiaomi"));
    assert_eq!(journal.parties(of_app()).unwrap()[0].party.as_deref(), Some("Xiaomi"));
    assert_eq!(journal.hours(of_app()).unwrap()[0].findings, 1);
    assert_eq!(journal.flows(Query { flagged: Some(true), ..of_app() }).unwrap().len(), 1);
    assert_eq!(journal.marks(Query::default()).unwrap()[0].app.as_deref(), Some(PACKAGE));
    assert_eq!(journal.total_coverage(Query::default()).unwrap().on_the_flow.flows, 1);
    assert_eq!(journal.coverage(Query::default(), By::App).unwrap().len(), 1);

    session.erase(Scope { app: Some(PACKAGE.to_owned()), ..Scope::default() }).unwrap();
    assert_eq!(journal.findings(Query::default()).unwrap(), []);
    session.stop(StopReason::Stopped).unwrap();
}

#[test]
fn what_is_sent_in_the_clear_is_shown_unless_it_is_not_to_be_kept() {
    const SECRET: &str = "https://private.example/";
    let phone = Phone::new();
    for keeps_evidence in [false, true] {
        let config = telltale::SessionConfig { keeps_evidence, ..phone.config() };
        let session = phone.start_with(config, None);
        assert!(
            phone
                .send_in_the_clear(&format!(r#"{{"url":"{SECRET}","imei":"490154203237518"}}"#))
                .status
                .success()
        );
        session.stop(StopReason::Stopped).unwrap();
        let journal = Journal::open(phone.record()).unwrap();
        assert_eq!(journal.evidence(Query::default(), false).unwrap().len(), usize::from(keeps_evidence));
    }
    let journal = Journal::open(phone.record()).unwrap();
    let [evidence] = &journal.evidence(Query::default(), false).unwrap()[..] else { panic!("one") };
    assert_eq!((&*evidence.host, evidence.owner.as_ref().unwrap().packages.len()), (HOST, 1));
    let line = evidence.content.iter().find(|line| line.value.as_deref() == Some(SECRET)).unwrap();
    assert_eq!(line.kind.as_deref(), Some("visited-address"));
    let imei = evidence.personal.iter().find(|personal| personal.kind == "imei").unwrap();
    assert_eq!((imei.requests, imei.since.is_some()), (Some(1), true));
    let redacted = format!("{:?}", journal.evidence(Query::default(), true).unwrap());
    assert!(!redacted.contains("private") && !redacted.contains("490154203237518"), "{redacted}");
}

#[test]
fn what_was_claimed_is_held_against_the_record() {
    let phone = Phone::new();
    let session = start(&phone);
    assert!(phone.send_in_the_clear(r#"{"url":"https://private.example/"}"#).status.success());
    session.stop(StopReason::Stopped).unwrap();
    let claims = Journal::open(phone.record()).unwrap().claims(Query::default()).unwrap();
    let names: Vec<&str> = claims.iter().map(|claim| &*claim.claim).collect();
    assert_eq!(names, ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12"]);
    let encoded = &claims[8];
    assert_eq!(
        (encoded.answer, encoded.grounds, encoded.requests),
        (Answer::Confirmed, Grounds::Evidence, 1)
    );
    assert_eq!(
        (&*encoded.hosts_for, encoded.flows, &*encoded.apps),
        (&[HOST.to_owned()][..], 1, &[PACKAGE.to_owned()][..])
    );
    assert!(encoded.sentence.contains(HOST) && encoded.first_seen.is_some(), "{encoded:?}");
    assert_eq!((&*encoded.reported_in, encoded.trials.len()), ("FB", 0));
    assert_eq!(claims[3].answer, Answer::NotSeen);
}

#[test]
fn a_report_fits_its_record() {
    let phone = Phone::new();
    let session = start(&phone);
    assert!(phone.send_in_the_clear(r#"{"url":"https://private.example/"}"#).status.success());
    session.stop(StopReason::Stopped).unwrap();
    let journal = Journal::open(phone.record()).unwrap();
    let path = phone.path("report.html");
    let write = |full| {
        let facts = vec![ReportFact { name: "Phone".to_owned(), value: "Redmi Note 8".to_owned() }];
        let options =
            ReportOptions { made: 1_773_243_720_000, since: None, until: None, app: None, full, facts };
        let stamp = journal.report(options, File::create(&path).unwrap().into_raw_fd()).unwrap();
        (stamp, std::fs::read_to_string(&path).unwrap())
    };
    for full in [false, true] {
        let (stamp, page) = write(full);
        assert_eq!((stamp.findings, stamp.apps_flagged, stamp.requests), (1, 1, 1));
        assert!(page.contains("Redmi Note 8") && page.contains(&stamp.record) && page.contains(HOST));
        assert_eq!(page.contains("private.example"), full);
        let record = telltale_core::store::Journal::open(phone.record()).unwrap();
        let fit = report::verify(&record, &RuleSet::embedded().unwrap(), &page).unwrap();
        assert_eq!(fit, report::Fit::Whole);
    }
}

#[test]
fn a_record_is_exported_and_erased_while_nothing_runs() {
    let phone = Phone::new();
    let session = start(&phone);
    assert!(phone.fetch().status.success());
    session.stop(StopReason::Stopped).unwrap();
    let journal = Journal::open(phone.record()).unwrap();
    for format in [ExportFormat::Csv, ExportFormat::JsonLines] {
        let path = phone.path("export");
        let file = File::create(&path).unwrap().into_raw_fd();
        assert_eq!(journal.export(Query::default(), format, file).unwrap(), 1);
        assert!(std::fs::read_to_string(path).unwrap().contains(HOST));
    }
    let before = journal.size().unwrap();
    assert!(before.bytes > 0 && before.flows == 1 && before.oldest.is_some());
    journal.erase(Scope::default()).unwrap();
    assert_eq!(journal.size().unwrap().flows, 0);
}

#[test]
fn a_stop_and_a_revocation_leave_gaps_with_their_reason() {
    let phone = Phone::new();
    let session = start(&phone);
    session.stop(StopReason::Stopped).unwrap();
    session.stop(StopReason::Revoked).unwrap();
    assert!(!session.snapshot().is_running);
    assert!(matches!(session.network_changed(Vec::new()), Err(TelltaleError::Stopped)));
    assert_eq!(gaps(&phone)[0].reason, GapReason::NotRunning, "the first word stands");

    let session = start(&phone);
    phone.revoke();
    eventually("the loss of the tunnel is noticed", || !session.snapshot().is_running);
    session.stop(StopReason::Revoked).unwrap();
    let [now, before] = &gaps(&phone)[..] else { panic!("{:?}", gaps(&phone)) };
    assert_eq!((now.reason, now.end), (GapReason::Revoked, None));
    assert_eq!(before.reason, GapReason::NotRunning);
    assert!(before.end.is_some());

    let session = start(&phone);
    assert!(phone.fetch().status.success(), "the network is there again");
    assert!(gaps(&phone)[0].end.is_some());
    session.stop(StopReason::Stopped).unwrap();
}

#[test]
fn another_network_answers_look_ups_from_then_on_and_is_marked() {
    let phone = Phone::new();
    let nobody = telltale::SessionConfig { dns_servers: vec!["198.18.2.90".to_owned()], ..phone.config() };
    let session = phone.start_with(nobody, None);
    // As Wi-Fi without a global prefix has it.
    session.network_changed(vec!["fe80::1%1".to_owned()]).unwrap();
    session.network_changed(phone.config().dns_servers).unwrap();
    assert!(phone.look_up() > 30);
    session.flush().unwrap();
    let journal = Journal::open(phone.record()).unwrap();
    assert_eq!(journal.marks(Query::default()).unwrap()[0].kind, MarkKind::Network);
}

/// Counts, and gives one answer.
struct Guard(AtomicUsize, bool);

impl Protector for Guard {
    fn protect(&self, fd: i32) -> Result<bool, AnswerError> {
        assert!(fd >= 0);
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(self.1)
    }
}

#[test]
fn every_socket_is_protected_or_not_used() {
    for answer in [true, false] {
        let phone = Phone::new();
        let guard = Arc::new(Guard(AtomicUsize::new(0), answer));
        let session = phone.start_with(phone.config(), Some(Arc::clone(&guard) as _));
        assert_eq!(phone.fetch().status.success(), answer);
        assert!(guard.0.load(Ordering::Relaxed) >= 1);
        session.stop(StopReason::Stopped).unwrap();
    }
}

#[test]
fn a_session_without_a_record_relays_and_says_so() {
    let phone = Phone::new();
    let config = telltale::SessionConfig { record: "/proc/telltale/t.db".to_owned(), ..phone.config() };
    let session = phone.start_with(config, None);
    assert!(phone.fetch().status.success());
    assert!(session.snapshot().record_notice.is_some());
    assert!(matches!(session.flush(), Err(TelltaleError::NoRecord)));
    session.stop(StopReason::Stopped).unwrap();
}

#[test]
fn what_is_not_there_or_no_address_is_said() {
    let phone = Phone::new();
    assert!(matches!(Journal::open(phone.record()), Err(TelltaleError::NoRecord)));
    assert!(matches!(Session::start(-1, phone.config(), None, None), Err(TelltaleError::Input(_))));
    for resolver in ["dns.example", "fe80::1%wlan0"] {
        let config = telltale::SessionConfig { dns_servers: vec![resolver.to_owned()], ..phone.config() };
        let tun = phone.establish();
        assert!(matches!(Session::start(tun, config, None, None), Err(TelltaleError::Input(_))));
    }
}

#[test]
fn own_lists_are_kept_and_tell_which_lines_are_of_no_use() {
    let phone = Phone::new();
    let list = phone.path("list.txt");
    std::fs::write(&list, "ads.example\nno host\n").unwrap();
    let rules = Rules::open(Some(phone.path("lists").to_str().unwrap().to_owned())).unwrap();
    let open = || File::open(&list).unwrap().into_raw_fd();
    let report = rules.add("mine".to_owned(), open(), false).unwrap();
    assert_eq!((report.rules, report.problems[0].line), (1, 2));
    assert!(matches!(rules.add("mine".to_owned(), open(), false), Err(TelltaleError::List(_))));
    assert_eq!(rules.lists().unwrap(), ["mine"]);
    let of = |host: &str| rules.check(host.to_owned()).unwrap().rule;
    assert_eq!(of("x.ads.example").unwrap().effect, Effect::Finding);
    assert_eq!(rules.list(RulesQuery { own: true, limit: 10, ..RulesQuery::default() }).len(), 1);
    rules.remove("mine".to_owned()).unwrap();
    assert_eq!(of("x.ads.example"), None);

    let known = rules.check(format!("https://{HOST}/")).unwrap();
    assert!(!known.sources.is_empty());
    let citation = known.rule.unwrap().citation;
    assert_eq!(rules.sources(citation), known.sources);
    assert_eq!(rules.list(RulesQuery { limit: 5, ..RulesQuery::default() }).len(), 5);
    assert!(matches!(rules.check("no host".to_owned()), Err(TelltaleError::Input(_))));
}

#[test]
fn countries_are_those_of_the_file_if_there_is_one() {
    let phone = Phone::new();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/data/countries.mmdb");
    for (countries, is_known) in [(data, true), ("/nowhere.mmdb", false), ("/dev/null", false)] {
        let config = telltale::SessionConfig { countries: Some(countries.to_owned()), ..phone.config() };
        let session = phone.start_with(config, None);
        // Nobody answers there, and nothing leaves the world.
        phone.knock("47.241.69.153:443");
        session.stop(StopReason::Stopped).unwrap();
        let journal = Journal::open(phone.record()).unwrap();
        let flows = journal.flows(Query { limit: Some(1), ..Query::default() }).unwrap();
        assert_eq!(flows.len(), 1, "{countries}");
        if is_known {
            assert_eq!(flows[0].country.as_deref(), Some("SG"));
        }
    }
}
