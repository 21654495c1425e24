//! What a UDP flow holds to learn its name.

use super::candidates::Candidates;
use super::dns::DnsDatagrams;
use super::dtls::DtlsSniffer;
use super::quic::QuicSniffer;
use super::{Direction, Progress, Sighting, Sniffer, dns, quic, stun};
use crate::event::Application;

/// Datagrams after which an undecided flow is left alone. Every protocol that shows a name does so in the first
/// few: a QUIC ClientHello takes up to three, and may be sent again.
const MAX_UNDECIDED: u8 = 12;

/// Datagrams of STUN, which may come before another protocol on the same ports: peers of a call try their ways to
/// each other and repeat that for some seconds.
const MAX_STUN: u8 = 100;

/// Offers a flow's datagrams to every protocol that shows names, until one claims it or all decline.
pub struct DatagramSniffer {
    responder_port: u16,
    candidates: Candidates,
    /// What is left of [`MAX_UNDECIDED`]; `None` once a protocol has claimed the flow.
    undecided_left: Option<u8>,
    stun_left: u8,
}

impl DatagramSniffer {
    /// A sniffer for a flow to `responder_port`.
    pub fn new(responder_port: u16) -> Self {
        let dns = Box::new(DnsDatagrams::new(responder_port));
        let (quic, dtls) = (Box::<QuicSniffer>::default(), Box::<DtlsSniffer>::default());
        let candidates = Candidates::new(vec![dns, dtls, quic]);
        Self { responder_port, candidates, undecided_left: Some(MAX_UNDECIDED), stun_left: MAX_STUN }
    }

    /// Reads a datagram of which the end was not captured, as far as that can be done: what is left of DNS is
    /// readable, while a QUIC packet that is not whole cannot be opened.
    pub fn read_cut(&self, direction: Direction, start: &[u8]) -> Option<Sighting> {
        let message = dns::read_cut(self.responder_port, direction, start).map(Sighting::Dns);
        let is_quic = quic::is_start_of_packet(start);
        message.or_else(|| is_quic.then_some(Sighting::Application(Application::Quic)))
    }

    /// Nothing more can be learnt: pushes would be wasted.
    pub fn is_done(&self) -> bool {
        self.candidates.is_empty()
    }

    fn count_stun(&mut self) -> Progress {
        self.stun_left = self.stun_left.saturating_sub(1);
        if self.stun_left > 0 {
            return Progress::NeedMore;
        }
        self.candidates.clear();
        Progress::NotMine
    }

    fn count_undecided(&mut self) -> Progress {
        self.undecided_left = self.undecided_left.map(|left| left.saturating_sub(1));
        if self.undecided_left == Some(0) {
            self.candidates.clear();
            return Progress::NotMine;
        }
        Progress::NeedMore
    }
}

impl Sniffer for DatagramSniffer {
    /// `bytes` is one whole datagram; an empty one is not counted, as it asks for what is left of the last.
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if self.undecided_left.is_some() && stun::is_message(bytes) {
            return self.count_stun();
        }
        let progress = self.candidates.offer(direction, bytes);
        match progress {
            Progress::NeedMore if !bytes.is_empty() => return self.count_undecided(),
            Progress::Seen(_) => self.undecided_left = None,
            Progress::NeedMore | Progress::Found(_) | Progress::NotMine => {}
        }
        progress
    }

    fn finish(&mut self) -> Option<Sighting> {
        self.candidates.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::testing::{query, response};

    const STUN: &[u8] = b"\0\x01\0\0\x21\x12\xa4\x42abcdefghijkl";

    #[test]
    fn dns_is_read_without_end() {
        let mut sniffer = DatagramSniffer::new(53);
        for _ in 0..1000 {
            assert!(matches!(sniffer.push(Direction::Up, &query("a.example")), Progress::Seen(_)));
            let answer = response("a.example", [192, 0, 2, 1]);
            assert!(matches!(sniffer.push(Direction::Down, &answer), Progress::Seen(_)));
        }
        assert!(!sniffer.is_done());
    }

    #[test]
    fn other_flows_are_done_at_their_first_datagram() {
        let mut sniffer = DatagramSniffer::new(4500);
        assert_eq!(sniffer.push(Direction::Up, b"\0\0\0\0 something else"), Progress::NotMine);
        assert!(sniffer.is_done());
    }

    #[test]
    fn stun_may_come_before_another_protocol() {
        let mut sniffer = DatagramSniffer::new(3478);
        for _ in 0..MAX_STUN - 1 {
            assert_eq!(sniffer.push(Direction::Up, STUN), Progress::NeedMore);
        }
        let data = b"\x17\xfe\xfd\0\x01\0\0\0\0\0\0\0\x01x";
        let found = Progress::Found(Sighting::Application(Application::Dtls));
        assert_eq!(sniffer.push(Direction::Up, data), found);
        let mut sniffer = DatagramSniffer::new(3478);
        let last = (0..MAX_STUN).map(|_| sniffer.push(Direction::Down, STUN)).last();
        assert_eq!(last, Some(Progress::NotMine));
    }

    #[test]
    fn what_is_captured_of_dns_is_read() {
        let bytes = query("a.example");
        let read = |port, end| DatagramSniffer::new(port).read_cut(Direction::Up, &bytes[..end]);
        assert!(matches!(read(53, bytes.len()), Some(Sighting::Dns(_))));
        assert!(matches!(read(5300, bytes.len()), Some(Sighting::Dns(_))));
        assert_eq!(read(53, bytes.len() - 5), None);
    }

    #[test]
    fn a_quic_packet_is_known_by_its_start() {
        let start = [0xc3, 0, 0, 0, 1, 8, 0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08, 0, 0, 0x44, 0x9e];
        let quic = Some(Sighting::Application(Application::Quic));
        assert_eq!(DatagramSniffer::new(443).read_cut(Direction::Up, &start), quic);
    }

    #[test]
    fn every_message_is_told_once() {
        let mut told = 0;
        DatagramSniffer::new(53).read(Direction::Up, &query("a.example"), |_| told += 1);
        assert_eq!(told, 1);
    }
}
