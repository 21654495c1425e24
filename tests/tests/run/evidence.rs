//! Programs that upload in the clear, in the forms that phones used, and what the record makes of it.

use std::fs;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::{Desk, Run, named};

pub(super) const PAGE: &str = "https://example.org/private?page=1";
const WORDS: &str = "symptoms of a cold";
const DEVICE: &str = "9774d56d682e549c";
const ACCOUNT: &str = "1234567890";

/// What Sensors Analytics calls the hash of its upload: Java's `String.hashCode`.
fn java_hash(text: &str) -> i32 {
    text.bytes().fold(0_i32, |hash, byte| hash.wrapping_mul(31).wrapping_add(i32::from(byte)))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A flush of two events, as the Android SDK of Sensors Analytics sends it.
pub(super) fn sensors() -> String {
    let events = format!(
        r#"[{{"type":"track","event":"page_load_event_start","time":1588300000000,"distinct_id":"{DEVICE}","lib":{{"$lib":"Android"}},"properties":{{"url":"{PAGE}","uuid":"{DEVICE}"}}}},{{"type":"track","event":"search","time":1588300001000,"distinct_id":"{DEVICE}","login_id":"{ACCOUNT}","properties":{{"search_word":"{WORDS}","used_searchengine":"example"}}}}]"#
    );
    let list = STANDARD.encode(gzip(&events));
    let crc = java_hash(&list);
    let escaped = list.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("crc={crc}&gzip=1&data_list={escaped}")
}

/// An upload of the older analytics app: URL-safe base64 of JSON.
fn track() -> String {
    let events = format!(
        r#"{{"H":{{"st":1588300000000,"imei":"490154203237518"}},"B":[{{"H":{{}},"B":{{"url":"{PAGE}"}}}}]}}"#
    );
    format!("value={}&ts=1588300000000&nonce=1&sign=2", URL_SAFE_NO_PAD.encode(events))
}

/// The vector of `docs/decoding.md`: its key is made of what is sent beside it.
fn mistat() -> String {
    let device = "AB".repeat(20);
    format!(
        "app_id=2882303761500000000&app_key=5000000000000&device_id={device}&channel=x&policy=0&interval=0&mistatv=3&size=1\
         &sign=2&version=1&stat_value=48cd5b1b4f7e15a1f0f789f8b269362d5e9e26e62f52d7c59631dbd4676ddd7c"
    )
}

/// Watches one upload of `body` to `address` by curl, with these further options.
fn upload(desk: &Desk, address: &str, body: &[u8], options: &str) -> Run {
    fs::write(desk.path("body"), body).unwrap();
    desk.watch(&format!("curl -sS {options} --data-binary @body '{address}'"))
}

fn personal(evidence: &Value, kind: &str) -> Vec<String> {
    let of_kind = evidence["personal"].as_array().unwrap().iter().filter(|found| found["kind"] == kind);
    of_kind.map(|found| found["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_sent_in_the_clear_is_read() {
    let desk = Desk::new();
    upload(
        &desk,
        "http://sa.api.intl.miui.com/sa?project=global_browser_mini&r=IN",
        sensors().as_bytes(),
        "",
    );
    upload(
        &desk,
        "http://tracking.miui.com/track/v1",
        track().as_bytes(),
        "-H 'gzip: 0' -H 'Transfer-Encoding: chunked'",
    );
    upload(&desk, "http://data.mistat.xiaomi.com/mistats/v2", mistat().as_bytes(), "");
    upload(
        &desk,
        "http://alog.umeng.com/app_logs",
        &[0; 40],
        "-H 'X-Umeng-UTC: 1588300000000' -H 'X-Umeng-Sdk: Android/1.0 app/2 Redmi/9 A' -H 'Msg-Type: envelope/json' -H 'Content-Type: envelope/json'",
    );

    let rows = desk.rows("evidence");
    let of = |format: &str| {
        rows.iter().find(|row| row["format"] == format).unwrap_or_else(|| panic!("no {format} in {rows:#?}"))
    };
    let sensors = of("sensors");
    assert_eq!((&sensors["host"], &sensors["party"]), (&"sa.api.intl.miui.com".into(), &"Xiaomi".into()));
    assert!(sensors["owner"]["process"].as_str().unwrap().ends_with("/curl"), "{sensors:#?}");
    assert_eq!(personal(sensors, "visited-address"), [PAGE], "{sensors:#?}");
    assert_eq!(personal(sensors, "search-words"), [WORDS], "{sensors:#?}");
    assert_eq!(personal(sensors, "account-id"), [ACCOUNT], "{sensors:#?}");
    assert!(sensors.to_string().contains(DEVICE), "{sensors:#?}");
    let layers: Vec<_> =
        sensors["layers"].as_array().unwrap().iter().map(|layer| layer["name"].clone()).collect();
    assert!(layers.windows(3).any(|window| window == ["base64", "gzip", "json"]), "{layers:?}");

    let track = of("track-v1");
    assert_eq!(personal(track, "visited-address"), [PAGE], "{track:#?}");
    assert_eq!(personal(track, "imei"), ["490154203237518"], "{track:#?}");
    assert!(of("mistat-v2").to_string().contains("mistat_basic"), "{:#?}", of("mistat-v2"));
    assert_eq!(of("umeng")["host"], "alog.umeng.com");
}

/// What a phone says first to Xiaomi's push service (docs/decoding.md): a frame with a header and fields, and its sum.
fn mipush() -> Vec<u8> {
    let field = |number: u8, value: &str| {
        [&[number << 3 | 2, u8::try_from(value.len()).unwrap()], value.as_bytes()].concat()
    };
    let header = field(5, "CONN");
    let content =
        [field(2, "Redmi Note 9 Pro"), field(3, "V12.0.3.0"), field(7, "app.chat.global.xiaomi.net")]
            .concat();
    let lengths = [
        &[0, 2, 0, u8::try_from(header.len()).unwrap(), 0, 0, 0],
        &[u8::try_from(content.len()).unwrap()][..],
    ];
    let body = [lengths.concat(), header, content].concat();
    let frame = [&[0xc2, 0xfe, 0, 5, 0, 0, 0, u8::try_from(body.len()).unwrap()], &body[..]].concat();
    let sum = frame.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65521;
        (low, (high + low) % 65521)
    });
    [frame, (sum.1 << 16 | sum.0).to_be_bytes().to_vec()].concat()
}

#[test]
fn what_the_push_service_is_told_in_the_clear_is_read() {
    let desk = Desk::new();
    fs::write(desk.path("frame"), mipush()).unwrap();
    // No server of the world speaks it: curl is told to give up.
    desk.watch(&format!("curl -sS --max-time 1 telnet://{}:80 < frame || true", named(18)));
    let [row] = &desk.rows("evidence")[..] else { panic!("one is kept") };
    assert_eq!(
        (&row["format"], &row["method"], &row["host"]),
        (&"mipush".into(), &"CONN".into(), &"app.chat.global.xiaomi.net".into())
    );
    assert_eq!(personal(row, "phone-model"), ["Redmi Note 9 Pro"], "{row:#?}");
    desk.ask(&["export", "--format", "har", "--quiet", "requests.har"]);
    let har = fs::read_to_string(desk.path("requests.har")).unwrap();
    assert!(har.contains("entries") && !har.contains("CONN"), "it is no request of HTTP: {har}");
}

#[test]
fn a_table_shows_what_is_personal_and_a_redacted_one_no_more() {
    let desk = Desk::new();
    let address = "http://sa.api.intl.miui.com/sa?project=p";
    for _ in 0..2 {
        upload(&desk, address, sensors().as_bytes(), "");
    }
    let table = desk.ask(&["evidence"]);
    assert!(table.contains("Sensors Analytics upload") && table.contains("search words"), "{table}");
    let rows = desk.rows("evidence");
    let links = rows[0]["links"].as_array().unwrap();
    assert!(links.iter().all(|link| link["requests"] == 2) && !links.is_empty(), "{links:#?}");
    let redacted = desk.ask(&["evidence", "--redact", "--json"]);
    for secret in ["private", "symptoms", DEVICE, ACCOUNT, "project=p"] {
        assert!(!redacted.contains(secret), "{secret} in {redacted}");
    }
    assert!(redacted.contains("search-words"), "{redacted}");
}

#[test]
fn nothing_is_kept_unless_it_may_be() {
    let desk = Desk::new();
    fs::write(desk.path("body"), sensors()).unwrap();
    let script = "curl -sS --data-binary @body http://sa.api.intl.miui.com/sa?project=p";
    assert_eq!(desk.watch_with(&[], &["--no-evidence"], script).status, 0);
    assert_eq!(desk.rows("evidence"), [] as [Value; 0]);
    assert_eq!(desk.watch_with(&[], &["--evidence-size", "40"], script).status, 0);
    let rows = desk.rows("evidence");
    assert_eq!(rows[0]["missing"].as_u64().unwrap() + 40, rows[0]["bytes"].as_u64().unwrap());
}
