//! DNS over UDP: a message per datagram.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{DnsMessage, NETBIOS_PORT, is_believed, message};
use crate::event::Application;
use crate::sniff::{Direction, Progress, Sighting, Sniffer};

/// Datagrams in a row that may be something else (a tunnel, a cookie retry) before a flow that was believed to be
/// DNS is given up.
const MAX_MISSES: u8 = 8;

/// Names asked for on one flow that are remembered until the answers come. Most clients use a port for one question,
/// none has more open at once.
const MAX_ASKED: usize = 64;

/// Reads every datagram of a flow with a name server.
pub(in crate::sniff) struct DnsDatagrams {
    port: u16,
    believed: bool,
    misses: u8,
    /// The last names that were asked for, if the questions were seen.
    asked: VecDeque<Arc<str>>,
}

impl DnsDatagrams {
    pub(in crate::sniff) fn new(responder_port: u16) -> Self {
        let asked = VecDeque::new();
        Self { port: responder_port, believed: is_believed(responder_port), misses: 0, asked }
    }

    /// A response that answers none of the questions on its flow is not believed, as no resolver would believe it.
    /// Neighbours answer whom they like.
    fn match_up(&mut self, mut message: DnsMessage) -> DnsMessage {
        if message.application != Application::Dns {
            return message;
        }
        if !message.response {
            self.asked.extend(message.questions.iter().cloned());
            self.asked.drain(..self.asked.len().saturating_sub(MAX_ASKED));
        } else if !self.asked.is_empty() && !message.questions.iter().all(|name| self.asked.contains(name)) {
            (message.questions, message.answers, message.ech) = Default::default();
        }
        message
    }

    fn miss(&mut self) -> Progress {
        self.misses = self.misses.saturating_add(1);
        if self.misses < MAX_MISSES { Progress::NeedMore } else { Progress::NotMine }
    }
}

impl Sniffer for DnsDatagrams {
    fn push(&mut self, direction: Direction, datagram: &[u8]) -> Progress {
        if datagram.is_empty() {
            return Progress::NeedMore;
        }
        let believable = self.believed || direction == Direction::Up && message::is_surely_query(datagram);
        if !believable || self.port == NETBIOS_PORT {
            return Progress::NotMine;
        }
        let Some(message) = message::parse(datagram, self.port) else { return self.miss() };
        (self.believed, self.misses) = (true, 0);
        Progress::Seen(Sighting::Dns(self.match_up(message)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sniff::testing::{query, response};

    #[test]
    fn port_53_is_believed_at_once() {
        let mut sniffer = DnsDatagrams::new(53);
        assert!(matches!(
            sniffer.push(Direction::Down, &response("a.example", [192, 0, 2, 1])),
            Progress::Seen(_)
        ));
    }

    #[test]
    fn other_ports_after_a_query() {
        let mut sniffer = DnsDatagrams::new(5300);
        assert!(matches!(sniffer.push(Direction::Up, &query("a.example")), Progress::Seen(_)));
        assert!(matches!(
            sniffer.push(Direction::Down, &response("a.example", [192, 0, 2, 1])),
            Progress::Seen(_)
        ));

        let mut sniffer = DnsDatagrams::new(5300);
        assert_eq!(sniffer.push(Direction::Down, &response("a.example", [192, 0, 2, 1])), Progress::NotMine);
    }

    #[test]
    fn an_answer_to_another_question_is_not_believed() {
        let mut sniffer = DnsDatagrams::new(53);
        sniffer.push(Direction::Up, &query("a.example"));
        let names = |sniffer: &mut DnsDatagrams, name| {
            let progress = sniffer.push(Direction::Down, &response(name, [192, 0, 2, 1]));
            let Progress::Seen(Sighting::Dns(message)) = progress else { panic!("{progress:?}") };
            (message.questions.len(), message.answers.len())
        };
        assert_eq!(names(&mut sniffer, "bank.example"), (0, 0));
        assert_eq!(names(&mut sniffer, "A.example"), (1, 1));
        for index in 0..2 * MAX_ASKED {
            sniffer.push(Direction::Up, &query(&format!("{index}.example")));
        }
        assert_eq!(sniffer.asked.len(), MAX_ASKED);
        assert_eq!(names(&mut DnsDatagrams::new(53), "unseen.example"), (1, 1), "its question was not seen");
    }

    #[test]
    fn names_of_netbios_are_none_of_hosts() {
        assert_eq!(DnsDatagrams::new(137).push(Direction::Up, &query("ckaaaaaa")), Progress::NotMine);
    }

    #[test]
    fn a_quic_initial_is_no_query() {
        let mut initial =
            vec![0xc3, 0, 0, 0, 1, 8, 0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08, 0, 0, 0x44, 0x9e];
        initial.resize(1200, 0);
        assert_eq!(DnsDatagrams::new(443).push(Direction::Up, &initial), Progress::NotMine);
    }

    #[test]
    fn gives_port_53_up_when_nothing_is_dns() {
        let mut sniffer = DnsDatagrams::new(53);
        for _ in 1..MAX_MISSES {
            assert_eq!(sniffer.push(Direction::Up, &[0xff; 40]), Progress::NeedMore);
        }
        assert_eq!(sniffer.push(Direction::Up, &[0xff; 40]), Progress::NotMine);
    }

    proptest! {
        #[test]
        fn random_datagrams_are_not_taken_for_dns(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            // The questions of a usual query alone hold more order than chance brings forth.
            let progress = DnsDatagrams::new(4000).push(Direction::Up, &bytes);
            prop_assert!(!matches!(progress, Progress::Seen(_)));
        }

        #[test]
        fn never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 12..600), real in any::<bool>(), at in 0usize..30, value: u8) {
            if real {
                bytes = response("a.example", [192, 0, 2, 1]);
                bytes[at] = value;
            } else {
                // A plausible header, so that what follows is reached.
                bytes[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0]);
            }
            DnsDatagrams::new(53).push(Direction::Down, &bytes);
        }
    }
}
