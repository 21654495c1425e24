//! The record as a capture. No packet was kept, so packets are rebuilt: every flow opens, a kept request is in it when it
//! passed, and comments tell what is known.
//!
//! pcapng: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-04.html>

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::time::Duration;

use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, Endianness, PcapError};
use telltale_core::decode::Request;
use telltale_core::event::{Close, FlowId, FlowRecord, Timestamp};
use telltale_core::packet::Protocol;
use telltale_core::store::Filter;

use super::conversation::{Conversation, Packet, first_packet};
use super::outgoing::{Outgoing, about, visited};
use super::{Destination, ExportCommandError};

/// A comment may be 64 KiB; nobody reads so much.
const LONGEST_COMMENT: usize = 4_096;

const REBUILT: &str = "Rebuilt by Telltale from its record: no packet here was captured. Each flow has one packet that opens it, at its \
time and between its addresses. Where a request that passed in the clear was kept, the whole connection is rebuilt around it; \
numbers, sizes of segments and acknowledgments are made up, the version of HTTP is taken to be 1.1, responses were not kept. \
The comments of the packets say what is known.";

const REDACTED: &str = "Requests are redacted: values are replaced by kind, length and a hash.";

/// How much there is in it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    flows: u64,
    requests: u64,
    /// Requests of flows that are not in the record any more.
    without_flow: u64,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} flows, {} requests", self.flows, self.requests)?;
        match self.without_flow {
            0 => Ok(()),
            count => write!(f, " ({count} more are of flows that the record has dropped; har has them)"),
        }
    }
}

/// Writes the flows that `filter` chooses and their requests in the order of time.
pub(super) fn write(
    outgoing: &Outgoing<'_>,
    filter: &Filter,
    sink: &mut Destination,
) -> Result<Written, ExportCommandError> {
    let without_flow = outgoing.journal.evidence_without_flow(filter)?;
    let mut rebuilder = Rebuilder {
        outgoing,
        capture: Capture::new(BufWriter::new(sink), outgoing.is_redacted())?,
        running: BTreeMap::new(),
        requests: 0,
    };
    let flows = visited(
        |visit| outgoing.journal.each_flow_in_time(filter, visit),
        |flow: FlowRecord| {
            rebuilder.go_on(Some(flow.start))?;
            rebuilder.begin(&flow)
        },
    )?;
    rebuilder.go_on(None)?;
    rebuilder.capture.finish()?;
    Ok(Written { flows, requests: rebuilder.requests, without_flow })
}

/// Conversations are told side by side; of each only what is next is held.
struct Rebuilder<'a, W: Write> {
    outgoing: &'a Outgoing<'a>,
    capture: Capture<W>,
    /// By when something happens next.
    running: BTreeMap<(Timestamp, FlowId), Running>,
    requests: u64,
}

struct Running {
    conversation: Conversation,
    /// Numbers and times of evidence that is to come.
    requests: VecDeque<(i64, Timestamp)>,
    /// When it ended, if it did.
    end: Option<Timestamp>,
}

impl<W: Write> Rebuilder<'_, W> {
    fn begin(&mut self, flow: &FlowRecord) -> Result<(), ExportCommandError> {
        let comment = comment_of(flow);
        let requests = self.outgoing.journal.evidence_of(flow.id)?;
        if requests.is_empty() || flow.protocol != Protocol::Tcp {
            return Ok(self.capture.write(flow.start, &first_packet(flow)?, Some(&comment))?);
        }
        let mut conversation = Conversation::of(flow);
        self.capture.write(flow.start, &conversation.open()?, Some(&comment))?;
        self.capture.write_all(flow.start, conversation.accept()?)?;
        let end = (flow.close != Close::Open).then_some(flow.end);
        self.wait(flow.start, flow.id, Running { conversation, requests: requests.into(), end });
        Ok(())
    }

    /// Comes back to a conversation when something happens in it, and not before `now`.
    fn wait(&mut self, now: Timestamp, flow: FlowId, running: Running) {
        let next = running.requests.front().map(|(_, time)| *time).or(running.end);
        if let Some(next) = next {
            self.running.insert((next.max(now), flow), running);
        }
    }

    /// Tells what happened before `until`.
    fn go_on(&mut self, until: Option<Timestamp>) -> Result<(), ExportCommandError> {
        while let Some(entry) = self.running.first_entry()
            && until.is_none_or(|until| entry.key().0 < until)
        {
            let ((now, flow), mut running) = entry.remove_entry();
            match running.requests.pop_front() {
                Some((id, _)) => {
                    self.send(id, now, &mut running.conversation)?;
                    self.wait(now, flow, running);
                }
                None => self.capture.write_all(now, running.conversation.close()?)?,
            }
        }
        Ok(())
    }

    fn send(
        &mut self,
        evidence: i64,
        now: Timestamp,
        conversation: &mut Conversation,
    ) -> Result<(), ExportCommandError> {
        // What was erased meanwhile is left out.
        let Some(evidence) = self.outgoing.journal.evidence_by_id(evidence)? else { return Ok(()) };
        let Some(outgoing) = self.outgoing.request(&evidence)? else { return Ok(()) };
        let mut comment = vec![format!("request {}: {}", evidence.id, evidence.decoded.format.as_str())];
        comment.extend(about(evidence.owner.as_ref(), evidence.finding.as_ref()));
        comment.push(outgoing.comment);
        let wire = Wire::of(&outgoing.request);
        let mut packets = conversation.send(&wire.bytes)?.into_iter();
        if let Some(first) = packets.next() {
            self.capture.write(now, &first, Some(&comment.join("\n")))?;
        }
        self.capture.write_all(now, packets)?;
        self.skip(wire.missing, now, conversation)?;
        if !wire.end.is_empty() {
            self.capture.write_all(now, conversation.send(wire.end)?)?;
        }
        self.requests += 1;
        Ok(())
    }

    /// Bytes that passed and were not kept.
    fn skip(&mut self, mut missing: u64, now: Timestamp, conversation: &mut Conversation) -> io::Result<()> {
        while missing > 0 {
            let packet = conversation.send_unknown(missing)?;
            missing = missing.saturating_sub(packet.unknown());
            self.capture.write(now, &packet, None)?;
        }
        Ok(())
    }
}

/// A request as it is on the wire.
struct Wire {
    bytes: Vec<u8>,
    /// Bytes that follow and were not kept.
    missing: u64,
    /// What follows those.
    end: &'static [u8],
}

impl Wire {
    /// The transfer coding was taken off the body; it is put around it again, as one chunk:
    /// <https://www.rfc-editor.org/rfc/rfc9112#section-7.1>
    fn of(request: &Request) -> Self {
        if !request.is_http() {
            return Self { bytes: request.body.clone(), missing: request.missing, end: b"" };
        }
        let mut bytes = format!("{} {} HTTP/1.1\r\n", request.method, request.target).into_bytes();
        for (name, value) in &request.fields {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        let length = request.body.len() as u64 + request.missing;
        let is_chunked = is_chunked(request);
        if is_chunked && length > 0 {
            bytes.extend_from_slice(format!("{length:x}\r\n").as_bytes());
        }
        bytes.extend_from_slice(&request.body);
        let end: &[u8] = match (is_chunked, length) {
            (false, _) => b"",
            (true, 0) => b"0\r\n\r\n",
            (true, _) => b"\r\n0\r\n\r\n",
        };
        Self { bytes, missing: request.missing, end }
    }
}

fn is_chunked(request: &Request) -> bool {
    let mut codings =
        request.fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
    let last = codings.next_back().and_then(|(_, value)| value.rsplit(',').next());
    last.is_some_and(|coding| coding.trim().eq_ignore_ascii_case("chunked"))
}

fn comment_of(flow: &FlowRecord) -> String {
    let mut lines = about(flow.owner.as_ref(), flow.finding.as_ref());
    if let Some(name) = &flow.name {
        lines.push(format!("name: {} ({})", name.host, name.provenance.as_str()));
    }
    lines.extend(flow.party.as_ref().map(|party| format!("party: {party}")));
    if !flow.questions.is_empty() {
        lines.push(format!("asked for: {}", flow.questions.join(", ")));
    }
    let counters = &flow.counters;
    lines.push(format!(
        "flow {}: until {}, {}; {} bytes up, {} bytes down",
        flow.id,
        flow.end,
        flow.close.as_str(),
        counters.bytes_up,
        counters.bytes_down
    ));
    lines.join("\n")
}

/// A capture file that is being written.
struct Capture<W: Write>(PcapNgWriter<W>);

impl<W: Write> Capture<W> {
    fn new(sink: W, is_redacted: bool) -> io::Result<Self> {
        /// Times are given to the library as such, and it writes them in this unit.
        const NANOSECONDS: u8 = 9;
        let comment = if is_redacted { format!("{REBUILT} {REDACTED}") } else { REBUILT.to_owned() };
        let application = concat!("telltale ", env!("CARGO_PKG_VERSION"));
        let section = SectionHeaderBlock {
            endianness: Endianness::Little,
            options: vec![
                SectionHeaderOption::Comment(comment.into()),
                SectionHeaderOption::UserApplication(application.into()),
            ],
            ..SectionHeaderBlock::default()
        };
        let mut writer = PcapNgWriter::with_section_header(sink, section).map_err(broken)?;
        let interface = InterfaceDescriptionBlock {
            linktype: DataLink::RAW,
            snaplen: 0,
            options: vec![
                InterfaceDescriptionOption::IfName("telltale".into()),
                InterfaceDescriptionOption::IfTsResol(NANOSECONDS),
            ],
        };
        writer.write_pcapng_block(interface).map_err(broken)?;
        Ok(Self(writer))
    }

    fn write_all(&mut self, time: Timestamp, packets: impl IntoIterator<Item = Packet>) -> io::Result<()> {
        packets.into_iter().try_for_each(|packet| self.write(time, &packet, None))
    }

    fn write(&mut self, time: Timestamp, packet: &Packet, comment: Option<&str>) -> io::Result<()> {
        let comment = comment.map(|comment| &comment[..comment.floor_char_boundary(LONGEST_COMMENT)]);
        let block = EnhancedPacketBlock {
            interface_id: 0,
            timestamp: Duration::from_millis(time.0.try_into().unwrap_or_default()),
            original_len: packet.length.try_into().unwrap_or(u32::MAX),
            data: (&packet.bytes).into(),
            options: comment
                .map(|comment| EnhancedPacketOption::Comment(comment.into()))
                .into_iter()
                .collect(),
        };
        self.0.write_pcapng_block(block).map_err(broken)?;
        Ok(())
    }

    fn finish(self) -> io::Result<()> {
        self.0.into_inner().flush()
    }
}

fn broken(error: PcapError) -> io::Error {
    if let PcapError::IoError(error) = error { error } else { io::Error::other(error) }
}
