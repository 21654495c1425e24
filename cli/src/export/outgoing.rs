//! What was said on its way out: redacted, or as it was if that is asked for.

use telltale_core::decode::{Layer, Request};
use telltale_core::event::{Finding, Owner};
use telltale_core::store::{Evidence, Filter, Journal, StoreError};

use super::ExportCommandError;

/// A record that lets nothing out that should stay.
pub(super) struct Outgoing<'a> {
    pub(super) journal: &'a Journal,
    /// Of the record's own hashes; none if everything may leave.
    salt: Option<Vec<u8>>,
}

/// A request as it leaves.
pub(super) struct OutgoingRequest {
    pub(super) request: Request,
    /// What a reader has to know of it.
    pub(super) comment: String,
}

impl<'a> Outgoing<'a> {
    pub(super) fn new(journal: &'a Journal, is_full: bool) -> Result<Self, StoreError> {
        let salt = if is_full { None } else { Some(journal.salt()?) };
        Ok(Self { journal, salt })
    }

    pub(super) fn is_redacted(&self) -> bool {
        self.salt.is_some()
    }

    /// Gives evidence to `write` in the order of time until that fails; answers with how much there was. What is given is not redacted yet.
    pub(super) fn each_evidence(
        &self,
        filter: &Filter,
        write: impl FnMut(Evidence) -> Result<(), ExportCommandError>,
    ) -> Result<u64, ExportCommandError> {
        visited(|visit| self.journal.each_evidence_in_time(filter, visit), write)
    }

    pub(super) fn evidence(&self, evidence: Evidence) -> Evidence {
        match &self.salt {
            Some(salt) => evidence.redacted(salt),
            None => evidence,
        }
    }

    /// The request of this evidence; `None` if it was erased just now.
    pub(super) fn request(&self, evidence: &Evidence) -> Result<Option<OutgoingRequest>, StoreError> {
        let Some(request) = self.journal.request(evidence.id)? else { return Ok(None) };
        let missing = match request.missing {
            0 => String::new(),
            missing => format!(" {missing} bytes of the body passed but were not kept."),
        };
        Ok(Some(match &self.salt {
            None => OutgoingRequest { comment: format!("As it was sent.{missing}"), request },
            Some(salt) => {
                let redacted = evidence.decoded.redacted_request(&request, salt);
                let comment = format!("Redacted: {REDACTED}{}{missing}", opened(&redacted.opened));
                OutgoingRequest { request: redacted.request, comment }
            }
        }))
    }
}

/// Gives what `read` visits to `write` until that fails; answers with how much there was.
pub(super) fn visited<T>(
    read: impl FnOnce(&mut dyn FnMut(T) -> bool) -> Result<(), StoreError>,
    mut write: impl FnMut(T) -> Result<(), ExportCommandError>,
) -> Result<u64, ExportCommandError> {
    let (mut count, mut written) = (0, Ok(()));
    read(&mut |row| {
        written = write(row);
        count += 1;
        written.is_ok()
    })?;
    written?;
    Ok(count)
}

const REDACTED: &str =
    "values are given as kind, length and a hash that is the same for the same value of this record.";

fn opened(layers: &[Layer]) -> String {
    if layers.is_empty() {
        return String::new();
    }
    let layers = layers.iter().map(|layer| format!("{} at {}", layer.name.as_str(), layer.path));
    format!(" Not written again, its content is here as JSON: {}.", layers.collect::<Vec<_>>().join(", "))
}

/// Who sent it, and why that is told: lines of a comment.
pub(super) fn about(owner: Option<&Owner>, finding: Option<&Finding>) -> Vec<String> {
    let mut lines = vec![format!("app: {}", crate::rows::app(owner))];
    if let Some(finding) = finding {
        lines.push(format!(
            "finding: {} ({}, tier {})",
            finding.rule,
            finding.category,
            finding.tier.as_str()
        ));
        lines.push(format!("why: {} [{}]", finding.why, finding.citation));
    }
    lines
}
