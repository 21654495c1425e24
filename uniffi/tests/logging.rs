//! Nothing that is logged above DEBUG names a host, an address or an app.

mod common;

use std::sync::{Mutex, PoisonError};

use common::{HOST, PACKAGE, Phone, RESOLVER};
use log::{LevelFilter, Log, Metadata, Record};
use telltale::{ExperimentRequest, PageText, Rules, SessionConfig, StopReason};
use telltale_core::experiment::Claim;

telltale_tests::enter_before_main!();

/// Keeps every line.
struct Lines(Mutex<Vec<String>>);

static LINES: Lines = Lines(Mutex::new(Vec::new()));

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {}: {}", record.level(), record.target(), record.args());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn flush(&self) {}
}

#[test]
fn lines_of_a_session_name_nobody() {
    log::set_logger(&LINES).unwrap();
    log::set_max_level(LevelFilter::Info);
    let phone = Phone::new();
    let lists = phone.path("lists");
    // A folder where a list should be.
    std::fs::create_dir_all(lists.join("broken.example")).unwrap();
    let lists = Some(lists.to_str().unwrap().to_owned());
    let session = phone.start_with(SessionConfig { lists: lists.clone(), ..phone.config() }, None);
    assert!(phone.look_up() > 30);
    assert!(phone.fetch().status.success());
    assert!(phone.send_in_the_clear("imei=490154203237518").status.success());
    phone.knock("198.18.10.11:9");
    session.network_changed(vec!["198.18.2.90".to_owned()]).unwrap();
    let request = ExperimentRequest { claim: Claim::C1, app: PACKAGE.to_owned(), is_short: true };
    let page = PageText { opened: String::new(), back_to_telltale: String::new() };
    session.begin_experiment(request, page).unwrap();
    Rules::open(lists).unwrap().check(HOST.to_owned()).unwrap();
    phone.revoke();
    common::eventually("the loss of the tunnel is noticed", || !session.snapshot().is_running);
    session.stop(StopReason::Revoked).unwrap();

    let lines = LINES.0.lock().unwrap().join("\n");
    assert!(lines.contains("session started") && lines.contains("WARN"), "{lines}");
    for word in ["miui", "490154203237518", "example", PACKAGE, "10123", "198.18.", "10.111.", RESOLVER] {
        assert!(!lines.contains(word), "{word} in\n{lines}");
    }
}
