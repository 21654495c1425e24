//! What a request says: one HTTP request as it passed in the clear, or bare bytes, into a tree, layer after layer until
//! nothing is left to undo.
//!
//! | step | does | module |
//! |---|---|---|
//! | 1 | a request becomes its parts: query, header fields, body | `message` |
//! | 2 | what needs to know the format is opened: decryption, envelopes | `format` |
//! | 3 | everything else is undone by what it looks like | `peel`, `unpack` |
//! | 4 | the format is named, by path and form, and what it says of itself is checked | `format` |
//! | 5 | personal fields are marked, by their keys and by their shape | `personal` |
//!
//! [`Decoded::redacted`] takes what is personal out again. Input is hostile: every bound is in [`limits`].

mod budget;
mod format;
mod layer;
pub mod limits;
mod message;
mod note;
mod outline;
mod path;
mod peel;
mod personal;
mod recognise;
mod redact;
mod redacted_request;
#[cfg(test)]
mod tests;
mod unpack;
mod value;

use serde::{Deserialize, Serialize};

pub use format::Format;
pub use layer::{Coding, Layer};
pub use note::{Note, NoteKind};
pub use outline::Line;
pub use personal::{By, Personal, PersonalKind};
pub use redact::fingerprint;
pub use redact::paths::told_path;
pub use redacted_request::RedactedRequest;
pub use value::{Bytes, Map, Value};

use budget::Budget;
use message::Message;

/// One HTTP request as it passed, as far as it was kept; or the first message of another protocol, which has a command
/// for a method, and no target. The transfer coding is already taken off the body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Whom it is for, if that is known.
    pub host: Option<String>,
    /// As in the request line: path and query, or a whole address.
    pub target: String,
    /// Header fields in their order, names in any case.
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Bytes of the body that passed but were not kept.
    pub missing: u64,
}

impl Request {
    /// Every request of HTTP has a target.
    pub fn is_http(&self) -> bool {
        !self.target.is_empty()
    }
}

/// What was made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decoded {
    pub format: Format,
    /// What was undone, in this order.
    pub layers: Vec<Layer>,
    /// Of a request a map with the parts that are there (`query`, `headers`, `body`), of a bare body what it says.
    pub value: Value,
    /// Places of the tree that say something of a person or a device.
    pub personal: Vec<Personal>,
    /// What could not be read, is not whole or does not fit.
    pub notes: Vec<Note>,
}

/// Decodes one request.
pub fn decode_request(request: &Request) -> Decoded {
    let mut budget = Budget::default();
    let message = Message::of_request(request, &mut budget);
    decode(message, budget)
}

/// Decodes bare bytes: a body, a query, an address (URL), or a whole HTTP request as text, whichever it looks like.
pub fn decode_bytes(bytes: &[u8]) -> Decoded {
    match recognise::request(bytes) {
        Some(request) => decode_request(&request),
        None => {
            let mut budget = Budget::default();
            let message = Message::of_body(bytes, &mut budget);
            decode(message, budget)
        }
    }
}

fn decode(mut message: Message, mut budget: Budget) -> Decoded {
    let opened = format::open(&mut message, &mut budget);
    let value = message.peel(&mut budget);
    let format = format::recognise(&message, opened, &value, &mut budget);
    let personal = personal::find(&value, &mut budget);
    let (layers, notes) = budget.finish();
    Decoded { format, layers, value, personal, notes }
}

impl Decoded {
    /// The value at a path as [`Layer`], [`Personal`] and [`Note`] have them; the empty path is the whole tree.
    pub fn at(&self, path: &str) -> Option<&Value> {
        path::find(&self.value, "", path)
    }

    /// A copy without what it said: every text, number and key that is not known to be harmless is replaced by its kind,
    /// its length and a hash that depends on `salt`. Equal values have equal hashes.
    #[must_use]
    pub fn redacted(&self, salt: &[u8]) -> Self {
        redact::redact(self, salt)
    }

    /// The request that this was decoded from, as [`Self::redacted`] has it: method, path, the fields' names and the form of
    /// query and body stay.
    #[must_use]
    pub fn redacted_request(&self, request: &Request, salt: &[u8]) -> RedactedRequest {
        redacted_request::redact(request, self, salt)
    }
}
