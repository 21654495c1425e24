//! The counter line.

use std::sync::atomic::{AtomicU64, Ordering};

use telltale_core::event::FlowRecord;

use crate::rows::bytes;

/// How many flows ended, and of what kind. The data plane counts, the screen reads.
#[derive(Default)]
pub(crate) struct Counts {
    flows: AtomicU64,
    look_ups: AtomicU64,
    named: AtomicU64,
    findings: AtomicU64,
    bytes: AtomicU64,
}

impl Counts {
    /// Counts a flow that ended.
    pub(crate) fn add(&self, flow: &FlowRecord) {
        let add = |counter: &AtomicU64, by: u64| counter.fetch_add(by, Ordering::Relaxed);
        add(if is_look_up(flow) { &self.look_ups } else { &self.flows }, 1);
        add(&self.named, u64::from(flow.name.is_some()));
        add(&self.findings, u64::from(flow.finding.is_some()));
        add(&self.bytes, flow.counters.bytes_up + flow.counters.bytes_down);
    }

    /// All of them in one line.
    pub(crate) fn line(&self) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let flows = counted(read(&self.flows), "flow");
        let look_ups = counted(read(&self.look_ups), "look-up");
        let findings = counted(read(&self.findings), "finding");
        let (named, total) = (read(&self.named), bytes(read(&self.bytes)));
        format!("{flows} ended ({named} with a host name), {look_ups}, {findings}, {total}")
    }
}

/// It asks for addresses of names; what it is for comes as a flow of its own.
fn is_look_up(flow: &FlowRecord) -> bool {
    !flow.questions.is_empty() || flow.responder.port == 53
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_kind_is_singular() {
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "look-up")),
            ["0 look-ups", "1 look-up", "2 look-ups"]
        );
    }
}
