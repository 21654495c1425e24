//! Debian's Chromium: TLS 1.3 with a post-quantum key share, whose ClientHello is larger than one packet, and HTTP/3.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Desk, Run, line_with, world};

/// Nothing but the page that is asked for, and a profile of its own.
const CHROMIUM: &str = "chromium --headless --no-sandbox --disable-gpu --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --user-data-dir=profile";

/// The page as Chromium shows it; nothing if it is not installed.
fn fetch(desk: &Desk, options: &str, url: &str) -> Option<Run> {
    if Command::new("chromium").arg("--version").output().is_err() {
        use std::io::Write;
        // Past libtest, which hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "skipping Chromium: not installed; scripts/setup.sh installs it");
        return None;
    }
    Some(desk.watch(&format!("HOME=$PWD {CHROMIUM} {options} --dump-dom {url}")))
}

/// Options for HTTP/3 with `host`. The key is trusted, not every certificate: QUIC has no way round that.
fn http3(host: &str) -> String {
    let key = STANDARD.encode(Sha256::digest(&world().internet().server_key));
    format!("--enable-quic --origin-to-force-quic-on={host}:443 --ignore-certificate-errors-spki-list={key}")
}

/// The flow is Chromium's, named by itself and a finding.
fn is_told(flow: &Value, provenance: &str) {
    assert_eq!(flow["name"]["provenance"], provenance, "{flow}");
    assert!(flow["owner"]["process"].as_str().unwrap().ends_with("/chromium"), "{flow}");
    assert_eq!(flow["finding"]["category"], "analytics");
}

#[test]
fn a_page_is_found_by_its_client_hello() {
    const HOST: &str = "tracking.intl.miui.com";
    let desk = Desk::new();
    let options = "--disable-quic --ignore-certificate-errors";
    let Some(run) = fetch(&desk, options, &format!("https://{HOST}/")) else { return };
    assert!(run.stdout.contains(&format!("\"host\":\"{HOST}\"")), "{run:?}");
    line_with(&run.stderr, &["telltale: chromium [", HOST, "(tls-sni)"]);
    line_with(&run.stderr, &["chromium ", HOST, "Xiaomi", "analytics"]);
    let flows = desk.flows_to(HOST);
    for flow in &flows {
        is_told(flow, "tls-sni");
    }
    let largest = flows.iter().map(|flow| flow["bytes_up"].as_u64().unwrap()).max().unwrap();
    assert!(largest > 1700, "a key share of 1,216 bytes was offered, but only {largest} bytes were sent");
}

#[test]
fn a_page_over_http3_is_found_by_its_initial_packets() {
    const HOST: &str = "sa.api.intl.miui.com";
    let desk = Desk::new();
    let Some(run) = fetch(&desk, &http3(HOST), &format!("https://{HOST}/sa?project=x")) else { return };
    assert!(run.stdout.contains(&format!("\"host\":\"{HOST}\"")), "{run:?}");
    line_with(&run.stderr, &["telltale: chromium [", HOST, "(quic-sni)"]);
    let flows = desk.flows_to(HOST);
    let over_udp: Vec<&Value> = flows.iter().filter(|flow| flow["protocol"] == "udp").collect();
    assert!(!over_udp.is_empty(), "{flows:#?}");
    for flow in over_udp {
        is_told(flow, "quic-sni");
    }
}

#[test]
fn a_page_over_http3_that_collects_nothing_is_only_named() {
    const HOST: &str = "example.org";
    let desk = Desk::new();
    let Some(_) = fetch(&desk, &http3(HOST), &format!("https://{HOST}/")) else { return };
    let flows = desk.flows_to(HOST);
    assert!(flows.iter().any(|flow| flow["name"]["provenance"] == "quic-sni"), "{flows:#?}");
    assert!(flows.iter().all(|flow| flow["finding"].is_null()), "{flows:#?}");
}
