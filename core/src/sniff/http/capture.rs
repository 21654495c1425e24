//! What the requests of a connection carry, kept while it passes.

use super::head::RequestHead;
use super::message::Framing;
use crate::decode::Request;
use crate::sniff::kept::{CaptureBudget, KeptRequest};

/// Keeps one request at a time, the one that passes.
pub(super) struct Capture {
    budget: CaptureBudget,
    /// What may still be kept of this connection.
    left: usize,
    passing: Option<Box<KeptRequest>>,
}

impl Capture {
    pub(super) fn new(budget: CaptureBudget) -> Self {
        Self { left: budget.limits().per_flow, budget, passing: None }
    }

    /// For the connections within this one.
    pub(super) fn budget(&self) -> &CaptureBudget {
        &self.budget
    }

    /// A request begins. One that carries nothing but its path is not kept.
    pub(super) fn begin(&mut self, head: &mut RequestHead) {
        let has_body = head.framing != Some(Framing::Length(0));
        let says_something = !head.is_connect() && (has_body || head.target.contains(&b'?'));
        let is_kept = says_something && self.left > 0;
        let kept = is_kept.then(|| KeptRequest::within(&self.budget, request_of(head))).flatten();
        self.passing = kept.map(Box::new);
    }

    /// A part of its body passes.
    pub(super) fn note_body(&mut self, bytes: &[u8]) {
        let Some(KeptRequest { request, held }) = self.passing.as_deref_mut() else { return };
        let room = self.budget.limits().per_request.saturating_sub(request.body.len());
        // Once something is missing, what follows would not fit what was kept.
        let wanted = if request.missing == 0 { bytes.len().min(room).min(self.left) } else { 0 };
        let kept = held.take(wanted);
        request.body.extend_from_slice(&bytes[..kept]);
        request.missing += (bytes.len() - kept) as u64;
        self.left -= kept;
    }

    /// The request is over, or nothing more will come of it.
    pub(super) fn end(&mut self) -> Option<Box<KeptRequest>> {
        self.passing.take()
    }
}

fn request_of(head: &mut RequestHead) -> Request {
    Request {
        method: text(&head.method),
        host: head.host.as_deref().map(str::to_owned),
        target: text(&head.target),
        fields: head.fields(),
        body: Vec::new(),
        missing: 0,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
