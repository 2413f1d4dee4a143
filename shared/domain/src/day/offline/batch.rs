//! A batch of offline punches, and its results.

use jiff::Timestamp;
use thiserror::Error;

use super::{ClockCheck, DeviceText, WaitReason};
use crate::{
    calendar::WorkDate,
    day::{DayChange, Presence, PunchAction, PunchDetails},
    event::Fact,
};

/// The action of a punch as the device sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfflineAction {
    /// The device names the action.
    Named(PunchAction),
    /// The device doesn't ask for the action, so it is the one that follows from the punches before it.
    Next,
}

impl From<PunchAction> for OfflineAction {
    fn from(action: PunchAction) -> Self {
        Self::Named(action)
    }
}

/// A punch that was received later than it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct OfflineRow {
    /// The device on which the punch was made.
    pub device_id: DeviceText,
    /// The device's id for the punch.
    pub client_id: DeviceText,
    /// The action.
    pub action: OfflineAction,
    /// The instant of the punch by the device's clock.
    pub occurred_at: Timestamp,
    /// The details of the punch.
    pub details: PunchDetails,
    /// The result of comparing `occurred_at` with the device's clocks.
    pub clock: ClockCheck,
    /// The reason why the punch waits, if it is known before the decision: its PIN was wrong, or its photo was refused.
    pub hold: Option<WaitReason>,
}

/// The punches of one person in a batch, of one or several devices.
#[derive(Debug, Clone, Copy)]
pub struct OfflineBatch<'a> {
    /// The punches, in any order.
    pub rows: &'a [OfflineRow],
    /// Whether the device sends punches as they are made, unless it has no network. Punches that arrive in time then count
    /// even if the settings accept no offline punches.
    pub sends_at_once: bool,
}

/// The outcome of a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOutcome {
    /// The punch counts, as if it had been received in time.
    Taken {
        /// The work date.
        date: WorkDate,
        /// The recorded instant.
        at: Timestamp,
    },
    /// The punch is already recorded: the person punched the same action on another device at that time.
    Recorded {
        /// The work date of the recorded punch.
        date: WorkDate,
        /// The instant of the recorded punch.
        at: Timestamp,
    },
    /// The punch waits for a manager.
    Waits {
        /// The date for which the punch would count.
        date: WorkDate,
        /// The reason.
        reason: WaitReason,
    },
}

/// The result of a batch, to be committed as one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The changed days, each once.
    pub changes: Vec<DayChange>,
    /// The person's presence afterwards; absent if no punch was accepted.
    pub presence: Option<Presence>,
    /// The facts, in the order in which they happened.
    pub facts: Vec<Fact>,
    /// The outcome of each punch, in the order of the batch.
    pub outcomes: Vec<RowOutcome>,
    /// The action of each punch, in the order of the batch.
    pub actions: Vec<PunchAction>,
}

/// The error that the day of the open session wasn't read. The caller reads it and decides again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the day {date} of the open session wasn't loaded")]
pub struct OpenDayMissing {
    /// The date of the missing day.
    pub date: WorkDate,
}
