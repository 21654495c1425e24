//! Records to take away.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use telltale_core::event::{
    Application, Close, Counters, Event, Finding, FlowId, FlowRecord, GapReason, Name, Owner, Provenance,
    Tier, Timestamp, Tls,
};
use telltale_core::packet::Protocol;
use telltale_core::sniff::{
    CaptureBudget, CaptureLimits, Direction, KeptRequest, Sighting, Sniffer, StreamSniffer,
};
use telltale_core::store::{StoreConfig, Writer};

/// 2026-03-01T12:00:00Z.
pub(crate) const NOON: i64 = 1_772_366_400_000;

/// What must not leave unasked: an identifier, a page and a word nobody knows.
pub(crate) const SECRETS: [&str; 3] = ["9774d56d682e549c", "private.example", "s3cretword"];

/// A record in a directory of its own.
pub(crate) struct Record(pub(crate) tempfile::TempDir);

impl Record {
    pub(crate) fn of(events: impl FnOnce(u32) -> Vec<Event>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = StoreConfig { clock: || Timestamp(NOON + 3_600_000), ..StoreConfig::default() };
        let writer = Writer::open(directory.path().join("t.db"), config).unwrap();
        for event in events(writer.session()) {
            writer.record(event);
        }
        writer.flush();
        writer.close(GapReason::NotRunning);
        Self(directory)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path("t.db")
    }
}

/// Flows of every kind; three of them sent something in the clear, side by side.
pub(crate) fn mixed() -> Record {
    Record::of(|session| {
        let sensors = http(flow(session, 1, "10.0.0.2:40001", "192.0.2.1:80"));
        let track = http(flow(session, 2, "[2001:db8::2]:40002", "[2001:db8::1]:8106"));
        let cut = http(flow(session, 3, "10.0.0.2:40003", "192.0.2.3:80"));
        let mut events = vec![
            sent(&sensors, 100, &post()),
            sent(&track, 150, &chunked()),
            sent(&sensors, 200, &pixel()),
            sent_within(40, &cut, 250, &long()),
        ];
        let others = [sensors, track, cut, look_up(session), echo(session), hidden(session)];
        events.extend(others.into_iter().map(|flow| Event::FlowClosed(Box::new(flow))));
        events
    })
}

pub(crate) fn flow(session: u32, sequence: u32, from: &str, to: &str) -> FlowRecord {
    let start = NOON + i64::from(sequence) * 10;
    let endpoint = |text: &str| text.parse::<SocketAddr>().unwrap().into();
    FlowRecord {
        id: FlowId::new(session, sequence),
        start: Timestamp(start),
        end: Timestamp(start + 1_000),
        protocol: Protocol::Tcp,
        originator: endpoint(from),
        responder: endpoint(to),
        owner: Some(Owner {
            uid: Some(10_123),
            packages: vec!["com.miui.browser".into(), "com.miui.core".into()],
            ..Owner::default()
        }),
        name: None,
        application: None,
        tls: None,
        hidden: None,
        party: None,
        country: None,
        asn: None,
        finding: None,
        expected: None,
        questions: Vec::new(),
        counters: Counters { bytes_up: 1_234, bytes_down: 56_789, packets_up: 12, packets_down: 48 },
        close: Close::Fin,
    }
}

fn http(mut flow: FlowRecord) -> FlowRecord {
    let name = Name {
        host: "sa.example".into(),
        provenance: Provenance::HttpHost,
        ech: false,
        candidates: Vec::new(),
    };
    flow.name = Some(name);
    flow.application = Some(Application::Http);
    flow
}

fn look_up(session: u32) -> FlowRecord {
    let mut flow = flow(session, 4, "10.0.0.2:40004", "10.0.0.53:53");
    flow.protocol = Protocol::Udp;
    flow.questions = vec!["a.example".into(), "b.example".into()];
    flow.owner = None;
    flow.close = Close::Idle;
    flow
}

fn echo(session: u32) -> FlowRecord {
    let mut flow = flow(session, 5, "[2001:db8::2]:7", "[2001:db8::1]:0");
    flow.protocol = Protocol::Icmp;
    flow
}

/// With u64::MAX / 2 bytes, the most that a record can count.
fn hidden(session: u32) -> FlowRecord {
    let mut flow = flow(session, 6, "10.0.0.2:40006", "192.0.2.6:443");
    flow.name = Some(Name {
        host: "sdkconfig.ad.xiaomi.com".into(),
        provenance: Provenance::TlsSni,
        ech: true,
        candidates: vec!["x.example".into(), "y.example".into()],
    });
    flow.tls = Some(Tls { version: Some("1.3".into()), alpn: vec!["h2".into()] });
    flow.asn = Some(u32::MAX);
    flow.party = Some("Xiaomi".into());
    flow.finding = Some(Finding {
        rule: "ad.xiaomi.com".into(),
        category: "ads".into(),
        tier: Tier::A,
        why: "Fetches \"advertisements\", all the time.".into(),
        citation: "miui-2024".into(),
    });
    flow.counters.bytes_down = u64::MAX / 2;
    flow.close = Close::Open;
    flow
}

fn event() -> String {
    let [device, page, word] = SECRETS;
    format!(
        r#"{{"distinct_id":"u1","type":"track","event":"page","time":1588300000000,"properties":{{"$url":"https://{page}/","$device_id":"{device}","odd":"{word} and more"}}}}"#
    )
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A form with a batch that is in base64.
fn post() -> String {
    let batch = data_encoding::BASE64.encode(event().as_bytes());
    let body = format!("crc=363297471&data={}", percent(&batch));
    let length = body.len();
    format!(
        "POST /sa?project=default HTTP/1.1\r\nHost: sa.example\r\nCookie: sid={}; b=c\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}",
        SECRETS[2]
    )
}

/// A form that is longer than what is kept of it.
fn long() -> String {
    let body = format!("imei=490154203237518&more={}", "x".repeat(100_000));
    format!("POST /long HTTP/1.1\r\nHost: sa.example\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn pixel() -> String {
    format!("GET /sa.gif?data={} HTTP/1.1\r\nHost: sa.example\r\n\r\n", percent(&event()))
}

fn chunked() -> String {
    let body = event();
    let (head, tail) = body.split_at(100);
    format!(
        "POST /track HTTP/1.1\r\nHost: sa.example:8106\r\nTransfer-Encoding: chunked\r\nContent-Type: \
         application/json\r\n\r\n{:x}\r\n{head}\r\n{:x}\r\n{tail}\r\n0\r\n\r\n",
        head.len(),
        tail.len()
    )
}

fn sent(flow: &FlowRecord, millis: i64, request: &str) -> Event {
    sent_within(CaptureLimits::default().per_request, flow, millis, request)
}

/// The same, of which only so many bytes of the body are kept.
fn sent_within(limit: usize, flow: &FlowRecord, millis: i64, request: &str) -> Event {
    let limits = CaptureLimits { per_request: limit, ..CaptureLimits::default() };
    let request = kept(request.as_bytes(), limits);
    Event::Request { flow: Box::new(flow.clone()), time: Timestamp(NOON + millis), request }
}

/// A request to a collector whose body is no text.
pub(crate) fn bytes() -> Record {
    Record::of(|session| {
        let flow = FlowRecord { protocol: Protocol::Tcp, ..hidden(session) };
        let request = b"POST /b HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\n\r\n\xff\xfe\x00\x01";
        let request = kept(request, CaptureLimits::default());
        let time = Timestamp(NOON + 100);
        vec![Event::Request { flow: Box::new(flow), time, request }]
    })
}

fn kept(request: &[u8], limits: CaptureLimits) -> Box<KeptRequest> {
    let mut sniffer = StreamSniffer::keeping(CaptureBudget::new(limits), 80);
    let mut requests = Vec::new();
    sniffer.read(Direction::Up, request, |sighting| {
        if let Sighting::Request(request) = sighting {
            requests.push(request);
        }
    });
    requests.pop().unwrap()
}

/// What is at `path`, read whole.
pub(crate) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
