//! Debian's Chromium: TLS 1.3 with a post-quantum key share, whose ClientHello is larger than one packet.

use std::process::Command;

use super::{Desk, line_with};

/// Nothing but the page that is asked for, and a profile of its own.
const CHROMIUM: &str = "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --ignore-certificate-errors \
    --user-data-dir=profile";

#[test]
fn a_page_is_found_by_its_client_hello() {
    if Command::new("chromium").arg("--version").output().is_err() {
        use std::io::Write;
        // Past libtest, which hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "skipping Chromium: not installed; scripts/setup.sh installs it");
        return;
    }
    const HOST: &str = "tracking.intl.miui.com";
    let desk = Desk::new();
    let run = desk.watch(&format!("HOME=$PWD {CHROMIUM} --dump-dom https://{HOST}/"));
    assert!(run.stdout.contains(&format!("\"host\":\"{HOST}\"")), "{run:?}");
    line_with(&run.stderr, &["telltale: chromium [", HOST, "(tls-sni)"]);
    line_with(&run.stderr, &["chromium ", HOST, "Xiaomi", "analytics"]);
    let flows = desk.flows_to(HOST);
    for flow in &flows {
        assert_eq!(flow["name"]["provenance"], "tls-sni");
        assert!(flow["owner"]["process"].as_str().unwrap().ends_with("/chromium"), "{flow}");
        assert_eq!(flow["finding"]["category"], "analytics");
    }
    let largest = flows.iter().map(|flow| flow["bytes_up"].as_u64().unwrap()).max().unwrap();
    assert!(largest > 1700, "a key share of 1,216 bytes was offered, but only {largest} bytes were sent");
}
