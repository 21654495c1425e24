//! Who asks for what, in turn with the experiment.

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::PageText;
use super::reply::{NEXT, Reply};
use crate::experiment::Millis;
use crate::session::conduct::Input;

/// Connections at once: a browser has a handful.
const SEATS: usize = 64;
/// How long somebody waits for the next page. Longer than any pace; browsers wait for minutes.
const HELD: Duration = Duration::from_secs(30);

/// What the browser gets now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Turn {
    /// Nothing leads anywhere: addresses are opened one by one.
    Still,
    /// This page is to be asked for.
    Page {
        address: String,
        /// Whoever asks for the next page is sent there; otherwise it is opened from outside.
        is_led: bool,
        /// It was not asked for in time: the one who was sent there has lost its way.
        is_overdue: bool,
        /// When it leads on, once it was asked for.
        then: Millis,
    },
    /// The next page is not due yet.
    Hold,
    /// The person is to go back to where addresses are opened.
    Back,
}

#[derive(Debug)]
pub(super) struct Desk {
    secret: String,
    text: PageText,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    turn: Turn,
    /// Somebody was sent to the page: nobody else is, or it would be opened twice.
    is_given: bool,
    /// The page that was asked for last. The experiment may not have heard of it yet.
    visited: Option<String>,
    is_closed: bool,
    seats: usize,
    visits: Option<SyncSender<Input>>,
}

impl Desk {
    pub(super) fn new(secret: String, text: PageText) -> Self {
        let state = State {
            turn: Turn::Still,
            is_given: false,
            visited: None,
            is_closed: false,
            seats: 0,
            visits: None,
        };
        Self { secret, text, state: Mutex::new(state), changed: Condvar::new() }
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    pub(super) fn report_to(&self, visits: SyncSender<Input>) {
        self.lock().visits = Some(visits);
    }

    pub(super) fn reports(&self) -> Option<SyncSender<Input>> {
        self.lock().visits.clone()
    }

    pub(super) fn turn(&self, turn: Turn) {
        let mut state = self.lock();
        if state.turn != turn {
            state.turn = turn;
            state.is_given = false;
            self.changed.notify_all();
        }
    }

    /// Nobody waits any more.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// What to answer to a request for `target`; may wait for it to be due.
    pub(super) fn reply(&self, target: &str) -> Reply {
        let below = target.strip_prefix('/').and_then(|rest| rest.strip_prefix(&*self.secret));
        match below.and_then(|rest| rest.strip_prefix('/')) {
            None => Reply::NotFound,
            Some(NEXT) => self.next(),
            Some(_) => self.page(target),
        }
    }

    /// Somebody wants to be led on.
    fn next(&self) -> Reply {
        let is_early = |state: &mut State| !state.is_closed && state.is_early();
        let waited = self.changed.wait_timeout_while(self.lock(), HELD, is_early);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &state.turn {
            Turn::Page { address, is_led: true, .. } if !(state.is_early() || state.is_closed) => {
                let there = Reply::See(address.clone());
                state.is_given = true;
                there
            }
            Turn::Page { .. } | Turn::Still | Turn::Hold | Turn::Back => Reply::resting(&self.text.back),
        }
    }

    /// Somebody opens a page. One that is not awaited, such as one that a browser opens again, counts for nothing.
    fn page(&self, target: &str) -> Reply {
        let (then, visited) = match self.lock().visit(target) {
            Visit::Awaited { then, visits, address } => (then.0 / 1000, visits.zip(Some(address))),
            Visit::Between => (1, None),
            Visit::Apart => return Reply::resting(&self.text.opened),
        };
        // Without the lock: the experiment may be waiting for it.
        if let Some((visits, address)) = visited
            && visits.send(Input::Visited(address)).is_err()
        {
            log::debug!("a page was asked for after the experiment");
        }
        Reply::leading_on(&self.text, then)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What it is that somebody opens a page.
enum Visit {
    Awaited {
        then: Millis,
        address: String,
        visits: Option<SyncSender<Input>>,
    },
    /// One of before, while pages lead on.
    Between,
    Apart,
}

impl State {
    /// Whether somebody who wants to be led on has to wait.
    fn is_early(&self) -> bool {
        match &self.turn {
            Turn::Hold => true,
            Turn::Page { address, .. } if self.was_visited(address) => true,
            Turn::Page { is_led, .. } => *is_led && self.is_given,
            Turn::Still | Turn::Back => false,
        }
    }

    fn visit(&mut self, target: &str) -> Visit {
        match &self.turn {
            Turn::Page { address, then, .. } if address.ends_with(target) && !self.was_visited(address) => {
                let (then, address, visits) = (*then, address.clone(), self.visits.clone());
                self.visited = Some(address.clone());
                Visit::Awaited { then, address, visits }
            }
            Turn::Page { .. } | Turn::Hold => Visit::Between,
            Turn::Still | Turn::Back => Visit::Apart,
        }
    }

    fn was_visited(&self, address: &str) -> bool {
        self.visited.as_deref() == Some(address)
    }
}

/// A place among those who are served at once, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Seat(Arc<Desk>);

impl Seat {
    /// One, if there is one left.
    pub(super) fn take(desk: &Arc<Desk>) -> Option<Self> {
        let mut state = desk.lock();
        let is_left = state.seats < SEATS;
        state.seats += usize::from(is_left);
        is_left.then(|| Self(Arc::clone(desk)))
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.0
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.lock().seats -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};
    use std::thread;

    use super::*;

    fn desk() -> (Arc<Desk>, Receiver<Input>) {
        let desk = Desk::new("secret".to_owned(), PageText::default());
        let (visits, inbox) = sync_channel(8);
        desk.report_to(visits);
        (Arc::new(desk), inbox)
    }

    fn page(name: &str, is_led: bool) -> Turn {
        let address = format!("http://192.0.2.1:80/secret/{name}");
        Turn::Page { address, is_led, is_overdue: false, then: Millis(2500) }
    }

    fn visited(inbox: &Receiver<Input>) -> Vec<String> {
        let address = |input| if let Input::Visited(address) = input { address } else { panic!("{input:?}") };
        inbox.try_iter().map(address).collect()
    }

    fn back() -> Reply {
        Reply::resting(&PageText::default().back)
    }

    fn see(name: &str) -> Reply {
        Reply::See(format!("http://192.0.2.1:80/secret/{name}"))
    }

    #[test]
    fn without_the_secret_there_is_nothing() {
        let (desk, inbox) = desk();
        desk.turn(page("1", true));
        for target in ["/", "/1", "/secre/1", "/secretx/1", "/secret", "secret/1", "/favicon.ico", "*", ""] {
            assert_eq!(desk.reply(target), Reply::NotFound, "{target}");
        }
        assert_eq!(visited(&inbox), Vec::<String>::new());
    }

    #[test]
    fn the_page_that_is_awaited_counts_once_and_leads_on() {
        let (desk, inbox) = desk();
        desk.turn(page("1", false));
        let on = |seconds| Reply::leading_on(&PageText::default(), seconds);
        assert_eq!(desk.reply("/secret/0"), on(1), "one of before");
        assert_eq!(visited(&inbox), Vec::<String>::new());
        assert_eq!(desk.reply("/secret/1"), on(2));
        assert_eq!(desk.reply("/secret/1"), on(1));
        assert_eq!(visited(&inbox), ["http://192.0.2.1:80/secret/1"]);
        desk.turn(Turn::Back);
        assert_eq!(desk.reply("/secret/1"), Reply::resting(&PageText::default().opened));
    }

    #[test]
    fn who_is_led_on_waits_until_it_is_due() {
        let (desk, _inbox) = desk();
        desk.turn(page("1", false));
        desk.reply("/secret/1");
        // The experiment has not heard of it yet: the same page is not due again.
        let waiting = Arc::clone(&desk);
        let waiting = thread::spawn(move || waiting.reply("/secret/next"));
        desk.turn(Turn::Hold);
        desk.turn(page("2", true));
        assert_eq!(waiting.join().unwrap(), see("2"));
    }

    #[test]
    fn only_one_is_led_to_a_page_unless_it_gets_lost() {
        let (desk, _inbox) = desk();
        desk.turn(page("1", true));
        assert_eq!(desk.reply("/secret/next"), see("1"));
        let other = Arc::clone(&desk);
        let other = thread::spawn(move || other.reply("/secret/next"));
        let Turn::Page { address, .. } = page("1", true) else { panic!() };
        desk.turn(Turn::Page { address, is_led: true, is_overdue: true, then: Millis(0) });
        assert_eq!(other.join().unwrap(), see("1"));
    }

    #[test]
    fn where_nothing_leads_on_the_person_is_sent_back() {
        let (desk, _inbox) = desk();
        assert_eq!(desk.reply("/secret/next"), back(), "addresses are opened one by one");
        for turn in [Turn::Back, page("1", false)] {
            desk.turn(turn);
            assert_eq!(desk.reply("/secret/next"), back());
        }
        desk.turn(Turn::Hold);
        let waiting = Arc::clone(&desk);
        let waiting = thread::spawn(move || waiting.reply("/secret/next"));
        desk.close();
        assert_eq!(waiting.join().unwrap(), back());
    }

    #[test]
    fn seats_are_few_and_given_back() {
        let (desk, _inbox) = desk();
        let seats: Vec<_> = (0..SEATS).map(|_| Seat::take(&desk).unwrap()).collect();
        assert!(Seat::take(&desk).is_none());
        drop(seats);
        assert!(Seat::take(&desk).is_some());
    }
}
