//! Events that wait to be sent.

use super::habits::{Habits, Tells, When};

/// So many make the queue full: like the 50 of Sensors' library, fewer than one trial makes.
const FULL: usize = 8;

pub(super) struct Queue {
    habits: Habits,
    events: Vec<String>,
}

impl Queue {
    pub(super) fn new(habits: Habits) -> Self {
        Self { habits, events: Vec::new() }
    }

    /// A page was opened: an event at its beginning and one at its end. Answers with what is to be sent now.
    pub(super) fn visited(&mut self, address: &str) -> Vec<String> {
        let told = match self.habits.tells {
            Tells::Address => address,
            Tells::Page => "",
        };
        for name in ["web_page_start", "web_page_finish"] {
            self.events.push(event(name, told));
        }
        match self.habits.when {
            When::Now => self.take(),
            When::Full if self.events.len() >= FULL => self.take(),
            When::Full | When::Timer | When::Background => Vec::new(),
        }
    }

    pub(super) fn take_at_time(&mut self) -> Vec<String> {
        if self.habits.when == When::Timer { self.take() } else { Vec::new() }
    }

    pub(super) fn take_in_background(&mut self) -> Vec<String> {
        if self.habits.when == When::Background { self.take() } else { Vec::new() }
    }

    fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
    }
}

fn event(name: &str, address: &str) -> String {
    let (id, session) = (fastrand::u32(..), fastrand::u32(..));
    format!(
        r#"{{"_track_id":{id},"type":"track","event":"{name}","distinct_id":"5bd9fcb2-4e36-4a2a","lib":{{"$lib":"Android","$lib_version":"3.2.4"}},"properties":{{"$os":"Android","$model":"Redmi Note 8","session":{session},"url":"{address}"}}}}"#
    )
}
