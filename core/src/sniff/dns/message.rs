//! One whole message into a [`DnsMessage`].

use hickory_proto::op::{Header, HeaderCounts, MessageType, Metadata, OpCode};
use hickory_proto::rr::{DNSClass, RecordType};
use hickory_proto::serialize::binary::{BinDecodable, BinDecoder};

use super::answers::{Answers, text_of};
use super::record::{Question, Record};
use super::{DnsMessage, LLMNR_PORT, MDNS_PORT};
use crate::event::Application;
use crate::sniff::normalise_host;

/// Servers answer exactly one question; a neighbour's query holds one per service that it looks for, some twenty.
const MAX_QUESTIONS: u16 = 32;
/// Questions whose answers are looked for: servers answer one, and what neighbours answer needs no question.
const MAX_ANSWERED: usize = 4;
/// Answers beyond these are not read, nor are as many of the records behind them. Large answers carry some 20
/// addresses behind a few aliases.
const MAX_RECORDS: u16 = 64;
/// OPT, SIG(0) and cookies make two or three.
const MAX_ADDITIONALS_OF_QUERY: u16 = 4;

/// RFC 1035 section 4.1.1: <https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1>
const HEADER: usize = 12;

/// Reads a message to or from `port`. `None`: not DNS.
pub(super) fn parse(bytes: &[u8], port: u16) -> Option<DnsMessage> {
    read(bytes, port, true)
}

/// Reads a message of which the end may be missing: its questions, and the answers that are there.
pub(super) fn parse_cut(bytes: &[u8], port: u16) -> Option<DnsMessage> {
    read(bytes, port, false)
}

fn read(bytes: &[u8], port: u16, is_whole: bool) -> Option<DnsMessage> {
    let mut decoder = BinDecoder::new(bytes);
    let header = Header::read(&mut decoder).ok()?;
    let mut message = DnsMessage {
        application: application_of(port, &header.metadata),
        response: is_response(&header),
        questions: Vec::new(),
        answers: Vec::new(),
        ech: false,
    };
    match header.metadata.op_code {
        OpCode::Query if counts_fit(&header) => {}
        // These name zones, not hosts that somebody wants to reach.
        OpCode::Notify | OpCode::Update if header.counts.queries == 1 => return Some(message),
        OpCode::Query | OpCode::Notify | OpCode::Update | OpCode::Status | OpCode::Unknown(_) => return None,
    }
    let questions = read_questions(&mut decoder, header.counts.queries)?;
    let may_end = !is_whole || header.metadata.truncation;
    let records = read_records(&mut decoder, &header, may_end)?;
    digest(&mut message, &questions, &records);
    Some(message)
}

/// True of a query whose every bit is usual, so that bytes of another protocol are not taken for one.
pub(super) fn is_surely_query(bytes: &[u8]) -> bool {
    let mut decoder = BinDecoder::new(bytes);
    let Some(header) = plausible_header(&mut decoder) else { return false };
    let questions = read_questions(&mut decoder, header.counts.queries).unwrap_or_default();
    let is_usual = !questions.is_empty() && questions.iter().all(is_usual);
    !is_response(&header) && reserved_bit_is_clear(bytes) && is_usual
}

/// True as long as the start of a message, however short, may become one that [`is_surely_query`].
pub(super) fn may_become_query(start: &[u8]) -> bool {
    start.len() < HEADER
        || plausible_header(&mut BinDecoder::new(start)).is_some_and(|header| !is_response(&header))
}

/// Neighbours ask without wishing for recursion: a client of a name server on their port does wish for it.
fn application_of(port: u16, metadata: &Metadata) -> Application {
    match port {
        MDNS_PORT if !metadata.recursion_desired => Application::Mdns,
        LLMNR_PORT => Application::Llmnr,
        _ => Application::Dns,
    }
}

fn is_response(header: &Header) -> bool {
    header.metadata.message_type == MessageType::Response
}

/// The header, if its counts are those of a question or its answer. The counts bound all that is read after.
fn plausible_header(decoder: &mut BinDecoder<'_>) -> Option<Header> {
    let header = Header::read(decoder).ok()?;
    let HeaderCounts { queries, additionals, .. } = header.counts;
    let is_usual = queries <= 8 && (is_response(&header) || additionals <= MAX_ADDITIONALS_OF_QUERY);
    (header.metadata.op_code == OpCode::Query && counts_fit(&header) && is_usual).then_some(header)
}

fn counts_fit(header: &Header) -> bool {
    // A multicast response repeats no question.
    let least = if is_response(header) { 0 } else { 1 };
    (least..=MAX_QUESTIONS).contains(&header.counts.queries)
}

/// RFC 1035 calls three bits Z and wants them zero; DNSSEC took two of them.
fn reserved_bit_is_clear(bytes: &[u8]) -> bool {
    bytes.get(3).is_some_and(|flags| flags & 0x40 == 0)
}

fn is_usual(question: &Question) -> bool {
    question.class == u16::from(DNSClass::IN)
        && !matches!(question.kind, RecordType::Unknown(_) | RecordType::ZERO)
        && normalise_host(text_of(&question.name).as_bytes()).is_some()
}

fn read_questions(decoder: &mut BinDecoder<'_>, count: u16) -> Option<Vec<Question>> {
    (0..count).map(|_| Question::read(decoder)).collect()
}

/// The answers of a response and what is added to them. Where the message may end in the middle of a record, what
/// came before it counts; what is added may be broken anyhow.
fn read_records(decoder: &mut BinDecoder<'_>, header: &Header, may_end: bool) -> Option<Vec<Record>> {
    if !is_response(header) {
        return Some(Vec::new());
    }
    let HeaderCounts { answers, authorities, additionals, .. } = header.counts;
    let mut records: Vec<_> = (0..answers.min(MAX_RECORDS)).map_while(|_| Record::read(decoder)).collect();
    if records.len() < usize::from(answers) {
        let is_all = may_end || records.len() == usize::from(MAX_RECORDS);
        return is_all.then_some(records);
    }
    let behind = usize::from(authorities) + usize::from(additionals);
    let behind = (0..behind.min(usize::from(MAX_RECORDS))).map_while(|_| Record::read(decoder));
    records.extend(behind.skip(usize::from(authorities)));
    Some(records)
}

fn digest(message: &mut DnsMessage, questions: &[Question], records: &[Record]) {
    let mut answers = Answers::default();
    for question in questions.iter().take(MAX_ANSWERED) {
        answers.follow(&question.name, records);
    }
    message.questions = questions.iter().map(|question| text_of(&question.name)).collect();
    if message.application == Application::Mdns {
        answers.announce(records);
    }
    message.answers = answers.addresses;
    message.ech = answers.ech;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::testing::{Rr, counted, message, query, response};

    fn answers(bytes: &[u8]) -> Vec<(String, String, u32)> {
        answers_of(&parse(bytes, 53).unwrap())
    }

    fn answers_of(message: &DnsMessage) -> Vec<(String, String, u32)> {
        message
            .answers
            .iter()
            .map(|answer| (answer.name.to_string(), answer.address.to_string(), answer.ttl))
            .collect()
    }

    #[test]
    fn reads_the_bytes_of_a_query() {
        // `dig Tracking.Miui.COM`, without EDNS.
        let bytes = b"\x12\x34\x01\x20\x00\x01\x00\x00\x00\x00\x00\x00\x08Tracking\x04Miui\x03COM\x00\x00\x01\x00\x01";
        let message = parse(bytes, 53).unwrap();
        assert!(!message.response && message.answers.is_empty());
        assert_eq!(message.questions, ["tracking.miui.com".into()]);
        assert!(is_surely_query(bytes));
    }

    #[test]
    fn reads_compressed_answers() {
        let bytes = b"\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x01a\x07example\x00\x00\x01\x00\x01\
            \xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04\xc0\x00\x02\x01";
        assert_eq!(answers(bytes), [("a.example".into(), "192.0.2.1".into(), 300)]);
    }

    #[test]
    fn follows_aliases_in_any_order_to_the_name_asked_for() {
        let mut records = [
            Rr::cname("asked.example", "edge.example", 300),
            Rr::cname("edge.example", "node.example", 20),
            Rr::a("node.example", [192, 0, 2, 1], 60),
            Rr::aaaa("node.example", "2001:db8::1", 10),
        ];
        let expected = [
            ("asked.example".to_owned(), "192.0.2.1".to_owned(), 20),
            ("asked.example".to_owned(), "2001:db8::1".to_owned(), 10),
        ];
        assert_eq!(answers(&message("asked.example", true, &records)), expected);
        records.reverse();
        let mut reversed = answers(&message("asked.example", true, &records));
        reversed.reverse();
        assert_eq!(reversed, expected);
    }

    #[test]
    fn does_not_run_in_circles() {
        let records = [Rr::cname("a.example", "b.example", 1), Rr::cname("b.example", "a.example", 1)];
        assert_eq!(answers(&message("a.example", true, &records)), []);
    }

    #[test]
    fn believes_no_record_that_was_not_asked_for() {
        let records = [Rr::a("bank.example", [192, 0, 2, 1], 60)];
        assert_eq!(answers(&message("a.example", true, &records)), []);
    }

    #[test]
    fn a_truncated_message_keeps_what_is_whole() {
        let mut bytes = message(
            "a.example",
            true,
            &[Rr::a("a.example", [192, 0, 2, 1], 9), Rr::a("a.example", [192, 0, 2, 2], 9)],
        );
        bytes.truncate(bytes.len() - 3);
        assert_eq!(parse(&bytes, 53), None);
        bytes[2] |= 0x02;
        assert_eq!(answers(&bytes), [("a.example".into(), "192.0.2.1".into(), 9)]);
    }

    #[test]
    fn counts_are_bounded_before_anything_is_read() {
        let mut bytes = query("a.example");
        bytes[4..6].copy_from_slice(&u16::MAX.to_be_bytes());
        assert_eq!(parse(&bytes, 53), None);
        let many: Vec<Rr> = (0..200).map(|last| Rr::a("a.example", [192, 0, 2, last], 9)).collect();
        assert_eq!(answers(&message("a.example", true, &many)).len(), usize::from(MAX_RECORDS));
    }

    #[test]
    fn what_is_no_host_is_told_as_asked_and_has_no_address() {
        let question =
            |labels: &[u8]| [b"\0\0\x81\x80\0\x01\0\x01\0\0\0\0", labels, b"\0\0\x01\0\x01"].concat();
        let answer = b"\xc0\x0c\0\x01\0\x01\0\0\0\x09\0\x04\xc0\0\x02\x01";
        for (labels, text) in
            [(&b"\x01*\x07Example"[..], "*.example"), (b"\x03a\xffb", "a\\255b"), (b"", ".")]
        {
            let message = parse(&[&question(labels), &answer[..]].concat(), 53).unwrap();
            assert_eq!((message.questions, message.answers), (vec![text.into()], vec![]));
        }
    }

    fn record(owner: &[u8], kind: u16, class: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
        [owner, &kind.to_be_bytes(), &class.to_be_bytes(), &ttl.to_be_bytes(), &counted(data)].concat()
    }

    /// A response to one question, with records by section.
    fn response_to(question: &[u8], kind: u16, sections: [&[Vec<u8>]; 3]) -> Vec<u8> {
        let counts = sections.map(|section| u16::try_from(section.len()).unwrap().to_be_bytes()).concat();
        let head = [&[0, 7, 0x81, 0x80, 0, 1], &counts[..], question, &kind.to_be_bytes(), &[0, 1]].concat();
        [head, sections.concat().concat()].concat()
    }

    const A: &[u8] = b"\x01a\x07example\0";
    const ASKED: &[u8] = b"\xc0\x0c";
    const HTTPS: u16 = 65;

    #[test]
    fn hints_and_targets_of_a_service_are_answers() {
        let parameters = b"\0\x01\0\x03\x02h3\0\x04\0\x04\xc0\0\x02\x01\0\x05\0\x02\xfe\x0d";
        let ipv6 = [b"\0\x06\0\x10\x20\x01\x0d\xb8", &[0; 11][..], &[1]].concat();
        let own = record(ASKED, HTTPS, 1, 60, &[b"\0\x01\0", &parameters[..], &ipv6].concat());
        let elsewhere = record(ASKED, HTTPS, 1, 30, b"\0\x02\x01b\x07example\0");
        let added = record(b"\x01B\x07EXAMPLE\0", 1, 1, 99, &[192, 0, 2, 2]);
        let message = parse(&response_to(A, HTTPS, [&[own, elsewhere], &[], &[added]]), 53).unwrap();
        assert!(message.ech);
        let found: Vec<_> =
            message.answers.iter().map(|answer| (answer.address.to_string(), answer.ttl)).collect();
        let expected = [("192.0.2.1", 60), ("2001:db8::1", 60), ("192.0.2.2", 30)];
        assert_eq!(found, expected.map(|(address, ttl)| (address.to_owned(), ttl)));
        assert!(message.answers.iter().all(|answer| &*answer.name == "a.example"));
    }

    #[test]
    fn a_service_on_another_port_is_of_the_host() {
        let asked = b"\x05_8443\x06_https\x01a\x07example\0";
        let service = record(ASKED, HTTPS, 1, 60, b"\0\x01\0\0\x04\0\x04\xc0\0\x02\x01");
        let message = parse(&response_to(asked, HTTPS, [&[service], &[], &[]]), 53).unwrap();
        assert_eq!(&*message.questions[0], "_8443._https.a.example");
        assert_eq!((&*message.answers[0].name, message.ech), ("a.example", false));
    }

    #[test]
    fn added_addresses_are_of_the_hosts_that_were_answered() {
        let (srv, mx, dname) = (33, 15, 39);
        let target = b"\x04mail\x07example\0";
        let address = record(target, 1, 1, 60, &[192, 0, 2, 9]);
        let stranger = record(b"\x04bank\x07example\0", 1, 1, 60, &[192, 0, 2, 66]);
        let added = [address, stranger];
        for (kind, data) in [(srv, &b"\0\0\0\0\0\x19"[..]), (mx, b"\0\x0a"), (2, b"")] {
            let answer = record(ASKED, kind, 1, 99, &[data, target].concat());
            let soa = record(ASKED, 6, 1, 1, b"odd");
            let bytes = response_to(A, kind, [&[answer], &[soa], &added]);
            assert_eq!(answers(&bytes), [("mail.example".into(), "192.0.2.9".into(), 60)], "{kind}");
        }
        let moved = record(b"\x07example\0", dname, 1, 99, b"\x03new\0");
        let address = record(b"\x01a\x03new\0", 1, 1, 60, &[192, 0, 2, 9]);
        let bytes = response_to(A, 1, [&[moved, address], &[], &[]]);
        assert_eq!(answers(&bytes), [("a.example".into(), "192.0.2.9".into(), 60)]);
    }

    #[test]
    fn odd_records_hide_no_others() {
        let records = [
            record(ASKED, 16, 1, 60, b"\xffnot a text"),
            record(ASKED, 1, 1, 60, &[1, 2, 3]),
            record(ASKED, 1, 3, 60, &[9, 9, 9, 9]),
            record(ASKED, 64, 1, 60, b"\0\x01\0\0\x04\0\xff"),
            record(ASKED, 1, 1, 60, &[192, 0, 2, 1]),
        ];
        let opt = record(b"\0", 41, 4096, 0, b"\0\x0c\0\x01");
        let bytes = response_to(A, 1, [&records, &[], &[opt]]);
        assert_eq!(answers(&bytes), [("a.example".into(), "192.0.2.1".into(), 60)]);
    }

    #[test]
    fn pointers_in_circles_are_no_name() {
        let bytes = response_to(b"\xc0\x0c", 1, [&[], &[], &[]]);
        assert_eq!(parse(&bytes, 53), None);
    }

    #[test]
    fn neighbours_announce_without_being_asked() {
        let host = b"\x03tv1\x05local\0";
        let records = [
            record(host, 1, 0x8001, 120, &[192, 0, 2, 1]),
            record(b"\x03old\x05local\0", 1, 0x8001, 0, &[192, 0, 2, 2]),
        ];
        let mut bytes = [&b"\0\0\x84\0\0\0\0\x02\0\0\0\0"[..], &records.concat()].concat();
        let message = parse(&bytes, MDNS_PORT).unwrap();
        assert_eq!((message.application, message.questions.len()), (Application::Mdns, 0));
        assert_eq!(answers_of(&message), [("tv1.local".into(), "192.0.2.1".into(), 120)]);
        // Of a name server nobody believes what was not asked for.
        assert_eq!(parse(&bytes, 53).unwrap().answers, []);
        bytes[2] |= 0x01;
        assert_eq!(parse(&bytes, MDNS_PORT).unwrap().application, Application::Dns);
    }

    #[test]
    fn neighbours_ask_for_many_names_in_their_way() {
        let question = b"\x0aMy Prin\xc3\xa9.\x04_ipp\x05local\0\0\x21\x80\x01";
        let bytes = [&b"\0\0\0\0\0\x14\0\0\0\0\0\0"[..], &question.repeat(20)].concat();
        let message = parse(&bytes, MDNS_PORT).unwrap();
        assert_eq!((message.application, message.questions.len()), (Application::Mdns, 20));
        assert_eq!(&*message.questions[0], r"my\032prin\195\169\.._ipp.local");
        assert!(!is_surely_query(&bytes));
        assert_eq!(parse(&query("pc"), LLMNR_PORT).unwrap().application, Application::Llmnr);
    }

    #[test]
    fn updates_and_notifications_name_nobody() {
        for op_code in [4, 5] {
            let mut bytes = query("a.example");
            bytes[2] = op_code << 3;
            let message = parse(&bytes, 53).unwrap();
            assert!(message.questions.is_empty() && message.answers.is_empty());
            assert!(!is_surely_query(&bytes));
        }
    }

    #[test]
    fn what_is_there_of_a_cut_message_is_read() {
        let records = [Rr::a("a.example", [192, 0, 2, 1], 9), Rr::a("a.example", [192, 0, 2, 2], 9)];
        let mut bytes = message("a.example", true, &records);
        bytes.truncate(bytes.len() - 3);
        assert_eq!(answers_of(&parse_cut(&bytes, 53).unwrap()).len(), 1);
        bytes.truncate(20);
        assert_eq!(parse_cut(&bytes, 53), None, "the question is not whole");
    }

    #[test]
    fn any_start_of_a_query_may_become_one() {
        let bytes = query("a.example");
        assert!((0..=bytes.len()).all(|length| may_become_query(&bytes[..length])));
        assert!(!may_become_query(&response("a.example", [192, 0, 2, 1])));
    }
}
