//! The triggers of the function: EventBridge Scheduler with the name of a check, or an event from the bus that hands a check
//! over.

use domain::{
    event::{Fact, JobFact, Received},
    scheduled_jobs::Check,
};
use serde::Deserialize;

/// The input of an invocation.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Trigger {
    /// The input of a schedule, as the template defines it.
    Schedule {
        /// The check to run.
        schedule: Check,
    },
    /// An event from the bus: one of Rollcall's own events in its `detail`.
    Bus {
        /// The event.
        detail: Box<Received>,
    },
}

impl Trigger {
    /// Returns the event from the bus, if an event is the trigger.
    pub(crate) fn received(&self) -> Option<&Received> {
        match self {
            Self::Schedule { .. } => None,
            Self::Bus { detail } => Some(detail),
        }
    }

    /// Returns the check to run, or none if the event is about something else.
    pub(crate) fn check(&self) -> Option<Check> {
        match self {
            Self::Schedule { schedule } => Some(*schedule),
            Self::Bus { detail } => detail.event.iter().flat_map(|event| &event.facts).find_map(|fact| {
                let Fact::Job(JobFact::CheckHandedOver { check }) = fact else { return None };
                Some(*check)
            }),
        }
    }
}
