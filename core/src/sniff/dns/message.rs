//! One whole message into a [`DnsMessage`].

use std::sync::Arc;

use hickory_proto::op::{Header, HeaderCounts, MessageType, Metadata, OpCode, Query};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use hickory_proto::serialize::binary::{BinDecodable, BinDecoder};

use super::{DnsAnswer, DnsMessage};
use crate::event::Application;
use crate::sniff::normalise_host;

/// Servers answer exactly one question; multicast queriers ask a few.
const MAX_QUESTIONS: u16 = 8;
/// Answers beyond these are not read. Large answers carry some 20 addresses behind a few aliases.
const MAX_RECORDS: u16 = 64;
/// Resolvers themselves give up on longer chains.
const MAX_ALIASES: usize = 16;
/// OPT, SIG(0) and cookies make two or three.
const MAX_ADDITIONALS_OF_QUERY: u16 = 4;

/// RFC 1035 section 4.1.1: <https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1>
const HEADER: usize = 12;

/// Reads a query or response to one. `None`: not DNS, or a kind that is not about names (update, notify).
pub(super) fn parse(bytes: &[u8]) -> Option<DnsMessage> {
    let mut decoder = BinDecoder::new(bytes);
    let header = plausible_header(&mut decoder)?;
    let queries = read_queries(&mut decoder, header.counts.queries)?;
    let records = read_records(&mut decoder, &header)?;
    Some(digest(header.metadata.message_type == MessageType::Response, &queries, &records))
}

/// True of a query whose every bit is usual, so that bytes of another protocol are not taken for one.
pub(super) fn is_surely_query(bytes: &[u8]) -> bool {
    let mut decoder = BinDecoder::new(bytes);
    let Some(header) = plausible_header(&mut decoder) else { return false };
    let is_query = header.metadata.message_type == MessageType::Query;
    let queries = read_queries(&mut decoder, header.counts.queries).unwrap_or_default();
    is_query && reserved_bit_is_clear(bytes) && !queries.is_empty() && queries.iter().all(is_usual)
}

/// True as long as the start of a message, however short, may become one that [`is_surely_query`].
pub(super) fn may_become_query(start: &[u8]) -> bool {
    start.len() < HEADER
        || plausible_header(&mut BinDecoder::new(start)).is_some_and(|header| is_query(&header))
}

fn is_query(header: &Header) -> bool {
    header.metadata.message_type == MessageType::Query
}

/// The header, if its counts are those of a question or its answer. The counts bound all that is read after.
fn plausible_header(decoder: &mut BinDecoder<'_>) -> Option<Header> {
    let header = Header::read(decoder).ok()?;
    (header.metadata.op_code == OpCode::Query && counts_fit(&header.metadata, &header.counts))
        .then_some(header)
}

fn counts_fit(metadata: &Metadata, counts: &HeaderCounts) -> bool {
    match metadata.message_type {
        MessageType::Query => {
            (1..=MAX_QUESTIONS).contains(&counts.queries) && counts.additionals <= MAX_ADDITIONALS_OF_QUERY
        }
        // A multicast response repeats no question.
        MessageType::Response => counts.queries <= MAX_QUESTIONS,
    }
}

/// RFC 1035 calls three bits Z and wants them zero; DNSSEC took two of them.
fn reserved_bit_is_clear(bytes: &[u8]) -> bool {
    bytes.get(3).is_some_and(|flags| flags & 0x40 == 0)
}

fn is_usual(query: &Query) -> bool {
    query.query_class() == DNSClass::IN
        && !matches!(query.query_type(), RecordType::Unknown(_) | RecordType::ZERO)
        && is_host(&text_of(query.name()))
}

fn read_queries(decoder: &mut BinDecoder<'_>, count: u16) -> Option<Vec<Query>> {
    (0..count).map(|_| Query::read(decoder).ok()).collect()
}

/// The answer section. A message that says it was truncated may end in the middle of a record.
fn read_records(decoder: &mut BinDecoder<'_>, header: &Header) -> Option<Vec<Record>> {
    if is_query(header) {
        return Some(Vec::new());
    }
    let records = (0..header.counts.answers.min(MAX_RECORDS)).map(|_| Record::read(decoder));
    if header.metadata.truncation {
        return Some(records.map_while(Result::ok).collect());
    }
    records.map(Result::ok).collect()
}

fn digest(response: bool, queries: &[Query], records: &[Record]) -> DnsMessage {
    let mut message =
        DnsMessage { application: Application::Dns, response, questions: Vec::new(), answers: Vec::new() };
    for query in queries {
        let name = text_of(query.name());
        // Anything may be asked for (a wildcard, a tunnel's binary labels), but only hosts have addresses.
        if is_host(&name) {
            collect_addresses(query.name(), &name, records, &mut message.answers);
        }
        message.questions.push(name);
    }
    message
}

/// As in RFC 1035 section 5.1, with what cannot be printed as a backslash and its number; the root stays a dot.
fn text_of(name: &Name) -> Arc<str> {
    let text = name.to_ascii().to_ascii_lowercase();
    text.strip_suffix('.').filter(|text| !text.is_empty()).unwrap_or(&text).into()
}

fn is_host(text: &str) -> bool {
    normalise_host(text.as_bytes()).is_some()
}

/// Follows the aliases from `asked`, in whichever order they are listed. Records that nobody asked for are not
/// believed.
fn collect_addresses(asked: &Name, name: &Arc<str>, records: &[Record], answers: &mut Vec<DnsAnswer>) {
    let (mut current, mut ttl) = (asked, u32::MAX);
    for _ in 0..=MAX_ALIASES {
        let owned = || records.iter().filter(|record| record.name == *current);
        answers.extend(owned().filter_map(|record| {
            let address = record.data.ip_addr()?;
            Some(DnsAnswer { address, name: Arc::clone(name), ttl: ttl.min(record.ttl) })
        }));
        let Some((alias, alias_ttl)) = owned().find_map(alias_of) else { return };
        (current, ttl) = (alias, ttl.min(alias_ttl));
    }
}

fn alias_of(record: &Record) -> Option<(&Name, u32)> {
    let RData::CNAME(alias) = &record.data else { return None };
    Some((&alias.0, record.ttl))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::testing::{Rr, message, query, response};

    fn answers(bytes: &[u8]) -> Vec<(String, String, u32)> {
        let message = parse(bytes).unwrap();
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
        let message = parse(bytes).unwrap();
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
        assert_eq!(parse(&bytes), None);
        bytes[2] |= 0x02;
        assert_eq!(answers(&bytes), [("a.example".into(), "192.0.2.1".into(), 9)]);
    }

    #[test]
    fn counts_are_bounded_before_anything_is_read() {
        let mut bytes = query("a.example");
        bytes[4..6].copy_from_slice(&u16::MAX.to_be_bytes());
        assert_eq!(parse(&bytes), None);
        let many: Vec<Rr> = (0..200).map(|last| Rr::a("a.example", [192, 0, 2, last], 9)).collect();
        assert_eq!(answers(&message("a.example", true, &many)).len(), usize::from(MAX_RECORDS));
    }

    #[test]
    fn what_is_no_host_is_told_as_asked_and_has_no_address() {
        let question =
            |labels: &[u8]| [b"\0\0\x81\x80\0\x01\0\x01\0\0\0\0", labels, b"\0\0\x01\0\x01"].concat();
        let answer = b"\xc0\x0c\0\x01\0\x01\0\0\0\x09\0\x04\xc0\0\x02\x01";
        for (labels, text) in
            [(&b"\x01*\x07Example"[..], "*.example"), (b"\x03a\xffb", "a\\377b"), (b"", ".")]
        {
            let message = parse(&[&question(labels), &answer[..]].concat()).unwrap();
            assert_eq!((message.questions, message.answers), (vec![text.into()], vec![]));
        }
    }

    #[test]
    fn any_start_of_a_query_may_become_one() {
        let bytes = query("a.example");
        assert!((0..=bytes.len()).all(|length| may_become_query(&bytes[..length])));
        assert!(!may_become_query(&response("a.example", [192, 0, 2, 1])));
    }
}
