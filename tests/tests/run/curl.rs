//! curl, over HTTP and HTTPS, IPv4 and IPv6: the finding, live, summed up and recorded.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Desk, line_with};

const HOST: &str = "tracking.intl.miui.com";
const ANSWER: &str = "{\"host\":\"tracking.intl.miui.com\",\"method\":\"GET\",\"path\":\"/\",\"bytes\":0}\n";

/// Every key that a flow may have, and whether each has it.
const KEYS: [(&str, bool); 22] = [
    ("id", true),
    ("start", true),
    ("end", true),
    ("protocol", true),
    ("originator", true),
    ("responder", true),
    ("owner", false),
    ("name", false),
    ("application", false),
    ("tls", false),
    ("hidden", false),
    ("party", false),
    ("country", false),
    ("asn", false),
    ("finding", false),
    ("expected", false),
    ("questions", false),
    ("bytes_up", true),
    ("bytes_down", true),
    ("packets_up", true),
    ("packets_down", true),
    ("close", true),
];

fn finds(scheme: &str, family: &str, provenance: &str, responder: &str) {
    let desk = Desk::new();
    let run = desk.watch(&format!("curl -sS {family} {scheme}://{HOST}/"));
    assert_eq!(run.stdout, ANSWER, "standard output is the command's own");

    let live = line_with(&run.stderr, &["telltale: curl [", &format!("-> {HOST} ({provenance}): ")]);
    assert!(live.ends_with("is where Xiaomi's OneTrack collects how its apps are used"), "{live}");
    line_with(&run.stderr, &["PROGRAM", "HOST", "PARTY", "CATEGORY", "FLOWS"]);
    line_with(&run.stderr, &["curl ", HOST, "Xiaomi", "analytics", " 1 "]);
    line_with(&run.stderr, &["telltale: 1 flow ended (100 % with a host name, ", "1 finding, "]);
    line_with(&run.stderr, &["recorded; `telltale --db", desk.db().to_str().unwrap()]);
    assert!(!run.stderr.contains("not relayed"), "the network itself sends nothing: {run:?}");

    let [flow] = &desk.flows_to(HOST)[..] else { panic!("one flow: {:#?}", desk.rows("flows")) };
    assert_eq!(flow["protocol"], "tcp");
    assert_eq!(flow["responder"]["address"], responder);
    assert_eq!(flow["name"]["provenance"], provenance);
    assert_eq!(flow["party"], "Xiaomi");
    assert_eq!(flow["finding"]["rule"], HOST);
    assert_eq!(flow["finding"]["category"], "analytics");
    assert_eq!(flow["finding"]["tier"], "A");
    assert!(live.ends_with(flow["finding"]["why"].as_str().unwrap()));
    assert!(!flow["finding"]["citation"].as_str().unwrap().is_empty());
    assert!(flow["owner"]["process"].as_str().unwrap().ends_with("/curl"));
    assert!(live.contains(&format!("[{}]", flow["owner"]["pid"])));
    assert!(flow["bytes_down"].as_u64().unwrap() >= ANSWER.len() as u64);
    assert!(flow.get("expected").is_none());
}

#[test]
fn https_over_ipv4() {
    finds("https", "-4", "tls-sni", "198.18.10.11");
}

#[test]
fn https_over_ipv6() {
    finds("https", "-6", "tls-sni", "2001:db8:10::11");
}

#[test]
fn http_over_ipv4() {
    finds("http", "-4", "http-host", "198.18.10.11");
}

#[test]
fn http_over_ipv6() {
    finds("http", "-6", "http-host", "2001:db8:10::11");
}

#[test]
fn json_is_one_object_per_flow() {
    let desk = Desk::new();
    let run = desk.watch_with(&["--json"], &[], &format!("curl -sS https://{HOST}/ -o body"));
    assert_eq!(run.status, 0, "{run:?}");
    let flows: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(flows.iter().any(|flow| flow["finding"]["rule"] == HOST), "{run:?}");
    assert!(flows.iter().any(|flow| flow["questions"][0] == HOST), "{run:?}");
    for flow in &flows {
        let keys: BTreeSet<&str> = flow.as_object().unwrap().keys().map(String::as_str).collect();
        for (key, is_certain) in KEYS {
            assert!(keys.contains(key) || !is_certain, "{key} is missing: {flow}");
        }
        assert!(keys.iter().all(|key| KEYS.iter().any(|(known, _)| known == key)), "an unknown key: {flow}");
        let start = flow["start"].as_str().unwrap();
        assert!(start.len() == 24 && start.ends_with('Z'), "RFC 3339 UTC with milliseconds: {start}");
    }
    // The record says the same.
    let mut recorded = desk.rows("flows");
    let mut told = flows;
    for flows in [&mut recorded, &mut told] {
        flows.sort_by_key(|flow| flow["id"].as_u64());
    }
    assert_eq!(recorded, told);
}

#[test]
fn quiet_says_nothing() {
    let run = Desk::new().watch_with(&["-q"], &[], &format!("curl -sS https://{HOST}/"));
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (ANSWER, ""));
}

#[test]
fn what_was_asked_for_is_expected_and_the_rest_is_neither() {
    let desk = Desk::new();
    let run = desk.watch("curl -sS https://account.xiaomi.com/ https://example.org/");
    line_with(&run.stderr, &["telltale: no flow to a host that is known to collect behaviour data"]);
    line_with(&run.stderr, &["2 flows ended", "0 findings"]);

    let [account] = &desk.flows_to("account.xiaomi.com")[..] else { panic!("one flow") };
    assert_eq!((&account["expected"], &account["party"]), (&"account".into(), &"Xiaomi".into()));
    assert!(account.get("finding").is_none());
    let [other] = &desk.flows_to("example.org")[..] else { panic!("one flow") };
    for key in ["expected", "finding", "party"] {
        assert!(other.get(key).is_none(), "{key}: {other}");
    }
    assert_eq!(desk.rows("findings"), [] as [Value; 0]);
}

#[test]
fn every_byte_arrives_though_the_program_has_ended() {
    use std::io::Read;
    use std::time::Duration;

    use telltale_tests::servers::tcp::TcpServer;
    use telltale_tests::world::Family;
    use telltale_tests::world::place::SERVER;

    const BYTES: usize = 5_000_000;
    let late = |mut stream: std::net::TcpStream| {
        std::thread::sleep(Duration::from_secs(1));
        let mut received = Vec::new();
        stream.read_to_end(&mut received)
    };
    let server = TcpServer::start(&super::world().server_side, SERVER.at(Family::V4), late);
    let (address, port) = (server.address.ip(), server.address.port());
    let script = format!("bash -c 'head -c {BYTES} /dev/zero >/dev/tcp/{address}/{port}'");
    let desk = Desk::new();
    desk.watch(&script);
    assert_eq!(server.seen().unwrap(), BYTES);
    let flows = desk.rows("flows");
    assert!(flows.iter().any(|flow| flow["bytes_up"] == BYTES), "{flows:#?}");
}
