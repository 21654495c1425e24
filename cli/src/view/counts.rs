//! The counter line.

use std::sync::atomic::{AtomicU64, Ordering};

use telltale_core::event::{Coverage, FlowRecord};

use crate::rows::{bytes, percent};

/// How many flows ended, and of what kind. The data plane counts, the screen reads.
#[derive(Default)]
pub(crate) struct Counts {
    talk: Tally,
    /// Of `talk`.
    named: Tally,
    look_ups: Tally,
    /// Of `look_ups`.
    hidden: Tally,
    findings: AtomicU64,
}

/// Flows and their bytes.
#[derive(Default)]
struct Tally {
    flows: AtomicU64,
    bytes: AtomicU64,
}

impl Tally {
    fn add(&self, flow: &FlowRecord) {
        self.flows.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(flow.counters.bytes_up + flow.counters.bytes_down, Ordering::Relaxed);
    }

    fn flows(&self) -> u64 {
        self.flows.load(Ordering::Relaxed)
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Counts {
    /// Counts a flow that ended.
    pub(crate) fn add(&self, flow: &FlowRecord) {
        self.findings.fetch_add(u64::from(flow.finding.is_some()), Ordering::Relaxed);
        let coverage = flow.coverage();
        let (kind, part) = if coverage.is_look_up() {
            (&self.look_ups, (coverage == Coverage::HiddenLookUp).then_some(&self.hidden))
        } else {
            (&self.talk, coverage.is_named().then_some(&self.named))
        };
        kind.add(flow);
        if let Some(part) = part {
            part.add(flow);
        }
    }

    /// All of them in one line.
    pub(crate) fn line(&self) -> String {
        let flows = counted(self.talk.flows(), "flow");
        let look_ups = counted(self.look_ups.flows(), "look-up");
        let hidden = match self.hidden.flows() {
            0 => String::new(),
            hidden => format!(" ({hidden} hidden)"),
        };
        let findings = counted(self.findings.load(Ordering::Relaxed), "finding");
        let total = bytes(self.talk.bytes() + self.look_ups.bytes());
        format!("{flows} ended{}, {look_ups}{hidden}, {findings}, {total}", self.share())
    }

    /// How much of the talk has a host name, however it was come by.
    fn share(&self) -> String {
        match (percent(self.named.flows(), self.talk.flows()), percent(self.named.bytes(), self.talk.bytes()))
        {
            (Some(flows), Some(bytes)) => format!(" ({flows} with a host name, {bytes} of bytes)"),
            (Some(flows), None) => format!(" ({flows} with a host name)"),
            (None, _) => String::new(),
        }
    }
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

    #[test]
    fn nothing_has_no_share() {
        assert_eq!(Counts::default().line(), "0 flows ended, 0 look-ups, 0 findings, 0 B");
    }
}
