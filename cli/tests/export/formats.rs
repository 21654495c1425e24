//! Every format, read by somebody else.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::SocketAddr;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use pcap_file::pcapng::{Block, PcapNgReader};
use proptest::prelude::*;
use serde_json::Value;
use telltale_core::event::{Event, FlowRecord};
use telltale_core::packet::Protocol;
use telltale_core::store::{Evidence, FLOW_FIELDS, Filter, Journal, text_at};

use crate::record::{NOON, Record, SECRETS, bytes, flow, mixed, text};
use crate::{exported, telltale};

fn flows_of(record: &Record) -> Vec<FlowRecord> {
    Journal::open(record.database()).unwrap().flows(&Filter::default()).unwrap()
}

/// The CSV as its rows, each with its columns by name.
fn csv(record: &Record, arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    exported(record, &[&["--format", "csv", "--force", "out.csv"], arguments].concat());
    csv::Reader::from_path(record.path("out.csv")).unwrap().deserialize().map(Result::unwrap).collect()
}

fn lines(record: &Record, arguments: &[&str]) -> Vec<Value> {
    exported(record, &[&["--format", "jsonl", "--force", "out.jsonl"], arguments].concat());
    text(&record.path("out.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn parquet(record: &Record) -> Vec<BTreeMap<String, Field>> {
    exported(record, &["--format", "parquet", "--force", "out.parquet"]);
    let reader = SerializedFileReader::new(File::open(record.path("out.parquet")).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().into_columns().into_iter().collect()).collect()
}

/// Packets of the pcapng file: milliseconds, bytes, length and comment.
struct Packet {
    time: i64,
    bytes: Vec<u8>,
    length: usize,
    comment: String,
}

/// The section's comment, then the packets.
fn packets(record: &Record, arguments: &[&str]) -> (String, Vec<Packet>) {
    exported(record, &[&["--format", "pcapng", "--force", "out.pcapng"], arguments].concat());
    let mut reader = PcapNgReader::new(File::open(record.path("out.pcapng")).unwrap()).unwrap();
    let section = format!("{:?}", reader.section().options);
    let mut packets = Vec::new();
    while let Some(block) = reader.next_block() {
        if let Block::EnhancedPacket(packet) = block.unwrap() {
            packets.push(Packet {
                time: packet.timestamp.as_millis().try_into().unwrap(),
                bytes: packet.data.to_vec(),
                length: packet.original_len as usize,
                comment: format!("{:?}", packet.options),
            });
        }
    }
    (section, packets)
}

fn har(record: &Record, arguments: &[&str]) -> Value {
    exported(record, &[&["--format", "har", "--force", "out.har"], arguments].concat());
    serde_json::from_str(&text(&record.path("out.har"))).unwrap()
}

/// A field of Parquet as the CSV has it.
fn plain(field: &Field) -> String {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other type is a failure of the test")]
    match field {
        Field::Null => String::new(),
        Field::ULong(number) => number.to_string(),
        Field::UInt(number) => number.to_string(),
        Field::UShort(number) => number.to_string(),
        Field::Bool(flag) => flag.to_string(),
        Field::Str(text) => text.clone(),
        Field::TimestampMillis(time) => telltale_core::event::Timestamp(*time).to_string(),
        Field::ListInternal(list) => list.elements().iter().map(plain).collect::<Vec<_>>().join(" "),
        other => panic!("{other:?} is in no column"),
    }
}

/// Every flow is in every format once, and says the same in each.
fn check_flows(record: &Record) {
    let flows = flows_of(record);
    let told: Vec<_> = flows.iter().map(|flow| serde_json::to_value(flow).unwrap()).collect();
    assert_eq!(lines(record, &[]), told);
    let (csv, parquet) = (csv(record, &[]), parquet(record));
    assert_eq!((csv.len(), parquet.len()), (flows.len(), flows.len()));
    for (index, flow) in told.iter().enumerate() {
        for path in FLOW_FIELDS {
            let (name, expected) = (path.replace('.', "_"), text_at(flow, path));
            assert_eq!(csv[index][&name], expected, "{name}");
            // Of a name it is known whether a hidden one is behind it; elsewhere "no" goes without saying.
            let is_plain = *path == "name.ech" && flow.get("name").is_some() && expected.is_empty();
            let typed = if is_plain { "false" } else { &expected };
            assert_eq!(plain(&parquet[index][&name]), typed, "{name}");
        }
    }
    let (_, packets) = packets(record, &[]);
    for flow in &flows {
        let mark = format!("flow {}: until", flow.id);
        let found: Vec<_> = packets.iter().filter(|packet| packet.comment.contains(&mark)).collect();
        let [packet] = found[..] else { panic!("{} times: {flow:?}", found.len()) };
        assert_eq!(packet.time, flow.start.0);
    }
}

#[test]
fn every_flow_is_in_every_format() {
    check_flows(&mixed());
    check_flows(&Record::of(|_| Vec::new()));
}

/// More flows than are written at once, some without what others have.
#[test]
fn groups_of_a_table_follow_each_other() {
    let record = Record::of(|session| {
        let flow = |sequence| {
            let mut flow = flow(session, sequence, "10.0.0.2:4000", "192.0.2.1:80");
            flow.owner = flow.owner.filter(|_| sequence % 3 == 0);
            Event::FlowClosed(Box::new(flow))
        };
        (0..40_000).map(flow).collect()
    });
    let ids: Vec<_> = parquet(&record).iter().map(|row| plain(&row["id"])).collect();
    assert_eq!(ids, flows_of(&record).iter().map(|flow| flow.id.to_string()).collect::<Vec<_>>());
}

fn any_flow() -> impl Strategy<Value = FlowRecord> {
    let word = "\\PC{1,12}";
    let protocol = prop_oneof![Just(Protocol::Tcp), Just(Protocol::Udp), Just(Protocol::Icmp)];
    let ends = prop_oneof![
        any::<([u8; 4], [u8; 4])>().prop_map(|(from, to)| (from.into(), to.into())),
        any::<([u8; 16], [u8; 16])>().prop_map(|(from, to)| (from.into(), to.into())),
    ];
    let parts =
        (protocol, ends, any::<(u16, u16)>(), prop::option::of(word), prop::collection::vec(word, 0..3));
    parts.prop_map(|(protocol, (from, to), ports, process, questions)| {
        let ends = (SocketAddr::new(from, ports.0), SocketAddr::new(to, ports.1));
        let mut flow = flow(0, 0, &ends.0.to_string(), &ends.1.to_string());
        flow.protocol = protocol;
        flow.owner.as_mut().unwrap().process = process.map(Into::into);
        flow.questions = questions.into_iter().map(Into::into).collect();
        flow
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_flows_are_each_is_in_every_format_once(flows in prop::collection::vec(any_flow(), 0..12)) {
        let record = Record::of(|session| {
            let numbered = (1..).zip(flows).map(|(sequence, flow)| FlowRecord {
                id: telltale_core::event::FlowId::new(session, sequence),
                ..flow
            });
            numbered.map(|flow| Event::FlowClosed(Box::new(flow))).collect()
        });
        check_flows(&record);
    }
}

#[test]
fn filters_choose_what_leaves() {
    let record = mixed();
    for (arguments, count) in [
        (&["--app", "com.miui.core"][..], 5),
        (&["--host", "xiaomi.com"], 1),
        (&["--party", "xiaomi"], 1),
        (&["--since", "2026-03-01T12:00:00.040Z"], 3),
        (&["--until", "2026-03-01T12:00:00.040Z"], 3),
    ] {
        assert_eq!((csv(&record, arguments).len(), lines(&record, arguments).len()), (count, count));
    }
    assert_eq!(lines(&record, &["--what", "evidence", "--since", "2026-03-01T12:00:00.200Z"]).len(), 2);
    assert_eq!(har(&record, &["--host", "elsewhere.example"])["log"]["entries"], serde_json::json!([]));
}

#[test]
fn what_was_said_leaves_redacted_unless_all_is_asked_for() {
    let record = mixed();
    for format in
        [&["--format", "pcapng"][..], &["--format", "har"], &["--format", "jsonl", "--what", "evidence"]]
    {
        let said = |more: &[&str]| {
            exported(&record, &[format, &["--force", "out"], more].concat());
            let text = String::from_utf8_lossy(&fs::read(record.path("out")).unwrap()).into_owned();
            percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
        };
        let (redacted, full) = (said(&[]), said(&["--full"]));
        for secret in SECRETS {
            assert!(!redacted.contains(secret), "{secret} in {format:?}: {redacted}");
            let encoded = data_encoding::BASE64.encode(secret.as_bytes());
            assert!(!redacted.contains(&encoded[..encoded.len() - 4]), "{secret} in {format:?}: {redacted}");
            assert!(full.contains(secret), "{secret} not in {format:?}: {full}");
        }
        assert!(redacted.contains("[android-id: 16 characters, "), "{redacted}");
    }
}

fn evidence(database: &std::path::Path) -> Vec<Evidence> {
    let journal = Journal::open(database).unwrap();
    let mut evidence = Vec::new();
    journal
        .each_evidence_in_time(&Filter::default(), |one| {
            evidence.push(one);
            true
        })
        .unwrap();
    evidence
}

/// Replays what was exported, into a record of its own.
fn replayed(record: &Record) -> Vec<Value> {
    let arguments = ["replay", "--json", "-q", "--record", "again.db", "out.pcapng"];
    let output = telltale(record, &arguments);
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_replay_finds_the_same_evidence_and_names() {
    let record = mixed();
    let (section, _) = packets(&record, &["--full"]);
    assert!(section.contains("no packet here was captured") && !section.contains("redacted"), "{section}");
    let flows = replayed(&record);
    assert_eq!(flows.len(), 6);
    let named =
        |flow: &&Value| flow["name"]["host"] == "sa.example" && flow["name"]["provenance"] == "http-host";
    assert_eq!(flows.iter().filter(named).count(), 3);
    let (before, after) = (evidence(&record.database()), evidence(&record.path("again.db")));
    assert_eq!((before.len(), after.len()), (4, 4));
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(
            (&before.host, &before.method, &before.target),
            (&after.host, &after.method, &after.target)
        );
        assert_eq!((before.time, before.bytes - before.missing), (after.time, after.bytes - after.missing));
        assert_eq!(
            (&before.decoded.value, &before.decoded.personal),
            (&after.decoded.value, &after.decoded.personal)
        );
        // A capture with a hole in it does not say that the rest was not kept.
        assert!(before.missing > 0 || before.decoded == after.decoded);
    }
    assert_eq!(before.iter().filter(|evidence| evidence.missing > 0).count(), 1);
}

#[test]
fn a_redacted_capture_can_be_replayed_as_well() {
    let record = mixed();
    let (section, packets) = packets(&record, &[]);
    assert!(section.contains("Requests are redacted"), "{section}");
    let comments: String = packets.iter().map(|packet| packet.comment.as_str()).collect();
    for word in [
        "app: com.miui.browser",
        "name: sa.example (http-host)",
        "finding: ad.xiaomi.com",
        "asked for: a.example",
    ] {
        assert!(comments.contains(word), "{word}: {comments}");
    }
    assert!(comments.contains("its content is here as JSON: base64 at body.data"), "{comments}");
    assert_eq!(replayed(&record).len(), 6);
    assert_eq!(evidence(&record.path("again.db")).len(), 4);
}

#[test]
fn packets_are_in_order_and_their_sums_are_right() {
    let (_, packets) = packets(&mixed(), &["--full"]);
    assert!(packets.is_sorted_by_key(|packet| packet.time) && packets[0].time == NOON + 10);
    assert!(packets.iter().any(|packet| packet.length > packet.bytes.len()));
    for packet in packets.iter().filter(|packet| packet.length == packet.bytes.len()) {
        let sliced = etherparse::SlicedPacket::from_ip(&packet.bytes).unwrap();
        let (net, transport) = (sliced.net.unwrap(), sliced.transport.unwrap());
        if let etherparse::NetSlice::Ipv4(ip) = &net {
            assert_eq!(ip.header().to_header().calc_header_checksum(), ip.header().header_checksum());
        }
        if let (etherparse::NetSlice::Ipv4(ip), etherparse::TransportSlice::Tcp(tcp)) = (&net, &transport) {
            let sum = tcp.to_header().calc_checksum_ipv4(&ip.header().to_header(), tcp.payload()).unwrap();
            assert_eq!(sum, tcp.checksum());
        }
        if let (etherparse::NetSlice::Ipv6(ip), etherparse::TransportSlice::Tcp(tcp)) = (&net, &transport) {
            let sum = tcp.to_header().calc_checksum_ipv6(&ip.header().to_header(), tcp.payload()).unwrap();
            assert_eq!(sum, tcp.checksum());
        }
    }
}

/// The members that HAR 1.2 asks for, each of its type: <https://w3c.github.io/web-performance/specs/HAR/Overview.html>
#[test]
fn a_har_has_the_members_that_it_must_have() {
    let record = mixed();
    for arguments in [&[][..], &["--full"]] {
        let har = har(&record, arguments);
        let log = &har["log"];
        assert_eq!(log["version"], "1.2");
        texts(&log["creator"], &["name", "version"]);
        let entries = log["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 4);
        assert!(entries.is_sorted_by_key(|entry| entry["startedDateTime"].as_str().unwrap().to_owned()));
        entries.iter().for_each(check_entry);
    }
}

fn check_entry(entry: &Value) {
    assert_eq!((&entry["time"], &entry["cache"]), (&0.into(), &serde_json::json!({})));
    for phase in ["send", "wait", "receive"] {
        assert!(entry["timings"][phase].as_i64().unwrap() >= 0);
    }
    let (request, response) = (&entry["request"], &entry["response"]);
    texts(request, &["method", "url", "httpVersion"]);
    texts(response, &["statusText", "httpVersion", "redirectURL", "comment"]);
    assert_eq!((&response["status"], &response["content"]["size"]), (&0.into(), &0.into()));
    texts(&response["content"], &["mimeType"]);
    for message in [request, response] {
        assert!(message["headersSize"].is_i64() && message["bodySize"].is_i64(), "{message}");
        check_pairs(&message["headers"]);
        check_pairs(&message["cookies"]);
    }
    check_pairs(&request["queryString"]);
    assert!(request["url"].as_str().unwrap().starts_with("http://sa.example"), "{request}");
    if let Some(data) = request.get("postData") {
        texts(data, &["mimeType", "text"]);
        assert_eq!(request["bodySize"], data["text"].as_str().unwrap().len());
    }
    assert!(entry.as_object().unwrap().keys().all(|name| {
        let standard = ["startedDateTime", "time", "request", "response", "cache", "timings", "connection"];
        name.starts_with('_')
            || standard.contains(&name.as_str())
            || matches!(name.as_str(), "comment" | "serverIPAddress")
    }));
}

fn texts(object: &Value, names: &[&str]) {
    assert!(names.iter().all(|name| object[name].is_string()), "{names:?}: {object}");
}

fn check_pairs(pairs: &Value) {
    pairs.as_array().unwrap().iter().for_each(|pair| texts(pair, &["name", "value"]));
}

#[test]
fn a_har_says_what_was_sent() {
    let har = har(&mixed(), &["--full"]);
    let entries = har["log"]["entries"].as_array().unwrap();
    let post = &entries[0]["request"];
    assert_eq!(
        (&post["method"], &post["url"]),
        (&"POST".into(), &"http://sa.example/sa?project=default".into())
    );
    assert_eq!(post["queryString"], serde_json::json!([{ "name": "project", "value": "default" }]));
    assert_eq!(post["cookies"][0], serde_json::json!({ "name": "sid", "value": SECRETS[2] }));
    assert!(post["postData"]["text"].as_str().unwrap().starts_with("crc=363297471&data="), "{post}");
    assert_eq!(entries[1]["request"]["url"], "http://sa.example:8106/track");
    assert_eq!(entries[1]["serverIPAddress"], "2001:db8::1");
    assert!(
        entries[2]["request"]["queryString"][0]["value"].as_str().unwrap().starts_with("{\"distinct_id\"")
    );
    assert!(entries[3]["comment"].as_str().unwrap().contains("bytes of the body passed but were not kept"));
}

#[test]
fn a_body_that_is_no_text_is_in_base64() {
    let record = bytes();
    let data =
        |arguments: &[&str]| har(&record, arguments)["log"]["entries"][0]["request"]["postData"].clone();
    let full = data(&["--full"]);
    assert_eq!((&full["text"], &full["encoding"]), (&"//4AAQ==".into(), &"base64".into()));
    let redacted = data(&[]);
    assert!(redacted["text"].as_str().unwrap().starts_with("[bytes: 4, "), "{redacted}");
    assert_eq!(redacted.get("encoding"), None);
}
