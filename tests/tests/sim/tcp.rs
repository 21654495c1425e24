//! TCP over bad links, with every mixture of endings: what goes in comes out, and nothing stays behind.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use telltale_core::event::{Close, FlowRecord, Owner};
use telltale_core::limits::TCP_IDLE;
use telltale_core::monitor::RemoteError;
use telltale_core::packet::FiveTuple;
use telltale_tests::sim::app::{Client, Plan, Shut};
use telltale_tests::sim::link::Quality;
use telltale_tests::sim::network::Outside;
use telltale_tests::sim::remote::{Answer, End, Remote, Script};
use telltale_tests::sim::{Network, Rng, Time, ms, secs};

/// Runs `simulate` for every seed of `seeds` and says which one failed.
fn each_seed(seeds: std::ops::Range<u64>, mut simulate: impl FnMut(u64)) {
    for seed in seeds {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| simulate(seed))) {
            eprintln!("failed with seed {seed}");
            resume_unwind(panic);
        }
    }
}

/// One server per client, at its own port.
struct Servers {
    scripts: Vec<Script>,
    rng: Rng,
}

/// Runs of the simulation, each with up to five connections.
const SEEDS: u64 = 400;

const FIRST_PORT: u16 = 8000;

impl Outside for Servers {
    fn script(&mut self, to: SocketAddr) -> Script {
        self.scripts[usize::from(to.port() - FIRST_PORT)]
    }

    fn owner(&mut self, _: &FiveTuple) -> Option<(Time, Option<Owner>)> {
        let owner = Owner { uid: Some(10_001), ..Owner::default() };
        let after = ms(self.rng.pick(&[0, 5, 200, 1500, 30_000]));
        self.rng.chance(700).then_some((after, Some(owner)))
    }
}

fn plan(index: u16, rng: &mut Rng) -> (Plan, Script) {
    let size = |rng: &mut Rng| match rng.below(5) {
        0 => 0,
        1 => 1,
        2 => rng.below(3000),
        3 => rng.below(60_000),
        _ => rng.below(400_000),
    };
    let (upload, download) = (size(rng), size(rng));
    // Either may wait for the other, but not both.
    let (shut, end) = rng.pick(&[
        (Shut::WhenSent, End::WhenSent),
        (Shut::WhenSent, End::AfterApp),
        (Shut::AfterServer, End::WhenSent),
        (Shut::Reset(upload / 2), End::WhenSent),
        (Shut::Reset((upload + download) / 2), End::Never),
        (Shut::AfterServer, End::Reset(download / 2)),
        (Shut::WhenSent, End::Reset((upload + download) / 2)),
    ]);
    let chunk =
        |rng: &mut Rng, total: usize| rng.pick(&[total / 500 + 1, total / 50 + 1, 1400, 20_000, 65_536]);
    let failures = [
        RemoteError::Refused,
        RemoteError::NetworkUnreachable,
        RemoteError::HostUnreachable,
        RemoteError::Prohibited,
    ];
    let answer = if rng.chance(50) { Answer::Fails(rng.pick(&failures)) } else { Answer::Accepts };
    let (from, to) =
        if rng.chance(500) { ("10.111.222.1", "198.51.100.7") } else { ("fd00::1", "2001:db8::7") };
    let socket = |ip: &str, port| SocketAddr::new(ip.parse().expect("an address"), port);
    let plan = Plan {
        from: socket(from, 40_000 + index),
        to: socket(to, FIRST_PORT + index),
        start: ms(rng.within(0..=300)),
        upload,
        shut,
        chunk: chunk(rng, upload),
        reads_from: ms(rng.pick(&[0, 0, 0, 400, 6_000])),
    };
    let script = Script {
        answer,
        after: ms(rng.pick(&[0, 10, 900])),
        download,
        end,
        chunk: chunk(rng, download),
        balks: rng.pick(&[0, 50, 400]),
        takes_from: ms(rng.pick(&[0, 0, 0, 400, 6_000])),
    };
    (plan, script)
}

#[test]
fn what_goes_in_comes_out_and_nothing_stays_behind() {
    let mut stuck = 0;
    each_seed(0..SEEDS, |seed| {
        let mut rng = Rng::new(seed);
        let count = u16::try_from(rng.within(1..=5)).expect("few");
        let (plans, scripts): (Vec<_>, Vec<_>) = (0..count).map(|index| plan(index, &mut rng)).unzip();
        let quality = Quality::random(&mut rng);
        let is_orderly = quality.loss == 0 && quality.duplicate == 0 && quality.delay.0 == quality.delay.1;
        let mut network = Network::new(seed, &plans, quality, Servers { scripts, rng });
        let is_over = network.run(3 * TCP_IDLE, Network::is_over);
        assert!(
            is_over,
            "after {:?}: {:#?} {:#?}",
            network.now,
            network.apps.clients,
            network.open().collect::<Vec<_>>()
        );
        assert!(network.monitor.is_empty_handed());
        assert_eq!(network.open().count(), 0, "sockets are left open");
        // Owners that are late, packets that were doubled, and timers of flows that are gone.
        let end = network.now + TCP_IDLE + secs(100);
        network.run(end, |_| false);
        assert_eq!(network.monitor.flow_count(), 0);
        assert_eq!(network.monitor.poll_timeout(), None, "a timer without a flow");
        for client in &network.apps.clients {
            let remote = &network
                .closed
                .iter()
                .find(|(remote, _)| remote.to == client.plan.to && network.is_first(remote));
            let (remote, reset) = remote.as_ref().expect("a connection");
            let record = network.records().find(|record| record.responder == client.plan.to.into());
            stuck += u32::from(check(client, remote, *reset, record.expect("a record"), is_orderly));
        }
    });
    assert!(u64::from(stuck) < SEEDS / 20, "{stuck} connections got stuck");
}

/// What holds of a connection once it is over. Says whether it got stuck with all bytes delivered: smoltcp's fast
/// retransmission (0.14) stops its timer even where only a FIN is outstanding. That takes three duplicate
/// acknowledgements, which a link that keeps every packet in its place never causes.
fn check(client: &Client, remote: &Remote, reset: bool, record: &FlowRecord, is_orderly: bool) -> bool {
    let Plan { upload, shut, .. } = client.plan;
    let Script { answer, download, end, .. } = remote.script;
    assert_eq!(
        (record.counters.bytes_up, record.counters.bytes_down),
        (count(remote.taken), count(remote.given))
    );
    assert!(client.read <= remote.given && remote.taken <= client.written);
    if let Answer::Fails(error) = answer {
        let close = if error == RemoteError::Refused { Close::Refused } else { Close::Unreachable };
        assert_eq!(record.close, close);
        assert_eq!(client.error, icmp_of(error, client.plan.to.is_ipv4()));
        assert!(!client.was_connected && client.saw_reset == (error == RemoteError::Refused));
        return false;
    }
    let is_clean = !matches!(shut, Shut::Reset(_)) && !matches!(end, End::Reset(_));
    if is_clean {
        assert_eq!(
            (remote.taken, client.read),
            (upload, download),
            "bytes are missing: {client:#?} {remote:#?}"
        );
        if record.close == Close::Idle && !is_orderly {
            return true;
        }
        assert_eq!(record.close, Close::Fin, "{client:#?} {remote:#?}");
        assert!(client.saw_end && remote.saw_end && !client.saw_reset && !reset);
    } else if client.saw_reset && record.close != Close::Idle {
        assert_eq!(record.close, Close::Reset);
        assert!(remote.has_reset, "nobody reset the connection");
    }
    false
}

/// Type and code by which an app hears of a failure (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1).
fn icmp_of(error: RemoteError, is_v4: bool) -> Option<(u8, u8)> {
    let (v4, v6) = match error {
        RemoteError::NetworkUnreachable => (0, 0),
        RemoteError::HostUnreachable => (1, 3),
        RemoteError::Prohibited => (13, 1),
        RemoteError::Refused | RemoteError::TimedOut | RemoteError::ProtocolUnreachable => return None,
    };
    Some(if is_v4 { (3, v4) } else { (1, v6) })
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).expect("64 bits hold a length")
}
