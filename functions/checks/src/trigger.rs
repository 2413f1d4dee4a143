//! What calls the function: EventBridge Scheduler with the name of a check, or the bus with an event that hands one over.

use domain::{
    clockwork::Check,
    event::{Event, Fact},
};
use serde::Deserialize;

/// Either of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Trigger {
    /// From the schedule; the template writes it as the schedule's input.
    Schedule {
        /// Which check.
        schedule: Check,
    },
    /// From the bus: one of our own events in its `detail`.
    Bus {
        /// The event.
        detail: Box<Event>,
    },
}

impl Trigger {
    /// Which check is to be run; none where the event is about something else.
    pub(crate) fn check(&self) -> Option<Check> {
        match self {
            Self::Schedule { schedule } => Some(*schedule),
            Self::Bus { detail } => detail.facts.iter().find_map(|fact| {
                let Fact::CheckHandedOver { check } = fact else { return None };
                Some(*check)
            }),
        }
    }
}
