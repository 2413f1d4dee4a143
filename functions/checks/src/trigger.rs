//! What calls the function: EventBridge Scheduler with the name of a check, or the bus with an event that hands one over.

use domain::{
    event::{Fact, Received},
    scheduled_jobs::Check,
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
        detail: Box<Received>,
    },
}

impl Trigger {
    /// The event of the bus, if one is the trigger.
    pub(crate) fn received(&self) -> Option<&Received> {
        match self {
            Self::Schedule { .. } => None,
            Self::Bus { detail } => Some(detail),
        }
    }

    /// Which check is to be run; none where the event is about something else.
    pub(crate) fn check(&self) -> Option<Check> {
        match self {
            Self::Schedule { schedule } => Some(*schedule),
            Self::Bus { detail } => detail.event.iter().flat_map(|event| &event.facts).find_map(|fact| {
                let Fact::CheckHandedOver { check } = fact else { return None };
                Some(*check)
            }),
        }
    }
}
