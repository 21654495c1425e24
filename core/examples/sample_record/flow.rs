//! The habits of a week spread over its hours, and each made a flow.

use std::net::IpAddr;
use std::sync::Arc;

use telltale_core::event::{
    Application, Close, Counters, Endpoint, FlowId, FlowRecord, Hidden, Name, Owner, Provenance, Timestamp,
};
use telltale_core::packet::Protocol;
use telltale_core::rules::RuleSet;

use super::habits::{APPS, Habit, Kind, NOBODY};
use super::random::Random;
use super::{DAY, HOUR};

/// A flow that will have been.
pub(crate) struct Flow {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    owner: Option<Owner>,
    habit: Habit,
    counters: Counters,
    close: Close,
}

/// Flows in the order of their start.
pub(crate) struct Flows(std::vec::IntoIter<Flow>);

impl Flows {
    /// The seven days before `now`; with `wanted` as many flows as that, or nearly.
    pub(crate) fn of_a_week(now: i64, wanted: Option<u32>) -> Self {
        let owned = APPS.iter().flat_map(|app| app.habits.iter().map(move |habit| (Some(app), habit)));
        let habits: Vec<_> = owned.chain(NOBODY.iter().map(|habit| (None, habit))).collect();
        let usual: u32 = habits.iter().map(|(_, habit)| habit.a_day * 7).sum();
        let times = wanted.map_or(1, |wanted| wanted.div_ceil(usual));
        let mut flows = Vec::new();
        for (seed, (app, habit)) in (0..).zip(habits) {
            let owner = app.map(|app| owner(app.uid, app.packages));
            let mut random = Random::new(seed);
            for day in 0..=7 {
                let midnight = now.div_euclid(DAY) * DAY - day * DAY;
                let count = random.about(u64::from(habit.a_day * times));
                flows.extend((0..count).map(|_| flow(midnight, *habit, owner.clone(), &mut random)));
            }
        }
        flows.retain(|flow| (now - 7 * DAY..now).contains(&flow.start.0));
        flows.sort_by_key(|flow| flow.start);
        Self(flows.into_iter())
    }
}

impl Iterator for Flows {
    type Item = Flow;

    fn next(&mut self) -> Option<Flow> {
        self.0.next()
    }
}

fn owner(uid: u32, packages: &[&str]) -> Owner {
    let packages = packages.iter().map(|package| Arc::from(*package)).collect();
    Owner { uid: Some(uid), packages, ..Owner::default() }
}

/// A flow of one app that carried `bytes_up` until `end`.
pub(crate) fn single(end: i64, habit: Habit, uid: u32, package: &str, bytes_up: u64) -> Flow {
    let counters = Counters { bytes_up, bytes_down: 180, packets_up: 3 + bytes_up / 1_000, packets_down: 4 };
    let owner = Some(owner(uid, &[package]));
    Flow { start: Timestamp(end - 800), end: Timestamp(end), owner, habit, counters, close: Close::Fin }
}

fn flow(midnight: i64, habit: Habit, owner: Option<Owner>, random: &mut Random) -> Flow {
    let (from, until) = (i64::from(habit.hours.0) * HOUR, i64::from(habit.hours.1) * HOUR);
    let mut below = |limit: i64| random.below(limit.unsigned_abs()).cast_signed();
    let start = midnight + from + below(until - from);
    let end = start + 300 + below(40_000);
    let bytes_up = random.about(habit.bytes_up.into());
    let bytes_down = random.about(habit.bytes_down.into());
    let close = match random.below(25) {
        0 => Close::Reset,
        1 => Close::Timeout,
        2 | 3 => Close::Idle,
        _ => Close::Fin,
    };
    let counters = Counters {
        bytes_up,
        bytes_down,
        packets_up: 3 + bytes_up / 1_000,
        packets_down: 3 + bytes_down / 1_400,
    };
    Flow { start: Timestamp(start), end: Timestamp(end), owner, habit, counters, close }
}

impl Flow {
    /// As the monitor would tell it, with what `rules` say.
    pub(crate) fn record(self, id: FlowId, rules: &RuleSet) -> FlowRecord {
        let kind = self.habit.kind;
        let name = self.name();
        let address = address(&self.habit);
        let verdict = rules.verdict(name.as_ref(), address);
        let port = match (self.habit.provenance == Provenance::HttpHost, kind == Kind::LookUp) {
            (true, _) => 80,
            (false, true) => 53,
            (false, false) => 443,
        };
        FlowRecord {
            id,
            start: self.start,
            end: self.end,
            protocol: self.protocol(),
            originator: Endpoint { address: [198, 18, 0, 1].into(), port: 40_000 },
            responder: Endpoint { address, port },
            owner: self.owner,
            name,
            application: application(kind),
            tls: None,
            hidden: hidden(kind),
            party: verdict.party,
            country: verdict.country,
            asn: verdict.asn,
            finding: verdict.finding,
            expected: verdict.expected,
            questions: self.habit.host.filter(|_| kind == Kind::LookUp).map(Arc::from).into_iter().collect(),
            counters: self.counters,
            close: self.close,
        }
    }

    fn name(&self) -> Option<Name> {
        let host = self.habit.host.filter(|_| self.habit.kind != Kind::LookUp)?;
        let (provenance, ech) = (self.habit.provenance, self.habit.kind == Kind::Ech);
        Some(Name { host: host.into(), provenance, ech, candidates: Vec::new() })
    }

    fn protocol(&self) -> Protocol {
        let over_quic =
            self.habit.provenance == Provenance::QuicSni || hidden(self.habit.kind) == Some(Hidden::Hello);
        if over_quic || self.habit.kind == Kind::LookUp { Protocol::Udp } else { Protocol::Tcp }
    }
}

fn application(kind: Kind) -> Option<Application> {
    match kind {
        Kind::LookUp => Some(Application::Dns),
        Kind::Hidden(_, application) => Some(application),
        Kind::Plain | Kind::Ech | Kind::AtAlibaba => None,
    }
}

fn hidden(kind: Kind) -> Option<Hidden> {
    match kind {
        Kind::Hidden(hidden, _) => Some(hidden),
        Kind::Plain | Kind::Ech | Kind::LookUp | Kind::AtAlibaba => None,
    }
}

/// Addresses for documentation (RFC 5737), one for each host, but for one that was seen in 2021 at Alibaba in Singapore.
fn address(habit: &Habit) -> IpAddr {
    if habit.kind == Kind::AtAlibaba || habit.host == Some("globalapi.ad.xiaomi.com") {
        return [47, 241, 69, 153].into();
    }
    let number = habit.host.unwrap_or_default().bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(31) ^ byte);
    [203, 0, 113, number].into()
}
