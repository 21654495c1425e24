//! Look-ups of host names over HTTP, Alibaba's and Tencent's way: what [`crate::sniff`] takes for one.

use super::Format;
use crate::decode::message::Message;
use crate::sniff::{is_http_dns, split_port};

pub(super) fn recognise(message: &Message) -> Option<Format> {
    // Without a host anything might be one.
    let host = split_port(message.host.as_deref()?.as_bytes()).0;
    let host = std::str::from_utf8(host).ok()?;
    is_http_dns(Some(host.trim_matches(['[', ']'])), &message.target).then_some(Format::Httpdns)
}
