//! The flows of a session, for an experiment that begins while it runs: told from the data plane, which never waits.

use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use hashbrown::HashMap;

use super::conduct::Input;
use crate::event::{Event, FlowId, FlowRecord};

/// What a person is told when the tunnel was taken away.
const GONE: &str = "the watch has ended";

/// The end of the data plane: sees every event.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Flows that run, and what they have sent so far.
    open: HashMap<FlowId, u64>,
    follower: Arc<Mutex<Option<Follower>>>,
}

/// The other end: lets one experiment follow.
#[derive(Debug)]
pub(super) struct Feed(Arc<Mutex<Option<Follower>>>);

#[derive(Debug)]
struct Follower {
    inputs: SyncSender<Input>,
    /// It does not know yet which flows were open before it.
    is_new: bool,
}

impl Source {
    pub(super) fn feed(&self) -> Feed {
        Feed(Arc::clone(&self.follower))
    }

    /// Takes note of an event; never waits.
    pub(super) fn observe(&mut self, event: &Event) {
        let (flow, is_closed) = match event {
            Event::FlowUpdated(flow) => (flow, false),
            Event::FlowClosed(flow) => (flow, true),
            Event::Finding(_) | Event::Notice(_) | Event::OwnerWanted { .. } | Event::Request { .. } => {
                return;
            }
        };
        self.pass_on(flow);
        if is_closed {
            self.open.remove(&flow.id);
        } else {
            self.open.insert(flow.id, flow.counters.bytes_up);
        }
    }

    fn pass_on(&self, flow: &FlowRecord) {
        // Held only for the moment in which a follower comes or goes: what is missed then is among the open ones.
        let mut follower = match self.follower.try_lock() {
            Ok(follower) => follower,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let Some(Follower { inputs, is_new }) = &mut *follower else { return };
        if *is_new {
            let open = self.open.iter().map(|(id, sent)| (*id, *sent)).collect();
            *is_new = inputs.try_send(Input::Open(open)).is_err();
        }
        match inputs.try_send(Input::Flow(Box::new(flow.clone()))) {
            Ok(()) => {}
            // The next state of the flow has its bytes as well.
            Err(TrySendError::Full(_)) => log::debug!("a state of a flow came too fast to be looked at"),
            Err(TrySendError::Disconnected(_)) => *follower = None,
        }
    }
}

impl Drop for Source {
    /// The data plane has ended, whoever wanted it so.
    fn drop(&mut self) {
        if let Some(follower) = lock(&self.follower).take() {
            // An error means that nobody follows any more.
            let _ = follower.inputs.send(Input::Stop(Some(GONE.to_owned())));
        }
    }
}

impl Feed {
    /// Tells flows to `inputs` from now on, and first which are open; whoever followed before does so no longer.
    pub(super) fn follow(&self, inputs: SyncSender<Input>) {
        *lock(&self.0) = Some(Follower { inputs, is_new: true });
    }
}

fn lock(follower: &Mutex<Option<Follower>>) -> MutexGuard<'_, Option<Follower>> {
    follower.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::*;
    use crate::experiment::testing::collector;

    fn sent(id: u64, bytes_up: u64) -> Box<FlowRecord> {
        let mut flow = collector("app", id);
        flow.counters.bytes_up = bytes_up;
        Box::new(flow)
    }

    /// What was told, in short.
    fn told(inbox: &Receiver<Input>) -> Vec<String> {
        inbox.try_iter().map(short).collect()
    }

    fn short(input: Input) -> String {
        if let Input::Flow(flow) = input {
            return format!("{} {}", flow.id, flow.counters.bytes_up);
        }
        format!("{input:?}")
    }

    #[test]
    fn flows_that_were_open_are_told_before_any_other() {
        let mut source = Source::default();
        source.observe(&Event::FlowUpdated(sent(1, 10)));
        source.observe(&Event::FlowUpdated(sent(1, 20)));
        source.observe(&Event::FlowUpdated(sent(2, 5)));
        source.observe(&Event::FlowClosed(sent(2, 6)));
        let (inputs, inbox) = sync_channel(8);
        source.feed().follow(inputs);
        assert_eq!(told(&inbox), Vec::<String>::new());
        source.observe(&Event::FlowUpdated(sent(1, 30)));
        source.observe(&Event::FlowClosed(sent(3, 7)));
        assert_eq!(told(&inbox), ["Open([(FlowId(1), 20)])", "1 30", "3 7"]);
    }

    #[test]
    fn a_follower_that_does_not_keep_up_holds_nobody_up() {
        let mut source = Source::default();
        let (inputs, inbox) = sync_channel(2);
        source.feed().follow(inputs);
        for bytes in 1..10 {
            source.observe(&Event::FlowUpdated(sent(1, bytes)));
        }
        assert_eq!(told(&inbox), ["Open([])", "1 1"]);
        source.observe(&Event::FlowUpdated(sent(1, 10)));
        assert_eq!(told(&inbox), ["1 10"]);
    }

    #[test]
    fn a_follower_that_is_gone_is_forgotten_and_another_one_begins_anew() {
        let mut source = Source::default();
        let (inputs, inbox) = sync_channel(8);
        source.feed().follow(inputs);
        drop(inbox);
        source.observe(&Event::FlowUpdated(sent(1, 1)));
        assert!(lock(&source.follower).is_none());
        let (inputs, inbox) = sync_channel(8);
        source.feed().follow(inputs);
        source.observe(&Event::FlowClosed(sent(1, 2)));
        assert_eq!(told(&inbox), ["Open([(FlowId(1), 1)])", "1 2"]);
    }

    #[test]
    fn the_end_of_the_data_plane_is_told() {
        let source = Source::default();
        let (inputs, inbox) = sync_channel(1);
        source.feed().follow(inputs);
        drop(source);
        assert!(matches!(inbox.recv(), Ok(Input::Stop(Some(_)))));
    }
}
