//! Records of TLS (RFC 8446 section 5.1), cut anywhere, into the handshake messages that they carry.

/// <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
pub(super) const RECORD_HEADER: usize = 5;
const CONTENT_HANDSHAKE: u8 = 22;
const MAJOR_VERSION: u8 = 3;
/// Records of TLS 1.2 may not be larger either while nothing is encrypted.
const MAX_RECORD: usize = 1 << 14;

/// <https://www.rfc-editor.org/rfc/rfc8446#section-4>
pub(super) const HANDSHAKE_HEADER: usize = 4;

/// No record of handshake messages, or no message that is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit;

/// One direction of a TLS stream, as long as its records carry handshake messages.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// Header of the current record, as far as it came.
    header: Vec<u8>,
    /// Bytes of the current record still to come.
    left: usize,
    /// The current message with its header, as far as it came.
    pub(super) message: Vec<u8>,
}

impl Records {
    /// Takes `bytes` until as many of a message are there as `wanted` asks for, given those that came: true then,
    /// false if all of `bytes` are taken. `wanted` asks for the header first.
    pub(super) fn fill(
        &mut self,
        bytes: &mut &[u8],
        wanted: impl Fn(&[u8]) -> Result<usize, Unfit>,
    ) -> Result<bool, Unfit> {
        loop {
            let goal = wanted(&self.message)?;
            if self.message.len() >= goal {
                return Ok(true);
            }
            if bytes.is_empty() {
                return Ok(false);
            }
            if self.left == 0 { self.take_header(bytes)? } else { self.take_content(bytes, goal) }
        }
    }

    /// Whether anything that fits has come.
    pub(super) fn has_begun(&self) -> bool {
        !self.header.is_empty() || self.left > 0 || !self.message.is_empty()
    }

    fn take_header(&mut self, bytes: &mut &[u8]) -> Result<(), Unfit> {
        move_bytes(bytes, &mut self.header, RECORD_HEADER);
        if let Some(length) = record_length(&self.header)? {
            self.left = length;
            self.header.clear();
        }
        Ok(())
    }

    fn take_content(&mut self, bytes: &mut &[u8], goal: usize) {
        let (mut content, _) = bytes.split_at(bytes.len().min(self.left));
        let offered = content.len();
        move_bytes(&mut content, &mut self.message, goal);
        let taken = offered - content.len();
        self.left -= taken;
        *bytes = bytes.get(taken..).unwrap_or_default();
    }
}

/// Length of the record, once its header is whole. Judges what is there already.
fn record_length(header: &[u8]) -> Result<Option<usize>, Unfit> {
    let expected = [CONTENT_HANDSHAKE, MAJOR_VERSION];
    if header.iter().zip(expected).any(|(byte, expected)| *byte != expected) {
        return Err(Unfit);
    }
    let &[_, _, _, high, low] = header else { return Ok(None) };
    match usize::from(u16::from_be_bytes([high, low])) {
        // Handshake records are never empty.
        0 => Err(Unfit),
        length if length > MAX_RECORD => Err(Unfit),
        length => Ok(Some(length)),
    }
}

/// Takes from one end to the other until `fill_up_to` bytes are there.
pub(super) fn move_bytes(from: &mut &[u8], to: &mut Vec<u8>, fill_up_to: usize) {
    let (taken, rest) = from.split_at(from.len().min(fill_up_to.saturating_sub(to.len())));
    to.extend_from_slice(taken);
    *from = rest;
}
