//! Look-ups among the requests of a connection, and which answers are theirs.

use std::collections::VecDeque;

use super::head::{RequestHead, ResponseHead};
use super::httpdns::{LookUp, MAX_ANSWER, Query};
use crate::event::{Application, Hidden};
use crate::sniff::pending::Pending;
use crate::sniff::{DnsMessage, Sighting};

/// Look-ups without answer that are remembered.
const MAX_WAITING: usize = 8;

/// Holds no memory while no look-up waits for its answer.
#[derive(Default)]
pub(super) struct LookUps {
    /// With the number of the request.
    waiting: VecDeque<(u32, Query)>,
    /// The one whose answer is passing, and its body so far.
    answered: Option<Box<(Query, Vec<u8>)>>,
}

impl LookUps {
    /// Tells what the request with this number looks up.
    pub(super) fn note_request(&mut self, number: u32, head: &RequestHead, pending: &mut Pending) {
        match LookUp::of(head) {
            None => {}
            Some(LookUp::Hidden) => {
                pending.push(Sighting::Application(Application::HttpDns));
                pending.push(Sighting::Hidden(Hidden::LookUps));
            }
            Some(LookUp::Query(query)) => {
                pending.push(Sighting::Dns(query.question()));
                if self.waiting.len() < MAX_WAITING {
                    self.waiting.push_back((number, query));
                }
            }
        }
    }

    /// A response begins.
    pub(super) fn note_response(&mut self, head: &ResponseHead, answers: Option<u32>) {
        let Some(number) = answers else { return };
        while let Some((_, query)) = self.waiting.pop_front_if(|(waiting, _)| *waiting <= number) {
            let is_readable = head.status == 200 && !head.is_encoded;
            self.answered = is_readable.then(|| Box::new((query, Vec::new())));
        }
        if self.waiting.is_empty() {
            self.waiting = VecDeque::new();
        }
    }

    /// A part of its body passes.
    pub(super) fn note_body(&mut self, bytes: &[u8]) {
        let Some(answered) = &mut self.answered else { return };
        if answered.1.len() + bytes.len() > MAX_ANSWER {
            self.answered = None;
        } else {
            answered.1.extend_from_slice(bytes);
        }
    }

    /// It is over, or nothing more will come of it.
    pub(super) fn end_response(&mut self) -> Option<DnsMessage> {
        let (query, body) = *self.answered.take()?;
        Some(query.answer(&body))
    }
}
