//! Requests for advertisements that show when an app opens (KH17, APK-ZE in `docs/sources.md`).

use super::{Format, ends_with};
use crate::decode::message::Message;

pub(super) fn recognise(message: &Message) -> Option<Format> {
    let is_path = ["/getSplashScreenAds", "/post/csv3"].iter().any(|path| ends_with(&message.path, path));
    is_path.then_some(Format::SplashAds)
}
