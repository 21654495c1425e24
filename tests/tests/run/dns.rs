//! Look-ups through the tunnel's own resolver, and names inferred from them.

use serde_json::{Value, json};

use super::{Desk, line_with, named};

/// The look-ups of a record: protocol, question, program.
fn look_ups(desk: &Desk) -> Vec<Value> {
    desk.rows("flows").into_iter().filter(|flow| flow.get("questions").is_some()).collect()
}

/// A client that says nothing, so that only a look-up can name its flow.
fn silent(address: &str) -> String {
    format!("bash -c 'exec 3<>/dev/tcp/{address}/443; sleep 1.5'")
}

#[test]
fn questions_over_udp_are_recorded() {
    let desk = Desk::new();
    let run = desk.watch("getent ahostsv4 tracking.intl.miui.com");
    assert!(run.stdout.starts_with("198.18.10.11 "), "{run:?}");
    line_with(&run.stderr, &["0 flows ended", "1 look-up,", "0 findings"]);
    let [flow] = &look_ups(&desk)[..] else { panic!("one look-up: {:#?}", desk.rows("flows")) };
    assert_eq!((&flow["protocol"], &flow["responder"]["port"]), (&"udp".into(), &53.into()));
    assert_eq!(flow["questions"], json!(["tracking.intl.miui.com"]));
    assert!(flow.get("name").is_none() && flow.get("finding").is_none(), "{flow}");
}

#[test]
fn questions_over_tcp_are_recorded() {
    let desk = Desk::new();
    let run = desk.watch("RES_OPTIONS=use-vc getent ahostsv4 sdk-api.sensorsdata.cn");
    assert!(run.stdout.starts_with("198.18.10.17 "), "{run:?}");
    let [flow] = &look_ups(&desk)[..] else { panic!("one look-up: {:#?}", desk.rows("flows")) };
    assert_eq!((&flow["protocol"], &flow["responder"]["port"]), (&"tcp".into(), &53.into()));
    assert_eq!(flow["questions"], json!(["sdk-api.sensorsdata.cn"]));
    assert!(flow["owner"]["process"].as_str().unwrap().ends_with("/getent"), "{flow}");
}

#[test]
fn a_name_that_nobody_has_is_not_found() {
    let run = Desk::new().watch_with(&[], &[], "getent ahostsv4 nobody.example.org");
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
}

#[test]
fn a_flow_by_address_is_named_by_the_look_up_before_it() {
    let desk = Desk::new();
    let run = desk.watch(&format!("getent ahostsv4 sdk-api.sensorsdata.cn; {}", silent(&named(17))));
    line_with(&run.stderr, &["bash [", "-> sdk-api.sensorsdata.cn (dns): ", "inferred from a look-up"]);
    let [flow] = &desk.flows_to("sdk-api.sensorsdata.cn")[..] else { panic!("one flow") };
    assert_eq!(flow["name"], json!({ "host": "sdk-api.sensorsdata.cn", "provenance": "dns" }));
    assert_eq!(flow["responder"], json!({ "address": named(17), "port": 443 }));
    assert!(flow["finding"]["why"].as_str().unwrap().contains("inferred"));
}

#[test]
fn two_names_of_one_address_are_candidates_and_no_finding() {
    let desk = Desk::new();
    let names = ["account.xiaomi.com", "data.mistat.xiaomi.com"];
    desk.watch(&format!(
        "getent ahostsv4 {}; getent ahostsv4 {}; {}",
        names[0],
        names[1],
        silent(&named(15))
    ));
    let flows = desk.rows("flows");
    let flow = flows.iter().find(|flow| flow["responder"]["address"] == named(15)).unwrap();
    assert_eq!(flow["name"]["provenance"], "dns");
    let mut candidates: Vec<&str> =
        flow["name"]["candidates"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    candidates.sort_unstable();
    assert_eq!(candidates, names);
    assert!(flow.get("finding").is_none(), "one of the names was asked for: {flow}");
}

#[test]
fn a_chain_of_aliases_leads_to_the_name_that_was_asked_for() {
    let desk = Desk::new();
    desk.watch(&format!("getent ahostsv4 ulogs.umeng.com; {}", silent(&named(14))));
    let [flow] = &desk.flows_to("ulogs.umeng.com")[..] else { panic!("one flow") };
    assert_eq!(flow["name"]["provenance"], "dns");
    assert_eq!(flow["party"], "Alibaba");
    assert_eq!(flow["finding"]["rule"], "ulogs.umeng.com");
}
