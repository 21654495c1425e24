//! What some of the apps sent in the clear: a few requests a day in the formats of known libraries, and one of an app's
//! own.

use std::io::Write;

use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use telltale_core::event::{Event, FlowId, Provenance, Timestamp};
use telltale_core::rules::RuleSet;
use telltale_core::sniff::{
    CaptureBudget, CaptureLimits, Direction, KeptRequest, Sighting, Sniffer, StreamSniffer,
};
use telltale_core::store::Writer;

use super::flow;
use super::habits::{BROWSER, Habit, Kind};
use super::{DAY, HOUR, MINUTE};

const PORT: u16 = 80;
const ANDROID_ID: &str = "9774d56d682e549c";

/// One request, and who sent it when.
pub(crate) struct Upload {
    pub(crate) time: i64,
    uid: u32,
    package: &'static str,
    host: &'static str,
    head: String,
    body: Vec<u8>,
}

/// Those of the seven days before `now`, in the order of their times.
pub(crate) fn of_a_week(now: i64) -> Vec<Upload> {
    let mut uploads = vec![weather(now - 5 * HOUR), weather(now - 29 * HOUR)];
    for day in 0..7 {
        let from = now - day * DAY;
        uploads.push(visit(from - 47 * MINUTE, day));
        uploads.push(visit(from - 3 * HOUR, day + 1));
        uploads.push(statistics(from - 6 * HOUR - 12 * MINUTE));
    }
    uploads.sort_by_key(|upload| upload.time);
    uploads
}

impl Upload {
    /// Tells `writer` of the request and of its flow, as the monitor would.
    pub(crate) fn write(self, id: FlowId, rules: &RuleSet, writer: &Writer) {
        let habit = Habit {
            host: Some(self.host),
            provenance: Provenance::HttpHost,
            a_day: 0,
            bytes_up: 0,
            bytes_down: 0,
            hours: (0, 24),
            kind: Kind::Plain,
        };
        let bytes = (self.head.len() + self.body.len()) as u64;
        let flow = flow::single(self.time, habit, self.uid, self.package, bytes).record(id, rules);
        if let Some(request) = kept(self.head.as_bytes(), &self.body) {
            writer.record(Event::Request {
                flow: Box::new(flow.clone()),
                time: Timestamp(self.time),
                request,
            });
        }
        writer.record_end(Box::new(flow));
    }
}

/// What a sniffer keeps of a request that passes.
fn kept(head: &[u8], body: &[u8]) -> Option<Box<KeptRequest>> {
    let mut sniffer = StreamSniffer::keeping(CaptureBudget::new(CaptureLimits::default()), PORT);
    let mut kept = None;
    for bytes in [head, body] {
        sniffer.read(Direction::Up, bytes, |sighting| {
            if let Sighting::Request(request) = sighting {
                kept = Some(request);
            }
        });
    }
    kept
}

/// The browser tells of pages through a library of Sensors Analytics.
fn visit(time: i64, number: i64) -> Upload {
    let (page, title, words) = match number % 3 {
        0 => ("https://en.wikipedia.org/wiki/Cystitis", "Cystitis - Wikipedia", "cystitis home remedy"),
        1 => ("https://duckduckgo.com/?q=tenant+rights+mould", "tenant rights mould", "tenant rights mould"),
        _ => ("https://www.example.org/jobs/nurse", "Nurse, night shift", "night shift jobs nearby"),
    };
    let event = |event: &str, time: i64| {
        serde_json::json!({
            "distinct_id": "5f1c9ed6a3b24e0c", "type": "track", "event": event, "time": time,
            "lib": {"$lib": "Android", "$lib_version": "4.0.3", "$lib_method": "code"},
            "properties": {
                "$url": page, "$title": title, "search_word": words, "incognito": number % 2 == 0,
                "$device_id": ANDROID_ID, "$model": "M2003J15SC", "$os_version": "10", "$carrier": "China Mobile",
                "$screen_width": 1080, "$screen_height": 2340, "$network_type": "WIFI", "$is_first_day": false,
            },
        })
    };
    let events = serde_json::json!([event("page_open", time - 9_000), event("page_leave", time - 1_000)]);
    let packed = BASE64.encode(&gzip(events.to_string().as_bytes()));
    let packed = utf8_percent_encode(&packed, NON_ALPHANUMERIC);
    let body = format!("project=global_browser&gzip=1&data_list={packed}");
    post(time, (10_081, BROWSER), "sa.api.intl.miui.com", "/sa", body)
}

/// An app with MiStat inside says what was used, and on which phone.
fn statistics(time: i64) -> Upload {
    let value = serde_json::json!([
        {"category": "mistat_page", "key": "PlayerActivity", "value": 48_210, "timestamp": time - 60_000},
        {"category": "mistat_event", "key": "play", "params": {"song": "Nocturne in E minor"}, "timestamp": time - 20_000},
    ]);
    let value = value.to_string();
    let value = utf8_percent_encode(&value, NON_ALPHANUMERIC);
    let body = format!(
        "app_id=2882303761517406029&app_key=5631740641029&device_id={ANDROID_ID}&channel=default&version=2.10.1&stat_value={value}"
    );
    post(time, (10_123, "com.miui.player"), "data.mistat.xiaomi.com", "/mistats", body)
}

/// An app of somebody else's asks for the weather, with more than it takes.
fn weather(time: i64) -> Upload {
    let target = format!("/v2/forecast?lat=52.5163&lon=13.3777&android_id={ANDROID_ID}&units=metric");
    Upload {
        time,
        uid: 10_171,
        package: "com.example.radar.weather",
        host: "api.radar.example",
        head: format!("GET {target} HTTP/1.1\r\nHost: api.radar.example\r\n\r\n"),
        body: Vec::new(),
    }
}

fn post(
    time: i64,
    (uid, package): (u32, &'static str),
    host: &'static str,
    path: &str,
    body: String,
) -> Upload {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
    );
    Upload { time, uid, package, host, head, body: body.into_bytes() }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Nothing fails that writes into memory.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}
