//! One session with a bit of everything; what is told of it is kept as a snapshot.

use std::net::SocketAddr;

use telltale_core::event::{Event, Owner};
use telltale_core::monitor::{Outgoing, RemoteError};
use telltale_core::packet::FiveTuple;
use telltale_tests::sim::app::{Plan, Shut};
use telltale_tests::sim::bench::{TUNNEL_DNS, socket};
use telltale_tests::sim::link::Quality;
use telltale_tests::sim::network::Outside;
use telltale_tests::sim::remote::{Answer, End, Script};
use telltale_tests::sim::{Network, Time, ms, secs, wire};

use crate::app;

/// A look-up of `sj.datasink.sensorsdata.cn`, as far as query and answer agree, and the answer's record.
const NAME: &[u8] = b"\x02sj\x08datasink\x0bsensorsdata\x02cn\x00\x00\x01\x00\x01";
const ANSWER: &[u8] = &[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, 7];

const TRACKER: &str = "198.51.100.7:8106";
const CLOSED: &str = "198.51.100.8:80";
const NOWHERE: &str = "[2001:db8:bad::1]:443";
const RESETTING: &str = "[2001:db8::9]:5222";

struct World;

impl Outside for World {
    fn script(&mut self, to: SocketAddr) -> Script {
        let answers = Script {
            answer: Answer::Accepts,
            after: ms(30),
            download: 20_000,
            end: End::AfterApp,
            chunk: 1448,
            balks: 100,
            takes_from: Time::ZERO,
        };
        match to {
            _ if to == socket(CLOSED) => Script { answer: Answer::Fails(RemoteError::Refused), ..answers },
            _ if to == socket(NOWHERE) => {
                Script { answer: Answer::Fails(RemoteError::NetworkUnreachable), ..answers }
            }
            _ if to == socket(RESETTING) => Script { end: End::Reset(5000), ..answers },
            _ => answers,
        }
    }

    /// The resolver answers each question with the tracker's address; nobody else answers.
    fn reply(&mut self, outgoing: &Outgoing, payload: &[u8]) -> Option<(Time, SocketAddr, Vec<u8>)> {
        let id = payload.get(..2)?;
        let answer = [id, &[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], NAME, ANSWER].concat();
        (outgoing.to.port() == 53).then(|| (ms(12), outgoing.to, answer))
    }

    /// One app is known, another only late, a third never.
    fn owner(&mut self, tuple: &FiveTuple) -> Option<(Time, Option<Owner>)> {
        let owner = Owner { uid: Some(10_042), packages: vec!["com.example.app".into()], ..Owner::default() };
        match tuple.originator.port() {
            40_000 | 40_001 => Some((ms(40), Some(owner))),
            40_002 => Some((secs(3), Some(owner))),
            _ => None,
        }
    }
}

fn plan(from: &str, to: &str, start: Time) -> Plan {
    Plan {
        from: socket(from),
        to: socket(to),
        start,
        upload: 3000,
        shut: Shut::WhenSent,
        chunk: 1000,
        reads_from: Time::ZERO,
    }
}

#[test]
fn a_session_of_a_bit_of_everything() {
    let plans = [
        plan("10.111.222.1:40001", TRACKER, ms(100)),
        plan("10.111.222.1:40002", CLOSED, ms(700)),
        plan("[fd00::1]:40003", NOWHERE, ms(800)),
        plan("[fd00::1]:40004", RESETTING, ms(1500)),
    ];
    let mut network = Network::new(1, &plans, Quality::PERFECT, World);
    let question = [&[0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], NAME].concat();
    network.send(&wire::udp(app(), socket(TUNNEL_DNS), &question));
    network.send(&wire::echo(app().ip(), socket(CLOSED).ip(), 7, 1, b"ping"));
    network.run(secs(100), |_| false);
    network.send(&wire::udp(app(), socket(CLOSED), b"nobody answers"));
    network.run(secs(101), |_| false);
    network.finish();
    let told: Vec<String> = network.events.iter().map(line).collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// An event in one line: its kind, then what the record says, as JSON.
fn line(event: &Event) -> String {
    let (kind, json) = match event {
        Event::Finding(record) => ("finding", serde_json::to_string(record)),
        Event::FlowUpdated(record) => ("updated", serde_json::to_string(record)),
        Event::FlowClosed(record) => ("closed ", serde_json::to_string(record)),
        Event::Request { flow, .. } => ("request", serde_json::to_string(&flow.id)),
        Event::Notice(notice) => ("notice ", serde_json::to_string(notice)),
        Event::OwnerWanted { flow, .. } => ("wanted ", serde_json::to_string(flow)),
    };
    format!("{kind} {}", json.expect("plain data"))
}
